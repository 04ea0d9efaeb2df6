"""`Story`: what a plugin's part of the demo is told with: today, the people, and words for readers of each language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hookline.kernel.gate import Gate


def at_hour(day: date, hour: float, zone: ZoneInfo) -> datetime:
    """This hour as the clocks of the zone show it, also on the day on which they change; aware, UTC."""
    return (datetime.combine(day, time(), zone) + timedelta(hours=hour)).astimezone(UTC)


@dataclass(frozen=True)
class StoryPerson:
    """Somebody of the story: a user's id, the whole name, the team and the language that person reads."""

    id: int
    name: str
    team: int | None
    language: str


@dataclass(frozen=True)
class Story:
    """The demo as it is told today. `people` are the house's, by first name, in the order in which they came.

    So that both languages are there, a record is told in the words of whoever it belongs to:
    `story.say(person, "Two rooms by the park", "Две комнаты у парка")`.
    """

    today: date
    people: Mapping[str, StoryPerson]
    zone: ZoneInfo
    _gate_of: Callable[[StoryPerson], Gate] = field(repr=False)

    def say(self, to: StoryPerson, english: str, russian: str) -> str:
        """These words in the person's language."""
        return russian if to.language == "ru" else english

    def at(self, days: float, hour: float = 9) -> datetime:
        """So many days ago (negative: ahead) at this hour in the house's zone; aware, UTC."""
        return at_hour(self.today - timedelta(days=int(days)), hour, self.zone)

    def as_(self, person: StoryPerson) -> Gate:
        """A gate in which this person acts, with the house's rights, in the same transaction."""
        return self._gate_of(person)
