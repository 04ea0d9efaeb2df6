"""Throttles: who has tried too often, whatever was tried: passwords, codes, links by e-mail.

A try is counted before it is judged, so many at once cannot slip through together. Nothing here asks whether an account
exists: the answer is the same for a name that nobody has.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Index, String, delete, func, insert, select

from hookline.errors import TooMany
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment

FREE_TRIES: Final = 8
WINDOW: Final = timedelta(minutes=15)
_PER_ADDRESS: Final = 40

failed_sign_in = house_table(
    "failed_sign_in",
    Column("id", Id, primary_key=True),
    Column("account", String(254), nullable=False),
    Column("address", String(64), nullable=False),
    Column("at", Moment(), nullable=False),
    Index("ix_failed_sign_in_account", "account", "at"),
    Index("ix_failed_sign_in_address", "address", "at"),
)


def take_turn(tx: Transaction, account: str, address: str, now: datetime, *, tries: int = FREE_TRIES) -> None:
    """Count a try at this account from this address. TooMany when there were too many of either.

    It counts as failed until `forget_turns`. Ask in a short transaction of its own, before the work of judging it.
    """
    account, address = account[:254], address[:64]
    _one_by_one(tx, account, address)
    _refuse_too_many(tx, account, address, now, tries)
    tx.run(insert(failed_sign_in).values(account=account, address=address, at=now), why="sign-in")


def forget_turns(tx: Transaction, account: str) -> None:
    """After a success: the tries at this account hold nobody back any more."""
    tx.run(delete(failed_sign_in).where(failed_sign_in.c.account == account[:254]), why="sign-in")


def take_call(tx: Transaction, key: str, now: datetime, most: int) -> None:
    """Count a call in its own transaction: one that is refused for something else does not count. TooMany after `most`."""
    _one_by_one(tx, key)
    counted = select(func.count(), func.min(failed_sign_in.c.at)).where(
        failed_sign_in.c.account == key, failed_sign_in.c.at > now - WINDOW
    )
    count, first = tx.run(counted, why="calls").one()
    if count >= most:
        raise TooMany(max(int((first + WINDOW - now).total_seconds()) + 1, 1))
    # As of an address of its own, so that nobody's passwords are counted with it.
    tx.run(insert(failed_sign_in).values(account=key, address=key[:64], at=now), why="calls")


def _one_by_one(tx: Transaction, *keys: str) -> None:
    """Whoever tries the same waits for the count of the one before. SQLite has one writer anyway."""
    if tx.sqlite:
        return
    numbers = {int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True) for key in keys}
    # In one order, so that two who try crosswise do not wait for each other.
    for number in sorted(numbers):
        tx.run(select(func.pg_advisory_xact_lock(number)), why="sign-in")


def _refuse_too_many(tx: Transaction, account: str, address: str, now: datetime, tries: int) -> None:
    for column, value, limit in (
        (failed_sign_in.c.account, account, tries),
        (failed_sign_in.c.address, address, _PER_ADDRESS),
    ):
        statement = select(func.count(), func.max(failed_sign_in.c.at)).where(
            column == value, failed_sign_in.c.at > now - WINDOW
        )
        count, last = tx.run(statement, why="sign-in").one()
        if count >= limit:
            raise TooMany(max(int((last + WINDOW - now).total_seconds()) + 1, 1))
