"""Its part of the demo: a few properties, and a building of three sections with 240 units."""

from decimal import Decimal

from hookline_sdk import Address, Contact, Gate, Story, select

from hookline_real_estate.buildings.demo import build
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import District, Kind, Property, Status
from hookline_real_estate.viewings.data import Liking, Viewing, ViewingState

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
    build(story, gate, districts[1])


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
