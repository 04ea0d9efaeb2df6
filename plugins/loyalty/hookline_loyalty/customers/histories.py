"""What each customer has bought on which day, read in portions: what models and scores are made of."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from hookline_sdk import Gate, func, house_currency, select

from hookline_loyalty.customers.data import Receipt

_AT_ONCE: Final = 5_000
_NOTHING: Final = Decimal(0)


@dataclass(frozen=True)
class History:
    """A customer's days of purchase, in their order, with what was spent on each in the house's currency.

    Several purchases of one day are one: somebody was there. `foreign` counts purchases in other currencies, whose amounts
    are in no sum.
    """

    contact: int
    days: list[dt.date] = field(default_factory=list)
    amounts: list[Decimal] = field(default_factory=list)
    foreign: int = 0

    def until(self, last: dt.date) -> "History | None":
        """The same as it was known at the end of a day; None for who had not bought anything by then."""
        if self.days[-1] <= last:
            return self
        number = sum(1 for each in self.days if each <= last)
        return History(self.contact, self.days[:number], self.amounts[:number]) if number else None


def histories(gate: Gate) -> Iterator[list[History]]:
    """The histories of all customers who have bought something, some thousands at a time. Days are those of UTC."""
    house = house_currency(gate)
    last = gate.scalar(select(func.max(Receipt.contact))) or 0
    for first in range(1, last + 1, _AT_ONCE):
        yield _portion(gate, house, first, min(first + _AT_ONCE - 1, last))


def _portion(gate: Gate, house: str, first: int, last: int) -> list[History]:
    asked = select(Receipt.contact, Receipt.bought_at, Receipt.amount, Receipt.currency).where(
        Receipt.contact.between(first, last), Receipt.reversed.is_(False)
    )
    found: dict[int, History] = {}
    for contact, moment, amount, currency in gate.rows(asked.order_by(Receipt.contact, Receipt.bought_at)):
        known = found.get(contact)
        if known is None:
            known = found[contact] = History(contact)
        day = moment.date()
        if not known.days or known.days[-1] != day:
            known.days.append(day)
            known.amounts.append(_NOTHING)
        if currency is None or currency == house:
            known.amounts[-1] += amount
        else:
            found[contact] = History(contact, known.days, known.amounts, known.foreign + 1)
    return list(found.values())
