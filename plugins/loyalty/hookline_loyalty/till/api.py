"""What the program of a till asks, with a token of its own that opens nothing else: who it is, a quote, a sale, a refund."""

from decimal import Decimal
from typing import Final

from hookline_sdk import (
    Act,
    Call,
    Choices,
    Forbidden,
    Form,
    Gate,
    Invalid,
    Mapped,
    NotFound,
    Problem,
    Redirect,
    Text,
    choice,
    decimal,
    integer,
    money,
    several,
    text,
    yes_no,
)

from hookline_loyalty.bills.settling import quote, settlement_of
from hookline_loyalty.plugin import plugin
from hookline_loyalty.points.data import Unit
from hookline_loyalty.points.ledger import account_of, balance
from hookline_loyalty.programmes.bill import Bill, BillLine, Quote
from hookline_loyalty.programmes.data import Settlement
from hookline_loyalty.till.cards import customer_of, find_customers
from hookline_loyalty.till.counter import tier_of
from hookline_loyalty.till.data import Till
from hookline_loyalty.till.numbers import card_number
from hookline_loyalty.till.selling import refund, ring_up

# A busy till, at a few requests for each customer.
_MOST: Final = 3000


class Scope(Choices):
    """What the token of a till opens."""

    customers = "customers", "Find customers"
    quotes = "quotes", "Quote bills"
    sales = "sales", "Ring up bills"
    refunds = "refunds", "Take bills back"


class Scoped(Form):
    """What the token is for."""

    scope: Mapped[str] = choice("It may", Scope, default=Scope.sales)


class Shown(Form):
    """What the customer shows or says."""

    customer: Mapped[str] = text(
        "Customer", max_length=40, help="The card's number, or the telephone number."
    )


class Known(Form):
    """A customer, as a till may know them."""

    card: Mapped[str] = text("Card number")
    name: Mapped[str] = text("Name")
    tier: Mapped[str | None] = text("Tier")
    points: Mapped[Decimal] = decimal("Points")


class Line(Form):
    """A line of a bill: `amount` is what the whole quantity costs before anything is taken off."""

    product: Mapped[str] = text("Product", max_length=200)
    amount: Mapped[Decimal] = money("Amount", minimum=0)
    quantity: Mapped[Decimal] = decimal("Quantity", places=3, minimum=0, default=1)
    category: Mapped[str | None] = text("Category", max_length=120)


class Code(Form):
    """A code that the customer names."""

    code: Mapped[str] = text("Code", max_length=60)


class Asked(Form):
    """A bill to be worked out."""

    card: Mapped[str | None] = text("Card number", max_length=20, help="Left out for who has none.")
    lines: list[Line] = several(Line, "Lines", most=200)
    codes: list[Code] = several(Code, "Codes", most=10)
    points: Mapped[Decimal | None] = decimal("Points to use", minimum=0)
    deposit: Mapped[Decimal | None] = money("From the deposit", minimum=0)


class Sale(Asked):
    """A bill that was paid: `source` names it, the same at every retry. `due` is what the customer was told."""

    source: Mapped[str] = text("Source", max_length=120, help="The bill's number at this till.")
    due: Mapped[Decimal | None] = money("Due", minimum=0)


class Applied(Form):
    """Something that applied, or did not, and why."""

    kind: Mapped[str] = text("Kind")
    name: Mapped[str] = text("Name")
    applied: Mapped[bool] = yes_no("Applied")
    why: Mapped[str] = text("Why", max_length=1000)
    amount: Mapped[Decimal] = decimal("Amount")


class Priced(Form):
    """A line with what it costs now."""

    product: Mapped[str] = text("Product")
    amount: Mapped[Decimal] = money("Amount")
    discount: Mapped[Decimal] = money("Taken off")
    due: Mapped[Decimal] = money("Due")


class Quoted(Form):
    """What a bill comes to, and why."""

    total: Mapped[Decimal] = money("Total")
    discount: Mapped[Decimal] = money("Taken off")
    points_used: Mapped[Decimal] = decimal("Points used")
    points_usable: Mapped[Decimal] = decimal("Points that may be used")
    earned: Mapped[Decimal] = decimal("Points earned")
    due: Mapped[Decimal] = money("Due")
    lines: list[Priced] = several(Priced, "Lines")
    effects: list[Applied] = several(Applied, "What applied")


class Settled(Form):
    """What came of a bill, and what the customer has now."""

    source: Mapped[str] = text("Source")
    total: Mapped[Decimal] = money("Total")
    due: Mapped[Decimal] = money("Due")
    points_used: Mapped[Decimal] = decimal("Points used")
    earned: Mapped[Decimal] = decimal("Points earned")
    points: Mapped[Decimal | None] = decimal("Points in hand")
    reversed: Mapped[bool] = yes_no("Taken back")


class Place(Form):
    """A line of the bill, counted from 1."""

    line: Mapped[int] = integer("Line", minimum=1)


class Back(Form):
    """What is taken back: the whole bill, or these of its lines."""

    source: Mapped[str] = text("Source", max_length=120)
    lines: list[Place] = several(Place, "Lines", most=200)


@plugin.endpoint("Find a customer", takes=Shown, answers=Known, of=Till, most=_MOST)
def customers(call: Call[Till, Shown], gate: Gate) -> Known:
    """Finds a customer by the card that they show, or their telephone number."""
    _must_work(call.record)
    said = call.form.customer
    found = [] if any(letter.isalpha() for letter in said) else find_customers(gate, said)
    if len(found) != 1:
        raise NotFound
    points = balance(gate, account_of(gate, found[0].contact, Unit.points))
    return Known(
        card=found[0].card.number,
        name=found[0].name,
        tier=tier_of(gate, found[0].contact) or None,
        points=points,
    )


@plugin.endpoint("Quote a bill", takes=Asked, answers=Quoted, of=Till, most=_MOST)
def quotes(call: Call[Till, Asked], gate: Gate) -> Quoted:
    """Says what a bill comes to and why. Nothing is changed."""
    _must_work(call.record)
    return _quoted(quote(gate, _bill(gate, call.form)))


@plugin.endpoint("Ring up a bill", takes=Sale, answers=Settled, of=Till, most=_MOST)
def sales(call: Call[Till, Sale], gate: Gate) -> Settled:
    """Settles a bill once for each source: points are used and earned, and the purchase is told. A retry is answered the same."""
    _must_work(call.record)
    bill = _bill(gate, call.form)
    done = ring_up(gate, bill, _source(call.record, call.form.source), due=call.form.due)
    return _settled(gate, call.form.source, done)


@plugin.endpoint("Take a bill back", takes=Back, answers=Settled, of=Till, most=_MOST)
def refunds(call: Call[Till, Back], gate: Gate) -> Settled:
    """Takes a bill of this till back, or some of its lines beside those before. A retry changes nothing."""
    _must_work(call.record)
    source = _source(call.record, call.form.source)
    if settlement_of(gate, source) is None:
        raise NotFound
    lines = [place.line - 1 for place in call.form.lines] or None
    return _settled(gate, call.form.source, refund(gate, source, lines=lines))


@plugin.action(Till, "Token for its program", icon="key-round", asks=Scoped)
def make_till_token(act: Act[Till, Scoped], gate: Gate) -> Redirect:
    """Make a token with which the till's program does this one thing."""
    return Redirect(f"/me/tokens?scope=loyalty.{act.form.scope}&about=loyalty_till:{act.record.id}")


def _must_work(till: Till) -> None:
    if not till.active:
        raise Forbidden(Text("This till is closed."))


def _source(till: Till, source: str) -> str:
    """One till's bills are no other till's."""
    return f"till:{till.id}/{source}"


def _bill(gate: Gate, form: Asked) -> Bill:
    contact = None
    if form.card:
        number = card_number(form.card)
        if not number:
            raise Invalid([Problem("card", Text("This is no card number."))])
        contact = customer_of(gate, number).contact
    lines = [BillLine(line.product, line.amount, line.quantity, line.category or "") for line in form.lines]
    codes = [each.code for each in form.codes]
    return Bill(lines, gate.now, contact, codes, form.points or Decimal(0), form.deposit or Decimal(0))


def _quoted(found: Quote) -> Quoted:
    return Quoted(
        total=found.total, discount=found.discount, points_used=found.points_used,
        points_usable=found.points_usable, earned=found.earned, due=found.due,
        lines=[
            Priced(product=line.product, amount=line.amount, discount=line.discount + line.points, due=line.due)
            for line in found.lines
        ],
        effects=[
            Applied(
                kind=effect.kind, name=effect.name, applied=effect.applied, why=str(effect.why), amount=effect.amount
            )
            for effect in found.effects
        ],
    )  # fmt: skip


def _settled(gate: Gate, source: str, done: Settlement) -> Settled:
    points = balance(gate, account_of(gate, done.contact, Unit.points)) if done.contact else None
    return Settled(
        source=source, total=done.total, due=done.due, points_used=done.points_used, earned=done.earned,
        points=points, reversed=done.reversed,
    )  # fmt: skip
