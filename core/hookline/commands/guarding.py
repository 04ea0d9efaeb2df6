"""`Guard`: tells from outside that a serving process hangs, and in which plugin.

A process that moves says itself what it has given up on. Of one in which nothing moves any more, because a plugin holds
Python's own lock, only the system's signal handler can still say where it stands.
"""

import faulthandler
import inspect
import logging
import os
import re
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from hookline.kernel.installation import Installation
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.watching.pulse import Pulse
from hookline.kernel.plugins.watching.watch import switch_of

log = logging.getLogger("hookline.serve")

# So long a process has at most to write down where it stands, and it has done so when nothing came for a moment.
_TELL: Final = 2.0
_MOMENT: Final = 0.1
_LINE: Final = re.compile(r'File "(.+?)", line \d+ in (\w+)')


@dataclass(frozen=True)
class Watched:
    """What is shared with one serving process: its pulse, and a file in memory where it stands is written."""

    pulse: Pulse = field(default_factory=Pulse)
    place: int = field(default_factory=lambda: os.memfd_create("where"))

    def close(self) -> None:
        """Give both back."""
        self.pulse.close()
        os.close(self.place)


@dataclass(frozen=True)
class Hanging:
    """A process that must be replaced; `moves` when it can still answer what does not hang."""

    moves: bool


@dataclass
class Guard:
    """Of the processes that were split off from this one. What hangs is paused here, and so in each one split off later."""

    home: Installation

    def watched(self) -> Watched:
        """For a process that is about to be split off."""
        return Watched()

    def handed_over(self) -> None:
        """What waited to be written down has gone with the process that was split off: it has a database."""
        self.home.host.breaker.untold.clear()

    def begin(self, watched: Watched) -> None:
        """In the process itself, as it begins."""
        self.home.pulse = watched.pulse
        faulthandler.register(signal.SIGUSR2, file=watched.place, all_threads=True)

    def examine(self, child: int, watched: Watched) -> Hanging | None:
        """Whether a process hangs. Then its plugins are named in the log, and paused."""
        if switches := watched.pulse.given_up():
            found = [c for c in self.home.host.all() if switch_of(c) in switches]
            self._blame(found, "a plugin does not come back", "")
            return Hanging(moves=True)
        if watched.pulse.silent_for() < self.home.host.watch.patience.silent:
            return None
        stack = _where(child, watched)
        self._blame(_on(stack, self.home.host.all()), "nothing moves any more", stack)
        return Hanging(moves=False)

    def _blame(self, found: Sequence[Contribution], what: str, stack: str) -> None:
        names = ", ".join(f"{c.plugin} in {c.kind} {c.name}" for c in found) or "no plugin"
        log.error("a serving process hangs and is replaced: %s; it was %s\n%s", what, names, stack)
        for contribution in found:
            text = f"{stack}\nThe process hung in it and was replaced."
            self.home.host.failed(contribution, text, "hung")


def _where(child: int, watched: Watched) -> str:
    os.kill(child, signal.SIGUSR2)
    until, before = time.monotonic() + _TELL, 0
    while time.monotonic() < until:
        time.sleep(_MOMENT)
        size = os.fstat(watched.place).st_size
        if size and size == before:
            break
        before = size
    return os.pread(watched.place, before, 0).decode(errors="replace")


def _on(stack: str, contributions: Sequence[Contribution]) -> list[Contribution]:
    """Those whose functions stand on a stack."""
    standing = set(_LINE.findall(stack))
    found = []
    for contribution in contributions:
        code = getattr(inspect.unwrap(contribution.call), "__code__", None)
        if contribution.plugin != "core" and code and (code.co_filename, code.co_name) in standing:
            found.append(contribution)
    return found
