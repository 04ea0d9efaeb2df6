"""Icons that there are not: the plugin runs, and whoever can mend it is told, with what was probably meant."""

from pathlib import Path

import pytest
from hookline.crm.nouns import core
from hookline.kernel.entity import discard
from hookline.kernel.fields import text
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline_sdk import Entity, Gate, Mapped, Report

from tests.town import NOW, Town
from tests.web.visitor import open_doors, words

pytestmark = pytest.mark.one_engine


def test_an_icon_that_is_not_there_is_said_with_those_that_come_near(town: Town, tmp_path: Path) -> None:
    plugin = Plugin("drawn", label="Drawn")

    class Sketch(Entity, plugin=plugin, icon="hous"):
        name: Mapped[str] = text("Name")

    @plugin.report("Rightly drawn", icon="trophy")
    def right(gate: Gate) -> Report:
        return Report(("One",), ())

    host = PluginHost()
    host.load([core, plugin])
    discard(plugin)
    installation = Installation(town.installation.database, host, clock=lambda: NOW)
    with open_doors(Town(installation, town.ids), tmp_path / "data") as doors:
        told = words(str(doors.enter("ada").see("/-/plugins/drawn")))
    assert "entity Sketch: there is no icon 'hous', so none is drawn; did you mean house" in told
    assert told.count("there is no icon") == 1
    assert host.notes.keys() == {"drawn"}
