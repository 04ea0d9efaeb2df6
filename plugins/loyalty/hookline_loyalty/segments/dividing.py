"""What divides people for a cross-classification: the values of a field, a segment and the others, numbers in classes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from hookline_sdk import AskableField, Gate, Money, PageRequest, Text, case, func, or_, select
from sqlalchemy import ColumnElement, Subquery

from hookline_loyalty.segments.data import Segment
from hookline_loyalty.segments.people import members
from hookline_loyalty.segments.tree import InSegment, OfField, Part

# Of a text with more values than these, the rarer ones stand together.
MOST: Final = 12
_CLASSES: Final = 4
_KINDS: Final = ("choice", "text", "yes_no", "reference", "user", "team")
_NUMBERS: Final = ("integer", "decimal", "money", "percent")
# What stands for the rarer values: no text that people write, and no record's id.
_OTHERS: Final = "\N{HORIZONTAL ELLIPSIS}"
_NOBODY: Final = -1
Key = Any


@dataclass(frozen=True)
class Class:
    """One value of a way to divide people: its words, its filter of lists, and the same as part of a rule."""

    key: Key
    label: str | Text
    filters: Mapping[str, str]
    part: Part | None


@dataclass
class Way:
    """A way to divide people: a field, or a segment."""

    name: str
    label: str
    value: ColumnElement[Any]
    classes: list[Class] = field(default_factory=list)


def way_by(asked: PageRequest, gate: Gate, of: str, source: Subquery, name: str) -> Way | None:
    """The way to divide them that somebody named: a field, or "segment:7"; None when there is none such."""
    if name.startswith("segment:") and name[8:].isdecimal():
        return _by_segment(gate, of, source, int(name[8:]))
    found = next((each for each in asked.asking.fields(of) if each.name == name), None)
    if found is None or not divides(gate, of, found):
        return None
    if found.kind in _NUMBERS:
        return _by_size(gate, source, found)
    return _by_value(gate, of, source, found)


def divides(gate: Gate, of: str, each: AskableField) -> bool:
    """Whether people can be divided by this field: it has one value, and that is no long text or time."""
    spec = gate.field(gate.schema[of], each.name)
    return (
        not spec.many
        and each.kind in (*_KINDS, *_NUMBERS)
        and spec.name not in ("id", "version", spec.entity)
    )


def _by_segment(gate: Gate, of: str, source: Subquery, id: int) -> Way | None:
    segment = gate.find(Segment, id)
    if segment is None or segment.of != of:
        return None
    inside = case((source.c.id.in_(members(gate, segment)), 1), else_=0)
    given = f"loyalty.segment:{id}"
    return Way(
        f"segment:{id}",
        segment.name,
        inside,
        [
            Class(1, segment.name, {"id.among": given}, InSegment(id)),
            Class(0, Text("Others"), {"id.outside": given}, InSegment(id, inside=False)),
        ],
    )


def _by_value(gate: Gate, of: str, source: Subquery, each: AskableField) -> Way:
    spec = gate.field(gate.schema[of], each.name)
    column = source.c[each.name]
    counted = select(column, func.count()).group_by(column).order_by(func.count().desc(), column)
    values = [value for (value, _) in gate.rows(counted.limit(MOST + 1))]
    kept = values if len(values) <= MOST else values[:MOST]
    names = gate.titles(spec.target, [v for v in kept if v is not None]) if spec.target else {}
    if spec.options:
        kept.sort(
            key=lambda value: list(spec.options).index(value) if value in spec.options else len(spec.options)
        )
    classes = [_class(spec, value, names) for value in kept]
    shown: ColumnElement[Any] = column
    if len(values) > MOST:
        others = _OTHERS if spec.kind in ("text", "choice") else _NOBODY
        classes.append(Class(others, Text("Others"), {}, None))
        listed = column.in_([v for v in kept if v is not None])
        shown = case((or_(listed, column.is_(None)) if None in kept else listed, column), else_=others)
    return Way(each.name, each.label, shown, classes)


def _class(spec: Any, value: Any, names: Mapping[int, str]) -> Class:
    name = spec.name
    if value is None:
        filters = {f"{name}.empty": "1"}
        return Class(None, Text("Not set"), filters, OfField(name, filters))
    filters = {name: ("yes" if value else "no") if isinstance(value, bool) else str(value)}
    return Class(value, _say(spec, value, names), filters, OfField(name, filters))


def _say(spec: Any, value: Any, names: Mapping[int, str]) -> str | Text:
    if spec.options:
        return Text(spec.options[value].label) if value in spec.options else str(value)
    if spec.kind == "yes_no":
        return Text("Yes") if value else Text("No")
    return names.get(value, f"#{value}") if spec.target else str(value)


def _by_size(gate: Gate, source: Subquery, each: AskableField) -> Way:
    """Numbers in four classes of about as many people each."""
    column = source.c[each.name]
    parted = select(column.label("number"), func.ntile(_CLASSES).over(order_by=column).label("part"))
    inner = parted.where(column.is_not(None)).subquery()
    ends = (
        select(func.min(inner.c.number), func.max(inner.c.number))
        .group_by(inner.c.part)
        .order_by(inner.c.part)
    )
    bounds: list[tuple[Any, Any]] = []
    for low, high in gate.rows(ends):
        if bounds and low <= bounds[-1][1]:
            bounds[-1] = (bounds[-1][0], max(high, bounds[-1][1]))
        else:
            bounds.append((low, high))
    classes = []
    for place, (low, high) in enumerate(bounds):
        filters = {f"{each.name}.gte": f"{low}", f"{each.name}.lte": f"{high}"}
        classes.append(Class(place, _from_to(each, low, high), filters, OfField(each.name, filters)))
    shown = (
        case(*((column <= high, place) for place, (_, high) in enumerate(bounds)), else_=None)
        if bounds
        else column
    )
    if gate.rows(select(source.c.id).where(column.is_(None)).limit(1)):
        empty = {f"{each.name}.empty": "1"}
        classes.append(Class(None, Text("Not set"), empty, OfField(each.name, empty)))
    return Way(each.name, each.label, shown, classes)


def _from_to(each: AskableField, low: Any, high: Any) -> Text:
    """A class of numbers in words, as the reader writes numbers and amounts."""
    first, last = (Money(end) if each.kind == "money" else Decimal(end) for end in (low, high))
    if low == high:
        return Text("%(number)s", number=first)
    return Text("%(low)s \N{EN DASH} %(high)s", low=first, high=last)
