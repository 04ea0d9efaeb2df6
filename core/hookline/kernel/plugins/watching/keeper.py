"""`Keeper`: looks after the calls of plugins in one process, from a thread of its own, a few times a second.

What takes too long is kept as a failure of its plugin; what does not come back is told to the parent process, which
replaces this one. What is paused is written down, so that all processes pause it and administrators can read of it.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.watching.breaker import Pause
from hookline.kernel.plugins.watching.pulse import Pulse
from hookline.kernel.plugins.watching.watch import switch_of

log = logging.getLogger("hookline.plugins")

EVERY: Final = 0.25
# Pauses of other processes are read every so many looks.
_READ_EVERY: Final = 20


@dataclass
class Keeper:
    """`keep` writes pauses down, `read` answers all that hold; `pulse` is there where a parent process listens."""

    host: PluginHost
    keep: Callable[[Sequence[Pause]], None] = lambda _pauses: None
    read: Callable[[], Sequence[Pause]] | None = None
    pulse: Pulse | None = None
    _writing: threading.Thread | None = field(default=None, repr=False)

    @contextmanager
    def looking(self, beat: Callable[[Callable[[], None]], object] = lambda call: call()) -> Iterator[None]:
        """Look after everything while the block runs. `beat` is handed what says that this process moves, to do it there."""
        if self.pulse is not None:
            # Before anything of a plugin can run: from now on silence counts.
            self.pulse.beat()
        over = threading.Event()
        thread = threading.Thread(target=self._look_until, args=(over, beat), name="keeper", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def look(self) -> None:
        """Look once."""
        for found in self.host.watch.look():
            self.host.overdue(found)
        lost = [switch_of(turn.contribution) for turn in self.host.watch.lost.values()]
        if lost and self.pulse is not None:
            self.pulse.give_up(lost)
        self._write_down()

    def _look_until(self, over: threading.Event, beat: Callable[[Callable[[], None]], object]) -> None:
        looks = 0
        while not over.wait(EVERY):
            try:
                if self.pulse is not None:
                    beat(self.pulse.beat)
                self.look()
                if looks % _READ_EVERY == 0:
                    self._agree()
            except Exception:
                log.exception("plugins could not be looked after; trying again")
            looks += 1

    def _write_down(self) -> None:
        """In another thread: what hangs may hold the database."""
        if self.host.breaker.untold and not self._is_writing():
            self._writing = threading.Thread(target=self._write, name="keeper writes", daemon=True)
            self._writing.start()

    def _is_writing(self) -> bool:
        return self._writing is not None and self._writing.is_alive()

    def _write(self) -> None:
        told = list(self.host.breaker.untold)
        try:
            self.keep(told)
        except Exception:
            log.exception("it could not be written down which contributions are paused; trying again")
            return
        for _ in told:
            self.host.breaker.untold.popleft()

    def _agree(self) -> None:
        if self.read is None or len(self.host.plugins) < 2 or self.host.breaker.untold or self._is_writing():
            return
        self.host.breaker.agree(self.read())
