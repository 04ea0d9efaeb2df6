"""The timeline of any record: what was done about it, what was changed, which files came; one statement for all of it."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    false,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)  # fmt: skip
from sqlalchemy.types import TypeEngine

from hookline.errors import Invalid, Problem
from hookline.errors import Text as Sentence
from hookline.kernel.actor import Action
from hookline.kernel.glimpses import glimpse, readable_column
from hookline.kernel.prepared import ask
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo
from hookline.kernel.sql_texts import constant
from hookline.kernel.tables import change
from hookline.kernel.types import Duration, Moment, json_type
from hookline.kernel.whole import Whole

PAGE: Final = 30
MOST_OPEN: Final = 8
MOST_PINNED: Final = 5
# What can be asked for alone, besides any kind of activity.
CHANGES, FILES = "changes", "files"
# Of what happened in the same instant the activity stands above the file and the file above the change.
_RANK: Final = {"activity": 3, "file": 2, "change": 1}

_ID: Final = bindparam("record_id", type_=BigInteger())
_KEY: Final = bindparam("record_key", type_=Text())

Cursor = tuple[datetime, int, int]

_ACTIVITY: Final = {
    "id": "id", "at": "done_at", "who": "owner", "kind": "kind", "title": "subject", "body": "body", "about": "about",
    "direction": "direction", "outcome": "outcome", "duration": "duration", "recording": "recording", "contact": "contact",
    "version": "version",
}  # fmt: skip
_FILE: Final = {
    "id": "id",
    "at": "created_at",
    "who": "created_by",
    "kind": "content_type",
    "title": "name",
    "size": "size",
}
_TYPES: Final[Mapping[str, TypeEngine[Any]]] = {
    "id": BigInteger(), "at": Moment(), "who": BigInteger(), "kind": Text(), "title": Text(), "body": Text(), "about": Text(),
    "direction": Text(), "outcome": Text(), "duration": Duration(), "recording": Text(), "contact": BigInteger(),
    "contact_name": Text(), "size": BigInteger(), "version": Integer(), "data": json_type(),
}  # fmt: skip


class Event(NamedTuple):
    """One thing on a timeline. `source` is "activity", "file" or "change"; `at` is when it happened, or is due while open.

    `changes` holds [old, new] as JSON of the fields that the viewer may read.
    """

    source: str
    id: int
    at: datetime | None
    who: int | None
    kind: str
    title: str
    body: str = ""
    about: str = ""
    direction: str = ""
    outcome: str = ""
    duration: timedelta | None = None
    recording: str = ""
    contact: tuple[int, str] | None = None
    size: int = 0
    version: int = 0
    changes: Mapping[str, tuple[Any, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Timeline:
    """A page of a record's timeline, newest first. `older` is the cursor of the next page, "" on the last.

    `open` is what is planned, soonest first; `pinned` the notes that stay on top. Both are empty on older pages.
    """

    events: Sequence[Event]
    open: Sequence[Event]
    pinned: Sequence[Event]
    older: str


def read_timeline(
    gate: Reads, record: Whole, *, show: str = "", before: str = "", limit: int = PAGE
) -> Timeline:
    """The timeline of a record that the actor has read. `show` narrows it to a kind of activity, "changes" or "files"."""
    cursor = _read_cursor(before) if before else None
    name = ("timeline", record.info.name, show, cursor is None, limit)
    place = dict(zip(("moment", "rank", "number"), cursor, strict=True)) if cursor else {}
    parameters = {"record_id": record.id, "record_key": record.key, **place}
    further = cursor is not None
    asked = ask(gate, name, lambda: _statement(gate, record.info, show, limit, further=further), parameters)
    readable = {f.name for f in gate.readable(record.info)}
    found: dict[str, list[Event]] = {}
    for row in asked.all():
        found.setdefault(row[0], []).append(_event(row, readable))
    past = sorted((e for source in _RANK for e in found.get(source, ())), key=_order, reverse=True)
    older = _cursor(past[limit - 1]) if len(past) > limit else ""
    opened = sorted(found.get("open", ()), key=lambda e: (e.at is None, e.at, e.id))
    return Timeline(past[:limit], opened, sorted(found.get("pinned", ()), key=_order, reverse=True), older)


def is_journal(info: EntityInfo) -> bool:
    """Whether people write about its records: they belong to somebody, people keep them, and they are not about a record."""
    return info.owned and not info.cls.by_house and "about" not in info.fields


def _statement(
    gate: Reads, record: EntityInfo, show: str, limit: int, *, further: bool
) -> CompoundSelect[Any]:
    parts = [_newest(*part, further=further).limit(limit + 1) for part in _past(gate, record, show)]
    if not further:
        parts += _standing(gate, record)
    return union_all(*(select(part.subquery()) for part in parts))


def _past(
    gate: Reads, record: EntityInfo, show: str
) -> Iterator[tuple[str, Select[Any], ColumnElement[Any], ColumnElement[Any]]]:
    """What has happened: each part with its time and its id."""
    if show not in (CHANGES, FILES) and gate.may("activity", Action.read):
        info = gate.schema["activity"]
        yield "activity", _activities(gate, info, record, show), info.table.c.done_at, info.table.c.id
    if show in ("", FILES) and gate.may("file", Action.read):
        info = gate.schema["file"]
        files = _look(gate, info, "file", _FILE, record).where(info.table.c.about == _KEY)
        yield "file", files, info.table.c.created_at, info.table.c.id
    yield (
        "change",
        _changes(record).where(true() if show in ("", CHANGES) else false()),
        change.c.at,
        change.c.id,
    )


def _standing(gate: Reads, record: EntityInfo) -> list[Select[Any]]:
    """What is planned, and the notes that stay on top."""
    if not gate.may("activity", Action.read):
        return []
    info = gate.schema["activity"]
    row = info.table.c
    planned = _concerning(gate, info, record, "open", _ACTIVITY | {"at": "due_at"}).where(
        row.done_at.is_(None)
    )
    pinned = _look(gate, info, "pinned", _ACTIVITY, record).where(
        row.about == _KEY, row.pinned.is_(True), row.done_at.is_not(None)
    )
    return [
        planned.order_by(row.due_at.is_(None), row.due_at, row.id).limit(MOST_OPEN),
        pinned.order_by(row.done_at.desc(), row.id.desc()).limit(MOST_PINNED),
    ]


def _activities(gate: Reads, info: EntityInfo, record: EntityInfo, kind: str) -> Select[Any]:
    row = info.table.c
    statement = _concerning(gate, info, record, "activity", _ACTIVITY).where(row.done_at.is_not(None))
    # A pinned note stands on top of its own record already.
    statement = statement.where(or_(row.pinned.is_(False), row.about != _KEY))
    return statement.where(row.kind == kind) if kind else statement


def _changes(record: EntityInfo) -> Select[Any]:
    columns = {
        "id": change.c.id, "at": change.c.at, "who": change.c.user, "kind": change.c.action, "title": change.c.cause,
        "version": change.c.version, "data": change.c.data,
    }  # fmt: skip
    return select(*_columns("change", columns)).where(change.c.entity == record.name, change.c.record == _ID)


def _concerning(
    gate: Reads, info: EntityInfo, record: EntityInfo, part: str, fields: Mapping[str, str]
) -> Select[Any]:
    """What is about the record itself, or names it: a company's timeline shows what was done on its deals."""
    names = [f.name for f in gate.readable(info) if f.target == record.name and f.kind == "reference"]
    concerns = or_(info.table.c.about == _KEY, *(info.table.c[name] == _ID for name in names))
    return _look(gate, info, part, fields, None if names else record).where(concerns)


def _look(
    gate: Reads, info: EntityInfo, part: str, fields: Mapping[str, str], about: EntityInfo | None
) -> Select[Any]:
    """The rows of an entity under the names that all parts share; fields that the actor may not see are empty.

    With `about` only rows about the record itself are asked for.
    """
    columns = {
        name: column
        for name, field in fields.items()
        if (column := readable_column(gate, info, field)) is not None
    }
    if "contact" in columns:
        columns["contact_name"] = _contact_name(gate, info)
    return glimpse(gate, info, *_columns(part, columns), about=about)


def _contact_name(gate: Reads, info: EntityInfo) -> ColumnElement[Any]:
    person = gate.schema["contact"]
    name = readable_column(gate, person, "name")
    if name is None:
        return cast(null(), Text())
    statement = glimpse(gate, person, name).where(person.table.c.id == info.table.c.contact)
    return statement.correlate(info.table).scalar_subquery()


def _columns(part: str, columns: Mapping[str, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """The same columns for every part; what a part does not have is empty."""
    own: list[ColumnElement[Any]] = [
        columns[name].label(name) if name in columns else cast(null(), kind).label(name)
        for name, kind in _TYPES.items()
    ]
    return [constant(part).label("part"), *own]


def _newest(
    part: str, statement: Select[Any], at: ColumnElement[Any], id: ColumnElement[Any], *, further: bool
) -> Select[Any]:  # fmt: skip
    """Newest first; `further` leaves out what stands above the place where the last page ended."""
    if further:
        moment, rank, number = (
            bindparam("moment", type_=Moment()),
            bindparam("rank", type_=Integer()),
            bindparam("number", type_=BigInteger()),
        )
        own = literal(_RANK[part], Integer())
        statement = statement.where(
            or_(at < moment, and_(at == moment, or_(own < rank, and_(own == rank, id < number))))
        )
    return statement.order_by(at.desc(), id.desc())


def _event(row: Sequence[Any], readable: set[str]) -> Event:
    """One row: its part, then its values in the order of _TYPES."""
    (
        part, id, at, who, kind, title, body, about, direction, outcome, duration, recording, contact, name, size, version, data,
    ) = row  # fmt: skip
    changes = {name: (pair[0], pair[1]) for name, pair in data.items() if name in readable} if data else {}
    return Event(
        part if part in _RANK else "activity", id, at, who, kind or "", title or "", body or "", about or "", direction or "",
        outcome or "", duration, recording or "", None if name is None else (contact, name), size or 0, version or 0, changes,
    )  # fmt: skip


def _order(event: Event) -> Cursor:
    assert event.at is not None, "only what has happened is in order of time"
    return event.at, _RANK[event.source], event.id


def _cursor(event: Event) -> str:
    at, rank, id = _order(event)
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), rank, id]).encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> Cursor:
    try:
        at, rank, id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(at)
        assert moment.tzinfo is not None
        assert type(rank) is int
        assert type(id) is int
        assert 0 < id < 2**63
    except Exception as error:
        problem = Problem("before", Sentence("This page is no longer there. Start again from the first one."))
        raise Invalid([problem]) from error
    return moment, rank, id
