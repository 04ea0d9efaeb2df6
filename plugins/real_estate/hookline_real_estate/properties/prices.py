"""Reports on prices: by district, and by month."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from hookline_sdk import Asked, Chart, Gate, Link, Mark, Money, Month, Report, Text, func, select
from sqlalchemy import extract

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import District, Property, Purpose, Status
from hookline_real_estate.properties.units import Reading, areas, label, per_area

_DISTRICT = "/real_estate/properties?district={}&purpose=sale&status={}"


@plugin.report("Prices by district")
def by_district(gate: Gate) -> Report:
    """Of the properties for sale with a price: how many there are in each district, their average price, and all prices by all areas."""
    return _by_district(gate, Status.active)


@plugin.report("Sales by district")
def sold_by_district(gate: Gate) -> Report:
    """Of the properties that were sold: how many there were in each district, their average price, and all prices by all areas."""
    return _by_district(gate, Status.sold)


@plugin.report("Prices by month", takes=("period",))
def by_month(gate: Gate, asked: Asked) -> Report:
    """Of what was sold, by the month in which it left the market: how many, the average price, and what a piece of area cost."""
    measure = Reading.of(gate).measure
    year, month = extract("year", Property.closed_on), extract("month", Property.closed_on)
    found = select(year, month, func.count(Property.id), func.sum(Property.price), areas(measure)).where(
        Property.status == Status.sold,
        Property.purpose == Purpose.sale,
        Property.price.is_not(None),
        Property.area > 0,
        Property.closed_on.is_not(None),
    )
    found = found.where(Property.closed_on >= asked.start) if asked.start else found
    found = found.where(Property.closed_on <= asked.end) if asked.end else found
    rows = [
        (Month(dt.date(int(y), int(m), 1)), n, mean(prices, n), per_area(prices, space, measure))
        for y, m, n, prices, space in gate.rows(found.group_by(year, month).order_by(year, month))
    ]
    chart = Chart(
        "line", [Mark(day, per.amount, per) for day, _, _, per in rows if per], title=label(measure)
    )
    return Report(("Month", "Sold", Text("Average price"), label(measure)), rows, chart=chart)


def mean(total: Decimal | None, number: int) -> Money | None:
    """The average, to the cent."""
    return Money((total / number).quantize(Decimal("0.01"))) if total is not None and number else None


def _by_district(gate: Gate, status: Status) -> Report:
    measure = Reading.of(gate).measure
    number, prices = func.count(Property.id), func.sum(Property.price)
    offered = (Property.purpose == Purpose.sale, Property.status == status, Property.price.is_not(None))
    named = (District.id, District.name)
    found = select(*named, number, prices).join(District, Property.district == District.id).where(*offered)
    rows: Sequence[tuple[int, str, int, Decimal]] = [
        (id, name, n, total)
        for id, name, n, total in gate.rows(found.group_by(*named).order_by(District.name, District.id))
    ]
    # What has no area, a piece of land, has a price all the same.
    measured = select(Property.district, func.sum(Property.price), areas(measure)).where(
        *offered, Property.area > 0
    )
    per = {
        id: per_area(total, space, measure)
        for id, total, space in gate.rows(measured.group_by(Property.district))
    }
    averages = [(id, name, n, mean(total, n)) for id, name, n, total in rows]
    return Report(
        ("District", "Properties", Text("Average price"), label(measure)),
        [
            (Link(name, _DISTRICT.format(id, status)), n, average, per.get(id))
            for id, name, n, average in averages
        ],
        chart=Chart("hbar", [Mark(name, m.amount, m) for _, name, _, m in averages if m]),
    )
