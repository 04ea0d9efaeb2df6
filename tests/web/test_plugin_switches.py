"""The page that switches a plugin off and on: it says what stays, and what it does is written down."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hookline.crm.audit.trail import audit
from hookline.crm.nouns import core
from hookline.kernel.plugins.admitting.switches import read_switches
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from sqlalchemy import select

from tests.town import Town
from tests.web.visitor import Doors, open_doors, words

SWITCH = "/-/plugins/bells/switch"


@pytest.fixture
def house(town: Town, tmp_path: Path) -> Iterator[Doors]:
    """The town with two plugins, of which one needs the other."""
    host = PluginHost(strict=True, disabled={"quiet": "switched off in the settings"})
    host.load([core, Plugin("bells", label="Bells"), Plugin("ringers", needs=("bells",))])
    town.installation.host = host
    with open_doors(town, tmp_path / "data") as opened:
        yield opened


@pytest.mark.one_engine
def test_an_administrator_switches_a_plugin_off_and_on_again(house: Doors) -> None:
    ada, database = house.enter("ada"), house.town.installation.database
    asked = words(str(ada.see(SWITCH)))
    assert "Switch Bells off" in asked
    assert "Nothing is lost" in asked
    assert "These will not run either: ringers." in asked
    assert ada.post(SWITCH, {"reason": "x" * 201}).status_code == 422
    assert ada.post(SWITCH, {"reason": "too loud"}).headers["location"] == "/-/plugins"
    assert [(s.name, s.reason, s.by) for s in read_switches(database).values()] == [
        ("bells", "too loud", house.town.ids["ada"])
    ]
    again = words(str(ada.see(SWITCH)))
    assert "Switch Bells on" in again
    assert "too loud" in again
    assert "still runs in this process until the next start" in again
    assert ada.post(SWITCH, {"on": "1"}).status_code == 303
    assert read_switches(database) == {}
    with database.read() as tx:
        told = tx.run(select(audit.c.what).where(audit.c.about == "plugin:bells"), why="test").scalars().all()
    assert told == ["plugin.switched_off", "plugin.switched_on"]


@pytest.mark.one_engine
def test_nobody_else_may_and_some_things_have_no_switch(house: Doors) -> None:
    boris = house.enter("boris")
    assert boris.get(SWITCH).status_code == boris.post(SWITCH, {}).status_code == 403
    ada = house.enter("ada")
    for name in ("core", "nobody"):
        assert ada.get(f"/-/plugins/{name}/switch").status_code == 404
        assert ada.post(f"/-/plugins/{name}/switch", {}).status_code == 404
    assert "HOOKLINE_DISABLED_PLUGINS" in words(str(ada.see("/-/plugins/quiet/switch")))
