"""Plugins that do everything wrong at every point there is: no page fails, nothing of others is lost, and their authors are told."""

import logging
from collections.abc import Iterator
from pathlib import Path
from threading import get_ident

import pytest
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.nouns import core
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.watching import breaker
from hookline.kernel.plugins.watching.watch import switch_of
from hookline.start import create_worker
from sqlalchemy import func, select

from tests.pages import add_rarities
from tests.town import NOW, Town
from tests.web import chaos
from tests.web.rounds import (
    BESIDES,
    WRITTEN,
    ask_as_programs,
    come_by_links,
    do_the_rest,
    see_everything,
    write_everything,
)
from tests.web.visitor import Doors, open_doors, words

pytestmark = pytest.mark.one_engine


def tried(host: PluginHost) -> set[str]:
    """The kinds of contributions that were called."""
    there = [c for c in host.all() if c.plugin != "core"]
    return {c.kind for c in there if (times := host.watch.times.get(switch_of(c))) and times.count}


@pytest.fixture
def house(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    """The town, with one plugin for each way to go wrong. None of them is ever paused."""
    monkeypatch.setattr(breaker, "FAILURES", 1_000_000)
    # Thousands of tracebacks; what they tell is kept by the host too.
    monkeypatch.setattr(logging.getLogger("hookline.plugins"), "disabled", True)
    add_rarities(town.installation, tmp_path)
    host = PluginHost()
    host.load([core, *(chaos.misbehaving(way) for way in chaos.WAYS)])
    assert host.broken == {}
    chaos.watched[:] = [lambda: host.watch.running(get_ident()) is not None]
    chaos.unwatched.clear()
    installation = Installation(town.installation.database, host, clock=lambda: NOW)
    with open_doors(Town(installation, town.ids), tmp_path / "data") as opened:
        yield opened
    assert chaos.unwatched == []


def test_every_page_comes_and_every_point_was_tried(house: Doors) -> None:
    see_everything(house)
    # A point is a question: it is others who are called.
    host = house.town.installation.host
    kinds = {c.kind for c in host.all() if c.plugin != "core"} - {"point"}
    assert kinds - tried(host) <= WRITTEN | BESIDES


def test_whatever_is_written_is_refused_or_kept_whole(house: Doors) -> None:
    write_everything(house)
    ids, home = house.town.ids, house.town.installation
    create_worker(home).run_once()
    with house.town.house() as gate:
        assert gate.scalar(select(func.count(Contact.id)).where(Contact.first_name == "Nora")) == 0
        assert gate.get(Deal, ids["scanners"]).stage == ids["new"]
    assert tried(home.host) >= WRITTEN - {"endpoint"}


def test_whoever_has_a_link_gets_a_page_that_says_so_or_nothing(house: Doors) -> None:
    answers = come_by_links(house)
    assert answers.keys() == {f"chaos_{way.__name__}" for way in chaos.WAYS}
    assert [each.status_code for each in answers["chaos_absent"]] == [404, 404]
    for name, (read, written) in answers.items():
        if name != "chaos_absent":
            assert (read.status_code, written.status_code) in ((200, 200), (400, 400)), name


def test_programs_get_an_answer_that_names_the_plugin(house: Doors) -> None:
    answers = ask_as_programs(house, [f"chaos_{way.__name__}" for way in chaos.WAYS])
    assert answers.pop("chaos_absent").status_code == 404
    for name, answer in answers.items():
        told = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (424, "application/problem+json"), name
        assert told["detail"].startswith(f"The plugin {name} failed. Reference: "), (name, told)
    assert "endpoint" in tried(house.town.installation.host)


def test_what_is_done_besides_pages_fails_alone_too(house: Doors) -> None:
    do_the_rest(house, chaos.WAYS)
    assert tried(house.town.installation.host) >= BESIDES


def test_its_author_is_told_what_came_and_what_was_expected(house: Doors) -> None:
    ada, deal = house.enter("ada"), house.town.ids["scanners"]
    ada.get(f"/deals/{deal}/panel/chaos_wrong/wrong", htmx=True)
    told = house.town.installation.host.failures[-1]
    assert "plugin 'chaos_wrong', panel wrong (chaos.py, line " in told.error
    assert "it answered a int, 7: it must answer a Panel, not int" in told.error
    ada.get(f"/deals/{deal}/panel/chaos_hostile/hostile", htmx=True)
    assert "it answered a Hostile" in house.town.installation.host.failures[-1].error
    ada.get(f"/deals/{deal}/panel/chaos_interrupts/interrupts", htmx=True)
    assert "it raised KeyboardInterrupt" in house.town.installation.host.failures[-1].error
    shown = words(str(ada.see("/-/plugins")))
    assert "it must answer a Panel, not int" in shown
