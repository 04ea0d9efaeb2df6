"""A payment plan, worked out: lines that add up to the price to the cent, whatever is asked."""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from hookline_real_estate.deals.data import LineKind

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """An amount that is due on a day."""

    kind: LineKind
    due_on: dt.date
    amount: Decimal


@dataclass(frozen=True)
class Wish:
    """How a price is to be paid: what goes ahead, and how the rest is divided."""

    price: Decimal
    starts_on: dt.date
    count: int
    months: int = 1
    first: Decimal = Decimal(0)
    deposit: Decimal = Decimal(0)
    deposit_due_on: dt.date | None = None
    bank: Decimal = Decimal(0)

    @property
    def rest(self) -> Decimal:
        """What the instalments come to; below nothing when more goes ahead than there is to pay."""
        return self.price - self.deposit - self.first - self.bank


def lines_of(wish: Wish) -> list[Line]:
    """The lines in their order, none of them empty. ValueError where no plan can come to the price."""
    if wish.rest < 0:
        raise ValueError("more goes ahead than there is to pay")
    if wish.rest > 0 and wish.count < 1:
        raise ValueError("a rest is left, and nothing to pay it in")
    start = wish.starts_on
    ahead = (
        Line(LineKind.deposit, wish.deposit_due_on or start, wish.deposit),
        Line(LineKind.first, start, wish.first),
        Line(LineKind.bank, start, wish.bank),
    )
    later = (
        Line(LineKind.instalment, months_after(start, wish.months * turn), amount)
        for turn, amount in enumerate(shares(wish.rest, wish.count), 1)
    )
    return [line for line in (*ahead, *later) if line.amount > 0]


def shares(amount: Decimal, count: int) -> Iterator[Decimal]:
    """An amount in so many parts that differ by a cent at most, the larger ones first."""
    if count < 1:
        return
    each, over = divmod(int(amount / _CENT), count)
    for turn in range(count):
        yield (each + (turn < over)) * _CENT


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def monthly(amount: Decimal, rate: Decimal, months: int) -> Decimal:
    """What a loan costs each month when it is paid back in equal parts, `rate` per cent a year."""
    step = rate / 1200
    if not step:
        return (amount / months).quantize(_CENT)
    return (amount * step / (1 - (1 + step) ** -months)).quantize(_CENT)
