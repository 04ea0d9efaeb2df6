"""Merging: two records that are the same become one. One is kept; everything about the other comes to it, and the other goes to the trash.

What points at the other record points at the kept one, whoever may see it, since nothing of the house may be left behind.
Whose values are kept is said field by field, and judged like any other change.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import BigInteger, Column, String, delete, insert, or_, select, update

from hookline.crm.audit.trail import note
from hookline.crm.core import core
from hookline.crm.desks.favourites import favourite, recent
from hookline.crm.relations import Relation
from hookline.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action, house
from hookline.kernel.entity import Catalog, Record
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.repointing import find_pointing, point_elsewhere
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tables import house_table
from hookline.kernel.whole import Whole, read_whole

MOST: Final = 5_000
_WHY: Final = "merging"

# Where a record has gone, so that old addresses still lead somewhere.
merged = house_table(
    "merged",
    Column("entity", String(100), primary_key=True),
    Column("record", BigInteger, primary_key=True),
    Column("into", BigInteger, nullable=False, index=True),
)


class Pick(StrEnum):
    """Whose value is kept; `both` puts the two together, where that can be done."""

    kept = "kept"
    other = "other"
    both = "both"


@dataclass(frozen=True)
class Pair:
    """One field in which two records differ. `pick` is what seems right; `may` what can be chosen."""

    field: Field
    kept: Any
    other: Any
    pick: Pick
    may: Sequence[Pick]


@dataclass(frozen=True)
class Comparison:
    """Two records side by side."""

    kept: Whole
    other: Whole
    pairs: Sequence[Pair]


def may_be_merged(info: EntityInfo) -> bool:
    """Whether records of this kind are merged at all: those with a page, and no entries of the house's lists."""
    return bool(info.cls.menu) and not issubclass(info.cls, Catalog)


def compare(gate: Reads, entity: str, kept: int, other: int) -> Comparison:
    """Two records, and the fields in which they differ, as far as the actor may read both and write one.

    NotFound where one is not seen or in the trash, Forbidden without the right to change the one and to delete the other.
    """
    info = gate.schema[entity]
    if kept == other or not may_be_merged(info):
        raise NotFound
    first, second = read_whole(gate, info, kept), read_whole(gate, info, other)
    if first.trashed or second.trashed:
        raise NotFound
    if not first.may(Action.edit) or not second.may(Action.delete):
        raise Forbidden(
            Text("To merge two records one must be allowed to change the one and to delete the other.")
        )
    return Comparison(first, second, list(_pairs(gate, first, second)))


def merge(
    gate: Gate, entity: str, kept: int, other: int, picks: Mapping[str, Pick], *, versions: tuple[int, int] | None = None
) -> None:  # fmt: skip
    """Make one record of two. Fields without a pick get what seems right; `versions` are those that were compared.

    Conflict where one has changed since, Invalid where a value does not pass or far too much points at the other.
    """
    info = gate.schema[entity]
    _hold(gate, info, kept, other)
    found = compare(gate, entity, kept, other)
    for record, seen in zip((found.kept, found.other), versions or (), strict=False):
        if record.version != seen:
            raise Conflict(record.version, ())
    strange = [name for name in picks if name not in {pair.field.name for pair in found.pairs}]
    if strange:
        raise Invalid([Problem(name, Text("There is no field %(name)s.", name=name)) for name in strange])
    values = {pair.field.name: _value(pair, picks.get(pair.field.name, pair.pick)) for pair in found.pairs}
    values |= _currency(found, values)
    changes = {name: value for name, value in values.items() if value != found.kept.values.get(name)}
    everything = _house(gate)
    _bring_over(everything, info, kept, other)
    gate.trash(entity, other)
    everything.carry(entity, {other: {name: None for name in changes if info.fields[name].unique}})
    gate.update(entity, kept, changes)
    everything.carry(entity, {kept: {}}, what="merged")
    note(gate, "merge.done", f"{entity}:{kept}", other=f"{entity}:{other}")


def merged_into(gate: Reads, entity: str, id: int) -> int | None:
    """Where a record that was merged has gone, through however many merges; None for one that was not."""
    asked = select(merged.c.into).where(merged.c.entity == entity, merged.c.record == id)
    found = gate.tx.run(asked, why=_WHY).scalar()
    return None if found is None else int(found)


def merged_with(gate: Reads, entity: str, ids: Collection[int]) -> set[int]:
    """All records that have become one with some of these, whichever was kept."""
    here = (merged.c.entity == entity, or_(merged.c.record.in_(ids), merged.c.into.in_(ids)))
    kept = select(merged.c.into).where(*here)
    asked = select(merged.c.record, merged.c.into).where(merged.c.entity == entity, merged.c.into.in_(kept))
    return {id for row in gate.tx.run(asked, why=_WHY) for id in row} if ids else set()


@core.forget(Record)
def forget_merged(gate: Gate, info: EntityInfo, ids: Sequence[int]) -> None:
    """Nothing leads to an erased record, and its own number leads nowhere."""
    gone = or_(merged.c.record.in_(ids), merged.c.into.in_(ids))
    gate.run(delete(merged).where(merged.c.entity == info.name, gone))


def _hold(gate: Gate, info: EntityInfo, kept: int, other: int) -> None:
    """Both locked in one order, so that two who merge the same two the other way round do not wait for each other."""
    gate.hold(info.name, sorted((kept, other)), Action.read)


def _house(gate: Gate) -> Gate:
    """The house in this transaction, in the name of whoever merges."""
    actor = replace(house(_WHY), user=gate.actor.user, name=gate.actor.name)
    return Gate(
        gate.tx, gate.schema, actor, gate.host, gate.now, gate.memory, gate.configuration, cause=_WHY
    )  # fmt: skip


def _pairs(gate: Reads, kept: Whole, other: Whole) -> Iterator[Pair]:
    for spec in gate.writable(kept.info):
        here, there = kept.values.get(spec.name), other.values.get(spec.name)
        if spec.hidden or _is_empty(there) or here == there or not _is_offered(kept, other, spec):
            continue
        may = (Pick.kept, Pick.other, Pick.both) if _joins(spec, here) else (Pick.kept, Pick.other)
        pick = Pick.other if _is_empty(here) else Pick.both if spec.many else Pick.kept
        yield Pair(spec, here, there, pick, may)


def _is_offered(kept: Whole, other: Whole, spec: Field) -> bool:
    """Not what rules keep apart (the way through stages), nor what cannot be taken over without a gap or a clash."""
    if spec.target in ("stage", "pipeline") or (
        spec.target == kept.info.name and other.values[spec.name] == kept.id
    ):
        return False
    if spec.kind == "money" and kept.values.get("currency") != other.values.get("currency"):
        return not _amounts(kept)
    return not spec.unique or other.info.may_be_empty(spec)


def _amounts(record: Whole) -> list[str]:
    """The amounts of money a record has; they are all in its one currency."""
    return [
        f.name
        for f in record.info.fields.values()
        if f.kind == "money" and record.values.get(f.name) is not None
    ]


def _currency(found: Comparison, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Amounts that come over into a record without any bring their currency along."""
    theirs = found.other.values.get("currency")
    taken = any(values.get(name) is not None for name in _amounts(found.other))
    return {"currency": theirs} if taken and theirs is not None and not _amounts(found.kept) else {}


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", ())


def _joins(spec: Field, here: Any) -> bool:
    return not _is_empty(here) and (spec.many or spec.kind in ("long_text", "multi_choice"))


def _value(pair: Pair, pick: Pick) -> Any:
    if pick not in pair.may:
        raise Invalid([Problem(pair.field.name, Text("Choose one of the two."))])
    if pick == Pick.kept:
        return pair.kept
    if pick == Pick.other:
        return pair.other
    if pair.field.kind == "long_text":
        return f"{pair.kept}\n\n{pair.other}"
    return tuple(dict.fromkeys((*pair.kept, *pair.other)))


def _bring_over(gate: Gate, info: EntityInfo, kept: int, other: int) -> None:
    """Everything that is about the other record is about the kept one."""
    _untie(gate, info, kept, other)
    _leave_circle(gate, info, kept, other)
    # Asked for now: what has gone or taken another place above points at the other record no longer.
    pointing = find_pointing(gate, info, other, MOST)
    if pointing is None:
        text = Text("Too much points at that record. Keep it, and merge this one into it.")
        raise Invalid([Problem("", text)])
    point_elsewhere(gate, info, pointing, other, kept)
    _move_marks(gate, info, kept, other)
    elsewhere = update(merged).where(merged.c.entity == info.name, merged.c.into == other)
    gate.tx.run(elsewhere.values(into=kept), why=_WHY)
    gate.tx.run(insert(merged).values(entity=info.name, record=other, into=kept), why=_WHY)


def _untie(gate: Gate, info: EntityInfo, kept: int, other: int) -> None:
    """A tie between the two would tie the kept one to itself; one that both have would be there twice."""
    mine, theirs = f"{info.name}:{kept}", f"{info.name}:{other}"
    tie = gate.schema[Relation].table.c
    asked = select(tie.id, tie.kind, tie.about, tie.other).where(
        tie.trashed_at.is_(None), or_(tie.about.in_((mine, theirs)), tie.other.in_((mine, theirs)))
    )
    known: set[tuple[int, str, str]] = set()
    for row in sorted(gate.run(asked).all(), key=lambda row: theirs in (row.about, row.other)):
        about, other_end = (mine if end == theirs else end for end in (row.about, row.other))
        ends = (row.kind, about, other_end)
        if ends[1] == ends[2] or ends in known:
            gate.trash(Relation, row.id)
        known.add(ends)


def _leave_circle(gate: Gate, info: EntityInfo, kept: int, other: int) -> None:
    """Where the kept record stands below the other one, it takes the other's place: nothing may stand below itself."""
    for spec in info.fields.values():
        if spec.target != info.name or spec.many or spec.custom:
            continue
        above = _above(gate, info, spec, kept)
        if other in above:
            gate.carry(info.name, {kept: {spec.name: above[other]}})


def _above(gate: Gate, info: EntityInfo, spec: Field, id: int) -> dict[int, int | None]:
    """The chain of records from this one upwards, each with the one above it."""
    found: dict[int, int | None] = {}
    at: int | None = id
    while at is not None and at not in found:
        found[at] = gate.run(select(info.column(spec)).where(info.table.c.id == at)).scalar()
        at = found[at]
    return found


def _move_marks(gate: Gate, info: EntityInfo, kept: int, other: int) -> None:
    """Stars and what was opened last. Shares stay behind: nobody sees more of the kept record through a merge."""
    for table in (favourite, recent):
        mine = (table.c.entity == info.name, table.c.record == other)
        there = select(table.c.user).where(table.c.entity == info.name, table.c.record == kept)
        gate.tx.run(delete(table).where(*mine, table.c.user.in_(there)), why=_WHY)
        gate.tx.run(update(table).where(*mine).values(record=kept), why=_WHY)
