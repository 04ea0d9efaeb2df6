"""The entries of a bill in the ledger. What is used goes first: a bill does not pay for itself."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from hookline_sdk import Gate, Text

from hookline_loyalty.points.data import Unit
from hookline_loyalty.points.ledger import account_of, burn, earn
from hookline_loyalty.programmes.bill import Bill, Quote
from hookline_loyalty.programmes.terms import terms_of


@dataclass(frozen=True)
class Booked:
    """What entries stand on: what their sources begin with, the receipt, and when it happened."""

    key: str
    receipt: int
    at: dt.datetime


def book(house: Gate, bill: Bill, found: Quote, on: Booked) -> None:
    """Write what cards and points paid, then what was earned."""
    for account, amount in _cards(house, bill, found):
        _burn(house, account, amount, on, "cards", Text("Paid with it"))
    if bill.contact is None:
        return
    if found.points_used or found.earned:
        _points(house, bill.contact, found, on)
    _stamps(house, bill.contact, found, on)


def _points(house: Gate, contact: int, found: Quote, on: Booked) -> None:
    account = account_of(house, contact, Unit.points)
    if found.points_used:
        _burn(house, account, found.points_used, on, "use", Text("Paid with points"))
    if found.earned:
        _earn(house, account, found.earned, on, "points", terms_of(house).expires_on(on.at.date()))


def _stamps(house: Gate, contact: int, found: Quote, on: Booked) -> None:
    """Stamps that came, then those that free items took."""
    for stamps in found.stamps:
        series = f"programme:{stamps.programme}"
        account = account_of(house, contact, Unit.stamps, series=series, label=stamps.name)
        if stamps.added:
            _earn(house, account, Decimal(stamps.added), on, "stamps", None)
        if stamps.taken:
            _burn(house, account, Decimal(stamps.taken), on, "stamps", Text("For what was free"))


def _cards(house: Gate, bill: Bill, found: Quote) -> Iterator[tuple[int, Decimal]]:
    for card in found.cards:
        yield card.account, card.amount
    if found.deposit and bill.contact is not None:
        yield account_of(house, bill.contact, Unit.deposit), found.deposit


def _earn(house: Gate, account: int, amount: Decimal, on: Booked, what: str, ends: dt.date | None) -> None:
    source, why = f"{on.key}#{what}", Text("Bought")
    earn(house, account, amount, source=source, why=why, expires_on=ends, receipt=on.receipt, at=on.at)


def _burn(house: Gate, account: int, amount: Decimal, on: Booked, what: str, why: Text) -> None:
    burn(house, account, amount, source=f"{on.key}#{what}", why=why, receipt=on.receipt, at=on.at)
