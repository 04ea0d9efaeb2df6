"""A person's desk: which page the day begins with, and which reports are the favourites."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Exists, ForeignKey, bindparam, exists, insert, select, update

from hookline.errors import Invalid, Problem, Text
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.tables import house_table
from hookline.kernel.types import json_type

MOST_FAVOURITES: Final = 40

table = house_table(
    "desk",
    Column("user", BigInteger, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("start", BigInteger),
    Column("favourites", json_type(), nullable=False),
)

_OWN: Final = select(table.c.start, table.c.favourites).where(table.c.user == bindparam("of_user"))


@dataclass(frozen=True)
class Desk:
    """`start` is the dashboard that the person begins with, None for My day; `favourites` are the keys of reports."""

    start: int | None = None
    favourites: Sequence[str] = ()


def read_desk(gate: Reads) -> Desk:
    """The actor's own."""
    row = gate.tx.run(_OWN, {"of_user": gate.actor.user}, why="desks").first()
    return Desk(row.start, tuple(row.favourites)) if row is not None else Desk()


def has_desk(user: Column[Any]) -> Exists:
    """Whether the user of a statement has ever arranged the own desk."""
    return exists().where(table.c.user == user)


def start_with(gate: Gate, dashboard: int | None) -> None:
    """Begin the day with this dashboard, or with My day."""
    _write(gate, start=dashboard)


def mark_favourite(gate: Gate, report: str, *, wanted: bool) -> None:
    """Put a report among the favourites, or take it away."""
    rest = [key for key in read_desk(gate).favourites if key != report]
    if wanted and len(rest) >= MOST_FAVOURITES:
        raise Invalid([Problem("", Text("These are enough favourites. Take one away first."))])
    _write(gate, favourites=[*rest, report] if wanted else rest)


def _write(gate: Gate, **values: Any) -> None:
    mine = table.c.user == gate.actor.user
    if gate.tx.run(update(table).where(mine).values(**values), why="desks").rowcount == 0:
        row = {"user": gate.actor.user, "start": None, "favourites": [], **values}
        gate.tx.run(insert(table).values(**row), why="desks")
