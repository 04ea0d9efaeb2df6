"""What is sold to whom and how it is paid; the documents that a deal needs on its way."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    Catalog,
    Choices,
    Deal,
    Entity,
    Fields,
    Mapped,
    Text,
    attachment,
    choice,
    day,
    integer,
    moment,
    money,
    multi_choice,
    only_one,
    percent,
    person,
    ref,
    sequence,
    text,
    yes_no,
)

from hookline_real_estate.plugin import MENU, MONEY, plugin


class Side(Choices):
    """Whom the house works for in a deal."""

    buyer = "buyer", "Buyer's side", "blue"
    seller = "seller", "Seller's side", "violet"


class DealTerms(Fields[Deal], plugin=plugin, label="Real estate"):
    """What a deal is about: a property or a unit, who buys and who sells, for how much."""

    property: Mapped[int | None] = ref(
        "real_estate_property", "Property", back="Deals", filter=True, section="What is sold"
    )
    unit: Mapped[int | None] = ref(
        "real_estate_unit", "Unit", back="Deals", filter=True, section="What is sold"
    )
    buyer: Mapped[int | None] = ref(
        "contact", "Buyer or tenant", back="Deals as a buyer", section="What is sold"
    )
    seller: Mapped[int | None] = ref(
        "contact", "Seller or landlord", back="Deals as a seller", section="What is sold"
    )
    our_sides: Mapped[tuple[str, ...]] = multi_choice(
        "We work for", Side, filter=True, section="What is sold"
    )
    price: Mapped[Decimal | None] = money(
        "Agreed price", minimum=0, filter=True, section="Price and registration"
    )
    deposit: Mapped[Decimal | None] = money("Deposit", minimum=0, section="Price and registration")
    deposit_due_on: Mapped[dt.date | None] = day(
        "Deposit due on", filter=True, section="Price and registration"
    )
    deposit_paid_on: Mapped[dt.date | None] = day(
        "Deposit paid on", filter=True, index=True, section="Price and registration"
    )
    registration_number: Mapped[str | None] = text(
        "Registration number", max_length=80, section="Price and registration"
    )
    registered_on: Mapped[dt.date | None] = day(
        "Registered on", filter=True, section="Price and registration"
    )


class MortgageState(Choices):
    """What a bank has answered."""

    asked = "asked", "Asked", "blue"
    approved = "approved", "Approved", "green"
    refused = "refused", "Refused", "red"
    chosen = "chosen", "Chosen", "violet"


class Mortgage(
    Entity,
    plugin=plugin,
    label="Mortgage application",
    slug="mortgages",
    icon="percent",
    title="bank",
):
    """What a bank is asked to lend for a deal, and what it has answered."""

    bank: Mapped[str] = text("Bank", max_length=160, search=True, list=True)
    deal: Mapped[int] = ref("deal", "Deal", list=True, filter=True)
    amount: Mapped[Decimal] = money("Amount", minimum=0, list=True)
    rate: Mapped[Decimal | None] = percent("Rate a year", places=2, minimum=0, maximum=100, list=True)
    months: Mapped[int | None] = integer("Months", minimum=1, maximum=600)
    state: Mapped[str] = choice("State", MortgageState, default=MortgageState.asked, list=True, filter=True)
    valid_until: Mapped[dt.date | None] = day("Valid until", list=True, filter=True)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True)


only_one(
    Mortgage,
    "deal",
    where={"state": (MortgageState.chosen,)},
    text=Text("Another bank has been chosen for this deal."),
)


class LineKind(Choices):
    """What a line of a payment plan is for."""

    deposit = "deposit", "Deposit", "amber"
    first = "first", "First payment", "violet"
    bank = "bank", "From the bank", "blue"
    instalment = "instalment", "Instalment"


class LineState(Choices):
    """How far a line of a payment plan is paid."""

    open = "open", "Open", "blue"
    partly = "partly", "Partly paid", "amber"
    paid = "paid", "Paid", "green"
    replaced = "replaced", "Replaced"


LIVE = (LineState.open, LineState.partly, LineState.paid)
OWED = (LineState.open, LineState.partly)


class Instalment(Entity, plugin=plugin, icon="calendar-clock", title="number"):
    """A line of a deal's payment plan. The lines of a plan add up to the agreed price; what is paid fills them in their order."""

    number: Mapped[str] = text("Line", max_length=20, list=True)
    deal: Mapped[int] = ref("deal", "Deal", list=True, filter=True)
    kind: Mapped[str] = choice("Kind", LineKind, default=LineKind.instalment, list=True, filter=True)
    due_on: Mapped[dt.date] = day("Due on", list=True, filter=True, index=True)
    amount: Mapped[Decimal] = money("Amount", minimum=0, list=True)
    paid: Mapped[Decimal | None] = money("Paid", read_only=True, list=True)
    state: Mapped[str] = choice(
        "State", LineState, default=LineState.open, read_only=True, list=True, filter=True, index=True
    )
    reminded_on: Mapped[dt.date | None] = day("Reminded on", hidden=True)
    task: Mapped[int | None] = ref("activity", "Task to see to it", hidden=True)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True)


class Payment(Entity, plugin=plugin, icon="wallet", title="number", menu=MONEY, menu_order=30):
    """Money that has come in for a deal; it fills the lines of the payment plan in their order."""

    number: Mapped[str] = sequence("Payment", "P-{year}-{n:04}")
    deal: Mapped[int] = ref("deal", "Deal", list=True, filter=True)
    paid_on: Mapped[dt.date] = day("Paid on", list=True, filter=True)
    amount: Mapped[Decimal] = money("Amount", minimum=0, list=True)
    note: Mapped[str | None] = text("Note", list=True)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True)


class Requirement(
    Catalog,
    plugin=plugin,
    label="Required document",
    icon="list-checks",
    sort="position",
    menu=MENU,
    menu_order=95,
):
    """A document that the deals of a pipeline need. One that is required must be there before a deal enters its stage."""

    name: Mapped[str] = text("Document", search=True, list=True)
    stage: Mapped[int] = ref("stage", "To enter the stage", list=True, filter=True)
    pipeline: Mapped[int | None] = ref("pipeline", "Pipeline", read_only=True, list=True, filter=True)
    required: Mapped[bool] = yes_no("Required", default=True, list=True)
    position: Mapped[int] = integer("Order", default=0)


class Document(Entity, plugin=plugin, label="Deal document", slug="documents", icon="paperclip"):
    """A document of one deal, on its checklist: ticked off when it is there, or when its file is attached."""

    name: Mapped[str] = text("Document", search=True, list=True)
    deal: Mapped[int] = ref("deal", "Deal", list=True, filter=True)
    requirement: Mapped[int | None] = ref("real_estate_requirement", "Asked for by", hidden=True)
    stage: Mapped[int | None] = ref("stage", "To enter the stage", list=True)
    required: Mapped[bool] = yes_no("Required", default=True, list=True)
    done: Mapped[bool] = yes_no("There", list=True, filter=True)
    file: Mapped[int | None] = attachment("File")
    done_at: Mapped[dt.datetime | None] = moment("Ticked off", read_only=True, list=True)
    done_by: Mapped[int | None] = person("By", read_only=True, list=True)
