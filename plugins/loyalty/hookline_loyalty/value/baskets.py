"""What is bought, by how many, and what goes together: statements over receipts and their lines, whoever they are of."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from hookline_sdk import Gate, func, select
from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased

from hookline_loyalty.customers.data import Receipt, ReceiptLine

# A pair that was seen less often is chance; and it must be this part of all baskets, where there are many.
LEAST_TOGETHER: Final = 5
_LEAST_SHARE: Final = 0.001
_MOST: Final = 500
Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True)
class Bought:
    """A product: how many customers bought it, in how many baskets, how much of it, and for how much by currency."""

    product: str
    customers: int
    baskets: int
    quantity: Decimal
    amounts: Mapping[str | None, Decimal]


@dataclass(frozen=True)
class Together:
    """Two products in one basket: how often, in which share of all baskets, and how much likelier than by chance.

    `confidence` is the share of the baskets with `one` that hold `other` as well. A `lift` of 2 is twice as often as if they
    had nothing to do with each other.
    """

    one: str
    other: str
    times: int
    support: float
    confidence: float
    lift: float


def of_customers(
    *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> list[ColumnElement[bool]]:
    """The receipts that count: of known customers, not taken back, bought in this time."""
    found: list[ColumnElement[bool]] = [Receipt.contact.is_not(None), Receipt.reversed.is_(False)]
    found += [Receipt.bought_at >= since] if since else []
    found += [Receipt.bought_at < until] if until else []
    return found


def products(gate: Gate, which: Conditions) -> list[Bought]:
    """What was bought on these receipts, by most customers first. Two statements."""
    line = ReceiptLine
    joined = (
        select(
            line.product,
            func.count(func.distinct(Receipt.contact)),
            func.count(func.distinct(Receipt.id)),
            func.sum(line.quantity),
        )
        .join(Receipt, line.receipt == Receipt.id)
        .where(*which)
        .group_by(line.product)
    )
    most = func.count(func.distinct(Receipt.contact)).desc()
    rows = gate.rows(joined.order_by(most, line.product).limit(_MOST))
    amounts: dict[str, dict[str | None, Decimal]] = {}
    asked = (
        select(line.product, Receipt.currency, func.sum(line.amount))
        .join(Receipt, line.receipt == Receipt.id)
        .where(*which, line.product.in_([row[0] for row in rows]))
        .group_by(line.product, Receipt.currency)
    )
    for product, currency, amount in gate.rows(asked):
        amounts.setdefault(product, {})[currency] = amount or Decimal(0)
    return [
        Bought(product, customers, baskets, quantity or Decimal(0), amounts.get(product, {}))
        for product, customers, baskets, quantity in rows
    ]


def count_customers(gate: Gate, which: Conditions) -> int:
    """Of how many customers these receipts are."""
    return int(gate.scalar(select(func.count(func.distinct(Receipt.contact))).where(*which)) or 0)


def together(gate: Gate, which: Conditions, known: Sequence[Bought], *, most: int = 30) -> list[Together]:
    """What goes together on these receipts, what says most first: pairs that are likelier than by chance. Two statements."""
    baskets = int(gate.scalar(_lined(select(func.count(func.distinct(ReceiptLine.receipt))), which)) or 0)
    least = max(LEAST_TOGETHER, int(baskets * _LEAST_SHARE))
    alone = {each.product: each.baskets for each in known}
    found = []
    for one, other, times in gate.rows(_pairs(which, least)):
        if one in alone and other in alone:
            lift = times * baskets / (alone[one] * alone[other])
            # Told from the rarer one: of those who buy it, how many take the other as well.
            rare, common = sorted((one, other), key=lambda product: alone[product])
            found.append(Together(rare, common, times, times / baskets, times / alone[rare], lift))
    likely = [each for each in found if each.lift > 1.05]
    return sorted(likely, key=lambda each: (-each.lift * each.times**0.5, each.one))[:most]


def _lined(asked: Any, which: Conditions) -> Any:
    return asked.join(Receipt, ReceiptLine.receipt == Receipt.id).where(*which)


def _pairs(which: Conditions, least: int) -> Any:
    one, other = aliased(ReceiptLine), aliased(ReceiptLine)
    times = func.count(func.distinct(one.receipt))
    return (
        select(one.product, other.product, times)
        .join(other, one.receipt == other.receipt)
        .join(Receipt, one.receipt == Receipt.id)
        .where(*which, one.product < other.product)
        .group_by(one.product, other.product)
        .having(times >= least)
        .order_by(times.desc(), one.product, other.product)
        .limit(_MOST)
    )
