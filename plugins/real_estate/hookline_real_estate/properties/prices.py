"""What a property has cost: kept with each change, shown on its page, averaged by district."""

from decimal import Decimal

from hookline_sdk import Change, Chart, Gate, Link, Mark, Money, Panel, Report, Text, func, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import District, PriceChange, Property, Status


@plugin.after_commit(Property, fields=("price",))
def keep_price(event: Change, gate: Gate) -> None:
    """Keep what a property cost, and since when."""
    found = gate.find(Property, event.record)
    new = event.changes.get("price", (None, None))[1]
    if found is None or new is None or found.price is None:
        return
    values = {
        "name": found.address,
        "property": found.id,
        "changed_on": event.at.date(),
        "price": found.price,
    }
    gate.create(PriceChange, {**values, "owner": found.owner, "team": found.team})


@plugin.panel(Property, "Price history")
def price_history(record: Property, gate: Gate) -> Panel:
    """What the property has cost, the newest first."""
    changes = select(PriceChange.changed_on, PriceChange.price).where(PriceChange.property == record.id)
    rows = gate.rows(changes.order_by(PriceChange.id.desc()).limit(12))
    return Panel(columns=("Day", "Price"), rows=[(day, Money(price)) for day, price in rows])


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


def _mean(total: Decimal | None, number: int) -> Money | None:
    """The average, to the cent."""
    return Money((total / number).quantize(Decimal("0.01"))) if total is not None and number else None
