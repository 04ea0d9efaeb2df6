"""How units are held, as the settings say."""

import datetime as dt
from collections.abc import Iterator

from hookline_sdk import Gate, Mapped, Problem, Settings, Text, integer

from hookline_real_estate.plugin import plugin


@plugin.settings("Holds", icon="lock")
class Terms(Settings):
    """How units are held. A paid hold does not run out."""

    days: Mapped[int] = integer("A hold lasts, days", minimum=1, maximum=365, default=3)
    longest: Mapped[int] = integer(
        "With all that it is prolonged at most, days", minimum=1, maximum=3650, default=30
    )
    warning: Mapped[int] = integer("Warn before it runs out, hours", minimum=1, maximum=720, default=24)

    def check(self) -> Iterator[Problem]:
        """A hold may last as long as it lasts at first."""
        if self.days and self.longest and self.longest < self.days:
            yield Problem("longest", Text("A hold lasts %(days)s days already at first.", days=self.days))


def usual_end(gate: Gate) -> dt.datetime:
    """Until when a unit is held when nobody says it."""
    return gate.now + dt.timedelta(days=Terms.of(gate).days)


def last_end(gate: Gate, since: dt.datetime) -> dt.datetime:
    """Until when a hold that began then can be prolonged."""
    return since + dt.timedelta(days=Terms.of(gate).longest)
