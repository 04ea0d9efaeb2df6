"""`Watch`: knows which contribution runs in which thread and since when, how long each took, and which are late.

Every call of a plugin's contribution goes through here, so it must cost next to nothing: a call is noted in a dictionary
by its thread. Somebody else looks at these notes now and then (`look`): so no thread is needed per call.
"""

import functools
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import get_ident
from typing import Any, Final, NamedTuple

from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.watching.patience import Patience

# What takes longer is counted as slow.
BUDGET: Final = 0.25
_KEPT: Final = 128
# A named tuple's own making takes twice as long, and this one is made at every call.
_NEW: Final = tuple.__new__


class Late(Exception):
    """A contribution came back after its thread had been given up: what it wrote is undone."""


class Turn(NamedTuple):
    """One call of a contribution: since when (monotonic seconds), and within which other call of its thread."""

    contribution: Contribution
    switch: str
    since: float
    outer: "Turn | None"


@dataclass(eq=False, slots=True)
class Times:
    """How long a contribution took, in seconds: of all calls the number and the sum, of the latest each."""

    count: int = 0
    total: float = 0.0
    slow: int = 0
    latest: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def add(self, took: float) -> None:
        """Count one call. Two threads that count at once may lose one: these are for looking at."""
        self.count += 1
        self.total += took
        self.latest.append(took)
        if took > BUDGET:
            self.slow += 1

    @property
    def p95(self) -> float:
        """The time that 95 of 100 of the latest calls did not exceed."""
        found = sorted(self.latest)
        return found[max(0, -(-len(found) * 95 // 100) - 1)] if found else 0.0


@dataclass(frozen=True)
class Overdue:
    """A call that takes too long: for how many seconds, and where it is. A `lost` one will not be waited for."""

    contribution: Contribution
    thread: int
    seconds: float
    stack: str
    lost: bool


class Watch:
    """The calls of one process.

    `waiting` are the threads for which somebody waits, each with what to do when a call in it is late; `late` and `lost`
    the calls that are. `listening`, used in development, are told of every call of a thread when it ends.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, patience: Patience | None = None) -> None:
        self.clock = clock
        self.patience = patience or Patience()
        self.times: dict[str, Times] = {}
        self.waiting: dict[int, Callable[[Overdue], None]] = {}
        self.listening: dict[int, Callable[[Contribution, float], None]] = {}
        self.late: dict[int, Turn] = {}
        self.lost: dict[int, Turn] = {}
        self._running: dict[int, Turn] = {}

    def over(  # noqa: C901  # one function: each further call would cost every call of a plugin
        self, contribution: Contribution, call: Callable[..., Any] | None = None
    ) -> Callable[..., Any]:
        """The call of a contribution, or another in its name, watched; sys.exit() in it is a failure and nobody's end."""
        call = call or contribution.call
        switch, running, clock = switch_of(contribution), self._running, self.clock
        count = self.times.setdefault(switch, Times()).add

        @functools.wraps(contribution.call)
        def watched(*args: Any, **named: Any) -> Any:
            thread = get_ident()
            outer = running.get(thread)
            began = clock()
            running[thread] = turn = _NEW(Turn, (contribution, switch, began, outer))
            try:
                return call(*args, **named)
            except Exception:
                raise
            except BaseException as error:
                # In a thread of the server it would end the server.
                raise RuntimeError(_ended(error)) from error
            finally:
                took = clock() - began
                if outer is None or outer.switch != switch:
                    count(took)
                    if self.listening:
                        self._tell(thread, contribution, took)
                # Whoever takes the note away first has the say: this call, or the one who gave its thread up.
                if running.pop(thread, None) is None:
                    self._came_back(thread, turn, took)
                if outer is not None:
                    running[thread] = outer
                if self.late:
                    self._in_time(thread, switch)

        return watched

    def alive(self) -> None:
        """A sign of life of whatever runs in this thread."""
        thread = get_ident()
        if (turn := self._running.get(thread)) is not None:
            self._running[thread] = _renewed(turn, self.clock())

    def running(self, thread: int) -> Contribution | None:
        """What runs in a thread now."""
        turn = self._running.get(thread)
        return turn.contribution if turn else None

    def is_late(self, switch: str) -> bool:
        """Whether a call of this contribution takes too long right now."""
        return any(turn.switch == switch for turn in [*self.late.values(), *self.lost.values()])

    def look(self) -> list[Overdue]:
        """The calls that have become late or lost since the last look. Those who wait for them are told here."""
        now = self.clock()
        found = [self._judge(thread, turn, now) for thread, turn in list(self._running.items())]
        overdue = [each for each in found if each is not None]
        for each in overdue:
            if told := self.waiting.get(each.thread):
                told(each)
        return overdue

    def _tell(self, thread: int, contribution: Contribution, took: float) -> None:
        if told := self.listening.get(thread):
            told(contribution, took)

    def _came_back(self, thread: int, turn: Turn, took: float) -> None:
        self.late.pop(thread, None)
        self.lost.pop(thread, None)
        raise Late(f"{turn.switch} came back after {took:.0f} s, when nobody waited for it any more")

    def _in_time(self, thread: int, switch: str) -> None:
        late = self.late.get(thread)
        if late is not None and late.switch == switch:
            self.late.pop(thread, None)

    def _judge(self, thread: int, turn: Turn, now: float) -> Overdue | None:
        seconds = now - turn.since
        late, lost = self.patience.limits(turn.contribution, asked=thread in self.waiting)
        if seconds >= lost and self._running.pop(thread, None) is not None:
            self.lost[thread] = turn
            return Overdue(turn.contribution, thread, seconds, _stack(thread), lost=True)
        if seconds >= late and thread not in self.late:
            self.late[thread] = turn
            return Overdue(turn.contribution, thread, seconds, _stack(thread), lost=False)
        return None


def switch_of(contribution: Contribution) -> str:
    """What a contribution is paused and timed by: one function may serve several kinds and entities."""
    return f"{contribution.kind} {contribution.entity} {contribution.key}"


def _ended(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"it called sys.exit({error.code!r})"
    return f"it raised {type(error).__name__}"


def _renewed(turn: Turn, now: float) -> Turn:
    return turn._replace(since=now, outer=_renewed(turn.outer, now) if turn.outer else None)


def _stack(thread: int) -> str:
    frame = sys._current_frames().get(thread)  # noqa: SLF001  # the one public way to ask this, for all its underscore
    return "".join(traceback.format_stack(frame, limit=20)) if frame else ""
