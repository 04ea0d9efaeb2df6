"""A plugin that hangs at every point there is: all pages come, nothing is half written, and each call of it is given up."""

import logging
from collections.abc import Iterator
from pathlib import Path
from threading import Condition, Event, get_ident
from time import monotonic
from typing import Any, Final

import pytest
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.nouns import core
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.watching.patience import Patience
from hookline.kernel.plugins.watching.watch import Watch
from sqlalchemy import func, select

from tests.pages import add_rarities
from tests.town import NOW, Town
from tests.web import chaos
from tests.web.rounds import ask_as_programs, come_by_links, do_the_rest, see_everything, write_everything
from tests.web.visitor import Doors, open_doors

pytestmark = pytest.mark.one_engine

_SHORT: Final = Patience(shown=0.05, longer=0.1, lost=0.2, news=0.2, quiet=0.2)
# So long nothing is left alone on the busiest machine.
_FOR_EVER: Final = 30.0


class Hanging:
    """`hangs` comes back when its thread has been given up and not before, as if the process ended then."""

    def __init__(self) -> None:
        self.watch = Watch(patience=_SHORT)
        self.given_up: set[str] = set()
        self.left_alone: set[str] = set()
        self._ends = Condition()
        self._running = 0

    def hangs(self, *_: Any) -> Any:
        with self._ends:
            self._running += 1
        try:
            self._hang()
        finally:
            with self._ends:
                self._running -= 1
                self._ends.notify_all()

    def wait_till_all_know(self) -> None:
        """Who was given up learns of it a little later than who waited for them."""
        with self._ends:
            assert self._ends.wait_for(lambda: not self._running, _FOR_EVER), "somebody hangs still"

    def _hang(self) -> None:
        here, until = get_ident(), monotonic() + _FOR_EVER
        running = self.watch.running(here)
        kind = running.kind if running else "somebody whom nobody watches"
        while here not in self.watch.lost:
            if running is None or monotonic() > until:
                self.left_alone.add(kind)
                return
            try:
                Event().wait(0.01)
            except BaseException:
                # Rung out of it by `within`, which is as patient as whoever looks after the threads.
                self.given_up.add(kind)
                raise
        self.given_up.add(kind)


@pytest.fixture
def hanging() -> Hanging:
    return Hanging()


@pytest.fixture
def house(hanging: Hanging, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    """The town, with somebody who looks after what hangs."""
    monkeypatch.setattr(logging.getLogger("hookline.plugins"), "disabled", True)
    add_rarities(town.installation, tmp_path)
    host = PluginHost(watch=hanging.watch)

    def hangs(*given: Any) -> Any:
        return hanging.hangs(*given)

    host.load([core, chaos.misbehaving(hangs)])
    assert host.broken == {}
    installation = Installation(town.installation.database, host, clock=lambda: NOW)
    with open_doors(Town(installation, town.ids), tmp_path / "data", watches=True) as opened:
        yield opened


def test_whatever_hangs_is_given_up_and_no_answer_is_5xx(house: Doors, hanging: Hanging) -> None:
    host = house.town.installation.host
    hangs = next(c.call for c in host.of_kind("job") if c.plugin == "chaos_hangs")
    see_everything(house)
    write_everything(house)
    with house.town.house() as gate:
        assert gate.scalar(select(func.count(Contact.id)).where(Contact.first_name == "Nora")) == 0
        assert gate.get(Deal, house.town.ids["scanners"]).stage == house.town.ids["new"]
    for answer in come_by_links(house)["chaos_hangs"]:
        assert (answer.status_code, "could not be shown" in answer.text) == (200, True)
    asked = ask_as_programs(house, ["chaos_hangs"])["chaos_hangs"]
    assert (asked.status_code, asked.headers["content-type"]) == (424, "application/problem+json")
    do_the_rest(house, [hangs])
    hanging.wait_till_all_know()
    # A point is a question: it is others who are called.
    kinds = {c.kind for c in host.all() if c.plugin != "core"} - {"point"}
    assert (hanging.left_alone, kinds - hanging.given_up) == (set(), set())
