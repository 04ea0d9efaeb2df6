"""Booking: one account at a time, locked until the transaction ends, with what is still in each of its lots.

    with booking(gate, account) as book:
        book.write(Kind.earn, Decimal(10), source="till:7/1", why=Text("For a purchase"))

Whoever books waits for those who book on the same account, and so sees all that they have written.
"""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from hookline_sdk import Action, Gate, NotFound, Text, func, select

from hookline_loyalty.points.data import Account, Entry, Kind

# Stands in the history where a person would: who did it stands in the entry.
LEDGER: Final = Text("the ledger")
NOTHING: Final = Decimal(0)
_NEVER: Final = dt.date.max
_LONGEST: Final = 300


@dataclass
class Lot:
    """What came in at once, and what is left of it. It can be used up to and with its last day."""

    id: int
    rest: Decimal
    expires_on: dt.date | None

    def is_over(self, today: dt.date) -> bool:
        """Whether its last day has passed."""
        return self.expires_on is not None and self.expires_on < today

    def order(self) -> tuple[dt.date, int]:
        """What ends first comes first."""
        return self.expires_on or _NEVER, self.id


@dataclass
class Book:
    """An account that is being booked on. `lots` are those that hold something, in the order in which they are used up."""

    house: Gate
    account: Account
    by: int | None
    lots: list[Lot]
    owed: Decimal
    at: dt.datetime | None = field(default=None, init=False)
    has_news: bool = field(default=False, init=False)
    _written: int = field(default=0, init=False)
    # Each lot that was met, empty ones too: two pictures of one lot would count what comes into it once.
    _met: dict[int, Lot] = field(init=False)

    def __post_init__(self) -> None:
        self._met = {lot.id: lot for lot in self.lots}

    @property
    def today(self) -> dt.date:
        """The day on which it is booked."""
        return self.house.now.date()

    @property
    def usable(self) -> Decimal:
        """What can be used today."""
        return sum((lot.rest for lot in self.lots), NOTHING)

    def lot(self, id: int) -> Lot:
        """A lot, be there something left in it or not."""
        if id not in self._met:
            last = select(func.max(Entry.expires_on)).where(func.coalesce(Entry.lot, Entry.id) == id)
            until = self.house.scalar(last.where(Entry.account == self.account.id))
            self._met[id] = Lot(id, NOTHING, until)
        return self._met[id]

    def write(
        self,
        kind: Kind,
        amount: Decimal,
        *,
        source: str,
        why: Text,
        key: str = "",
        lot: Lot | None = None,
        owed: Decimal = NOTHING,
        reverses: int | None = None,
        receipt: int | None = None,
        expires_on: dt.date | None = None,
    ) -> int:
        """Write an entry; without a `lot` it is one of its own. Answers its id.

        A lot lasts until the latest `expires_on` among its entries.
        `key` names what is booked only once; without one it is what this booking of the account writes at this place.
        """
        place = f"{kind}/{key}" if key else f"@{self.account.version}/{self._written}"
        self._written += 1
        self.has_news = True
        id = self.house.create(
            Entry,
            {
                "why": str(why)[:_LONGEST],
                "told": _told(why),
                "account": self.account.id,
                "kind": kind,
                "amount": amount,
                "owed": owed,
                "at": min(self.at or self.house.now, self.house.now),
                "expires_on": expires_on,
                "by": self.by,
                "receipt": receipt,
                "lot": lot.id if lot else None,
                "reverses": reverses,
                "source": source,
                "key": f"{self.account.id}/{place}",
                "owner": self.account.owner,
                "team": self.account.team,
            },
        )
        self.owed += owed
        if lot is not None:
            lot.rest += amount
            lot.expires_on = expires_on or lot.expires_on
        elif amount:
            self._met[id] = Lot(id, amount, expires_on)
        self.lots = sorted((lot for lot in self._met.values() if lot.rest), key=Lot.order)
        return id

    def take(self, kind: Kind, amount: Decimal, *, source: str, why: Text, **more: Any) -> Decimal:
        """Take from the lots that end first, as much as there is of it. Answers what was taken."""
        left, key = amount, more.pop("key", "")
        for place, lot in enumerate(list(self.lots)):
            part = min(left, lot.rest)
            if part <= 0:
                break
            named = f"{key}/{place}" if key else ""
            self.write(kind, -part, source=source, why=why, lot=lot, key=named, **more)
            left -= part
        return amount - left

    def pay_what_is_owed(self, source: str) -> None:
        """What came in pays what is owed, the oldest debt first. Each payment names what it is owed for."""
        if self.owed <= 0 or not self.lots:
            return
        debt = func.sum(Entry.owed)
        found = select(Entry.reverses, debt.label("debt")).where(Entry.account == self.account.id)
        debts = self.house.rows(found.group_by(Entry.reverses).having(debt > 0).order_by(Entry.reverses))
        for row in debts:
            part = min(row.debt, self.owed)
            for lot in list(self.lots):
                share = min(part, lot.rest)
                if share <= 0:
                    break
                why = Text("For what was owed")
                self.write(
                    Kind.settle, -share, source=source, why=why, lot=lot, owed=-share, reverses=row.reverses
                )
                part -= share

    def expire(self, lot: Lot) -> None:
        """What is left in it was not used in time."""
        self.write(Kind.expire, -lot.rest, source=f"lot:{lot.id}", why=Text("Not used in time"), lot=lot)


@contextmanager
def booking(gate: Gate, account: int) -> Iterator[Book]:
    """An account to book on. What is over in it ends before; afterwards its balance is what its entries come to."""
    house = gate.as_house(LEDGER)
    if not house.hold(Account, [account], Action.edit):
        raise NotFound
    found = house.get(Account, account)
    book = Book(house, found, gate.actor.user, open_lots(house, account), found.owed)
    for lot in [each for each in book.lots if each.is_over(book.today)]:
        book.expire(lot)
    _keep(book)
    yield book
    _keep(book)


def _keep(book: Book) -> None:
    """The account says what its lots come to."""
    if not book.has_news:
        return
    first = next((lot for lot in book.lots if lot.expires_on), None)
    values = {
        "balance": book.usable,
        "owed": book.owed,
        "next_on": first.expires_on if first else None,
        "next_amount": _ending(book.lots, first.expires_on) if first else None,
    }
    book.house.carry(Account, {book.account.id: values})
    book.has_news = False


def open_lots(house: Gate, account: int) -> list[Lot]:
    """The lots of an account that hold something, those that end first before the others."""
    lot, rest = func.coalesce(Entry.lot, Entry.id), func.sum(Entry.amount)
    found = (
        select(lot.label("lot"), rest.label("rest"), func.max(Entry.expires_on).label("ends"))
        .where(Entry.account == account)
        .group_by(lot)
        .having(rest != 0)
    )
    return sorted((Lot(row.lot, row.rest, row.ends) for row in house.rows(found)), key=Lot.order)


def _ending(lots: list[Lot], day: dt.date | None) -> Decimal:
    return sum((lot.rest for lot in lots if lot.expires_on == day), NOTHING)


def _told(why: Text) -> str:
    """The sentence as it can be said in another language later."""
    return json.dumps([why.msgid, {name: str(value) for name, value in why.params.items()}])
