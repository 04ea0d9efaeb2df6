"""`Clock`: the time by which an installation under test lives. It stands still until a test moves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

# A Tuesday in spring, at half past nine.
NOW: Final = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)


@dataclass
class Clock:
    """`clock.now` is the aware UTC time; `clock.move(days=3)` lets time pass, `clock.set(moment)` puts it somewhere."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """The time, as an installation asks for it."""
        return self.now

    def move(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Let so much time pass; the time it is then."""
        self.now += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self.now

    def set(self, moment: datetime) -> None:
        """Put the clock to a moment, which must be aware: `datetime(2026, 4, 1, tzinfo=UTC)`."""
        assert moment.tzinfo is not None, f"{moment} says of no time zone; write tzinfo=UTC"
        self.now = moment.astimezone(UTC)
