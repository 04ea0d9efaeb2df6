"""The payment plan of a deal: made from a few figures, and kept to the price whatever is changed."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal

from hookline_sdk import (
    Act,
    Action,
    BeforeDelete,
    BeforeSave,
    Deal,
    Form,
    Gate,
    Invalid,
    Mapped,
    Problem,
    Refused,
    Text,
    Write,
    Written,
    day,
    func,
    integer,
    money,
    select,
)

from hookline_real_estate.deals.data import (
    LIVE,
    DealTerms,
    Instalment,
    LineState,
    Mortgage,
    MortgageState,
    Payment,
)
from hookline_real_estate.deals.schedule import Wish, lines_of
from hookline_real_estate.plugin import plugin

TOO_MUCH = Text("This is more than what is still owed.")
_APART = Text("The lines of the plan would no longer come to the price.")


class Planning(Form):
    """How the price is paid. The deposit of the deal and the loan of the chosen bank are lines of their own."""

    starts_on: Mapped[dt.date | None] = day("First payment on", help="Today, when this stays empty.")
    first: Mapped[Decimal] = money("First payment", minimum=0, default=0)
    count: Mapped[int] = integer("Instalments after it", minimum=0, maximum=360, default=12)
    months: Mapped[int] = integer("Months between them", minimum=1, maximum=12, default=1)


@plugin.action(Deal, "Make a payment plan", icon="calendar-clock", asks=Planning, when='outcome != "lost"')
def plan(act: Act[Deal, Planning], gate: Gate) -> Text:
    """Divide the price into lines; a plan that there was is replaced, and what has been paid fills the new one."""
    wish = _wish(act, gate)
    try:
        lay_plan(gate, act.record, wish)
    except ValueError:
        field, text = "count", Text("Say in how many instalments the rest is paid.")
        if wish.rest < 0:
            field, text = "first", Text("More goes ahead than there is to pay.")
        raise Invalid([Problem(field, text)]) from None
    return Text("The plan stands: it comes to the price exactly.")


@plugin.before_save(Instalment)
def check_line(event: BeforeSave[Instalment]) -> None:
    """A line stays with its deal, is not replaced and lies above what has been paid of it."""
    line, before = event.record, event.before
    deal = event.gate.find(Deal, line.deal) if line.deal else None
    event.values["currency"] = deal.currency if deal else None
    if before is None:
        return
    if before.deal != line.deal:
        event.reject("A line stays with its deal.", "deal")
    if before.state == LineState.replaced:
        event.reject("This line belongs to a plan that has been replaced.")
    if (line.amount or 0) < (before.paid or 0):
        event.reject("More than this has been paid already.", "amount")
    elif "amount" in event.values and not _fits(event.gate, line):
        event.reject(_APART, "amount")


@plugin.before_delete(Instalment)
def keep_lines(event: BeforeDelete[Instalment]) -> None:
    """A line alone is not taken out: the rest would no longer come to the price."""
    event.reject("Make a new plan instead: the lines come to the price together.")


@plugin.around_write(Instalment)
def keep_to_the_price(write: Write[Instalment], gate: Gate) -> Iterator[None]:
    """After a line is written, the lines of its deal come to the price: the last one that is owed takes the difference."""
    yield
    touched = [
        line for line in write.records if line.before is None or {"amount", "deal"} & line.values.keys()
    ]
    for deal in deals_of(touched):
        fit_to_price(gate, deal, but={line.id for line in touched})
        settle(gate, deal)


def lay_plan(gate: Gate, deal: Deal, wish: Wish) -> None:
    """Put a plan in the place of the one that there was. ValueError where none can come to the price."""
    lines = lines_of(wish)
    house = gate.as_house(Text("payment plan"))
    house.carry(Instalment, {id: {"state": LineState.replaced} for id, *_ in live_lines(house, deal.id)})
    common = {"deal": deal.id, "owner": deal.owner, "team": deal.team}
    house.create_many(
        Instalment,
        [
            {
                "number": f"{place}/{len(lines)}",
                "kind": line.kind,
                "due_on": line.due_on,
                "amount": line.amount,
                **common,
            }
            for place, line in enumerate(lines, 1)
        ],
    )


def deals_of(lines: Iterable[Written[Instalment]] | Iterable[Written[Payment]]) -> list[int]:
    """The deals that these records belong to, before and after they are written."""
    before = {line.before.deal for line in lines if line.before}
    return sorted(before | {int(line.values["deal"]) for line in lines if line.values.get("deal")})


def live_lines(gate: Gate, deal: int) -> list[tuple[int, Decimal, Decimal, str]]:
    """The lines of a deal's plan in their order: id, amount, what is paid, state."""
    found = select(Instalment.id, Instalment.amount, Instalment.paid, Instalment.state).where(
        Instalment.deal == deal, Instalment.state.in_(LIVE)
    )
    return [
        (id, amount, paid or Decimal(0), state)
        for id, amount, paid, state in gate.rows(found.order_by(Instalment.due_on, Instalment.id))
    ]


def fit_to_price(gate: Gate, deal: int, *, but: Iterable[int] = ()) -> None:
    """Bring the lines to the price: the last ones take the difference, never below what has been paid of them."""
    house = gate.as_house(Text("payment plan"))
    price, lines = _price(house, deal), live_lines(house, deal)
    over = sum((amount for _, amount, _, _ in lines), Decimal(0)) - (price or 0)
    if price is None or not lines or not over:
        return
    changes: dict[int, dict[str, object]] = {}
    for id, amount, paid, _ in reversed([line for line in lines if line[0] not in set(but)]):
        less = min(over, amount - paid)
        if less:
            changes[id] = {"amount": amount - less} if amount > less else {"state": LineState.replaced}
            over -= less
        if not over:
            break
    if over:
        raise Refused(_APART)
    house.carry(Instalment, changes)


def settle(gate: Gate, deal: int) -> None:
    """Let what has been paid fill the lines in their order; a deposit that is paid stands on the deal with its day."""
    house = gate.as_house(Text("payments"))
    price, lines = _price(house, deal), live_lines(house, deal)
    paid = paid_for(house, deal)
    if price is not None and paid > price:
        raise Refused(TOO_MUCH)
    changes = {}
    for id, amount, had, state in lines:
        has = min(amount, paid)
        paid -= has
        new = LineState.paid if has == amount else LineState.partly if has else LineState.open
        if (has, new) != (had, state):
            changes[id] = {"paid": has, "state": new}
    house.carry(Instalment, changes)


def paid_for(house: Gate, deal: int, *, but: int = 0) -> Decimal:
    """What has come in for a deal, leaving one payment out."""
    paid = select(func.sum(Payment.amount)).where(Payment.deal == deal, Payment.id != but)
    return house.scalar(paid) or Decimal(0)


def price_of(house: Gate, deal: int) -> Decimal | None:
    """What a deal comes to; None before a price is agreed on."""
    found: Decimal | None = house.scalar(select(DealTerms.price).where(Deal.id == deal))
    return found


def _price(house: Gate, deal: int) -> Decimal | None:
    """The same of a deal that is held, so that nobody else divides it at the same time."""
    house.hold(Deal, [deal], Action.edit)
    return price_of(house, deal)


def _fits(gate: Gate, line: Instalment) -> bool:
    """Whether the other lines can take what this one gets or leaves."""
    house = gate.as_house(Text("payment plan"))
    price = price_of(house, line.deal)
    others = [each for each in live_lines(house, line.deal) if each[0] != line.id]
    if price is None:
        return True
    least = sum((paid for _, _, paid, _ in others), line.amount)
    return least <= price and (bool(others) or line.amount == price)


def _wish(act: Act[Deal, Planning], gate: Gate) -> Wish:
    terms, form = act.record[DealTerms], act.form
    if not terms.price:
        raise Invalid([Problem("", Text("Agree on a price first."))])
    chosen = select(Mortgage.amount).where(
        Mortgage.deal == act.record.id, Mortgage.state == MortgageState.chosen
    )
    return Wish(
        price=terms.price,
        starts_on=form.starts_on or act.reader.today,
        count=form.count,
        months=form.months,
        first=form.first or Decimal(0),
        deposit=terms.deposit or Decimal(0),
        deposit_due_on=terms.deposit_paid_on or terms.deposit_due_on,
        bank=gate.scalar(chosen) or Decimal(0),
    )
