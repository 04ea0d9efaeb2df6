"""Revenue by value group, who comes back month by month, and how many come back at all."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from hookline_sdk import (
    Amounts,
    Asked,
    Chart,
    Contact,
    Gate,
    Link,
    Mark,
    Month,
    Report,
    Text,
    Value,
    case,
    func,
    house_currency,
    select,
)
from sqlalchemy import extract

from hookline_loyalty.customers.bought import Bought
from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.customers.exact import part
from hookline_loyalty.plugin import plugin
from hookline_loyalty.value.baskets import of_customers, products, together
from hookline_loyalty.value.data import Standing
from hookline_loyalty.value.portfolio import together_report
from hookline_loyalty.value.rfm import ValueGroup

_COHORTS: Final = 12
_NOTHING: Final = Decimal(0)
# How many purchases make a row: from this one up to before the next.
_TIMES: Final = (1, 2, 3, 4, 6, 11)


@plugin.report("Revenue by value group", takes=("period",), icon="wallet")
def revenue(gate: Gate, asked: Asked) -> Report:
    """What was bought in these days, by the group in which the customer stands today. Currencies are not added up."""
    which = of_customers(since=asked.since, until=asked.until)
    people = (
        _by_group(func.count(func.distinct(Receipt.contact))).where(*which).group_by(Standing.value_group)
    )
    customers_in = {group or "": number for group, number in gate.rows(people)}
    sums_in = _by_group(Receipt.currency, func.count(Receipt.id), func.sum(Receipt.amount)).where(*which)
    house = house_currency(gate)
    told: dict[str, tuple[int, int, dict[str | None, Decimal]]] = {}
    for group, currency, bought, amount in gate.rows(
        sums_in.group_by(Standing.value_group, Receipt.currency)
    ):
        _, number, before = told.get(group or "", (0, 0, {}))
        name = None if currency == house else currency
        sums = {**before, name: before.get(name, _NOTHING) + (amount or _NOTHING)}
        told[group or ""] = (customers_in.get(group or "", 0), number + bought, sums)
    rows: list[tuple[Value, ...]] = []
    marks = []
    total: dict[str | None, Decimal] = {}
    for key in [*(group for group in ValueGroup if group in told), *([""] if "" in told else [])]:
        customers, purchases, sums = told[key]
        label = Text(ValueGroup(key).label) if key else Text("In no group yet")
        query = f"/contacts?loyalty_value_group={key}" if key else "/contacts?loyalty_value_group.empty=1"
        # Where a group has bought in several currencies there is no one amount per purchase.
        average = Amounts({name: each / purchases for name, each in sums.items()}) if len(sums) == 1 else None
        rows.append((Link(label, query), customers, purchases, Amounts(sums), average))
        marks.append(
            Mark(
                label, sums.get(None, _NOTHING), Amounts(sums), query, ValueGroup(key).tone if key else "gray"
            )
        )
        for name, amount in sums.items():
            total[name] = total.get(name, _NOTHING) + amount
    purchases = sum(each[1] for each in told.values())
    columns = (
        Text("Value group"),
        Text("Customers"),
        Text("Purchases"),
        Text("Revenue"),
        Text("Per purchase"),
    )
    title = Text("Revenue by value group, in the currency of the house")
    return Report(
        columns,
        rows,
        totals=(Text("Together"), sum(each[0] for each in told.values()), purchases, Amounts(total), None)
        if rows
        else (),
        chart=Chart("hbar", marks, title=title) if marks else None,
    )


@plugin.report("Customers who come back, by month", icon="refresh-cw")
def cohorts(gate: Gate) -> Report:
    """Of those who bought first in a month, how many per cent bought something so many months later. The last year."""
    this = gate.now.date().replace(day=1)
    first = (this - dt.timedelta(days=30 * _COHORTS - 15)).replace(day=1)
    counted: dict[tuple[int, int], int] = {}
    for born, month, customers in _active_by_month(gate, first):
        counted[born, month] = counted.get((born, month), 0) + customers
    start, today = _number(first.year, first.month), _number(this.year, this.month)
    rows: list[tuple[Value, ...]] = []
    shares: dict[int, list[tuple[int, int]]] = {}
    for born in range(start, today + 1):
        size = counted.get((born, born), 0)
        if not size:
            continue
        cells: list[Value] = []
        for after in range(1, _COHORTS):
            came = counted.get((born, born + after), 0)
            # The month that has only begun would look like a fall.
            if born + after < today:
                shares.setdefault(after, []).append((came, size))
            cells.append(part(came, size, 0) if born + after <= today else None)
        rows.append((Month(dt.date(born // 12, born % 12 + 1, 1)), size, *cells))
    marks = [
        Mark(f"{after}", sum(c for c, _ in known) / sum(s for _, s in known) * 100, part(sum(c for c, _ in known), sum(s for _, s in known)))
        for after, known in sorted(shares.items())
    ]  # fmt: skip
    return Report(
        (Text("First purchase"), Text("Customers"), *(f"+{after}" for after in range(1, _COHORTS))),
        rows,
        chart=Chart(
            "line", marks, title=Text("Customers who buy so many months after their first purchase, %")
        )
        if marks
        else None,
        note=Text("Columns are months after that of the first purchase."),
    )


@plugin.report("Repeat rate", takes=("period",), icon="users")
def repeat_rate(gate: Gate, asked: Asked) -> Report:
    """How many of those who bought in these days bought more than once in them, and how often the others did."""
    each = (
        select(Receipt.contact.label("contact"), func.count(Receipt.id).label("times"))
        .where(*of_customers(since=asked.since, until=asked.until))
        .group_by(Receipt.contact)
        .subquery()
    )
    step = case(*((each.c.times >= least, least) for least in reversed(_TIMES)), else_=0).label("step")
    found = dict(gate.rows(select(step, func.count()).select_from(each).group_by(step)))
    total = sum(found.values())
    labels = [_label(place) for place in range(len(_TIMES))]
    rows: list[tuple[Value, ...]] = [
        (label, found.get(least, 0), part(found.get(least, 0), total))
        for label, least in zip(labels, _TIMES, strict=True)
    ]
    again = total - found.get(1, 0)
    marks = [Mark(label, found.get(least, 0)) for label, least in zip(labels, _TIMES, strict=True)]
    return Report(
        (Text("Purchases"), Text("Customers"), Text("Of all")),
        rows if total else [],
        totals=(Text("More than once"), again, part(again, total)) if total else (),
        chart=Chart("bar", marks, title=Text("Customers by number of purchases")) if total else None,
    )


@plugin.report("What is bought together", takes=("period",), icon="shopping-cart")
def bought_together(gate: Gate, asked: Asked) -> Report:
    """Pairs of products in one basket that are likelier than by chance, in these days."""
    which = of_customers(since=asked.since, until=asked.until)
    return together_report(together(gate, which, products(gate, which)))


def _by_group(*columns: Any) -> Any:
    found = select(Standing.value_group, *columns).select_from(Receipt)
    return found.join(Contact, Receipt.contact == Contact.id)


def _active_by_month(gate: Gate, first: dt.date) -> list[tuple[int, int, int]]:
    """Of those whose first purchase was in a month, how many bought in which: both as numbers of months."""
    since = dt.datetime(first.year, first.month, 1, tzinfo=dt.UTC)
    born: Any = Bought.first_bought
    parts = [
        extract("year", born), extract("month", born),
        extract("year", Receipt.bought_at), extract("month", Receipt.bought_at),
    ]  # fmt: skip
    asked = (
        select(*parts, func.count(func.distinct(Receipt.contact)))
        .select_from(Receipt)
        .join(Contact, Receipt.contact == Contact.id)
        .where(*of_customers(since=since), born >= first)
        .group_by(*parts)
    )
    return [
        (_number(int(y), int(m)), _number(int(to_y), int(to_m)), number)
        for y, m, to_y, to_m, number in gate.rows(asked)
    ]


def _number(year: int, month: int) -> int:
    return year * 12 + month - 1


def _label(place: int) -> str:
    least = _TIMES[place]
    if place + 1 == len(_TIMES):
        return f"{least}+"
    last = _TIMES[place + 1] - 1
    return f"{least}" if last == least else f"{least}–{last}"
