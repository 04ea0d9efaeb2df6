"""Payments: recorded as they come, filling the plan in its order; the deposit among them."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from hookline_sdk import (
    Act,
    Action,
    Badge,
    BeforeSave,
    Deal,
    Form,
    Gate,
    Invalid,
    Link,
    Mapped,
    Money,
    Panel,
    Refused,
    Text,
    Write,
    day,
    money,
    select,
    text,
)

from hookline_real_estate.deals.data import LIVE, OWED, DealTerms, Instalment, LineKind, LineState, Payment
from hookline_real_estate.deals.instalments import TOO_MUCH, deals_of, paid_for, settle
from hookline_real_estate.plugin import plugin


class Receipt(Form):
    """What has come in."""

    amount: Mapped[Decimal] = money("Amount", minimum=0)
    paid_on: Mapped[dt.date | None] = day("Paid on", help="Today, when this stays empty.")
    note: Mapped[str | None] = text("Note")


@plugin.action(Deal, "Record a payment", icon="wallet", asks=Receipt, when='outcome != "lost"')
def record_payment(act: Act[Deal, Receipt], gate: Gate) -> Text:
    """Put down money that has come in."""
    form, deal = act.form, act.record
    values = {"amount": form.amount, "paid_on": form.paid_on or act.reader.today, "note": form.note}
    gate.create(Payment, {**values, "deal": deal.id, "owner": deal.owner, "team": deal.team})
    return Text("The payment is kept.")


@plugin.before_save(Payment)
def check_payment(event: BeforeSave[Payment]) -> None:
    """There is something to pay, and a payment stays with its deal."""
    payment = event.record
    if not payment.amount:
        event.reject("A payment is more than nothing.", "amount")
    if event.before is not None and event.before.deal != payment.deal:
        event.reject("A payment stays with its deal.", "deal")
    deal = event.gate.find(Deal, payment.deal) if payment.deal else None
    if deal is None:
        return
    event.values["currency"] = deal.currency
    price = deal[DealTerms].price
    if (
        price is not None
        and paid_for(event.gate.as_house(Text("payments")), deal.id, but=payment.id or 0)
        + (payment.amount or 0)
        > price
    ):
        event.reject(TOO_MUCH, "amount")


@plugin.before_save(Deal)
def check_paid(event: BeforeSave[Deal]) -> None:
    """What has come in stays within the price; a deposit that has come in is not unpaid but by taking the payment out."""
    values, before = event.values, event.before
    if before is None or not {"real_estate_price", "real_estate_deposit_paid_on"} & values.keys():
        return
    paid = paid_for(event.gate.as_house(Text("payments")), before.id)
    price = values.get("real_estate_price")
    if price is not None and paid > price:
        event.reject("More than this has been paid already.", "real_estate_price")
    deposit = values.get("real_estate_deposit", before[DealTerms].deposit)
    if values.get("real_estate_deposit_paid_on", "") is None and deposit and paid >= deposit:
        text = "Its payments come to the deposit. Take the payment out instead."
        event.reject(text, "real_estate_deposit_paid_on")


@plugin.around_write(Payment)
def follow_payments(write: Write[Payment], gate: Gate) -> Iterator[None]:
    """The plan, and the deposit of the deal, follow what has been paid, in the same transaction."""
    deals = deals_of(write.records)
    gate.as_house(Text("payments")).hold(Deal, deals, Action.edit)
    yield
    for deal in deals:
        settle(gate, deal)
        follow_deposit(gate, deal)


def follow_deposit(gate: Gate, id: int) -> None:
    """A deal's deposit is paid on the day on which its payments come to it, and not paid when they no longer do."""
    house = gate.as_house(Text("payments"))
    deal = house.find(Deal, id)
    if deal is None or not deal[DealTerms].deposit:
        return
    terms, paid, on = deal[DealTerms], Decimal(0), None
    rows = select(Payment.amount, Payment.paid_on).where(Payment.deal == id)
    for amount, paid_on in house.rows(rows.order_by(Payment.paid_on, Payment.id)):
        paid += amount
        if paid >= (terms.deposit or 0):
            on = paid_on
            break
    if on != terms.deposit_paid_on:
        try:
            house.update(Deal, id, {"real_estate_deposit_paid_on": on})
        except Invalid as refusal:
            raise Refused(refusal.problems[0].text) from refusal


def pay_deposit(gate: Gate, id: int) -> None:
    """When somebody has said on the deal that its deposit is paid, the payment stands beside the others."""
    house = gate.as_house(Text("payments"))
    deal = house.get(Deal, id)
    terms = deal[DealTerms]
    lacks = (terms.deposit or Decimal(0)) - paid_for(house, id)
    if terms.deposit_paid_on is not None and lacks > 0:
        values = {"deal": id, "amount": lacks, "paid_on": terms.deposit_paid_on}
        house.create(Payment, {**values, "owner": deal.owner, "team": deal.team})


@plugin.panel(Deal, "Money", order=110)
def money_schedule(record: Deal, gate: Gate) -> Panel:
    """What has been paid and what is owed, then the plan line by line."""
    terms = record[DealTerms]
    if terms.price is None:
        return Panel(empty=None)
    currency = record.currency
    today = gate.now.date()
    paid = paid_for(gate, record.id)
    lines = select(
        Instalment.id,
        Instalment.number,
        Instalment.kind,
        Instalment.due_on,
        Instalment.amount,
        Instalment.state,
    ).where(Instalment.deal == record.id, Instalment.state.in_(LIVE))
    rows = [
        (
            Link(row.due_on, f"real_estate_instalment:{row.id}"),
            Text(LineKind(row.kind).label) if row.kind != LineKind.instalment else row.number,
            Money(row.amount, currency),
            _state(row.state, row.due_on < today),
        )
        for row in gate.rows(lines.order_by(Instalment.due_on, Instalment.id).limit(40))
    ]
    return Panel(
        facts={
            str(Text("Agreed price")): Money(terms.price, currency),
            str(Text("Paid")): Money(paid, currency),
            str(Text("Left")): Money(terms.price - paid, currency),
        },
        rows=rows,
        more=f"/real_estate/instalments?deal={record.id}" if rows else "",
    )


def _state(state: str, late: bool) -> Badge:
    known = LineState(state)
    return Badge(Text("Overdue"), "red") if late and state in OWED else Badge(known.label, known.tone)
