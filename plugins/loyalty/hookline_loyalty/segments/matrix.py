"""The matrix of a cross-classification: how many people each cell holds, what they bought, and where they are listed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from hookline_sdk import Action, Gate, Text, func, house_currency, or_, select
from sqlalchemy import Subquery

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.segments.dividing import Class, Key, Way
from hookline_loyalty.segments.tree import Group, written

_LISTS: Final = {"contact": "/contacts", "company": "/companies"}


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


def matrix(gate: Gate, of: str, source: Subquery, ways: Sequence[Way], *, bought: bool) -> list[Line]:
    """A line for each class of the rows, within each its own classes, and what all of them come to."""
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
    statement = select(source.c.id, *values)
    if has_amounts := bought and gate.may("loyalty_receipt", Action.read):
        sums = select(customer.label("who"), func.sum(Receipt.amount).label("spent"))
        counts = or_(Receipt.currency.is_(None), Receipt.currency == house_currency(gate))
        sums = sums.where(Receipt.reversed.is_(False), customer.is_not(None), counts)
        by_whom = sums.group_by(customer).subquery()
        statement = select(source.c.id, *values, by_whom.c.spent).join_from(
            source, by_whom, by_whom.c.who == source.c.id, isouter=True
        )
    people = statement.subquery()
    keys = [people.c[f"way_{place}"] for place in range(len(ways))]
    amounts = [func.sum(people.c.spent)] if has_amounts else []
    rows = gate.rows(select(*keys, func.count(), *amounts).group_by(*keys))
    return {
        tuple(row[: len(ways)]): (row[len(ways)], Decimal(row[-1] or 0) if has_amounts else Decimal(0))
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
