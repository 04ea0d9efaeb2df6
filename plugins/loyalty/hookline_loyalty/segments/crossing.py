"""Cross-classification: people by two or three of their fields or segments, each cell with its count and what they bought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from hookline_sdk import (
    Action,
    AskableField,
    Gate,
    Page,
    PageRequest,
    Redirect,
    Text,
    case,
    func,
    house_currency,
    or_,
    select,
)
from sqlalchemy import ColumnElement, Subquery

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.plugin import SEGMENTS, plugin
from hookline_loyalty.segments.asking import SUBJECTS
from hookline_loyalty.segments.data import Segment, SegmentKind, Subject
from hookline_loyalty.segments.people import members
from hookline_loyalty.segments.tree import Group, InSegment, OfField, Part, written

# Of a text with more values than these, the rarer ones stand together.
MOST: Final = 12
_CLASSES: Final = 4
_KINDS: Final = ("choice", "text", "yes_no", "reference", "user", "team")
_NUMBERS: Final = ("integer", "decimal", "money", "percent")
_LISTS: Final = {"contact": "/contacts", "company": "/companies"}
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


@dataclass(frozen=True)
class Cell:
    """How many, what they bought, where they are listed, and how strong its colour is."""

    count: int
    bought: Decimal
    url: str = ""
    rule: str = ""
    heat: int = 0


@dataclass(frozen=True)
class Line:
    """A row of the matrix; those with an outer class alone are its totals."""

    labels: tuple[str | Text, ...]
    cells: Sequence[Cell]
    is_total: bool = False


@plugin.page("Cross-classification", menu=SEGMENTS, icon="columns-3", order=30)
def cross(asked: PageRequest, gate: Gate) -> Page | Redirect:
    """Choose what divides the rows, perhaps within them, and the columns; a cell can be kept as a segment."""
    said = asked.form if asked.is_post else asked.query
    of = said.get("of", "")
    of = of if of in SUBJECTS else Subject.company.value
    if asked.is_post:
        return _keep(asked, gate, of)
    source = gate.source(of)
    ways = {
        place: way
        for place in ("rows", "within", "columns")
        if (way := _way(asked, gate, of, source, said.get(place, "")))
    }
    ready = "rows" in ways and "columns" in ways
    order = [ways[place] for place in ("rows", "within", "columns") if place in ways]
    lines = _matrix(gate, of, source, order, bought=said.get("show") == "bought") if ready else []
    choices = [(each.name, each.label) for each in asked.asking.fields(of) if _divides(gate, of, each)]
    segments = select(Segment.id, Segment.name).where(Segment.of == of).order_by(Segment.name)
    return Page(
        "cross.html",
        {
            "of": of,
            "chosen": {place: said.get(place, "") for place in ("rows", "within", "columns")},
            "choices": choices,
            "segments": [(f"segment:{id}", name) for id, name in gate.rows(segments)],
            "subjects": [(one.value, one.label) for one in Subject],
            "columns": [each.label for each in ways["columns"].classes] if ready else [],
            "heads": [way.label for way in order[:-1]],
            "lines": lines,
            "show": "bought" if said.get("show") == "bought" else "count",
            "depth": len(order) - 1,
            "may_keep": gate.may("loyalty_segment", Action.create),
        },
    )


def _keep(asked: PageRequest, gate: Gate, of: str) -> Redirect:
    values = {
        "name": asked.form.get("name", "").strip() or "A part of the matrix", "of": of, "kind": SegmentKind.dynamic,
        "rule": asked.form.get("rule", ""),
    }  # fmt: skip
    return Redirect(f"loyalty_segment:{gate.create(Segment, values)}", Text("Kept as a segment."))


def _divides(gate: Gate, of: str, each: AskableField) -> bool:
    spec = gate.field(gate.schema[of], each.name)
    return (
        not spec.many
        and each.kind in (*_KINDS, *_NUMBERS)
        and spec.name not in ("id", "version", spec.entity)
    )


def _way(asked: PageRequest, gate: Gate, of: str, source: Subquery, name: str) -> Way | None:
    if name.startswith("segment:") and name[8:].isdecimal():
        return _by_segment(gate, of, source, int(name[8:]))
    found = next((each for each in asked.asking.fields(of) if each.name == name), None)
    if found is None or not _divides(gate, of, found):
        return None
    if found.kind in _NUMBERS:
        return _by_size(gate, source, found)
    return _by_value(gate, of, source, found)


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
            Class(0, Text("the others"), {"id.outside": given}, InSegment(id, inside=False)),
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
        kept = [value for value in spec.options if value in kept] + ([None] if None in kept else [])
    classes = [_class(spec, value, names) for value in kept]
    shown: ColumnElement[Any] = column
    if len(values) > MOST:
        classes.append(Class(_OTHERS, Text("the others"), {}, None))
        listed = or_(column.in_([v for v in kept if v is not None]), column.is_(None))
        shown = case((listed, column), else_=_OTHERS if spec.kind in ("text", "choice") else None)
    return Way(each.name, each.label, shown, classes)


_OTHERS: Final = "\N{HORIZONTAL ELLIPSIS}"


def _class(spec: Any, value: Any, names: Mapping[int, str]) -> Class:
    name = spec.name
    if value is None:
        filters = {f"{name}.empty": "1"}
        return Class(None, Text("empty"), filters, OfField(name, filters))
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
        label = f"{low:,} \N{EN DASH} {high:,}" if low != high else f"{low:,}"
        classes.append(
            Class(
                place, label.replace(",", "\N{NARROW NO-BREAK SPACE}"), filters, OfField(each.name, filters)
            )
        )
    shown = (
        case(*((column <= high, place) for place, (_, high) in enumerate(bounds)), else_=None)
        if bounds
        else column
    )
    empty = {f"{each.name}.empty": "1"}
    return Way(
        each.name, each.label, shown, [*classes, Class(None, Text("empty"), empty, OfField(each.name, empty))]
    )


def _matrix(gate: Gate, of: str, source: Subquery, ways: Sequence[Way], *, bought: bool) -> list[Line]:
    found = _counted(gate, of, source, ways, bought=bought)
    *outer, columns = ways
    top = max((bought_for if bought else count) for count, bought_for in found.values()) if found else 0
    lines: list[Line] = []
    whole: tuple[Class | None, ...] = (None,) * len(outer)

    def line(chosen: tuple[Class | None, ...], *, is_total: bool) -> Line:
        cells = [
            _cell(of, found, (*chosen, column), top, bought=bought) for column in [*columns.classes, None]
        ]
        words = tuple(each.label if each else "" for each in chosen)
        return Line(words, cells, is_total)

    for first in outer[0].classes:
        if len(outer) == 1:
            lines.append(line((first,), is_total=False))
            continue
        inner = [line((first, second), is_total=False) for second in outer[1].classes]
        kept = [each for each in inner if each.cells[-1].count]
        lines += [line((first, None), is_total=True), *kept] if kept else []
    return [*lines, line(whole, is_total=True)]


def _counted(
    gate: Gate, of: str, source: Subquery, ways: Sequence[Way], *, bought: bool
) -> dict[tuple[Key, ...], tuple[int, Decimal]]:
    customer = Receipt.contact if of == "contact" else Receipt.company
    values = [way.value.label(f"way_{place}") for place, way in enumerate(ways)]
    spent: ColumnElement[Any] = func.count()
    statement = select(source.c.id, *values)
    if bought and gate.may("loyalty_receipt", Action.read):
        sums = select(customer.label("who"), func.sum(Receipt.amount).label("spent"))
        counts = or_(Receipt.currency.is_(None), Receipt.currency == house_currency(gate))
        sums = sums.where(Receipt.reversed.is_(False), customer.is_not(None), counts)
        by_whom = sums.group_by(customer).subquery()
        statement = select(source.c.id, *values, by_whom.c.spent).join_from(
            source, by_whom, by_whom.c.who == source.c.id, isouter=True
        )
    people = statement.subquery()
    keys = [people.c[f"way_{place}"] for place in range(len(ways))]
    spent = func.sum(people.c.spent) if "spent" in people.c else func.count()
    rows = gate.rows(select(*keys, func.count(), spent).group_by(*keys))
    return {
        tuple(row[:-2]): (row[-2], Decimal(row[-1] or 0) if "spent" in people.c else Decimal(0))
        for row in rows
    }


def _cell(
    of: str, found: Mapping[tuple[Key, ...], tuple[int, Decimal]], chosen: Sequence[Class | None], top: Any, *, bought: bool
) -> Cell:  # fmt: skip
    mine = [
        value
        for key, value in found.items()
        if all(each is None or each.key == part for each, part in zip(chosen, key, strict=True))
    ]
    count, spent = sum(value[0] for value in mine), sum((value[1] for value in mine), Decimal(0))
    asked = [each for each in chosen if each is not None]
    number = spent if bought else count
    heat = round(40 * float(number) / float(top)) if top and all(chosen) else 0
    if not count or any(each.part is None for each in asked):
        return Cell(count, spent, heat=heat)
    query = [pair for each in asked for pair in each.filters.items()]
    url = _LISTS[of] + (f"?{urlencode(query)}" if query else "")
    return Cell(
        count,
        spent,
        url,
        written(Group("all", tuple(e.part for e in asked if e.part))) if asked else "",
        heat,
    )
