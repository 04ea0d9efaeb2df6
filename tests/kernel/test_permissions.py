"""Permissions that plugins declare: given to roles by their full name, denied to everybody when nobody declares them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hookline.crm.access.permissions import PERMISSIONS, of_plugins
from hookline.crm.access.rights import give_rights, rights_of
from hookline.crm.access.roles import Role
from hookline.crm.companies import Company
from hookline.crm.nouns import core
from hookline.errors import Invalid, PluginError
from hookline.kernel.actor import ANY, HOUSE, Action, Actor, Level
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.reads import Reads
from hookline.kernel.shown import Panel, Report
from sqlalchemy import select

from tests.town import Town, open_town
from tests.web.visitor import open_doors

EVERYTHING = {kind: {action.value: Level.all for action in Action} for kind in (ANY, HOUSE)}


def brewery() -> Plugin:
    plugin = Plugin("brewery", label="Brewery")
    taste = plugin.permission("taste", "Tasting", "Tastes what is brewed.")
    assert taste == "brewery.taste"

    @plugin.panel(Company, "Cellar", needs=taste)
    def cellar(record: Company, gate: Gate) -> Panel:
        return Panel(text=f"The cellar of {record.name}")

    @plugin.report("Barrels", needs=taste)
    def barrels(gate: Gate) -> Report:
        """How many there are."""
        return Report(columns=["Barrels"], rows=[[3]])

    return plugin


@pytest.fixture
def brewing(town: Town) -> Iterator[Town]:
    """The town with its brewery."""
    again = open_town(town.installation.database.url, [brewery()])
    again.ids.update(town.ids)
    yield again
    again.installation.database.close()


def may(town: Town, name: str, permission: str) -> bool:
    with town.as_(name) as gate:
        return gate.actor.may(permission)


def test_a_plugins_permission_is_given_like_any_other(brewing: Town) -> None:
    town = brewing
    assert not may(town, "boris", "brewery.taste")
    with town.as_("ada") as gate:
        seller = gate.scalar(select(Role.id).where(Role.name == "Seller"))
        plugin, permission = of_plugins(gate.host)["brewery.taste"]
        assert (plugin.label, str(permission.label), str(permission.text)) == (
            "Brewery", "Tasting", "Tastes what is brewed.",
        )  # fmt: skip
        give_rights(gate, seller, EVERYTHING, ["reports", "brewery.taste"])
    assert may(town, "boris", "brewery.taste")
    assert may(town, "ada", "brewery.taste")
    assert not may(town, "olga", "brewery.taste")


def test_what_nobody_declares_is_denied_even_to_whoever_has_every_right(town: Town) -> None:
    for name in ("brewery.taste", "admin.everything", "reports "):
        assert not may(town, "ada", name), name
    for name in PERMISSIONS:
        assert may(town, "ada", name), name
    with town.house() as gate:
        assert not gate.actor.may("brewery.taste")
        assert gate.actor.may("admin.users")


def test_what_was_given_rests_while_the_plugin_is_away(town: Town, brewing: Town) -> None:
    with brewing.as_("ada") as gate:
        seller = gate.scalar(select(Role.id).where(Role.name == "Seller"))
        give_rights(gate, seller, EVERYTHING, ["brewery.taste"])
    with town.as_("ada") as gate:
        with pytest.raises(Invalid):
            give_rights(gate, gate.create(Role, {"name": "New"}), EVERYTHING, ["brewery.taste"])
        give_rights(gate, seller, EVERYTHING, ["reports"])
        assert rights_of(gate, seller).permissions == {"brewery.taste", "reports"}
    assert not may(town, "boris", "brewery.taste")
    assert may(brewing, "boris", "brewery.taste")
    with brewing.as_("ada") as gate:
        give_rights(gate, seller, EVERYTHING, ["reports"])
    assert not may(brewing, "boris", "brewery.taste")


def test_a_panel_and_a_report_are_shown_to_those_who_have_what_they_need(
    brewing: Town, tmp_path: Path
) -> None:
    town = brewing
    with open_doors(town, tmp_path) as doors:
        ada, boris = doors.enter("ada"), doors.enter("boris")
        company, panel = (
            f"/companies/{town.ids['acme']}",
            f"/companies/{town.ids['acme']}/panel/brewery/cellar",
        )
        assert "Cellar" in ada.see(company).get_text()
        assert "The cellar of Acme Works" in ada.see(panel).get_text()
        assert "Cellar" not in boris.see(company).get_text()
        assert boris.get(panel).status_code == 404
        assert "Barrels" in ada.see("/reports").get_text()
        assert ada.get("/reports/brewery/barrels").status_code == 200
        assert "Barrels" not in boris.see("/reports").get_text()
        assert boris.get("/reports/brewery/barrels").status_code == 404
        with town.as_("ada") as gate:
            seller = gate.scalar(select(Role.id).where(Role.name == "Seller"))
        page = ada.see(f"/settings/roles/{seller}")
        assert "Plugin Brewery" in page.get_text()
        assert page.select_one('input[name="permission"][value="brewery.taste"]')


def test_a_permission_that_nobody_declares_is_refused_at_the_start() -> None:
    plugin = Plugin("wrong")
    plugin.panel(Company, "Cellar", needs="brewery.taste")(_panel)
    host = PluginHost(strict=True)
    with pytest.raises(PluginError, match="nobody declares"):
        host.load([core, plugin])
    with pytest.raises(PluginError, match="lower-case"):
        plugin.permission("Taste it", "x", "y")


def _panel(record: Company, gate: Reads) -> Panel:
    return Panel(text=f"{record}{gate}")


def test_an_actor_alone_asks_nobody_what_there_is() -> None:
    assert Actor(user=1, permissions=frozenset({ANY})).may("anything")
    assert not Actor(user=1, permissions=frozenset({ANY}), known=frozenset()).may("anything")
