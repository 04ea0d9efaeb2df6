"""`Outbox` and `Jobs`: what a worker would do, done at once and in the test's own thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hookline.crm.access.actors import load_actor
from hookline.kernel.background import events, outbox
from hookline.kernel.background import jobs as kept
from hookline.kernel.background.jobs import Job
from hookline.kernel.background.runs import run_next
from hookline.kernel.background.schedule import schedule
from hookline.kernel.memory import configuration_version

if TYPE_CHECKING:
    from hookline.kernel.actor import Actor
    from hookline.kernel.db import Transaction
    from hookline.kernel.own_events import Event

    from hookline_sdk.testing.crm import Crm


class Outbox:
    """`outbox.run()` delivers every event that has been saved to those who hear of it (`after_commit`)."""

    def __init__(self, crm: Crm) -> None:
        self._crm = crm

    def run(self) -> int:
        """Deliver what is due; how many deliveries that was. AssertionError with the traceback of one that failed."""
        __tracebackhide__ = True
        home, done = self._crm.installation, 0
        schedule(home)
        with _told(self._crm):
            while outbox.deliver_next(home):
                done += 1
        return done

    def hear(self, told: Event) -> int:
        """Deliver what another plugin tells, such as a kind of event declared with `of=`; how many deliveries that was."""
        __tracebackhide__ = True
        with self._crm.house() as gate:
            events.put_in_outbox(gate, [told])
        return self.run()


class Jobs:
    """`jobs.run()` runs every job that is due by the test's clock; `jobs.call(renew, days=3)` runs one, now."""

    def __init__(self, crm: Crm) -> None:
        self._crm = crm

    def run(self) -> int:
        """Run what is due; how many runs that was. AssertionError with the traceback of one that failed."""
        __tracebackhide__ = True
        home, done = self._crm.installation, 0
        schedule(home)
        with _told(self._crm):
            while self._next():
                done += 1
        return done

    def call(self, job: Callable[..., object] | str, /, user: str = "", **args: Any) -> Job:
        """Run one job, given as its function or as "plugin.name", with these arguments, to its end; what it came to.

        It has the house's own rights, or those of a `user` ("seller").
        """
        __tracebackhide__ = True
        home = self._crm.installation
        name = job if isinstance(job, str) else self._name(job)
        who = self._crm.people[user] if user else None
        with home.database.write() as tx:
            id = kept.enqueue(tx, name, args, now=home.clock(), user=who)
        assert id is not None, "without a unique key there is nothing to be there already"
        with _told(self._crm):
            while self._next() and not (found := self._find(id)).ended:
                pass
        found = self._find(id)
        assert found.ended, f"{name} has not run: is it a job of a plugin that runs here?"
        return found

    def _next(self) -> bool:
        return run_next(self._crm.home, self._rights, "test", threading.Event())

    def _rights(self, tx: Transaction, user: int) -> Actor | None:
        home = self._crm.home
        return load_actor(tx, home.memory, configuration_version(tx), user, home.clock())

    def _find(self, id: int) -> Job:
        with self._crm.home.database.read() as tx:
            found = kept.find_job(tx, id)
        assert found is not None, "what was left a moment ago is kept"
        return found

    def _name(self, function: Callable[..., object]) -> str:
        module, name = getattr(function, "__module__", ""), getattr(function, "__name__", str(function))
        of = {c.key for c in self._crm.home.host.all() if c.kind == "job" and c.name == name}
        assert of, f"{module}.{name} is not a job of a plugin that runs here"
        assert len(of) == 1, f"several jobs are called {name}: say which of {', '.join(sorted(of))}"
        return of.pop()


@contextmanager
def _told(crm: Crm) -> Iterator[None]:
    """What fails inside is kept by the house for another try; a test shall know at once."""
    before = list(crm.home.host.failures)
    yield
    new = [failure for failure in crm.home.host.failures if failure not in before]
    said = "\n".join(f"{failure.plugin} failed in {failure.place}:\n{failure.error}" for failure in new)
    assert not new, said
