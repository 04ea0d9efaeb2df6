"""The plugin that keeps company with a portal: what goes out, what comes in, what it says of gaps."""

from pathlib import Path

import pytest
from hookline.crm.deals import Deal
from hookline.crm.demo.parts import tell_parts
from hookline.crm.foreign_files import list_exporters, list_importers, read_file, write_file
from hookline.crm.health.of_plugins import look_with_plugins
from hookline.crm.leads import Lead
from hookline.kernel.commanding import CommandRun
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.listing import ListQuery
from sqlalchemy import func, select

from examples.portal import gaps, plugin
from tests.town import NOW, Town, build_town


@pytest.fixture
def town(migrated_url: str, tmp_path: Path) -> Town:
    """The town with the plugin."""
    return build_town(migrated_url, [plugin])


@pytest.mark.one_engine
def test_offers_go_out_enquiries_come_in_and_gaps_are_told(town: Town) -> None:
    home, said = town.installation, list[str]()
    reader = Reader(language="en", zone="UTC", currency="EUR", region="GB", now=NOW)
    with town.as_("ada") as gate:
        gate.update(Deal, town.ids["flour"], {"amount": None, "name": "Flour & <bread>"})
        (exporter,) = list_exporters(home.host, "deal")
        with write_file(gate, exporter, ListQuery(sort="id"), reader, "https://crm.example/") as file:
            written = file.read().decode()
        (importer,) = list_importers(home.host)
        table = read_file(gate, importer, "x.json", b'[{"from": "Ann", "mail": "ann@mill.example"}]')
    assert '<offer url="https://crm.example/deals/1" company="Acme Works">Scanners</offer>' in written
    assert "Flour &amp; &lt;bread&gt;" in written
    assert table.decode().splitlines() == ["Name,Email,Message", "Ann,ann@mill.example,"]
    found = {str(finding.what): finding for finding in look_with_plugins(home)}
    assert str(found["Portal"].state) == "1 offers have no amount"
    gaps(CommandRun(home, "portal.gaps", said.append), most=5)
    assert said == [f"{town.ids['flour']}  Flour & <bread>"]
    assert tell_parts(home) == []
    with town.as_("ada") as gate:
        assert gate.scalar(select(func.count(Lead.id))) == 6
    home.database.close()
