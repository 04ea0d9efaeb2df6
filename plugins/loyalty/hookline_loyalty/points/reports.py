"""What is owed to customers, in money: month by month, and when it ends if nobody uses it."""

import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from hookline_sdk import Chart, Gate, Mark, Money, Month, Report, Text, Value, func, house_currency, select
from sqlalchemy import extract

from hookline_loyalty.plugin import plugin
from hookline_loyalty.points.booking import NOTHING
from hookline_loyalty.points.data import Account, Entry, Unit
from hookline_loyalty.programmes.data import Programme, ProgrammeKind, ProgrammeState

_MONTHS = 12
_CENT = Decimal("0.01")
_CASH = (Unit.gift, Unit.deposit)
_COUNTED = (Unit.points, *_CASH)


@plugin.report("Liability for points", icon="wallet")
def liability(gate: Gate) -> Report:
    """What customers had in hand at the end of each month, and what it is worth.

    Points count at what a point is worth now, gift cards and deposits as the money they are; stamps are not counted.
    """
    worth, currency, held = worth_of_a_point(gate), house_currency(gate), _held(gate)
    rows: list[tuple[Value, ...]] = []
    marks = []
    for month in _months(gate.now.date(), 1 - _MONTHS, 1):
        inside = {unit: _until(held[unit], month) for unit in _COUNTED}
        money = {unit: Money(inside[unit], currency) for unit in _CASH}
        points = Money(_rounded(inside[Unit.points] * worth), currency)
        together = points.amount + sum((each.amount for each in money.values()), NOTHING)
        rows.append((Month(month), inside[Unit.points], points, *money.values(), Money(together, currency)))
        marks.append(Mark(Month(month), together, Money(together, currency)))
    columns = [
        Text("Month"), Text("Points"), Text("Their worth"), Text("Gift cards"), Text("Deposits"), Text("Together"),
    ]  # fmt: skip
    return Report(columns, rows, chart=Chart("bar", marks, title=Text("Together")))


@plugin.report("Points that end", icon="calendar-clock")
def ending(gate: Gate) -> Report:
    """What of that in hand now ends in the months to come, if nobody uses it before."""
    lot = func.coalesce(Entry.lot, Entry.id)
    lots = (
        select(
            Entry.account, func.sum(Entry.amount).label("rest"), func.max(Entry.expires_on).label("ends_on")
        )
        .group_by(Entry.account, lot)
        .subquery()
    )
    year, month = extract("year", lots.c.ends_on), extract("month", lots.c.ends_on)
    found = (
        select(Account.unit, year.label("year"), month.label("month"), func.sum(lots.c.rest).label("amount"))
        .join(lots, lots.c.account == Account.id)
        .where(lots.c.ends_on >= gate.now.date())
        .group_by(Account.unit, year, month)
    )
    ends: dict[str, dict[dt.date, Decimal]] = defaultdict(dict)
    for row in gate.rows(found):
        ends[row.unit][dt.date(int(row.year), int(row.month), 1)] = row.amount
    worth, currency = worth_of_a_point(gate), house_currency(gate)
    rows: list[tuple[Value, ...]] = []
    marks = []
    for first in _months(gate.now.date(), 0, _MONTHS + 1):
        points = ends[Unit.points].get(first, NOTHING)
        cash = sum((ends[unit].get(first, NOTHING) for unit in _CASH), NOTHING)
        together = Money(_rounded(points * worth) + cash, currency)
        rows.append((Month(first), points, Money(cash, currency), together))
        marks.append(Mark(Month(first), together.amount, together))
    columns = [Text("Month"), Text("Points"), Text("Cards and deposits"), Text("Together")]
    return Report(columns, rows, chart=Chart("bar", marks, title=Text("Ends in")))


def worth_of_a_point(gate: Gate) -> Decimal:
    """What a point of the programme in force pays, in the house's currency; nothing while there is none."""
    found = select(Programme.worth).where(
        Programme.kind == ProgrammeKind.points, Programme.state == ProgrammeState.active
    )
    worth: Decimal | None = gate.as_house(Text("what a point is worth")).scalar(
        found.order_by(Programme.id).limit(1)
    )
    return worth or NOTHING


def _held(gate: Gate) -> dict[str, dict[dt.date, Decimal]]:
    """What came and went, by unit and the first day of the month."""
    year, month = extract("year", Entry.at), extract("month", Entry.at)
    found = (
        select(Account.unit, year.label("year"), month.label("month"), func.sum(Entry.amount).label("amount"))
        .join(Account, Account.id == Entry.account)
        .group_by(Account.unit, year, month)
    )
    moved: dict[str, dict[dt.date, Decimal]] = defaultdict(dict)
    for row in gate.rows(found):
        moved[row.unit][dt.date(int(row.year), int(row.month), 1)] = row.amount
    return moved


def _until(moved: dict[dt.date, Decimal], month: dt.date) -> Decimal:
    return sum((amount for first, amount in moved.items() if first <= month), NOTHING)


def _months(today: dt.date, start: int, end: int) -> list[dt.date]:
    """The first days of the months from `start` months off this one to before `end`."""
    this = today.year * 12 + today.month - 1
    return [dt.date((this + off) // 12, (this + off) % 12 + 1, 1) for off in range(start, end)]


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)
