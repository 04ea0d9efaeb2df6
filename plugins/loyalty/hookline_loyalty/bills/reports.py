"""How programmes do: points issued and used, and what they cost, by month and programme."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    Asked,
    Chart,
    Gate,
    Link,
    Mark,
    Money,
    Month,
    Percent,
    Report,
    Text,
    Value,
    func,
    select,
)
from sqlalchemy import ColumnElement, extract

from hookline_loyalty.coupons.data import Coupon, Redemption
from hookline_loyalty.plugin import plugin
from hookline_loyalty.programmes.cents import NOTHING
from hookline_loyalty.programmes.data import Programme, Settlement

_SUMS = ("total", "discount", "points_used", "points_worth", "earned")


@plugin.report("Loyalty programmes", takes=("period",), icon="sparkles")
def programmes(gate: Gate, asked: Asked) -> Report:
    """Settled bills by month and programme, without those that were taken back as a whole.

    Cost = taken off + paid with points. Share = cost of what the bills came to before. What is still in customers' hands stands in
    the report on points in hand.
    """
    one = Settlement
    year, month = extract("year", one.settled_on), extract("month", one.settled_on)
    sums = [func.sum(getattr(one, name)).label(name) for name in _SUMS]
    found = (
        select(year, month, one.programme, func.count(one.id), *sums)
        .where(one.reversed.is_(False), *_within(asked))
        .group_by(year, month, one.programme)
        .order_by(year.desc(), month.desc(), one.programme)
    )
    names = {row.id: row.name for row in gate.rows(select(Programme.id, Programme.name))}
    rows: list[tuple[Value, ...]] = []
    costs: dict[dt.date, Decimal] = {}
    for y, m, programme, count, total, off, used, paid, earned in gate.rows(found):
        of, cost = dt.date(int(y), int(m), 1), (off or NOTHING) + (paid or NOTHING)
        costs[of] = costs.get(of, NOTHING) + cost
        name: Value = Link(names[programme], f"loyalty_programme:{programme}") if programme in names else "—"
        rows.append((Month(of), name, count, Money(total), earned, used, Money(off), Money(paid), Money(cost), _share(cost, total)))  # fmt: skip
    columns = (
        Text("Month"), Text("Programme"), Text("Bills"), Text("Came to"), Text("Points issued"), Text("Points used"),
        Text("Taken off"), Text("Paid with points"), Text("Cost"), Text("Share"),
    )  # fmt: skip
    marks = [Mark(Month(of), costs[of], Money(costs[of])) for of in sorted(costs)]
    return Report(columns, rows, chart=Chart("bar", marks, title=Text("Cost by month")) if marks else None)


@plugin.report("Coupons", takes=("period",), icon="ticket")
def coupons(gate: Gate, asked: Asked) -> Report:
    """How often each coupon was redeemed, by how many customers, and what it took off; without bills that were taken back."""
    times = func.count(Redemption.id)
    found = (
        select(
            Redemption.coupon, times, func.count(Redemption.contact.distinct()), func.sum(Redemption.amount)
        )
        .where(Redemption.taken_back.is_(False), *_since(asked))
        .group_by(Redemption.coupon)
        .order_by(times.desc(), Redemption.coupon)
    )
    names = {row.id: row.name for row in gate.rows(select(Coupon.id, Coupon.name))}
    rows = [
        (
            Link(names.get(coupon, "—"), f"loyalty_coupon:{coupon}"), number, people, Money(off),
            Money(((off or NOTHING) / number).quantize(Decimal("0.01"))),
        )
        for coupon, number, people, off in gate.rows(found)
    ]  # fmt: skip
    columns = (Text("Coupon"), Text("Redeemed"), Text("Customers"), Text("Taken off"), Text("On average"))
    return Report(columns, rows)


def _within(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.start is not None:
        found.append(Settlement.settled_on >= asked.start)
    if asked.end is not None:
        found.append(Settlement.settled_on <= asked.end)
    return found


def _since(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.since is not None:
        found.append(Redemption.redeemed_at >= asked.since)
    if asked.until is not None:
        found.append(Redemption.redeemed_at < asked.until)
    return found


def _share(cost: Decimal, total: Decimal | None) -> Value:
    return Percent((cost * 100 / total).quantize(Decimal("0.1"))) if total else None
