"""What the rule of a segment asks of: for rights, for what has to be asked anew after a change, and for what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass

from hookline_sdk import Gate, Invalid, NotFound, Problem, Text, select

from hookline_loyalty.segments.data import Segment, SegmentUse
from hookline_loyalty.segments.tree import (
    Bought,
    Contacted,
    Group,
    InSegment,
    OfField,
    Related,
    parts,
)


@dataclass(frozen=True)
class Use:
    """A field, an entity's records (field ""), or the members of another segment."""

    entity: str
    field: str = ""
    owner: str = "core"
    label: str = ""
    other: int | None = None


def uses(gate: Gate, of: str, rule: Group) -> list[Use]:
    """All that a rule asks of, what other segments ask of included. Invalid when something is not there."""
    found: dict[tuple[str, str, int | None], Use] = {}
    for part in parts(rule):
        for use in _of(gate, of, part):
            found[use.entity, use.field, use.other] = use
    return list(found.values())


def _of(gate: Gate, of: str, part: object) -> Iterator[Use]:
    if isinstance(part, OfField):
        yield from _field(gate, of, part.field)
    elif isinstance(part, Related):
        yield from _entity(gate, part.entity)
        for name in (part.via, *(each.field for each in part.where)):
            yield from _field(gate, part.entity, name)
    elif isinstance(part, Contacted):
        yield from _entity(gate, "activity")
        for name in ("done_at", of, *(["kind"] if part.kind else [])):
            yield from _field(gate, "activity", name)
    elif isinstance(part, Bought):
        yield from _bought(gate, of, part)
    elif isinstance(part, InSegment):
        yield from _other(gate, of, part.segment)


def _bought(gate: Gate, of: str, part: Bought) -> Iterator[Use]:
    names = ("bought_at", "reversed", of, *(["amount"] if part.what == "sum" else []))
    yield from _entity(gate, "loyalty_receipt")
    for name in names:
        yield from _field(gate, "loyalty_receipt", name)
    asked = [name for name in ("product", "category") if getattr(part, name)]
    if asked:
        yield from _entity(gate, "loyalty_receipt_line")
        for name in (*asked, *(["amount"] if part.what == "sum" else [])):
            yield from _field(gate, "loyalty_receipt_line", name)


def _entity(gate: Gate, name: str) -> Iterator[Use]:
    try:
        info = gate.schema[name]
    except NotFound as error:
        raise Invalid([Problem("rule", Text("There are no records %(name)s.", name=name[:60]))]) from error
    yield Use(name, "", info.owner, info.cls.plural)


def _field(gate: Gate, entity: str, name: str) -> Iterator[Use]:
    info = gate.schema[entity]
    try:
        spec = gate.field(info, name)
    except NotFound as error:
        raise Invalid([Problem("rule", Text("There is no field %(name)s.", name=name[:60]))]) from error
    yield Use(entity, name, spec.owner, spec.label)
    if spec.rollup:
        yield from _entity(gate, spec.rollup.entity)


def _other(gate: Gate, of: str, id: int) -> Iterator[Use]:
    other = gate.find(Segment, id)
    if other is None or other.of != of:
        raise Invalid([Problem("rule", Text("There is no such segment of the same kind of people."))])
    yield Use("loyalty_member", "segment", "loyalty", other.name, id)
    asked = select(
        SegmentUse.entity, SegmentUse.field, SegmentUse.brought_by, SegmentUse.what, SegmentUse.other
    )
    for row in gate.rows(asked.where(SegmentUse.segment == id)):
        yield Use(row[0], row[1] or "", *row[2:])
