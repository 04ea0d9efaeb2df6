"""What similar properties cost: a hint for the price, from those of the same kind and size nearby."""

from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from hookline_sdk import Gate, Link, Money, Panel, Text, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import District, Property, Status
from hookline_real_estate.properties.districts import below

# Of fewer than these no middle is told, and the next larger district is asked.
_LEAST = 3
_MOST = 200
_SMALLER, _LARGER = Decimal("0.7"), Decimal("1.3")
_KNOWN = (Status.active, Status.deposit, Status.sold, Status.let)


@dataclass(frozen=True)
class Hint:
    """The middle of what a square metre of similar ones costs, of how many, and in which district; None is all of them."""

    per_m2: Decimal
    number: int
    district: int | None


@plugin.panel(Property, "What similar ones cost", order=105)
def similar_prices(record: Property, gate: Gate) -> Panel:
    """The middle price per m² of similar ones, what that makes of this one, and how its own price compares."""
    if not record.area:
        return Panel()
    hint = price_hint(gate, record)
    if hint is None:
        return Panel(text=Text("Too few similar ones are known."))
    name = gate.scalar(select(District.name).where(District.id == hint.district)) if hint.district else None
    return Panel(
        text=_compared(record.price, hint.per_m2 * record.area),
        facts={
            "Median price per m²": Money(hint.per_m2),
            "At that price": Money((hint.per_m2 * record.area).quantize(Decimal(1))),
            "Similar ones": hint.number,
            "Where": Link(name, f"real_estate_district:{hint.district}") if name else Text("All districts"),
        },
    )


def price_hint(gate: Gate, of: Property) -> Hint | None:
    """The hint for a property, from the smallest district around it in which there are enough; None where there are too few.

    Similar is what is offered alike, of the same kind, and has at most three tenths more or less area; also what is sold.
    """
    if not of.area:
        return None
    for district in (*_around(gate, of.district), None):
        asked = select(Property.price_per_m2).where(
            Property.id != of.id,
            Property.purpose == of.purpose,
            Property.kind == of.kind,
            Property.status.in_(_KNOWN),
            Property.area >= of.area * _SMALLER,
            Property.area <= of.area * _LARGER,
            Property.price_per_m2.is_not(None),
        )
        if district is not None:
            asked = asked.where(Property.district.in_(below(gate, [district])))
        found = [price for (price,) in gate.rows(asked.order_by(Property.id.desc()).limit(_MOST))]
        if len(found) >= _LEAST:
            return Hint(Decimal(median(found)).quantize(Decimal("0.01")), len(found), district)
    return None


def _around(gate: Gate, district: int | None) -> list[int]:
    """A district and those it lies within, the smallest first."""
    within: dict[int, int | None] = dict(gate.rows(select(District.id, District.within))) if district else {}
    found: list[int] = []
    while district is not None and district not in found:
        found.append(district)
        district = within.get(district)
    return found


def _compared(price: Decimal | None, usual: Decimal) -> Text:
    """How a price lies to what is usual, in whole per cent."""
    if price is None or not usual:
        return Text("No price is written down yet.")
    off = round((price - usual) * 100 / usual)
    if off > 0:
        return Text("It asks %(percent)s%% more than similar ones.", percent=off)
    if off < 0:
        return Text("It asks %(percent)s%% less than similar ones.", percent=-off)
    return Text("It asks as much as similar ones.")
