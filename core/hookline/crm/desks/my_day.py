"""My day: what a person has to do now, and what would otherwise be forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    literal,
    null,
    or_,
    select,
    union_all,
)  # fmt: skip
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from hookline.crm.activities import CAME_IN
from hookline.crm.pipelines import Pipelines, pipelines
from hookline.kernel.actor import Action
from hookline.kernel.glimpses import glimpse, readable_column
from hookline.kernel.prepared import ask
from hookline.kernel.reads import Reads
from hookline.kernel.types import Moment, Scaled

AHEAD: Final = timedelta(days=7)
# An unanswered call from long ago is not forgotten but settled.
BEHIND: Final = timedelta(days=30)
MOST_TASKS: Final = 60
MOST: Final = 8

_DEAL: Final[Mapping[str, TypeEngine[Any]]] = {
    "id": BigInteger(), "title": Text(), "company": BigInteger(), "stage": BigInteger(), "since": Moment(), "amount": Scaled(2),
    "currency": Text(), "close": Date(), "next": Moment(),
}  # fmt: skip


@dataclass(frozen=True)
class Task:
    """An open activity of one's own."""

    id: int
    kind: str
    subject: str
    about: str
    due_at: datetime | None
    contact: int | None


@dataclass(frozen=True)
class DealInNeed:
    """A deal of one's own that has stood still ("rotting"), has nothing planned ("idle") or should close soon ("closing")."""

    id: int
    title: str
    company: int | None
    stage: int
    since: datetime | None
    amount: Any
    currency: str | None
    close: date | None
    next: datetime | None


@dataclass(frozen=True)
class Request:
    """A new lead: one's own, or nobody's yet."""

    id: int
    title: str
    channel: str
    source: int | None
    created_at: datetime
    mine: bool


@dataclass(frozen=True)
class Unanswered:
    """A message, letter or missed call that nobody has answered since."""

    id: int
    kind: str
    subject: str
    about: str
    at: datetime
    contact: int | None


@dataclass(frozen=True)
class MyDay:
    """Everything of one day. Tasks are sorted by their due time, those without one last."""

    tasks: Sequence[Task]
    rotting: Sequence[DealInNeed]
    idle: Sequence[DealInNeed]
    closing: Sequence[DealInNeed]
    leads: Sequence[Request]
    unanswered: Sequence[Unanswered]


def read_my_day(gate: Reads, today: date, tomorrow: datetime) -> MyDay:
    """The day of the actor. `today` is the date where the person is, `tomorrow` the moment that day ends. Four statements."""
    deals = _deals(gate, today)
    return MyDay(
        _tasks(gate, tomorrow + AHEAD), deals["rotting"], deals["idle"], deals["closing"], _leads(gate), _unanswered(gate),
    )  # fmt: skip


def _tasks(gate: Reads, until: datetime) -> list[Task]:
    if not gate.may("activity", Action.read):
        return []
    given = {"until": until, "me": gate.actor.user}
    rows = ask(gate, "my tasks", lambda: _ask_tasks(gate), given)
    return [Task(*row) for row in rows]


def _ask_tasks(gate: Reads) -> Select[Any]:
    info = gate.schema["activity"]
    row = info.table.c
    columns = _readable(gate, "activity", "id", "kind", "subject", "about", "due_at", "contact")
    soon = or_(row.due_at < bindparam("until", type_=Moment()), row.due_at.is_(None))
    statement = glimpse(gate, info, *columns).where(row.owner == _ME, row.done_at.is_(None), soon)
    return statement.order_by(row.due_at.is_(None), row.due_at, row.id).limit(MOST_TASKS)


def _deals(gate: Reads, today: date) -> dict[str, list[DealInNeed]]:
    found: dict[str, list[DealInNeed]] = {"rotting": [], "idle": [], "closing": []}
    if not gate.may("deal", Action.read):
        return found
    waits = sorted({s.expected_days for s in pipelines(gate).stages.values() if s.expected_days is not None})
    limits = {f"before_{days}": gate.now - timedelta(days=days) for days in waits}
    parameters = {"me": gate.actor.user, "soon": today + AHEAD, **limits}
    for part, *row in ask(gate, "my deals", lambda: _ask_deals(gate, pipelines(gate)), parameters):
        found[part].append(DealInNeed(*row))
    return found


def _ask_deals(gate: Reads, known: Pipelines) -> Any:
    info = gate.schema["deal"]
    row = info.table.c
    names = dict(
        zip(
            _DEAL,
            (
                "id",
                "name",
                "company",
                "stage",
                "stage_since",
                "amount",
                "currency",
                "expected_close",
                "next_activity",
            ),
            strict=True,
        )
    )
    read = {name: readable_column(gate, info, field) for name, field in names.items()}
    columns = [(c if c is not None else cast(null(), _DEAL[name])).label(name) for name, c in read.items()]
    mine = and_(row.owner == _ME, row.outcome == "open")
    parts = {
        "rotting": (_is_rotting(row, known), (row.stage_since, row.id)),
        "idle": (row.next_activity.is_(None), (row.amount.desc().nulls_last(), row.id)),
        "closing": (row.expected_close <= bindparam("soon", type_=Date()), (row.expected_close, row.id)),
    }
    selects = [
        glimpse(gate, info, literal(part).label("part"), *columns)
        .where(mine, condition)
        .order_by(*order)
        .limit(MOST)
        for part, (condition, order) in parts.items()
    ]
    return union_all(*(select(s.subquery()) for s in selects))


def _is_rotting(row: Any, known: Pipelines) -> ColumnElement[bool]:
    """Longer in its stage than is expected there."""
    by_days: dict[int, list[int]] = {}
    for stage in known.stages.values():
        if stage.kind == "open" and stage.expected_days is not None:
            by_days.setdefault(stage.expected_days, []).append(stage.id)
    old = [
        and_(row.stage.in_(ids), row.stage_since < bindparam(f"before_{days}", type_=Moment()))
        for days, ids in by_days.items()
    ]
    return or_(false(), *old)


def _leads(gate: Reads) -> list[Request]:
    if not gate.may("lead", Action.read):
        return []
    rows = ask(gate, "my leads", lambda: _ask_leads(gate), {"me": gate.actor.user})
    return [Request(*row) for row in rows]


def _ask_leads(gate: Reads) -> Select[Any]:
    info = gate.schema["lead"]
    row = info.table.c
    mine = case((row.owner == _ME, literal(True)), else_=literal(False)).label("mine")
    columns = _readable(gate, "lead", "id", "name", "channel", "source", "created_at")
    statement = glimpse(gate, info, *columns, mine).where(
        row.status == "new", or_(row.owner == _ME, row.owner.is_(None))
    )
    return statement.order_by(row.created_at.desc(), row.id.desc()).limit(MOST)


def _unanswered(gate: Reads) -> list[Unanswered]:
    if not gate.may("activity", Action.read):
        return []
    parameters = {"me": gate.actor.user, "since": gate.now - BEHIND}
    rows = ask(gate, "unanswered", lambda: _ask_unanswered(gate), parameters)
    return [Unanswered(*row) for row in rows]


def _ask_unanswered(gate: Reads) -> Select[Any]:
    """What came in and was not followed by anything outgoing about the same record, nor has anything planned there."""
    info = gate.schema["activity"]
    row, later = info.table.c, aliased(info.table)
    columns = _readable(gate, "activity", "id", "kind", "subject", "about", "done_at", "contact")
    missed = and_(row.kind == "call", row.outcome.in_(("no_answer", "call_back")))
    came = and_(CAME_IN, or_(row.kind.in_(("email", "message")), missed))
    same = and_(later.c.about == row.about, later.c.trashed_at.is_(None))
    answer = or_(
        and_(later.c.direction == "outgoing", later.c.done_at >= row.done_at), later.c.done_at.is_(None)
    )
    answered = exists(select(later.c.id).where(same, later.c.id != row.id, answer)).correlate(info.table)
    statement = glimpse(gate, info, *columns).where(
        row.owner == _ME,
        came,
        row.done_at >= bindparam("since", type_=Moment()),
        row.about.is_not(None),
        ~answered,
    )
    return statement.order_by(row.done_at.desc(), row.id.desc()).limit(MOST)


_ME: Final = bindparam("me", type_=BigInteger())


def _readable(gate: Reads, entity: str, *names: str) -> list[ColumnElement[Any]]:
    """These columns in this order; what the actor may not read is empty."""
    info = gate.schema[entity]
    found = ((name, readable_column(gate, info, name)) for name in names)
    return [(c if c is not None else cast(null(), info.table.c[name].type)).label(name) for name, c in found]
