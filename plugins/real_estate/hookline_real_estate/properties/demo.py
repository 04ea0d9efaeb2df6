"""Their part of the demo: something to rent, something sold, a mandate that ends soon, a price that was cut."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import Address, Contact, Gate, Story, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import (
    Condition,
    District,
    Feature,
    Heating,
    HouseKind,
    Kind,
    Mandate,
    PriceChange,
    Property,
    Purpose,
    Status,
)


@plugin.demo
def window(story: Story, gate: Gate) -> None:
    """A flat to rent and a house that was sold, each with a mandate, dated from today."""
    agent = next(iter(story.people.values()))
    mine: dict[str, object] = {"owner": agent.id, "team": agent.team}
    town = gate.create(District, {"name": "Bremen"})
    district = gate.create(District, {"name": "Old Town", "within": town})
    sellers = [id for (id,) in gate.rows(select(Contact.id).order_by(Contact.id.desc()).limit(2))]
    flat = gate.create(
        Property,
        {
            "address": "Cathedral Close 7, flat 5", "place": Address("Cathedral Close 7", "Bremen", "Bremen", "28195", "Germany"),
            "purpose": Purpose.rent, "kind": Kind.flat, "status": Status.active,
            "district": district, "price": Decimal(1_180), "deposit": Decimal(3_540), "area": Decimal("61.5"),
            "living_area": Decimal("38.2"), "kitchen_area": Decimal("11.4"), "ceiling": Decimal("2.85"), "rooms": 2,
            "floor": 3, "floors": 5, "year_built": 1998, "condition": Condition.renovated, "heating": Heating.district,
            "features": (Feature.balcony, Feature.lift), "pets": True, "available_from": story.today + dt.timedelta(days=20),
            "min_months": 12, "latitude": Decimal("53.075800"), "longitude": Decimal("8.807200"),
            "listed_on": story.today - dt.timedelta(days=96), "seller": sellers[0] if sellers else None, **mine,
        },
    )  # fmt: skip
    house = gate.create(
        Property,
        {
            "address": "Gardeners' Row 3", "kind": Kind.house, "house_kind": HouseKind.terrace_end, "status": Status.sold,
            "district": district, "price": Decimal(398_000), "area": Decimal(128), "land_area": Decimal(310),
            "rooms": 5, "floors": 2, "year_built": 1974, "listed_on": story.today - dt.timedelta(days=74),
            "closed_on": story.today - dt.timedelta(days=12), "seller": sellers[-1] if sellers else None, **mine,
        },
    )  # fmt: skip
    for offered, begun, ends in ((flat, 170, 9), (house, 74, 110)):
        days = {
            "starts_on": story.today - dt.timedelta(days=begun),
            "ends_on": story.today + dt.timedelta(days=ends),
        }
        gate.create(Mandate, {"property": offered, "commission": Decimal("3.57"), **days, **mine})
    _cut_price(story, gate, flat, mine)
    for number, (area, price) in enumerate(((52, 196_000), (49, 189_500), (58, 214_000), (44, 171_000))):
        sold = {
            "address": f"Cathedral Close {9 + 2 * number}, flat 2", "kind": Kind.flat, "status": Status.sold,
            "district": district, "area": Decimal(area), "price": Decimal(price), "rooms": 2,
            "listed_on": story.today - dt.timedelta(days=150 + 9 * number),
            "closed_on": story.today - dt.timedelta(days=40 + 21 * number),
        }  # fmt: skip
        gate.create(Property, {**sold, **mine})


def _cut_price(story: Story, gate: Gate, flat: int, mine: dict[str, object]) -> None:
    """The flat began dearer, and was made cheaper twice; the price of today is kept as every price is."""
    offered = gate.get(Property, flat)
    for days, was, price in ((96, None, 1_320), (61, 1_320, 1_250)):
        told = {
            "name": offered.address,
            "property": flat,
            "changed_on": story.today - dt.timedelta(days=days),
            "was": None if was is None else Decimal(was),
            "price": Decimal(price),
        }
        gate.create(PriceChange, {**told, **mine})
