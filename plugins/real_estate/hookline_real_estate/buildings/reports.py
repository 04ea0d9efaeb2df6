"""What is left of what is being built."""

from decimal import Decimal

from hookline_sdk import Gate, Link, Money, Report, Text, func, select

from hookline_real_estate.buildings.data import Building, Complex, Section, Unit, UnitStatus
from hookline_real_estate.plugin import plugin


@plugin.report("Stock by complex")
def stock(gate: Gate) -> Report:
    """How many units of each complex are free, held and sold, and what the free ones cost together."""
    found = (
        select(Complex.id, Complex.name, Unit.status, func.count(Unit.id), func.sum(Unit.price))
        .join(Section, Unit.section == Section.id)
        .join(Building, Section.building == Building.id)
        .join(Complex, Building.complex == Complex.id)
        .group_by(Complex.id, Complex.name, Unit.status)
        .order_by(Complex.name, Complex.id)
    )
    told: dict[tuple[int, str], dict[str, tuple[int, Decimal | None]]] = {}
    for id, name, status, number, price in gate.rows(found):
        told.setdefault((id, name), {})[status] = (number, price)
    rows = []
    for (id, name), by_status in told.items():
        free, worth = by_status.get(UnitStatus.free, (0, None))
        held, sold = (by_status.get(status, (0, None))[0] for status in (UnitStatus.held, UnitStatus.sold))
        rows.append((Link(name, f"real_estate_complex:{id}"), free, held, sold, Money(worth or 0)))
    return Report(("Complex", "Free", "Held", "Sold", Text("Free ones, together")), rows)
