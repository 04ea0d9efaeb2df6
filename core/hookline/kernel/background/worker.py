"""`Worker`: the part of a process that works by itself: delivers events, runs jobs, keeps the schedule."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from types import FrameType
from typing import Final

from hookline.kernel.background import jobs, outbox
from hookline.kernel.background.runs import ActorLoader, run_next
from hookline.kernel.background.schedule import schedule
from hookline.kernel.db import Transaction
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost

log = logging.getLogger("hookline.worker")

_POLL: Final = 1.0
_LONGEST_POLL: Final = 60.0


class Worker:
    """Any number of them work side by side, in one process or in many.

    `load_actor` gives the rights that a user has now; None when that user may not work here any more. `further` is
    work of other kinds, such as calls of other programs, each in a thread of its own: does one piece, False when there is none.
    """

    def __init__(
        self, home: Installation, load_actor: ActorLoader, *, name: str = "", poll: float = _POLL,
        further: Sequence[Callable[[Installation], bool]] = (),
    ) -> None:  # fmt: skip
        self.home = home
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self._load_actor = load_actor
        self._poll = poll
        self._further = further
        self._look_at: datetime | None = None
        self._going_down = threading.Event()

    def run_once(self) -> int:
        """Schedule, deliver and run whatever is due now. How many deliveries and runs that was."""
        return sum(turn() for turn in self._turns())

    def run_forever(self, stop: threading.Event) -> None:
        """Work until `stop` is set: events in one thread, jobs in another, and so on, so that no long job holds them up.

        A running job is asked to stop (`JobRun.check`) and goes back to waiting; this returns when it has.
        """
        self._going_down.clear()
        threads = [
            threading.Thread(target=self._loop, args=(turn,), name=f"worker {place}")
            for place, turn in enumerate(self._turns())
        ]
        for thread in threads:
            thread.start()
        stop.wait()
        self._going_down.set()
        self.home.database.bell.ring()
        for thread in threads:
            thread.join()

    def _turns(self) -> list[Callable[[], int]]:
        more = [partial(self._all_of, partial(act, self.home)) for act in self._further]
        return [self._mind_news, self._mind_jobs, *more]

    def _loop(self, turn: Callable[[], int]) -> None:
        pause = self._poll
        while not self._going_down.is_set():
            rung = self.home.database.bell.count()
            try:
                turn()
                pause = self._poll
            except Exception:
                pause = min(pause * 2, _LONGEST_POLL)
                log.exception("the worker could not work; it looks again in %s s", pause)
            if not self._going_down.is_set():
                self.home.database.bell.wait(rung, pause)

    def _mind_news(self) -> int:
        if self._look_at is None or self.home.clock() >= self._look_at:
            self._look_at = schedule(self.home)
        return self._while_any(outbox.is_due, lambda: outbox.deliver_next(self.home))

    def _mind_jobs(self) -> int:
        run = partial(run_next, self.home, self._load_actor, self.name, self._going_down)
        return self._while_any(jobs.is_due, run)

    def _while_any(
        self, is_due: Callable[[Transaction, PluginHost, datetime], bool], act: Callable[[], bool]
    ) -> int:
        with self.home.database.read() as tx:
            if not is_due(tx, self.home.host, self.home.clock()):
                return 0
        return self._all_of(act)

    def _all_of(self, act: Callable[[], bool]) -> int:
        count = 0
        while not self._going_down.is_set() and act():
            count += 1
        return count


def run_until_signalled(worker: Worker) -> None:
    """Work until the process is asked to end (SIGTERM, SIGINT). For the main thread of its own process."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        worker.run_forever(stop)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
