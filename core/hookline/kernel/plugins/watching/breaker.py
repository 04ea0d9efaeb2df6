"""`Breaker`: leaves out what keeps failing or keeps people waiting, for a while, and then gives it one more chance."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

FAILURES: Final = 5
DEADLINES: Final = 3
WINDOW: Final = 60.0
PAUSE: Final = 300.0
# So many pauses within a day, and it stays out until an administrator gives it another chance.
PAUSES: Final = 3
DAY: Final = 86_400.0
_NEVER: Final = 4e9

Why = Literal["failed", "late", "hung"]
_COUNTED: Final[tuple[Why, ...]] = ("failed", "late")


@dataclass(frozen=True)
class Pause:
    """A contribution that is left out: since and until when (seconds since the epoch), and why.

    `begun` are the beginnings of its pauses within a day. One in `quarantine` has no end but an administrator's word.
    """

    key: str
    why: Why
    since: float
    until: float
    begun: tuple[float, ...] = ()

    @property
    def quarantine(self) -> bool:
        """Whether it stays out until somebody lets it in again."""
        return self.until == _NEVER


@dataclass
class Breaker:
    """What failed `FAILURES` times or was late `DEADLINES` times within `WINDOW` seconds is paused for `PAUSE` seconds.

    What hangs is paused at once. After its pause it is tried again: one success forgets the past, one failure pauses it
    anew, and the third pause of a day has no end. `untold` are the pauses that have begun and are written down nowhere.
    """

    clock: Callable[[], float] = time.time
    # Whether anything was ever paused: a cheap question that comes before the others, at every call of a plugin.
    tripped: bool = False
    untold: deque[Pause] = field(default_factory=deque)
    _failed: dict[tuple[str, Why], deque[float]] = field(default_factory=dict)
    _paused: dict[str, Pause] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def failed(self, key: str, why: Why = "failed") -> None:
        """Count a failure."""
        now = self.clock()
        with self._lock:
            if self._begins(key, why, now):
                self._begin(key, why, now)

    def succeeded(self, key: str) -> None:
        """Forget a pause that is over; the pauses of the day are still counted."""
        if key in self._paused:
            with self._lock:
                pause = self._paused.get(key)
                if pause is not None and not self._is_on(pause) and pause.until:
                    self._paused[key] = replace(pause, until=0.0)
                    self._forget_failures(key)

    def paused(self, key: str) -> bool:
        """Whether it is left out now."""
        return self.pause(key) is not None

    def pause(self, key: str) -> Pause | None:
        """How it is left out now, if it is."""
        found = self._paused.get(key)
        return found if found is not None and self._is_on(found) else None

    def pauses(self) -> list[Pause]:
        """What is left out now."""
        return [pause for pause in list(self._paused.values()) if self._is_on(pause)]

    def retry(self, keys: Iterable[str]) -> list[Pause]:
        """Give these another chance, with nothing held against them. The pauses that this ends."""
        with self._lock:
            ended = [pause for key in keys if (pause := self._paused.pop(key, None)) is not None]
            for pause in ended:
                self._forget_failures(pause.key)
            self.tripped = bool(self._paused)
        return [pause for pause in ended if self._is_on(pause)]

    def agree(self, told: Iterable[Pause]) -> None:
        """Pause what others have paused, and no more what they no longer do."""
        with self._lock:
            # What was tried since and did well is not held against it again.
            well = {(p.key, p.since) for p in self._paused.values() if not p.until}
            self._paused = {
                p.key: replace(p, until=0.0) if (p.key, p.since) in well and not p.quarantine else p
                for p in told
            }
            self.tripped = bool(self._paused)

    def _begins(self, key: str, why: Why, now: float) -> bool:
        before = self._paused.get(key)
        if before is not None and self._is_on(before):
            return False
        if why == "hung" or (before is not None and before.until):
            return True
        limit = FAILURES if why == "failed" else DEADLINES
        times = self._failed.setdefault((key, why), deque(maxlen=limit))
        times.append(now)
        return len(times) == limit and now - times[0] < WINDOW

    def _begin(self, key: str, why: Why, now: float) -> None:
        before = self._paused.get(key)
        lately = tuple(at for at in (before.begun if before else ()) if now - at < DAY)
        until = now + PAUSE if len(lately) + 1 < PAUSES else _NEVER
        pause = self._paused[key] = Pause(key, why, now, until, (*lately, now))
        self.tripped = True
        self.untold.append(pause)
        self._forget_failures(key)

    def _forget_failures(self, key: str) -> None:
        for why in _COUNTED:
            self._failed.pop((key, why), None)

    def _is_on(self, pause: Pause) -> bool:
        return pause.until > self.clock()
