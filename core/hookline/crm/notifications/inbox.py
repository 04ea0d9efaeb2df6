"""The inbox: what somebody was told, as far as the records behind it may still be seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, delete, or_, select, update

from hookline.crm.core import core
from hookline.crm.imports.runs import run_table
from hookline.crm.notifications.tables import UNREAD, Kind, notification
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Record
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo
from hookline.kernel.titles import keys_by_entity, titles_of

PAGE: Final = 40
# A bell counts no further.
MOST_COUNTED: Final = 99
IMPORT, EXPORT, WEBHOOK = "import", "export", "webhook"
_READ_KEPT: Final = timedelta(days=60)
_UNREAD_KEPT: Final = timedelta(days=365)


@dataclass(frozen=True)
class Notice:
    """One line of the inbox. `title` is the record's, "" for several of them; `about` is what an activity is about.

    `excerpt` is the text in which somebody is mentioned.
    """

    id: int
    kind: Kind
    entity: str
    record: int
    title: str
    by: int | None
    at: datetime
    count: int
    word: str
    detail: int | None
    read: bool
    about: tuple[str, int, str] | None = None
    excerpt: str = ""


@dataclass(frozen=True)
class Page:
    """Notices, newest first. `older` is the place where the next page begins, "" on the last."""

    notices: Sequence[Notice]
    older: str


def list_notices(
    gate: Reads, *, unread: bool = False, kind: Kind | None = None, before: str = "", limit: int = PAGE
) -> Page:
    """A page of the actor's inbox: three statements at most."""
    asked = _mine(gate).where(notification.c.shown.is_(True))
    if unread:
        asked = asked.where(UNREAD)
    if kind is not None:
        asked = asked.where(notification.c.kind == kind)
    if before:
        at, id = _read_place(before)
        asked = asked.where(
            or_(notification.c.at < at, and_(notification.c.at == at, notification.c.id < id))
        )
    rows = _rows(gate, asked.limit(limit + 1))
    older = f"{rows[limit - 1]['at'].isoformat()}~{rows[limit - 1]['id']}" if len(rows) > limit else ""
    return Page(read_notices(gate, rows[:limit]), older)


def count_unread(gate: Reads) -> int:
    """How many unread notices the actor may see, up to one more than MOST_COUNTED."""
    asked = _mine(gate).where(notification.c.shown.is_(True), UNREAD).limit(MOST_COUNTED + 1)
    return len(read_notices(gate, _rows(gate, asked)))


def find_notice(gate: Reads, id: int) -> Notice:
    """One of the actor's own notices. NotFound when it is not, or the record may no longer be seen."""
    found = read_notices(gate, _rows(gate, _mine(gate).where(notification.c.id == id)))
    if not found:
        raise NotFound
    return found[0]


def mark_read(gate: Gate, ids: Sequence[int] | None = None) -> int:
    """Mark some of the actor's notices as read, or all. How many were not yet."""
    wanted = () if ids is None else (notification.c.id.in_(ids),)
    mine = update(notification).where(notification.c.user == gate.actor.user, UNREAD, *wanted)
    return gate.tx.run(mine.values(read_at=gate.now), why="notifications").rowcount


def mark_unread(gate: Gate, id: int) -> None:
    """Let a notice stand as new again. One of the same matter that came since stands for both."""
    row = next(iter(_rows(gate, _mine(gate).where(notification.c.id == id))), None)
    if row is None:
        raise NotFound
    table = notification.c
    same = (
        table.user == row["user"],
        table.kind == row["kind"],
        table.entity == row["entity"],
        table.record == row["record"],
    )
    if gate.tx.run(select(table.id).where(*same, UNREAD), why="notifications").first() is None:
        gate.tx.run(update(notification).where(table.id == id).values(read_at=None), why="notifications")


def read_notices(gate: Reads, rows: Sequence[Mapping[str, Any]]) -> list[Notice]:
    """Rows as notices, without those whose records the actor may not see, or whose titles."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        if row["record"] and row["entity"] in gate.schema.entities:
            wanted.setdefault(row["entity"], set()).add(row["record"])
    texts = {row["detail"] for row in rows if row["kind"] == Kind.mention}
    acts = _activities(gate, wanted.get("activity", set()) | texts)
    for entity, ids in keys_by_entity(about for about, _ in acts.values()).items():
        wanted.setdefault(entity, set()).update(ids)
    titles = titles_of(gate, wanted) if wanted else {}
    files = _files(gate, [row["record"] for row in rows if row["entity"] == IMPORT])
    return [notice for row in rows if (notice := _notice(gate, row, titles, acts, files)) is not None]


def prune(tx: Transaction, now: datetime) -> int:
    """Forget what was read, or lay unread, long ago. Returns how many."""
    old = or_(notification.c.read_at < now - _READ_KEPT, notification.c.at < now - _UNREAD_KEPT)
    return tx.run(delete(notification).where(old), why="housekeeping").rowcount


@core.forget(Record)
def forget_notices(gate: Gate, info: EntityInfo, ids: Sequence[int]) -> None:
    """Nobody is led to a record that was erased."""
    mine = delete(notification).where(notification.c.entity == info.name, notification.c.record.in_(ids))
    gate.tx.run(mine, why="notifications")


def _mine(gate: Reads) -> Select[Any]:
    asked = select(notification).where(notification.c.user == gate.actor.user)
    return asked.order_by(notification.c.at.desc(), notification.c.id.desc())


def _rows(gate: Reads, asked: Select[Any]) -> list[Mapping[str, Any]]:
    return [dict(row) for row in gate.tx.run(asked, why="notifications").mappings()]


def _activities(gate: Reads, ids: set[int]) -> dict[int, tuple[str, str]]:
    """What these activities are about, and their texts."""
    if not ids or not gate.may("activity", Action.read):
        return {}
    source = gate.source("activity").c
    columns = [source[name] for name in ("about", "body") if name in source]
    found: dict[int, tuple[str, str]] = {}
    for id, *values in gate.run(select(source.id, *columns).where(source.id.in_(sorted(ids)))):
        told = dict(zip((column.name for column in columns), values, strict=True))
        found[id] = told.get("about") or "", told.get("body") or ""
    return found


def _files(gate: Reads, ids: Sequence[int]) -> dict[int, str]:
    """What the files were called that the actor has imported."""
    mine = (run_table.c.id.in_(ids), run_table.c.user == gate.actor.user)
    asked = select(run_table.c.id, run_table.c.file_name).where(*mine)
    return {row.id: row.file_name for row in gate.tx.run(asked, why="imports")} if ids else {}


def _notice(
    gate: Reads, row: Mapping[str, Any], titles: Mapping[tuple[str, int], str], acts: Mapping[int, tuple[str, str]],
    files: Mapping[int, str],
) -> Notice | None:  # fmt: skip
    entity, record = row["entity"], row["record"]
    if entity in gate.schema.entities:
        seen = (entity, record) in titles if record else gate.may(entity, Action.read)
    else:
        seen = record in files if entity == IMPORT else entity in (EXPORT, WEBHOOK)
    if not seen:
        return None
    about, _ = acts.get(record, ("", "")) if entity == "activity" else ("", "")
    _, text = acts.get(row["detail"], ("", "")) if row["kind"] == Kind.mention else ("", "")
    kept = ("id", "entity", "record", "by", "at", "count", "word", "detail")
    return Notice(
        **{name: row[name] for name in kept}, kind=Kind(row["kind"]), read=row["read_at"] is not None,
        title=titles.get((entity, record)) or (files.get(record, "") if entity == IMPORT else ""),
        about=_about(about, titles), excerpt=text,
    )  # fmt: skip


def _about(key: str, titles: Mapping[tuple[str, int], str]) -> tuple[str, int, str] | None:
    for entity, ids in keys_by_entity([key]).items():
        for id in ids:
            if (entity, id) in titles:
                return entity, id, titles[entity, id]
    return None


def _read_place(before: str) -> tuple[datetime, int]:
    at, _, id = before.partition("~")
    try:
        moment, number = datetime.fromisoformat(at), int(id)
    except ValueError:
        moment, number = datetime.max.replace(tzinfo=UTC), 0
    if moment.tzinfo is None or not 0 < number < 2**63:
        raise Invalid(
            [Problem("before", Text("This page is no longer there. Start again from the first one."))]
        )
    return moment.astimezone(UTC), number
