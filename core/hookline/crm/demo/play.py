"""`Play`: acts at their times. Each is done by one of the house's people, as if the clock stood where it did then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hookline.kernel.actor import Actor, house
from hookline.kernel.db import Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.stories import at_hour

Act = Callable[[Gate], None]

_ZONE = ZoneInfo("Europe/Amsterdam")
_SATURDAY = 5


@dataclass
class Play:
    """Acts are named in any order and performed in the order of their times, so that histories read as they should.

    `people` are users by first name. `ids` keeps what later acts need: ids by any name.
    """

    home: Installation
    tx: Transaction
    people: Mapping[str, int]
    ids: dict[str, int] = field(default_factory=dict)
    _acts: list[tuple[datetime, int, str, Act]] = field(default_factory=list)

    def now(self) -> datetime:
        """The moment at which the story is told."""
        return self.home.clock()

    def at(self, days: float, hour: float) -> datetime:
        """So many days ago (negative: ahead) at this hour in the house's zone, on a working day."""
        day = self.now().astimezone(_ZONE).date() - timedelta(days=int(days))
        if days and day.weekday() >= _SATURDAY:
            day += timedelta(days=7 - day.weekday()) if days < 0 else timedelta(days=4 - day.weekday())
        return at_hour(day, hour, _ZONE)

    def do(self, when: datetime, who: str, act: Act) -> None:
        """Something that somebody did. What would lie ahead was done a moment ago."""
        self._acts.append((min(when, self.now()), len(self._acts), who, act))

    def perform(self) -> None:
        """Do everything."""
        gates = {who: self.home.gate(self.tx, self.actor(who)) for who in self.people}
        for when, _, who, act in sorted(self._acts, key=lambda a: a[:2]):
            gates[who].now = when
            act(gates[who])
        self._acts.clear()

    def actor(self, who: str) -> Actor:
        """One of the people, with the house's rights."""
        return replace(house("demo"), user=self.people[who], name=who)
