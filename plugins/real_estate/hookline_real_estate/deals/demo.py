"""Its part of the demo: deals in each pipeline, as far as their documents and payments have come."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from hookline_sdk import Contact, Deal, Gate, Pipeline, Source, Stage, Story, StoryPerson, select

from hookline_real_estate import demo  # noqa: F401  # what is sold here is told of there, and so before
from hookline_real_estate.buildings.data import Unit, UnitStatus
from hookline_real_estate.deals.data import (
    DealTerms,
    Document,
    Mortgage,
    MortgageState,
    Payment,
    Side,
)
from hookline_real_estate.deals.instalments import lay_plan
from hookline_real_estate.deals.schedule import Wish
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property, Purpose, Status
from hookline_real_estate.viewings.data import Liking, Viewing, ViewingState


@dataclass(frozen=True)
class Sale:
    """A deal of the demo: how far it has come in its pipeline, since when, what it is about, and for how much of a deposit."""

    pipeline: str
    stage: str
    days: int
    english: str
    russian: str
    about: str = ""
    deposit: int = 0
    fee: str = "0.03"
    price: int = 0


SALES = (
    Sale("Property sale", "On show", 32, "Sale", "Продажа", "property"),
    Sale("Property sale", "Registration", 61, "Sale", "Продажа", "property", 10_000),
    Sale("Property purchase", "Searching", 9, "Two rooms near a school", "Две комнаты рядом со школой"),
    Sale(
        "Property purchase",
        "Mortgage and check",
        40,
        "Purchase",
        "Покупка",
        "property",
        5_000,
    ),
    Sale("Rent", "Viewings", 4, "A shop on the square", "Магазин на площади", price=1_900, fee="1"),
    Sale(
        "Rent",
        "Let",
        20,
        "Three rooms by the park, for a year",
        "Три комнаты у парка на год",
        price=1_250,
        fee="1",
    ),
    Sale("New building", "Show flat", 6, "Harbour Lights, two rooms", "«Огни гавани», две комнаты", "unit"),
    Sale(
        "New building",
        "Sold",
        95,
        "Harbour Lights, a corner flat",
        "«Огни гавани», угловая",
        "unit",
        8_000,
    ),
)
_BANKS = (
    ("Harbour Bank", "3.9", MortgageState.chosen),
    ("Mill Credit", "4.2", MortgageState.approved),
    ("First Savings", None, MortgageState.asked),
)


@plugin.demo
def deals(story: Story, gate: Gate) -> None:
    """Eight deals, two in each pipeline: one on its way, one nearly done."""
    sources = [id for (id,) in gate.rows(select(Source.id).order_by(Source.id))]
    people = list(story.people.values())
    contacts = [id for (id,) in gate.rows(select(Contact.id).order_by(Contact.id.desc()).limit(len(SALES)))]
    for turn, sale in enumerate(SALES):
        if turn < len(contacts):
            source = sources[turn % len(sources)] if sources else None
            _tell(story, gate, sale, people[turn % len(people)], contacts[turn], source)


def _tell(story: Story, gate: Gate, sale: Sale, owner: StoryPerson, contact: int, source: int | None) -> None:
    about, price, address = _about(gate, sale)
    words = story.say(owner, sale.english, sale.russian)
    price = price or Decimal(sale.price) or None
    buys = sale.pipeline != "Property sale"
    opened = story.today - dt.timedelta(days=sale.days)
    id = story.as_(owner).create(
        Deal,
        {
            "name": f"{words}: {address}" if sale.about == "property" else words,
            "pipeline": gate.scalar(select(Pipeline.id).where(Pipeline.name == sale.pipeline)),
            "contact": contact,
            "source": source,
            "opened_on": opened,
            "amount": (price * Decimal(sale.fee)).quantize(Decimal(1)) if price else None,
            "real_estate_our_sides": (Side.buyer if buys else Side.seller,),
            "real_estate_buyer": contact if buys else _somebody(gate, contact),
            "real_estate_price": price,
            "real_estate_deposit": Decimal(sale.deposit) or None,
            "owner": owner.id,
            "team": owner.team,
            **about,
        },
    )
    if sale.pipeline == "Property purchase" and sale.deposit:
        _ask_banks(story, gate, id)
    if offered := about.get("real_estate_property"):
        _show(story, gate, id, offered, sale.days)
    if sale.deposit and price:
        _pay(story, gate, id, opened + dt.timedelta(days=5))
    _walk(story, gate, id, sale, owner)


def _about(gate: Gate, sale: Sale) -> tuple[dict[str, int], Decimal | None, str]:
    """Something that is still free, and what it costs, and what it is called."""
    if sale.about == "property":
        taken = select(DealTerms.property).where(DealTerms.property.is_not(None))
        free = select(Property.id, Property.price, Property.address).where(
            Property.status == Status.active,
            Property.purpose == Purpose.sale,
            Property.id.not_in(taken),
            Property.price > 50_000,
        )
        found = gate.rows(free.order_by(Property.id).limit(1))
        return (
            ({"real_estate_property": found[0].id}, found[0].price, found[0].address)
            if found
            else ({}, None, "")
        )
    if sale.about == "unit":
        taken = select(DealTerms.unit).where(DealTerms.unit.is_not(None))
        units = select(Unit.id, Unit.price).where(
            Unit.status == UnitStatus.free, Unit.id.not_in(taken), Unit.rooms == 2, Unit.price > 50_000
        )
        found = gate.rows(units.order_by(Unit.id.desc()).limit(1))
        return ({"real_estate_unit": found[0].id}, found[0].price, "") if found else ({}, None, "")
    return {}, None, ""


def _somebody(gate: Gate, but: int) -> int | None:
    """A contact who is somebody else."""
    found: int | None = gate.scalar(select(Contact.id).where(Contact.id != but).order_by(Contact.id).limit(1))
    return found


def _show(story: Story, gate: Gate, id: int, offered: int, days: int) -> None:
    """The buyer has seen the property before."""
    deal = gate.get(Deal, id)
    said = {"state": ViewingState.done, "liking": Liking.wants}
    seen = {"property": offered, "contact": deal[DealTerms].buyer, "starts_at": story.at(days - 3, 15)}
    gate.create(Viewing, {**seen, **said, "owner": deal.owner, "team": deal.team})


def _ask_banks(story: Story, gate: Gate, id: int) -> None:
    deal = gate.get(Deal, id)
    loan = ((deal[DealTerms].price or 0) * Decimal("0.7")).quantize(Decimal(1))
    for turn, (bank, rate, state) in enumerate(_BANKS):
        values = {"bank": bank, "amount": loan, "months": 240, "state": state, "deal": id}
        if rate is not None:
            values |= {"rate": Decimal(rate), "valid_until": story.today + dt.timedelta(days=30 + 15 * turn)}
        gate.create(Mortgage, {**values, "owner": deal.owner, "team": deal.team})


def _pay(story: Story, gate: Gate, id: int, on: dt.date) -> None:
    """The deposit and the first payment have come in; an instalment since then has not."""
    deal = gate.get(Deal, id)
    terms = deal[DealTerms]
    price, deposit = terms.price or Decimal(0), terms.deposit or Decimal(0)
    loan = gate.scalar(
        select(Mortgage.amount).where(Mortgage.deal == id, Mortgage.state == MortgageState.chosen)
    )
    wish = Wish(price, on, 6, first=(price / 10).quantize(Decimal(1)), deposit=deposit)
    if loan:
        rest, soon = price - deposit - loan, story.today + dt.timedelta(days=20)
        wish = Wish(price, soon, 0, first=rest, deposit=deposit, deposit_due_on=on, bank=loan)
    lay_plan(gate, deal, wish)
    common = {"deal": id, "owner": deal.owner, "team": deal.team}
    for amount, later in ((deposit, 0), *(() if loan else ((wish.first, 3),))):
        day = min(on + dt.timedelta(days=later), story.today)
        gate.create(Payment, {"amount": amount, "paid_on": day, **common})


def _walk(story: Story, gate: Gate, id: int, sale: Sale, owner: StoryPerson) -> None:
    """To the stage of the story, with every document that is required on the way."""
    target = select(Stage.id, Stage.position, Stage.kind, Stage.pipeline).join(
        Pipeline, Stage.pipeline == Pipeline.id
    )
    (stage,) = gate.rows(target.where(Pipeline.name == sale.pipeline, Stage.name == sale.stage))
    needed = (
        select(Document.id)
        .join(Stage, Document.stage == Stage.id)
        .where(Document.deal == id, Document.required.is_(True), Stage.position <= stage.position)
    )
    acting = story.as_(owner)
    for (document,) in list(gate.rows(needed)):
        acting.update(Document, document, {"done": True})
    entered: dict[str, object] = {"stage": stage.id}
    if stage.kind == "won" and sale.deposit:
        number = f"{story.today.year}-00{id}"
        entered |= {"real_estate_registration_number": number, "real_estate_registered_on": story.today}
    acting.update(Deal, id, entered)
