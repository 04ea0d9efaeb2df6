"""Its part of the demo: a few properties, and a building of three sections with 240 units."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import Address, Contact, Gate, Story, select

from hookline_real_estate.buildings.data import Building, Complex, Section, Unit
from hookline_real_estate.holds.data import Hold, HoldState
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import District, Kind, Property, Status
from hookline_real_estate.viewings.data import Liking, Viewing, ViewingState

_SECTIONS = ("A", "B", "C")
_FLOORS = 16
_PER_FLOOR = 5
_PROPERTIES = (
    ("Mill Lane 4, flat 12", Kind.flat, 0, "54.3", 2, 214_000, 3),
    ("Harbour Street 18", Kind.house, 1, "142", 5, 489_000, None),
    ("Market Square 2, shop", Kind.commercial, 1, "88.5", None, 310_000, None),
    ("Mill Lane 9, flat 3", Kind.flat, 0, "38", 1, 149_500, 2),
)


@plugin.demo
def show(story: Story, gate: Gate) -> None:
    """An agency's window and a developer's building, dated from today."""
    districts = [gate.create(District, {"name": name}) for name in ("Mill Quarter", "Harbour")]
    _window(story, gate, districts)
    _building(story, gate, districts[1])


def _window(story: Story, gate: Gate, districts: list[int]) -> None:
    people = list(story.people.values())
    contacts = [id for (id,) in gate.rows(select(Contact.id).order_by(Contact.id).limit(len(_PROPERTIES)))]
    for number, (address, kind, district, area, rooms, price, floor) in enumerate(_PROPERTIES):
        owner = people[number % len(people)]
        offered = gate.create(
            Property,
            {
                "address": address,
                "kind": kind,
                "status": Status.active,
                "district": districts[district],
                "area": Decimal(area),
                "rooms": rooms,
                "floor": floor,
                "floors": floor and 5,
                "place": Address(address.partition(",")[0], "Bremen", "Bremen", "28195", "Germany"),
                "price": Decimal(price),
                "owner": owner.id,
                "team": owner.team,
            },
        )
        for contact in contacts[number : number + 1]:
            looked = {"liking": Liking.thinks, "state": ViewingState.done} if number % 2 else {}
            at = story.at(number % 2, 10 + 2 * number)
            viewing = {"property": offered, "contact": contact, "starts_at": at, **looked}
            gate.create(Viewing, {**viewing, "owner": people[0].id, "team": people[0].team})


def _building(story: Story, gate: Gate, district: int) -> None:
    owner = next(iter(story.people.values()))
    mine = {"owner": owner.id, "team": owner.team}
    whole = gate.create(Complex, {"name": "Harbour Lights", "district": district})
    ready = story.today + dt.timedelta(days=400)
    building = gate.create(Building, {"name": "Harbour Lights 1", "complex": whole, "ready_on": ready})
    units: list[int] = []
    for letter in _SECTIONS:
        section = gate.create(Section, {"name": letter, "building": building, "floors": _FLOORS})
        units += gate.create_many(
            Unit,
            [
                {**_unit(letter, floor, place), "section": section}
                for floor in range(1, _FLOORS + 1)
                for place in range(1, _PER_FLOOR + 1)
            ],
        )
    contacts = [id for (id,) in gate.rows(select(Contact.id).order_by(Contact.id).limit(12))]
    for number, contact in enumerate(contacts):
        state = HoldState.sold if number % 3 == 0 else HoldState.active
        until = gate.now + dt.timedelta(hours=20 * (number + 1))
        gate.create(
            Hold,
            {
                "number": f"H-{number + 1:03}",
                "unit": units[number * 17 + 2],
                "contact": contact,
                "state": state,
                "until": until,
                **mine,
            },
        )


def _unit(letter: str, floor: int, place: int) -> dict[str, object]:
    rooms = (1, 2, 3, 2, 1)[place - 1]
    area = Decimal(24 + 18 * rooms + place % 2)
    return {
        "number": f"{letter}-{floor}{place:02}",
        "floor": floor,
        "rooms": rooms,
        "area": area,
        "price": area * (3100 + 25 * floor),
    }
