"""Its part of the demo: buyers of different means and tastes, one of whom did not like what was offered."""

from decimal import Decimal

from hookline_sdk import Contact, Gate, Story, StoryPerson, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import CommercialKind, District, Feature, Kind, Property, Status
from hookline_real_estate.requests.data import MatchState, Request, RequestState, Wish
from hookline_real_estate.requests.finding import best_offers
from hookline_real_estate.requests.letters import Letters
from hookline_real_estate.requests.offers import PROPERTIES
from hookline_real_estate.requests.pairs import mark
from hookline_real_estate.viewings.reminding import Reminders
from hookline_real_estate.ways import By

# The request in two languages, kinds, budget, area from, rooms from, what must be, the district's place, days to the deadline.
_WANTED = (
    ("A first flat near the mill", "Первая квартира у мельницы", (Kind.flat,), 155_000, 35, 1, (), 0, 45),
    ("Two rooms, quiet", "Две комнаты, тихо", (Kind.flat,), 208_000, 50, 2, (), 0, 60),
    ("Flat to let out", "Квартира под сдачу", (Kind.flat, Kind.room), 150_000, 25, None, (), None, 120),
    ("A house for five", "Дом на пятерых", (Kind.house,), 475_000, 130, 4, (Wish.rooms,), 1, 90),
    ("Shop on the square", "Магазин на площади", (Kind.commercial,), 305_000, 80, None, (Wish.area,), 1, 30),
    ("More room for the children", "Больше места детям", (Kind.flat, Kind.house), 480_000, 50, 2, (), None, 75),
    ("Something small by the water", "Что-то небольшое у воды", (), 210_000, 40, None, (), 1, 50),
)  # fmt: skip


@plugin.demo
def wanted(story: Story, gate: Gate) -> None:
    """What people look for, dated from today."""
    people = list(story.people.values())
    contacts = [id for (id,) in gate.rows(select(Contact.id).order_by(Contact.id.desc()).limit(len(_WANTED)))]
    districts = [id for (id,) in gate.rows(select(District.id).order_by(District.id).limit(2))]
    made: list[int] = []
    for place, (contact, wish) in enumerate(zip(contacts, _WANTED, strict=False)):
        english, russian, kinds, budget, area, rooms, strict, district, days = wish
        owner = people[place % len(people)]
        values = {
            "name": story.say(owner, english, russian), "contact": contact, "kinds": kinds, "strict": strict,
            "price_to": Decimal(budget), "area_from": Decimal(area), "rooms_from": rooms,
            "districts": () if district is None else tuple(districts[district : district + 1]),
            "nice_to_have": (Feature.balcony, Feature.cellar)[: place % 3],
            "deadline": story.at(-days).date(), "owner": owner.id, "team": owner.team,
        }  # fmt: skip
        made.append(gate.create(Request, values))
    _agree(gate, contacts)
    _shop(gate, districts[1:], people[4 % len(people)])
    for id in made[2:3]:
        request = gate.get(Request, id)
        for found in best_offers(gate, request)[-1:]:
            mark(gate, request, PROPERTIES.one(gate, found.id), MatchState.declined)
    for id in made[-1:]:
        gate.update(Request, id, {"state": RequestState.found})


def _agree(gate: Gate, contacts: list[int]) -> None:
    """Most of them have agreed to be written to about offers."""
    purpose = gate.create("consent_purpose", {"name": "Offers of properties"})
    Letters(purpose=purpose).keep(gate)
    Reminders(by=By.sms, purpose=purpose).keep(gate)
    for contact in contacts[:-1]:
        said = {"purpose": purpose, "said": "given", "source": "Viewing"}
        gate.create("consent", {"about": f"contact:{contact}", **said})


def _shop(gate: Gate, districts: list[int], owner: StoryPerson) -> None:
    """What somebody looks for is there."""
    offered = {
        "address": "Market Square 5, shop", "kind": Kind.commercial, "commercial_kind": CommercialKind.shop,
        "status": Status.active, "district": next(iter(districts), None), "area": Decimal(84), "price": Decimal(298_000),
        "features": (Feature.cellar, Feature.parking), "owner": owner.id, "team": owner.team,
    }  # fmt: skip
    gate.create(Property, offered)
