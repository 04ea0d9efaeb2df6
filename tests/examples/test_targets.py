"""The example of everything that a plugin can put on the screens of the house."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hookline.crm.deals import Deal
from hookline.crm.nouns import core
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost

from examples.targets import Plan, plugin
from tests.town import NOW, Town
from tests.web.visitor import Doors, open_doors, words

pytestmark = pytest.mark.one_engine


@pytest.fixture
def house(town: Town, tmp_path: Path) -> Iterator[Doors]:
    host = PluginHost(strict=True)
    host.load([core, plugin])
    installation = Installation(town.installation.database, host, clock=lambda: NOW)
    with open_doors(Town(installation, town.ids), tmp_path / "data") as opened:
        yield opened


def test_the_target_is_told_wherever_it_matters(house: Doors) -> None:
    ada, boris, deal = house.enter("ada"), house.enter("boris"), house.town.ids["scanners"]
    assert ada.post("/settings/plugins/targets/Plan", {"month": "0", "late": "3"}).status_code == 422
    assert (
        "So much money" in ada.post("/settings/plugins/targets/Plan", {"month": "2000000", "late": "91"}).text
    )
    ada.walk("/settings/plugins/targets/Plan", {"month": "2000", "late": "3"})
    with house.town.house() as gate:
        assert Plan.of(gate).late == 3
        gate.update(Deal, deal, {"expected_close": date(2026, 3, 1)})
    assert "€2,000" in words(ada.get("/x/targets/target").text)
    assert boris.get("/x/targets/target").status_code == 404
    late = words(
        boris.get(
            "/deals?outcome=open&expected_close.within=overdue&view=targets.late&column=expected_close"
        ).text
    )
    assert "16 days late" in late
    assert "of the target" in words(boris.get("/blocks/targets/this_month", htmx=True).text)
    assert f'href="/deals/{deal}"' in boris.get(f"/search?q=%23{deal}").text
    done = boris.walk(f"/deals/{deal}/action/targets/put_off", {"days": "20"})
    assert "Put off by 20 days." in done.get_text()
    assert "days late" not in boris.get("/deals?column=expected_close").text
