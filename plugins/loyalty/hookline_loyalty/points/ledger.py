"""The ledger, as everybody else calls it: what an account holds, and earning, using, correcting and taking back.

Every booking names its `source`, the line that it stands on, such as "till:7/1": of one account each source is earned once and
used once, so a call that is repeated changes nothing. A balance is the sum of its entries and never below nothing.
"""

import datetime as dt
from decimal import Decimal
from typing import Final

from hookline_sdk import Action, Contact, Gate, Invalid, NotFound, Problem, Text, func, select

from hookline_loyalty.points.booking import LEDGER, NOTHING, booking, open_lots
from hookline_loyalty.points.data import Account, Entry, Kind, Unit
from hookline_loyalty.points.reversing import reverse

__all__ = ["account_of", "adjust", "balance", "burn", "earn", "open_account", "owed", "reverse"]

_CENT: Final = Decimal("0.01")


def account_of(gate: Gate, contact: int, unit: Unit, *, series: str = "", label: str = "") -> int:
    """A customer's account in a unit, opened where there is none. Of stamps there may be one for each `series`.

    `label` is what people read beside it, such as "10th coffee".
    """
    house = gate.as_house(LEDGER)
    of = Account.series == series if series else Account.series.is_(None)
    mine = select(Account.id).where(Account.contact == contact, Account.unit == unit, of)
    found = house.scalar(mine.order_by(Account.id).limit(1))
    if found is not None:
        return int(found)
    # Two who open it at once come one after the other.
    if not house.hold(Contact, [contact], Action.read):
        raise NotFound
    found = house.scalar(mine.order_by(Account.id).limit(1))
    if found is not None:
        return int(found)
    whose = house.get(Contact, contact)
    return house.create(
        Account,
        {
            "contact": contact,
            "unit": unit,
            "series": series or None,
            "key": f"{contact}/{unit}/{series}",
            "purpose": label or None,
            "owner": whose.owner,
            "team": whose.team,
        },
    )


def open_account(gate: Gate, unit: Unit, *, label: str = "") -> int:
    """A new account of whoever carries what stands for it, such as a gift card."""
    values = {"unit": unit, "purpose": label or None, "owner": gate.actor.user, "team": gate.actor.team}
    return gate.as_house(LEDGER).create(Account, values)


def balance(gate: Gate, account: int) -> Decimal:
    """What can be used of an account today."""
    today, lots = gate.now.date(), open_lots(gate.as_house(LEDGER), account)
    return sum((lot.rest for lot in lots if not lot.is_over(today)), NOTHING)


def owed(gate: Gate, account: int) -> Decimal:
    """What was taken back from an account when it had been used already; what comes next pays it."""
    return gate.as_house(LEDGER).get(Account, account).owed


def earn(
    gate: Gate,
    account: int,
    amount: Decimal,
    *,
    source: str,
    why: Text,
    expires_on: dt.date | None = None,
    receipt: int | None = None,
    at: dt.datetime | None = None,
) -> Decimal:
    """Add to an account, to be used up to and with the day `expires_on`. Answers what was earned, now or before.

    `at` is when it happened, if that was earlier, as for receipts that are brought along.
    """
    _must_be_positive(amount)
    with booking(gate, account) as book:
        if (known := _booked(book.house, account, Kind.earn, source)) is not None:
            return known
        book.at = at
        book.write(
            Kind.earn, amount, source=source, why=why, key=source, expires_on=expires_on, receipt=receipt
        )
        book.pay_what_is_owed(source)
    return amount


def burn(
    gate: Gate,
    account: int,
    amount: Decimal,
    *,
    source: str,
    why: Text,
    receipt: int | None = None,
    at: dt.datetime | None = None,
) -> Decimal:
    """Use what ends first. Answers what was used, now or before; Invalid when the balance does not cover it."""
    _must_be_positive(amount)
    with booking(gate, account) as book:
        if (known := _booked(book.house, account, Kind.burn, source)) is not None:
            return -known
        if amount > book.usable:
            raise Invalid([Problem("", _too_much(book.usable))])
        book.at = at
        book.take(Kind.burn, amount, source=source, why=why, key=source, receipt=receipt)
    return amount


def adjust(gate: Gate, account: int, amount: Decimal, *, source: str, why: Text) -> Decimal:
    """Put a balance right by this much, up or down. Answers by how much; Invalid below nothing."""
    if not amount or amount != amount.quantize(_CENT):
        raise Invalid([Problem("amount", Text("This is not an amount."))])
    with booking(gate, account) as book:
        if (known := _booked(book.house, account, Kind.adjust, source)) is not None:
            return known
        if -amount > book.usable:
            raise Invalid([Problem("amount", _too_much(book.usable))])
        if amount > 0:
            book.write(Kind.adjust, amount, source=source, why=why, key=source)
            book.pay_what_is_owed(source)
        else:
            book.take(Kind.adjust, -amount, source=source, why=why, key=source)
    return amount


def _booked(house: Gate, account: int, kind: Kind, source: str) -> Decimal | None:
    """What this source has come to already; None when it has not been booked."""
    found = select(func.sum(Entry.amount)).where(
        Entry.account == account, Entry.source == source, Entry.kind == kind
    )
    known: Decimal | None = house.scalar(found)
    return known


def _must_be_positive(amount: Decimal) -> None:
    if amount <= 0 or amount != amount.quantize(_CENT):
        raise Invalid([Problem("amount", Text("This is not an amount."))])


def _too_much(usable: Decimal) -> Text:
    return Text("The balance does not cover it: there are %(usable)s.", usable=usable)
