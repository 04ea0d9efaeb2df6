"""What each person wants to be told of, and how: in the app, by a letter at once, by a letter once a day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from hookline.crm.access.users import User
from hookline.crm.notifications.tables import Kind, Mail, choice
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.db import Transaction
from hookline.kernel.gate import Gate

HOUR: Final = 8
_TOLD_DAILY: Final = frozenset({Kind.mention, Kind.assigned, Kind.shared})


@dataclass(frozen=True)
class Way:
    """How somebody is told of one kind."""

    shown: bool = True
    mail: Mail = Mail.never


# What is for nobody else comes by letter too, should the app stay closed.
USUAL: Final[Mapping[Kind, Way]] = {
    kind: Way(mail=Mail.daily if kind in _TOLD_DAILY else Mail.never) for kind in Kind
}


@dataclass(frozen=True)
class Choices:
    """One person's choice. `hour` is that of the daily letter, where the person is."""

    ways: Mapping[Kind, Way] = field(default_factory=lambda: USUAL)
    hour: int = HOUR
    time_zone: str = "UTC"

    def last_hour(self, now: datetime) -> datetime:
        """When the daily letter was last due."""
        here = now.astimezone(ZoneInfo(self.time_zone))
        due = here.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        return (due if due <= here else due - timedelta(days=1)).astimezone(now.tzinfo)


def choices_of(tx: Transaction, users: Collection[int]) -> dict[int, Choices]:
    """The choices of those of these people who work here, in one statement."""
    user = User.__table__
    asked = select(user.c.id, user.c.time_zone, choice.c.kinds, choice.c.hour).outerjoin(
        choice, choice.c.user == user.c.id
    )
    here = (user.c.active.is_(True), user.c.trashed_at.is_(None))
    found = tx.run(asked.where(user.c.id.in_(sorted(users)), *here), why="notifications")
    return {
        row.id: Choices(_ways(row.kinds), row.hour if row.hour is not None else HOUR, row.time_zone)
        for row in found
    }


def choose(gate: Gate, ways: Mapping[Kind, Way], hour: int) -> None:
    """Keep the actor's own choice."""
    if not 0 <= hour < 24:
        raise Invalid([Problem("hour", Text("%(value)s is not one of the choices.", value=hour))])
    user = gate.actor.user
    kinds = {kind.value: [way.shown, way.mail.value] for kind, way in ways.items()}
    gate.tx.run(delete(choice).where(choice.c.user == user), why="notifications")
    gate.tx.run(insert(choice).values(user=user, kinds=kinds, hour=hour), why="notifications")


def _ways(kept: Mapping[str, Any] | None) -> dict[Kind, Way]:
    """As kept; a kind that came later as usual."""
    told = kept or {}
    return {
        kind: Way(bool(told[kind][0]), Mail(told[kind][1])) if kind in told else usual
        for kind, usual in USUAL.items()
    }
