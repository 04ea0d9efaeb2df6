"""What is left of each layout, on its page and in the list of layouts."""

from collections.abc import Mapping
from typing import Any

from hookline_sdk import Gate, Link, Money, Panel, Text, Value, func, select

from hookline_real_estate.buildings.data import Layout, Unit, UnitStatus
from hookline_real_estate.plugin import plugin


@plugin.panel(Layout, "Stock", order=50)
def layout_stock(record: Layout, gate: Gate) -> Panel:
    """How many units of this layout stand how, and what they cost."""
    figures = (func.count(Unit.id), func.min(Unit.price), func.max(Unit.price))
    found = {
        status: (number, least, most)
        for status, number, least, most in gate.rows(
            select(Unit.status, *figures).where(Unit.layout == record.id).group_by(Unit.status)
        )
    }
    rows: list[tuple[Value, ...]] = [
        (
            Link(Text(status.label), f"/real_estate/units?layout={record.id}&status={status.value}"),
            found[status.value][0],
            _money(found[status.value][1]),
            _money(found[status.value][2]),
        )
        for status in UnitStatus
        if status.value in found
    ]
    return Panel(
        columns=("Status", Text("Units"), Text("Price from"), Text("to")),
        rows=rows,
        empty=Text("No unit is built by this plan yet."),
    )


@plugin.column(Layout, "Free")
def free_units(rows: list[dict[str, Any]], gate: Gate) -> Mapping[int, Value]:
    """How many units of each layout are free."""
    found = select(Unit.layout, func.count(Unit.id)).where(
        Unit.layout.in_([row["id"] for row in rows]), Unit.status == UnitStatus.free
    )
    counted = {row[0]: row[1] for row in gate.rows(found.group_by(Unit.layout))}
    return {row["id"]: counted.get(row["id"], 0) for row in rows}


def _money(amount: Any) -> Money | None:
    return None if amount is None else Money(amount)
