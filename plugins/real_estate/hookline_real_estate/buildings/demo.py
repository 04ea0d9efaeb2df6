"""The developer's part of the demo: three sections with 240 units, of which some are sold, held and waited for."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import Contact, Gate, Story, StoryPerson, select

from hookline_real_estate.buildings.data import Building, Complex, Layout, Section, Unit, UnitStatus
from hookline_real_estate.holds.data import Hold, HoldState
from hookline_real_estate.pricing.data import Promotion, Repricing, SalesPlan
from hookline_real_estate.properties.choices import Feature

_SECTIONS = ("A", "B", "C")
_FLOORS = 16
# What stands side by side on each floor: layout, rooms, area, where the windows look.
_PLACES = (
    ("1A", 1, "43", ("yard",)),
    ("2A", 2, "60", ("yard", "park")),
    ("3A", 3, "79", ("street", "water")),
    ("2B", 2, "61.5", ("water",)),
    ("1B", 1, "38.4", ("street",)),
)
# How many units of each layout were sold in each of the last six months, the oldest first, and planned for each.
_SOLD = {
    "1A": (1, 2, 2, 1, 3, 2),
    "2A": (0, 1, 1, 0, 1, 0),
    "3A": (1, 0, 1, 0, 0, 0),
    "2B": (1, 2, 3, 2, 3, 4),
}
_PLANNED = {"1A": 2, "2A": 2, "3A": 1, "2B": 2, "1B": 1}


def build(story: Story, gate: Gate, district: int) -> None:
    """A complex with its units and layouts, a promotion, a plan, a re-pricing to look at, sales and holds."""
    owner = next(iter(story.people.values()))
    whole = gate.create(Complex, {"name": "Harbour Lights", "district": district})
    ready = story.today + dt.timedelta(days=400)
    building = gate.create(Building, {"name": "Harbour Lights 1", "complex": whole, "ready_on": ready})
    layouts = {
        name: gate.create(
            Layout,
            {
                "name": name,
                "complex": whole,
                "rooms": rooms,
                "area": Decimal(area),
                "features": (Feature.lift, Feature.parking, Feature.balcony)[: 2 + rooms % 2],
            },
        )
        for name, rooms, area, _ in _PLACES
    }
    units: dict[str, list[int]] = {name: [] for name in layouts}
    for letter in _SECTIONS:
        section = gate.create(Section, {"name": letter, "building": building, "floors": _FLOORS})
        rows = [
            {**_unit(letter, floor, place), "section": section, "layout": layouts[_PLACES[place - 1][0]]}
            for floor in range(1, _FLOORS + 1)
            for place in range(1, len(_PLACES) + 1)
        ]
        for number, id in enumerate(gate.create_many(Unit, rows)):
            units[_PLACES[number % len(_PLACES)][0]].append(id)
    _price(story, gate, owner, whole, layouts)
    contacts = [id for (id,) in gate.rows(select(Contact.id).order_by(Contact.id).limit(40))]
    if contacts:
        _sell(story, gate, owner, units, contacts)
        _hold(gate, owner, units["1B"], contacts)


def _unit(letter: str, floor: int, place: int) -> dict[str, object]:
    _, rooms, area, views = _PLACES[place - 1]
    price = (Decimal(area) * (3100 + 25 * floor)).quantize(Decimal(100))
    closed = {"status": UnitStatus.closed} if floor == 1 and place == 3 else {}
    return {
        "number": f"{letter}-{floor}{place:02}", "floor": floor, "rooms": rooms, "area": Decimal(area),
        "price": price, "views": views, **closed,
    }  # fmt: skip


def _price(story: Story, gate: Gate, owner: StoryPerson, whole: int, layouts: dict[str, int]) -> None:
    promotion = {
        "name": story.say(owner, "Upper floors, 3 % off", "Верхние этажи, скидка 3 %"),
        "complex": whole,
        "starts_on": story.today - dt.timedelta(days=10),
        "ends_on": story.today + dt.timedelta(days=20),
        "percent": Decimal(3),
        "floor_from": 13,
        "layouts": (layouts["2A"], layouts["3A"]),
    }
    gate.create(Promotion, promotion)
    repricing = {
        "name": story.say(owner, "2B sells fast", "2B продаётся быстро"),
        "complex": whole,
        "layouts": (layouts["2B"],),
        "percent": Decimal(2),
    }
    gate.create(Repricing, repricing)
    for back in range(-1, 6):
        month = _month(story.today, back)
        for name, number in _PLANNED.items():
            gate.create(SalesPlan, {"layout": layouts[name], "month": month, "units": number})


def _sell(
    story: Story, gate: Gate, owner: StoryPerson, units: dict[str, list[int]], contacts: list[int]
) -> None:
    number = 0
    for name, by_month in _SOLD.items():
        for place, sold in enumerate(by_month):
            for _ in range(sold):
                # Those of this month were sold before today.
                days = (len(by_month) - 1 - place) * 30 + 1 + number % 2
                hold = {
                    # Seven is prime to the number of floors, so the sold ones lie all over the building.
                    "unit": units[name][(number * 7 + 5) % len(units[name])],
                    "contact": contacts[number % len(contacts)],
                    "state": HoldState.sold,
                    "sold_at": story.at(days, 12),
                }
                if _is_free(gate, hold["unit"]):
                    gate.create(Hold, {**hold, "owner": owner.id, "team": owner.team})
                number += 1


def _hold(gate: Gate, owner: StoryPerson, units: list[int], contacts: list[int]) -> None:
    for number in range(8):
        unit = units[number * 5 + 2]
        whose = {"owner": owner.id, "team": owner.team, "unit": unit}
        paid = {"paid": True, "deposit": Decimal(2000)} if number % 4 == 3 else {}
        until = gate.now + dt.timedelta(hours=5 + 20 * number)
        values = {
            "contact": contacts[number % len(contacts)],
            "state": HoldState.active, "until": until,
        }  # fmt: skip
        gate.create(Hold, {**values, **paid, **whose})
        for waiting in range(2 if number == 0 and len(contacts) > 2 else 0):
            place = {"contact": contacts[-1 - waiting]}
            gate.create(Hold, {**place, "state": HoldState.waiting, **whose})


def _is_free(gate: Gate, unit: object) -> bool:
    return bool(gate.scalar(select(Unit.status).where(Unit.id == unit)) == UnitStatus.free)


def _month(day: dt.date, back: int) -> dt.date:
    """The first day of the month so many months ago."""
    count = day.year * 12 + day.month - 1 - back
    return dt.date(count // 12, count % 12 + 1, 1)
