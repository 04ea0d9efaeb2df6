"""/-/plugins: how plugins stand, which of their parts are paused and why, and how an administrator lets them try again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hookline.crm.deals import Deal
from hookline.crm.nouns import core
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.plugins.watching.breaker import FAILURES, PAUSES
from hookline.kernel.shown import Panel
from hookline.start import create_keeper

from tests.town import NOW, Town
from tests.web.visitor import Doors, Visitor, open_doors, words

PANEL = "/deals/{deal}/panel/moody/{name}"


def moody_plugin(mood: list[str]) -> Plugin:
    plugin = Plugin("moody", label="Moody")

    @plugin.panel(Deal, "Mood")
    def mood_of(record: Deal, gate: Gate) -> Panel:
        if mood:
            raise ValueError(mood[-1])
        return Panel(text="In a good mood")

    return plugin


@pytest.fixture
def mood() -> list[str]:
    return ["bad"]


@pytest.fixture
def house(town: Town, mood: list[str], tmp_path: Path) -> Iterator[Doors]:
    host = PluginHost()
    host.load([core, moody_plugin(mood)])
    installation = Installation(town.installation.database, host, clock=lambda: NOW)
    with open_doors(Town(installation, town.ids), tmp_path / "data") as opened:
        yield opened


def ask(house: Doors, ada: Visitor) -> str:
    return words(ada.get(f"/deals/{house.town.ids['scanners']}/panel/moody/mood_of", htmx=True).text)


def keep(house: Doors) -> None:
    """What the keeper does a few times a second, once and to its end."""
    keeper = create_keeper(house.town.installation)
    keeper.look()
    assert keeper._writing is not None
    keeper._writing.join()


def test_what_fails_is_paused_said_audited_and_tried_again(house: Doors, mood: list[str]) -> None:
    ada = house.enter("ada")
    for _ in range(FAILURES):
        assert "This part could not be shown." in ask(house, ada)
    keep(house)
    assert "Partly paused" in words(str(ada.see("/-/plugins")))
    page = words(str(ada.see("/-/plugins/moody")))
    assert "1 contribution is paused." in page
    assert "Paused until" in page
    assert "It failed again and again." in page
    assert house.enter("boris").post("/-/plugins/moody/retry").status_code == 403
    mood.clear()
    assert "It is tried again from now on." in words(str(ada.walk("/-/plugins/moody/retry")))
    assert "In a good mood" in ask(house, ada)
    assert "Paused" not in words(str(ada.see("/-/plugins/moody")))
    audit = words(str(ada.see("/settings/audit")))
    assert "Part of a plugin paused" in audit
    assert "Plugin is to be tried again" in audit


def test_the_third_pause_of_a_day_ends_by_nothing_but_a_word_and_survives_a_restart(
    house: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, home = house.enter("ada"), house.town.installation
    now = [1_000_000.0]
    monkeypatch.setattr(home.host.breaker, "clock", lambda: now[0])
    for _ in range(FAILURES + PAUSES - 1):
        ask(house, ada)
        now[0] += 1
        if home.host.breaker.pauses():
            now[0] += 301
    keep(house)
    now[0] += 10_000
    assert "In quarantine" in words(str(ada.see("/-/plugins/moody")))
    assert "put into quarantine" in words(str(ada.see("/settings/audit")))
    fresh = PluginHost()
    fresh.load([core, moody_plugin([])])
    later = create_keeper(Installation(home.database, fresh))
    later._agree()
    assert [pause.quarantine for pause in fresh.breaker.pauses()] == [True]


def test_how_often_and_how_long_each_was_called_is_said(house: Doors, mood: list[str]) -> None:
    mood.clear()
    ada = house.enter("ada")
    ask(house, ada)
    table = ada.see("/-/plugins/moody").select_one("table")
    assert table is not None
    assert "panel deal mood_of 1" in words(str(table))


def test_hooks_say_who_comes_in_and_in_which_order(house: Doors) -> None:
    page: Any = house.enter("ada").see("/-/hooks")
    assert '@plugin.block("list.top", "Label", entity=Deal)' in words(str(page))
    assert page.select_one("#slots-here") is None
    panel = page.select_one("#hook-panel").parent
    assert "panel(record, gate)" in words(str(panel))
    orders = {
        c.plugin + c.name: c.options["order"] for c in house.town.installation.host.all() if c.kind == "panel"
    }
    shown = ["".join(words(str(line)).split()[:2]) for line in panel.select("li")]
    assert "moodymood_of" in shown
    assert [orders[name] for name in shown] == sorted(orders[name] for name in shown)


def test_in_development_a_page_shows_its_slots_with_the_line_to_write(house: Doors) -> None:
    ada, deal = house.enter("ada"), house.town.ids["scanners"]
    for path, line in {
        f"/deals/{deal}": '@plugin.panel(Deal, "Label", slot="record.side")',
        "/deals": '@plugin.block("list.top", "Label", entity=Deal)',
        "/my-day": '@plugin.block("my_day.top", "Label")',
    }.items():
        assert line in words(str(ada.see(f"{path}?slots=1"))), path
        assert line not in words(str(ada.see(path))), path
