"""Prices by district, and what is left of what is being built."""

from decimal import Decimal

from hookline_sdk import Chart, Gate, Link, Mark, Money, Report, Text, func, select

from hookline_real_estate.data import Building, Complex, District, Property, Section, Status, Unit, UnitStatus
from hookline_real_estate.plugin import plugin


@plugin.report("Prices by district")
def by_district(gate: Gate) -> Report:
    """Of the properties on the market with a price: how many there are in each district, and their average price."""
    number, priced = func.count(Property.id), func.count(Property.price_per_m2)
    found = (
        select(
            District.id,
            District.name,
            number,
            func.sum(Property.price),
            priced,
            func.sum(Property.price_per_m2),
        )
        .join(District, Property.district == District.id)
        .where(Property.status == Status.active, Property.price.is_not(None))
        .group_by(District.id, District.name)
        .order_by(District.name, District.id)
    )
    rows = [(id, name, n, _mean(sum_, n), _mean(per, m)) for id, name, n, sum_, m, per in gate.rows(found)]
    return Report(
        ("District", "Number", Text("Average price"), Text("Average price per m²")),
        [
            (Link(name, f"/real_estate/properties?district={id}"), n, price, per)
            for id, name, n, price, per in rows
        ],
        chart=Chart("hbar", [Mark(name, price.amount, price) for _, name, _, price, _ in rows if price]),
    )


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


def _mean(total: Decimal | None, number: int) -> Money | None:
    """The average, to the cent."""
    return Money((total / number).quantize(Decimal("0.01"))) if total is not None and number else None
