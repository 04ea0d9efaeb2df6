"""Credentials: what people sign in with. Never reachable through the gate."""

from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Column, ForeignKey, Index, String, delete, func, insert, select, update

from hookline.crm.core import core
from hookline.crm.users import User
from hookline.errors import Invalid, Problem, Text, TooMany
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.runs import JobRun
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment

SHORTEST: Final = 10
LONGEST: Final = 1000
_FREE_TRIES: Final = 8
_WINDOW: Final = timedelta(minutes=15)

credential = house_table(
    "credential",
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("changed_at", Moment(), nullable=False),
)

failed_sign_in = house_table(
    "failed_sign_in",
    Column("id", Id, primary_key=True),
    Column("account", String(254), nullable=False),
    Column("address", String(64), nullable=False),
    Column("at", Moment(), nullable=False),
    Index("ix_failed_sign_in_account", "account", "at"),
    Index("ix_failed_sign_in_address", "address", "at"),
)

_hasher = PasswordHasher()
# Verified when there is no such account, so that the answer takes as long.
_NOBODY: Final = _hasher.hash("nobody has this password")


def set_password(tx: Transaction, user: int, password: str, now: datetime) -> None:
    """Give a user a new password. Invalid when it is too short, or what everybody would try first."""
    if len(password) < SHORTEST:
        raise Invalid([Problem("password", Text("Use at least %(count)s characters.", count=SHORTEST))])
    if len(password) > LONGEST:
        raise Invalid([Problem("password", Text("Use at most %(count)s characters.", count=LONGEST))])
    if len(set(password)) < 4 or password.casefold() in _known_of(tx, user):
        raise Invalid([Problem("password", Text("This is too easy to guess."))])
    tx.run(delete(credential).where(credential.c.user == user), why="credentials")
    row = {"user": user, "password_hash": _hasher.hash(password), "changed_at": now}
    tx.run(insert(credential).values(row), why="credentials")


def knows_password(tx: Transaction, user: int, password: str, address: str, now: datetime) -> bool:
    """Whether this is the password of somebody who is signed in. TooMany after repeated failures, as at sign-in."""
    table = User.__table__
    email = tx.run(select(table.c.email).where(table.c.id == user), why="credentials").scalar()
    return check_password(tx, email or "", password, address, now) == user


def password_set_at(tx: Transaction, user: int) -> datetime | None:
    """When a user's password was set; None for somebody who has none."""
    found = tx.run(select(credential.c.changed_at).where(credential.c.user == user), why="credentials")
    return found.scalar()


def check_password(tx: Transaction, email: str, password: str, address: str, now: datetime) -> int | None:
    """The id of the user whose e-mail and password these are; None otherwise. TooMany after repeated failures."""
    account, address = email.strip().casefold()[:254], address[:64]
    _throttle(tx, account, address, now)
    table = User.__table__
    statement = select(credential.c.user, credential.c.password_hash).join(
        table, table.c.id == credential.c.user
    )
    alive = (table.c.active.is_(True), table.c.trashed_at.is_(None))
    found = tx.run(statement.where(table.c.email == account, *alive), why="sign-in").first()
    if not _verified(found.password_hash if found else _NOBODY, password) or found is None:
        tx.run(insert(failed_sign_in).values(account=account, address=address, at=now), why="sign-in")
        return None
    if _hasher.check_needs_rehash(found.password_hash):
        tx.run(
            update(credential)
            .where(credential.c.user == found.user)
            .values(password_hash=_hasher.hash(password)),
            why="sign-in",
        )
    tx.run(delete(failed_sign_in).where(failed_sign_in.c.account == account), why="sign-in")
    return int(found.user)


@core.job(cron="47 3 * * *")
def forget_failures(run: JobRun) -> None:
    """Remove failed sign-ins that hold nobody back any more."""
    with run.transaction(durable=False) as gate:
        gate.tx.run(
            delete(failed_sign_in).where(failed_sign_in.c.at <= run.now - _WINDOW), why="housekeeping"
        )


def _known_of(tx: Transaction, user: int) -> set[str]:
    """What anybody knows of a user."""
    table = User.__table__
    found = tx.run(select(table.c.name, table.c.email).where(table.c.id == user), why="credentials").first()
    return {text.casefold() for text in found or () if text}


def _verified(hash: str, password: str) -> bool:
    try:
        return _hasher.verify(hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _throttle(tx: Transaction, account: str, address: str, now: datetime) -> None:
    for column, value, limit in (
        (failed_sign_in.c.account, account, _FREE_TRIES),
        (failed_sign_in.c.address, address, 5 * _FREE_TRIES),
    ):
        statement = select(func.count(), func.max(failed_sign_in.c.at)).where(
            column == value, failed_sign_in.c.at > now - _WINDOW
        )
        count, last = tx.run(statement, why="sign-in").one()
        if count >= limit:
            wait = int((last + _WINDOW - now).total_seconds()) + 1
            raise TooMany(max(wait, 1))
