"""Several serving processes, made by splitting this one: start-up happens once, and what it made is in memory once."""

import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

from hookline.errors import SettingsError

log = logging.getLogger("hookline.serve")

_ENDING: Final = (signal.SIGTERM, signal.SIGINT)


def can_split() -> bool:
    """Whether this system splits processes safely; macOS has libraries that do not bear it, Windows cannot at all."""
    return sys.platform == "linux"


def run_split(
    count: int, work: Callable[[], None], *, ready: Callable[[], None] = lambda: None, soon: float = 3.0
) -> None:
    """Do `work` in so many processes until this one is asked to end; one that ends by itself is replaced.

    Nothing may be open that two processes cannot share: no connection, no thread. `ready` is called here once all have
    begun. One that ends sooner than after `soon` seconds would end again, and ends them all: SettingsError.
    """
    gc.collect()
    # What is left alone by the collector stays in pages that all processes share.
    gc.freeze()
    family = _Family(work, soon)
    with family.ends_with_us():
        for _ in range(count):
            family.split()
        ready()
        family.look_after()


class _Family:
    """The processes by their ids, with the time at which each began."""

    def __init__(self, work: Callable[[], None], soon: float) -> None:
        self._work, self._soon = work, soon
        self._began: dict[int, float] = {}
        self._ending = False

    def split(self) -> None:
        """Begin one more. A signal that comes meanwhile waits, or it would miss the new one."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        child = os.fork()
        if child == 0:
            self._be_one()
        self._began[child] = time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        if self._ending:
            self._end()

    def look_after(self) -> None:
        """Return when all have ended."""
        broken = False
        while self._began:
            child, status = os.wait()
            began = self._began.pop(child, None)
            if began is None or self._ending:
                continue
            log.error("a serving process ended by itself: %s", os.waitstatus_to_exitcode(status))
            if time.monotonic() - began < self._soon:
                broken = True
                self._end()
            else:
                self.split()
        if broken:
            raise SettingsError("the serving processes end as soon as they begin; the log says why")

    @contextmanager
    def ends_with_us(self) -> Iterator[None]:
        """Whoever asks this process to end, asks them all."""
        before = {number: signal.signal(number, self._end) for number in _ENDING}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        self._ending = True
        for child in self._began:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)

    def _be_one(self) -> None:
        """Never returns: what this process was about to do after its work is for the one it came from."""
        failed = 1
        try:
            for number in _ENDING:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
            self._work()
            failed = 0
        except BaseException:
            log.exception("a serving process failed")
        finally:
            sys.stdout.flush()
            os._exit(failed)
