"""`Breaker`: leaves out what keeps failing, for a while, and then gives it one more chance."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

FAILURES: Final = 5
WINDOW: Final = 60.0
PAUSE: Final = 300.0


@dataclass
class Breaker:
    """What failed `FAILURES` times within `WINDOW` seconds is paused for `PAUSE` seconds.

    After that it is tried again: one success forgets the past, one failure pauses it anew.
    """

    clock: Callable[[], float] = monotonic
    _failed: dict[str, deque[float]] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def failed(self, key: str) -> None:
        """Count a failure."""
        now = self.clock()
        with self._lock:
            times = self._failed.setdefault(key, deque(maxlen=FAILURES))
            times.append(now)
            if key in self._until or (len(times) == FAILURES and now - times[0] < WINDOW):
                self._until[key] = now + PAUSE

    def succeeded(self, key: str) -> None:
        """Forget a pause that is over."""
        if key in self._until:
            with self._lock:
                self._until.pop(key, None)
                self._failed.pop(key, None)

    def paused(self, key: str) -> bool:
        """Whether it is left out now."""
        return self._until.get(key, 0.0) > self.clock()
