"""What a programme would do, on its own page: what bills cost and earn now, in each tier, and a bill of one's own."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from hookline_sdk import (
    Act,
    Action,
    Form,
    Gate,
    Mapped,
    Money,
    Panel,
    Text,
    Value,
    integer,
    money,
    ref,
    select,
    text,
)

from hookline_loyalty.bills.reading import read
from hookline_loyalty.bills.settling import quote
from hookline_loyalty.plugin import plugin
from hookline_loyalty.programmes.bill import Bill, BillLine, Quote
from hookline_loyalty.programmes.book import Book, Level
from hookline_loyalty.programmes.cents import NOTHING, plain, rounded
from hookline_loyalty.programmes.data import EarnRule, Programme, ProgrammeKind
from hookline_loyalty.programmes.quoting import work_out
from hookline_loyalty.tiers.data import Tier

_BILLS = (5, 10, 25, 50, 100)
# Nobody's: a customer who has nothing yet.
_NOBODY = -1


class Tried(Form):
    """A bill to try."""

    amount: Mapped[Decimal] = money("Bill", minimum=0, default=Decimal(20))
    product: Mapped[str | None] = text("Product", max_length=200)
    category: Mapped[str | None] = text("Category", max_length=120)
    quantity: Mapped[int] = integer("Quantity", minimum=1, maximum=1000, default=1)
    contact: Mapped[int | None] = ref("contact", "Customer")
    codes: Mapped[str | None] = text("Codes", max_length=200, help="Separated by commas.")
    points: Mapped[int | None] = integer("Points to use", minimum=0, maximum=10_000_000)


@plugin.panel(Programme, "What a bill would earn now", slot="record.main")
def preview(record: Programme, gate: Gate) -> Panel:
    """Bills of some sizes, without a tier and in each of them, by the rules and windows as they are at this moment."""
    if record.kind == ProgrammeKind.stamps:
        return _of_pass(record)
    if gate.scalar(select(EarnRule.id).where(EarnRule.programme == record.id).limit(1)) is None:
        return Panel(empty=Text("Add a rule below: for each amount, visit or item so many points."))
    book = read(gate, Bill((), gate.now, _NOBODY), programme=record.id)
    levels = [None, *_levels(gate)]
    product, category = _goods(book)
    worth = record.worth or NOTHING
    rows: list[tuple[Value, ...]] = []
    for amount in _BILLS:
        bill = Bill((BillLine(product, Decimal(amount), category=category),), gate.now, _NOBODY)
        earned = [work_out(bill, replace(book, level=level)).earned for level in levels]
        rows.append((Money(amount), earned[0], Money(rounded(earned[0] * worth)), *earned[1:]))
    columns = (
        Text("Bill"),
        Text("Points"),
        Text("Worth"),
        *(_of_level(level.name) for level in levels if level),
    )
    open_now = ", ".join(f"{window.name} × {plain(window.factor)}" for window in book.windows)
    facts: dict[str, Value] = {str(Text("Multipliers open now")): open_now} if open_now else {}
    if product or category:
        facts[str(Text("For example"))] = product or category
    return Panel(facts=facts, columns=columns, rows=rows)


@plugin.action(
    Programme, "Try a bill", asks=Tried, icon="receipt", may=Action.read, when='kind = "points"', order=10
)
def try_bill(act: Act[Programme, Tried], gate: Gate) -> Text:
    """Say what a bill would cost and earn, by this programme whether it is in force or not. Nothing is changed."""
    form = act.form
    line = BillLine(form.product or "", form.amount, Decimal(form.quantity), form.category or "")
    codes = tuple((form.codes or "").split(","))
    bill = Bill((line,), gate.now, form.contact or _NOBODY, codes, Decimal(form.points or 0))
    found = quote(gate, bill, programme=act.record.id)
    told = Text(
        "To pay: %(due)s. Earned: %(earned)s. Taken off: %(off)s. Paid with points: %(worth)s.",
        due=f"{found.due:.2f}", earned=plain(found.earned), off=f"{found.discount:.2f}", worth=f"{found.points_worth:.2f}",
    )  # fmt: skip
    refused = next(iter(_refused(found)), None)
    return Text("%(told)s %(why)s", told=told, why=refused) if refused else told


def _refused(found: Quote) -> Iterator[Text]:
    """Why something that was asked for does not apply."""
    for effect in found.effects:
        if not effect.applied and effect.kind in ("coupon", "code", "points", "gift", "programme"):
            yield effect.why


def _of_pass(record: Programme) -> Panel:
    every = record.every or 2
    goods = ", ".join(filter(None, (record.categories, record.products)))
    return Panel(
        facts={
            str(Text("Counts")): goods,
            str(Text("Paid for")): every - 1,
            str(Text("Then free")): 1,
            str(Text("Given at most, %")): f"{plain((Decimal(100) / every).quantize(Decimal('0.1')))} %",
        },
        text=Text("Of several on one bill the cheapest is free."),
    )


def _levels(gate: Gate) -> list[Level]:
    found = select(Tier.id, Tier.name, Tier.multiplier, Tier.discount).order_by(Tier.from_amount)
    return [Level(*row) for row in gate.rows(found)]


def _of_level(name: str) -> Text:
    return Text("%(tier)s: points", tier=name)


def _goods(book: Book) -> tuple[str, str]:
    """A product and a category that earn something: none where a rule is for all goods."""
    scopes = [rule.scope for rule in book.rules]
    if not scopes or not all(scopes):
        return "", ""
    return next(iter(sorted(scopes[0].products)), ""), next(iter(sorted(scopes[0].categories)), "")
