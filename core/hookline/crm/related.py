"""What belongs to a record: the lists of those that point at it, its relations, its files, and its stays in stages.

One statement for all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    bindparam,
    cast,
    false,
    func,
    null,
    or_,
    select,
    union_all,
)  # fmt: skip
from sqlalchemy.types import TypeEngine

from hookline.crm.pipelines import interval
from hookline.crm.stages import Stay
from hookline.kernel.actor import Action
from hookline.kernel.entity import link_table
from hookline.kernel.fields import Field
from hookline.kernel.glimpses import glimpse, readable_column
from hookline.kernel.prepared import as_dicts, ask
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo
from hookline.kernel.sql_texts import constant
from hookline.kernel.trees import with_those_below
from hookline.kernel.types import Moment, Scaled
from hookline.kernel.whole import Whole

SHOWN: Final = 5
# Counting further would cost more than the number is worth.
MOST_COUNTED: Final = 100

_ID: Final = bindparam("record_id", type_=BigInteger())
_KEY: Final = bindparam("record_key", type_=Text())
_TYPES: Final[Mapping[str, TypeEngine[Any]]] = {
    "id": BigInteger(), "title": Text(), "note": Text(), "stage": BigInteger(), "choice": Text(), "amount": Scaled(2),
    "currency": Text(), "email": Text(), "phone": Text(), "about": Text(), "other": Text(),
    "kind": BigInteger(), "size": BigInteger(), "since": Moment(), "until": Moment(),
    "by": BigInteger(), "named": BigInteger(),
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One record of a list, with what tells most about it; what it does not have is None."""

    id: int
    title: str
    note: str | None = None
    stage: int | None = None
    choice: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    email: str | None = None
    phone: str | None = None
    size: int | None = None
    named: int | None = None


@dataclass(frozen=True)
class Tie:
    """One relation as seen from a record: the kind's id, whether this is its far end, and the record at the other end."""

    id: int
    kind: int
    inverse: bool
    other: str
    note: str


@dataclass(frozen=True)
class RelatedList:
    """The newest of the records that point here through one field. `count` is MOST_COUNTED + 1 when there are more."""

    info: EntityInfo
    field: Field
    items: Sequence[Item]
    count: int

    @property
    def capped(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > MOST_COUNTED


@dataclass(frozen=True)
class Related:
    """Everything that belongs to one record."""

    lists: Sequence[RelatedList]
    ties: Sequence[Tie]
    files: Sequence[Item]
    file_count: int = field(default=0)
    stays: Sequence[Stay] = ()


def read_related(gate: Reads, record: Whole) -> Related:
    """What belongs to a record that the actor has read, among what the actor may see."""
    pointing = [
        (info, spec) for info, spec in gate.schema.pointing_at(record.info.name) if _is_open(gate, info, spec)
    ]
    given = {"record_id": record.id, "record_key": record.key}
    asked = ask(gate, ("related", record.info.name), lambda: _statement(gate, record.info, pointing), given)
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for row in as_dicts(asked):
        rows.setdefault(row["part"], []).append(row)
    lists = [
        _told_apart(gate, record, _related_list(info, spec, rows.get(f"list{i}", ())))
        for i, (info, spec) in enumerate(pointing)
    ]
    files = rows.get("files", [])
    ties = [_tie(row, record.key) for row in rows.get("relations", ())]
    shown, count = [_item(row) for row in files[:SHOWN]], files[0]["total"] if files else 0
    return Related(lists, ties, shown, count, _stays_of(rows.get("stays", ())))


def _statement(
    gate: Reads, record: EntityInfo, pointing: Sequence[tuple[EntityInfo, Field]]
) -> CompoundSelect[Any]:
    lists = [
        _part(gate, f"list{i}", info, _points_at(record, info, spec), _telling(gate, info, spec))
        for i, (info, spec) in enumerate(pointing)
    ]
    return union_all(*lists, *_relations(gate, record), *_files(gate, record), *_stays(record), _nothing())


def _nothing() -> Select[Any]:
    """No rows, so that there is a statement for records to which nothing can belong."""
    return select(constant("").label("part"), constant(0).label("total"), *_columns({})).where(false())


def _is_open(gate: Reads, info: EntityInfo, spec: Field) -> bool:
    if not gate.may(info.name, Action.read):
        return False
    return any(f.name == spec.name for f in gate.readable(info))


def _points_at(record: EntityInfo, info: EntityInfo, spec: Field) -> ColumnElement[bool]:
    """What points at the record; of records that lie in each other also what points at one below it, as in filters."""
    whole = bool(record.cls.tree_field) and (info.name, spec.name) != (record.name, record.cls.tree_field)
    if not spec.many:
        column = info.column(spec)
        return column.in_(with_those_below(record, _ID)) if whole else column == _ID
    link = link_table(info.name, spec.name)
    target = link.c.target.in_(with_those_below(record, _ID)) if whole else link.c.target == _ID
    return info.table.c.id.in_(select(link.c.record).where(target))


def _telling(gate: Reads, info: EntityInfo, spec: Field) -> dict[str, str]:
    """Title, stage or choice, amount, ways to reach, who else is named: of each the first field that the entity has."""
    shown = [f for f in gate.readable(info) if not (f.many or f.custom or f.hidden)]
    listed = [f for f in shown if f.list]
    wanted = {
        "stage": [f for f in shown if f.kind == "stage"], "choice": [f for f in listed if f.kind == "choice"],
        "amount": [f for f in listed if f.kind == "money"], "email": [f for f in listed if f.kind == "email"],
        "phone": [f for f in listed if f.kind == "phone"],
        "note": [f for f in listed if f.kind == "text" and f.name != info.title.name],
        "named": _others(info, spec, listed),
    }  # fmt: skip
    return {
        "title": info.title.name,
        "currency": "currency",
        **{name: found[0].name for name, found in wanted.items() if found},
    }


def _others(info: EntityInfo, spec: Field, listed: Sequence[Field]) -> list[Field]:
    """What a record names beside the one that it stands with."""
    return [
        f for f in listed if f.kind == "reference" and not (f.many or f.custom) and f.target != spec.target
    ]


def _relations(gate: Reads, record: EntityInfo) -> list[Select[Any]]:
    if not gate.may("relation", Action.read) or "about" in record.fields:
        return []
    info = gate.schema["relation"]
    here = or_(info.table.c.about == _KEY, info.table.c.other == _KEY)
    fields = {"note": "note", "about": "about", "other": "other", "kind": "kind"}
    return [_part(gate, "relations", info, here, fields, limit=MOST_COUNTED)]


def _files(gate: Reads, record: EntityInfo) -> list[Select[Any]]:
    if not gate.may("file", Action.read) or "about" in record.fields:
        return []
    info = gate.schema["file"]
    here = info.table.c.about == _KEY
    return [_part(gate, "files", info, here, {"title": "name", "size": "size"}, about=record)]


def _part(
    gate: Reads, part: str, info: EntityInfo, condition: ColumnElement[bool], fields: Mapping[str, str], *,
    limit: int = SHOWN + 1, about: EntityInfo | None = None,
) -> Select[Any]:  # fmt: skip
    """The newest rows of one list in the columns that all lists share, each with how many there are."""
    id = info.table.c.id
    given = {
        name: column
        for name, field in fields.items()
        if (column := readable_column(gate, info, field)) is not None
    }
    given["id"] = id
    newest = glimpse(gate, info, *_columns(given), about=about).where(condition).order_by(id.desc())
    some = newest.limit(MOST_COUNTED + 1).subquery("some")
    total = func.count().over().label("total")
    counted = select(constant(part).label("part"), total, *some.c).order_by(some.c.id.desc())
    return select(counted.limit(limit).subquery())


def _stays(record: EntityInfo) -> list[Select[Any]]:
    """The stages in which the record has been, oldest first; who reads the record sees its way."""
    if not record.is_staged:
        return []
    row = interval.c
    given: dict[str, ColumnElement[Any]] = {
        "id": row.id, "stage": row.stage, "kind": row.pipeline, "since": row.entered_at, "until": row.left_at, "by": row.by,
    }  # fmt: skip
    stays = select(constant("stays").label("part"), constant(0).label("total"), *_columns(given))
    return [stays.where(row.entity == record.name, row.record == _ID)]


def _columns(given: Mapping[str, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """The same columns for every part; what a part does not have is empty."""
    return [
        given[name].label(name) if name in given else cast(null(), kind).label(name)
        for name, kind in _TYPES.items()
    ]


def _related_list(info: EntityInfo, spec: Field, rows: Sequence[Mapping[str, Any]]) -> RelatedList:
    return RelatedList(info, spec, [_item(row) for row in rows[:SHOWN]], rows[0]["total"] if rows else 0)


def _told_apart(gate: Reads, record: Whole, found: RelatedList) -> RelatedList:
    """Records that are all called like the one they stand with are called by who else they name."""
    other = next(
        iter(_others(found.info, found.field, [f for f in gate.readable(found.info) if f.list])), None
    )
    if other is None or not found.items or any(item.title != record.title for item in found.items):
        return found
    titles = gate.titles(other.target or "", [item.named for item in found.items if item.named is not None])
    items = [
        replace(item, title=titles.get(item.named, item.title)) if item.named is not None else item
        for item in found.items
    ]
    return replace(found, items=items)


def _item(row: Mapping[str, Any]) -> Item:
    names = ("note", "stage", "choice", "amount", "currency", "email", "phone", "size", "named")
    return Item(row["id"], row["title"] or f"#{row['id']}", **{name: row[name] for name in names})


def _stays_of(rows: Sequence[Mapping[str, Any]]) -> list[Stay]:
    return [
        Stay(row["kind"], row["stage"], row["since"], row["until"], row["by"])
        for row in sorted(rows, key=lambda row: row["id"])
    ]


def _tie(row: Mapping[str, Any], here: str) -> Tie:
    inverse = row["about"] != here
    return Tie(row["id"], row["kind"], inverse, row["about"] if inverse else row["other"], row["note"] or "")
