"""Mortgages: several banks are asked, one is chosen."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hookline_sdk import (
    Act,
    Badge,
    BeforeSave,
    Deal,
    Form,
    Gate,
    Link,
    Mapped,
    Money,
    Panel,
    Percent,
    Text,
    Value,
    integer,
    money,
    percent,
    select,
    text,
)

from hookline_real_estate.deals.data import DealTerms, Mortgage, MortgageState
from hookline_real_estate.deals.schedule import monthly
from hookline_real_estate.plugin import plugin

_FACTS = tuple(
    map(
        str,
        (
            Text("Bank"),
            Text("Loan"),
            Text("Rate a year"),
            Text("A month"),
            Text("Valid until"),
            Text("State"),
        ),
    )
)
_ANSWERED = (MortgageState.approved, MortgageState.chosen)


class Application(Form):
    """What a bank is asked for."""

    bank: Mapped[str] = text("Bank", max_length=160)
    amount: Mapped[Decimal] = money("Amount", minimum=0)
    months: Mapped[int] = integer("Months", minimum=1, maximum=600, default=240)
    rate: Mapped[Decimal | None] = percent("Rate a year", places=2, minimum=0, maximum=100)


@plugin.action(Deal, "Ask a bank", icon="percent", asks=Application, when='outcome != "lost"')
def ask_a_bank(act: Act[Deal, Application], gate: Gate) -> Text:
    """Put down that a bank has been asked for a mortgage."""
    asked, deal = act.form, act.record
    values = {"bank": asked.bank, "amount": asked.amount, "months": asked.months, "rate": asked.rate}
    gate.create(Mortgage, {**values, "deal": deal.id, "owner": deal.owner, "team": deal.team})
    return Text("The application is kept. Put the bank's answer there.")


@plugin.action(
    Mortgage,
    "Choose this bank",
    icon="circle-check",
    confirm="Pay with the loan of this bank?",
    when='state = "approved"',
)
def choose(act: Act[Mortgage], gate: Gate) -> Text:
    """Choose an approved application; the one that was chosen before is one of those approved again."""
    others = select(Mortgage.id).where(
        Mortgage.deal == act.record.deal,
        Mortgage.state == MortgageState.chosen,
        Mortgage.id != act.record.id,
    )
    for (other,) in gate.rows(others):
        gate.update(Mortgage, other, {"state": MortgageState.approved})
    gate.update(Mortgage, act.record.id, {"state": MortgageState.chosen}, version=act.record.version)
    return Text("%(bank)s is chosen.", bank=act.record.bank)


@plugin.before_save(Mortgage)
def check_application(event: BeforeSave[Mortgage]) -> None:
    """An approval says at what rate; a chosen one still holds; nobody borrows more than the price."""
    asked = event.record
    deal = event.gate.find(Deal, asked.deal) if asked.deal else None
    if deal is None:
        return
    if event.before is not None and event.before.deal != asked.deal:
        event.reject("An application stays with its deal.", "deal")
    event.values["currency"] = deal.currency
    if asked.state in _ANSWERED and asked.rate is None:
        event.reject("Say at what rate the bank lends.", "rate")
    if (
        asked.state == MortgageState.chosen
        and {"state", "valid_until"} & event.values.keys()
        and asked.valid_until
        and asked.valid_until < event.gate.now.date()
    ):
        event.reject("The approval no longer holds. Ask the bank for a new one.", "valid_until")
    price = deal[DealTerms].price
    if (
        {"amount", "deal"} & event.values.keys()
        and price is not None
        and asked.amount
        and asked.amount > price
    ):
        event.reject("This is more than the price.", "amount")


@plugin.panel(Deal, "Mortgage", order=120)
def mortgage(record: Deal, gate: Gate) -> Panel:
    """What the banks have said, the chosen one first, with what each would cost a month."""
    columns = (
        Mortgage.id,
        Mortgage.bank,
        Mortgage.amount,
        Mortgage.rate,
        Mortgage.months,
        Mortgage.state,
        Mortgage.valid_until,
    )
    found = gate.rows(select(*columns).where(Mortgage.deal == record.id).order_by(Mortgage.id).limit(20))
    rows: list[tuple[Value, ...]] = []
    chosen: tuple[Value, ...] = ()
    for row in found:
        link, cost, badge, free = _told(row, record.currency, gate.now.date())
        if row.state == MortgageState.chosen:
            rate = None if row.rate is None else Percent(row.rate)
            chosen = (link, Money(row.amount, record.currency), rate, cost, row.valid_until, badge)
            continue
        here = f"/real_estate/mortgages/{row.id}/action/real_estate/choose"
        rows.append((link, cost, badge, Link(Text("Choose"), here) if free else None))
    more = f"/real_estate/mortgages?deal={record.id}" if found else ""
    if not chosen:
        return Panel(rows=rows, more=more, empty=None)
    return Panel(facts=dict(zip(_FACTS, chosen, strict=True)), rows=rows, more=more)


def _told(row: Any, currency: str | None, today: dt.date) -> tuple[Link, Money | None, Badge, bool]:
    """An application in a line: its bank, what the loan costs a month, how it stands, and whether it can be chosen."""
    state = MortgageState(row.state)
    late = state in _ANSWERED and row.valid_until is not None and row.valid_until < today
    badge = Badge(Text("Run out"), "red") if late else Badge(state.label, state.tone)
    cost = None
    if row.rate is not None and row.months:
        cost = Money(monthly(row.amount, row.rate, row.months), currency)
    free = state == MortgageState.approved and not late
    return Link(row.bank, f"real_estate_mortgage:{row.id}"), cost, badge, free
