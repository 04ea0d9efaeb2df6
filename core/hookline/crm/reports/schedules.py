"""Reports by e-mail: which report, when, and to whom of the house; each letter holds what its reader may see."""

import datetime as dt
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    delete,
    func,
    insert,
    select,
    update,
)

from hookline.crm.access.actors import directory
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment, json_type

EVERY: Final = ("day", "week", "month")
MOST: Final = 20
MOST_RECIPIENTS: Final = 50
_LONGEST: Final = 2000
_DAY: Final = dt.timedelta(days=1)

table = house_table(
    "report_schedule",
    Column("id", Id, primary_key=True),
    Column("owner", BigInteger, ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("report", String(200), nullable=False),
    Column("query", String(_LONGEST), nullable=False),
    Column("every", String(10), nullable=False),
    Column("on", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("zone", String(60), nullable=False),
    Column("recipients", json_type(), nullable=False),
    Column("paused", Boolean, nullable=False, default=False),
    Column("due_at", Moment(), nullable=False),
    Column("last_at", Moment()),
    Column("results", json_type(), nullable=False),
    Index("ix_report_schedule_due", "due_at"),
    Index("ix_report_schedule_owner", "owner"),
)


@dataclass(frozen=True)
class Plan:
    """When: each day, each week `on` a weekday (0 is Monday), each month `on` a day; at an hour on the clock of a zone.

    A month that is shorter than the day sends on its last one.
    """

    every: str
    on: int
    hour: int
    zone: str

    def following(self, moment: dt.datetime) -> dt.datetime:
        """The first moment after this one at which it is time, in UTC. An hour that the clock skips is the next there is."""
        here = moment.astimezone(ZoneInfo(self.zone))
        day = here.date() - _DAY
        while True:
            day += _DAY
            due = self._on(day)
            if due is not None and due > moment:
                return due

    def _on(self, day: dt.date) -> dt.datetime | None:
        last = monthrange(day.year, day.month)[1]
        fits = {"day": True, "week": day.weekday() == self.on, "month": day.day == min(self.on, last)}
        if not fits[self.every]:
            return None
        return dt.datetime.combine(day, dt.time(self.hour), ZoneInfo(self.zone)).astimezone(dt.UTC)


@dataclass(frozen=True)
class Schedule:
    """A report that goes out by itself. `results` says of each recipient what came of the last time: "sent" or why not."""

    id: int
    owner: int
    report: str
    query: str
    plan: Plan
    recipients: Sequence[int]
    paused: bool
    due_at: dt.datetime
    last_at: dt.datetime | None
    results: Mapping[str, str]


def list_schedules(gate: Reads, report: str = "") -> list[Schedule]:
    """The actor's own, of one report or of all."""
    mine = [table.c.owner == gate.actor.user, *([table.c.report == report] if report else [])]
    rows = gate.tx.run(select(table).where(*mine).order_by(table.c.id), why="report letters").mappings()
    return [_read(row) for row in rows]


def get_schedule(gate: Reads, id: int) -> Schedule:
    """One of the actor's own; NotFound otherwise."""
    found = find_schedule(gate.tx, id)
    if found is None or found.owner != gate.actor.user:
        raise NotFound
    return found


def find_schedule(tx: Transaction, id: int) -> Schedule | None:
    """Any of them, for the job that sends it."""
    row = tx.run(select(table).where(table.c.id == id), why="report letters").mappings().first()
    return None if row is None else _read(row)


def keep_schedule(
    gate: Gate, report: str, query: str, plan: Plan, recipients: Sequence[int], id: int | None = None
) -> int:
    """Send a report by itself from now on, or change how. Invalid when the plan or somebody among the readers will not do."""
    _check(gate, query, plan, recipients)
    values = {
        "query": query, "every": plan.every, "on": plan.on, "hour": plan.hour, "zone": plan.zone,
        "recipients": list(dict.fromkeys(recipients)), "due_at": plan.following(gate.now),
    }  # fmt: skip
    if id is not None:
        get_schedule(gate, id)
        gate.tx.run(update(table).where(table.c.id == id).values(**values), why="report letters")
        return id
    mine = select(func.count()).where(table.c.owner == gate.actor.user)
    if gate.tx.run(mine, why="report letters").scalar_one() >= MOST:
        raise Invalid(
            [Problem("", Text("%(count)s reports go out already. End one of them first.", count=MOST))]
        )
    row = {**values, "owner": gate.actor.user, "report": report, "paused": False, "results": {}}
    made = insert(table).values(**row).returning(table.c.id)
    return int(gate.tx.run(made, why="report letters").scalar_one())


def pause_schedule(gate: Gate, id: int, *, paused: bool) -> None:
    """Let it rest, or go on: what was missed meanwhile is not made up for."""
    found = get_schedule(gate, id)
    values = {"paused": paused, "due_at": found.plan.following(gate.now)}
    gate.tx.run(update(table).where(table.c.id == id).values(**values), why="report letters")


def end_schedule(gate: Gate, id: int) -> None:
    """Send it no more."""
    get_schedule(gate, id)
    gate.tx.run(delete(table).where(table.c.id == id), why="report letters")


def take_due(tx: Transaction, now: dt.datetime) -> list[Schedule]:
    """Those whose time has come, each put on to its next time: however often it was missed, it goes out once."""
    due = select(table).where(table.c.paused.is_(False), table.c.due_at <= now).order_by(table.c.id)
    found = [_read(row) for row in tx.run(due.with_for_update(), why="report letters").mappings()]
    for schedule in found:
        values = {"due_at": schedule.plan.following(now), "last_at": now, "results": {}}
        tx.run(update(table).where(table.c.id == schedule.id).values(**values), why="report letters")
    return found


def note_result(tx: Transaction, id: int, user: int, result: str) -> None:
    """Keep what came of sending it to somebody."""
    row = tx.run(
        select(table.c.results).where(table.c.id == id).with_for_update(), why="report letters"
    ).first()
    if row is not None:
        results = {**row.results, str(user): result[:500]}
        tx.run(update(table).where(table.c.id == id).values(results=results), why="report letters")


def _check(gate: Gate, query: str, plan: Plan, recipients: Sequence[int]) -> None:
    problems = []
    known = directory(gate).people
    if plan.every not in EVERY:
        text = Text("%(value)s is not one of the choices.", value=plan.every[:40])
        problems.append(Problem("every", text))
    lowest, highest = {"week": (0, 6), "month": (1, 31)}.get(plan.every, (0, 31))
    if not lowest <= plan.on <= highest:
        problems.append(Problem("on", Text("Choose a day.")))
    if not 0 <= plan.hour < 24:
        problems.append(Problem("hour", Text("Choose an hour.")))
    if not recipients or any(id not in known or not known[id].active for id in recipients):
        problems.append(Problem("recipients", Text("Choose people who work here.")))
    if len(recipients) > MOST_RECIPIENTS:
        text = Text("At most %(count)s people can get it.", count=MOST_RECIPIENTS)
        problems.append(Problem("recipients", text))
    if len(query) > _LONGEST:
        problems.append(Problem("", Text("This report is asked too much to be kept. Choose less.")))
    if problems:
        raise Invalid(problems)


def _read(row: Mapping[Any, Any]) -> Schedule:
    plan = Plan(row["every"], row["on"], row["hour"], row["zone"])
    names = ("id", "owner", "report", "query", "paused", "due_at", "last_at", "results")
    return Schedule(**{name: row[name] for name in names}, plan=plan, recipients=row["recipients"])
