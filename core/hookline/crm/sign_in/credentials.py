"""Credentials: what people sign in with. Never reachable through the gate.

Hashing takes long on purpose. It happens with no transaction open, or nobody could write meanwhile on SQLite.
"""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_bytes
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import ARGON2_VERSION
from sqlalchemy import Column, ForeignKey, Select, String, delete, insert, select, update

from hookline.crm.access.users import User
from hookline.crm.settings import house_name
from hookline.crm.sign_in.challenges import close_challenges
from hookline.crm.sign_in.easy_passwords import is_easy
from hookline.crm.sign_in.throttles import forget_turns, take_turn
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.db import Database, Transaction
from hookline.kernel.entity import Id
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment

SHORTEST: Final = 10
LONGEST: Final = 1000

credential = house_table(
    "credential",
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("changed_at", Moment(), nullable=False),
)

_hasher = PasswordHasher()


@dataclass(frozen=True)
class NewPassword:
    """A password on its way in, hashed already. The hash is empty when the text is refused anyway."""

    text: str = field(repr=False)
    hash: str = field(repr=False)


@dataclass(frozen=True)
class Attempt:
    """What came of a try: whose password it was, if anybody's, and the hash it was held against.

    `known` is whose account it was about, whether or not the password was right.
    """

    account: str
    known: int | None
    user: int | None
    hash: str = field(repr=False)
    better_hash: str = field(default="", repr=False)


def hash_password(text: str) -> NewPassword:
    """Do the slow part of setting a password. Call it with no transaction open."""
    return NewPassword(text, _hasher.hash(text) if SHORTEST <= len(text) <= LONGEST else "")


def set_password(tx: Transaction, user: int, password: str | NewPassword, now: datetime) -> None:
    """Give a user a new password. Invalid when it is too short, or what everybody would try first."""
    new = hash_password(password) if isinstance(password, str) else password
    _judge(tx, user, new.text)
    close_challenges(tx, user)
    tx.run(delete(credential).where(credential.c.user == user), why="credentials")
    row = {"user": user, "password_hash": new.hash, "changed_at": now}
    tx.run(insert(credential).values(row), why="credentials")


def password_set_at(tx: Transaction, user: int) -> datetime | None:
    """When a user's password was set; None for somebody who has none."""
    found = tx.run(select(credential.c.changed_at).where(credential.c.user == user), why="credentials")
    return found.scalar()


def try_password(database: Database, email: str, password: str, address: str, now: datetime) -> Attempt:
    """Hold a password against an account's, with no transaction open meanwhile. TooMany after repeated failures.

    It counts as a failure until `accept`, which must have the last word.
    """
    account = email.strip().casefold()[:254]
    with database.write(durable=False) as tx:
        take_turn(tx, account, address, now)
        found = tx.run(_standing().where(User.__table__.c.email == account), why="sign-in").first()
    right = _verified(found.password_hash if found else _nobodys_hash(), password)
    if found is None or not right:
        return Attempt(account, int(found.user) if found else None, None, "")
    better = _hasher.hash(password) if _hasher.check_needs_rehash(found.password_hash) else ""
    return Attempt(account, int(found.user), int(found.user), found.password_hash, better)


def accept(tx: Transaction, attempt: Attempt) -> int | None:
    """The user who may come in; None when the password was wrong, or is no longer theirs since it was tried."""
    if attempt.user is None:
        return None
    # Locked, so that a new password set at this moment either comes first or finds the session that it must end.
    standing = _standing().where(credential.c.user == attempt.user).with_for_update(of=credential)
    found = tx.run(standing, why="sign-in").first()
    if found is None or found.password_hash != attempt.hash:
        return None
    if attempt.better_hash:
        renewed = update(credential).where(credential.c.user == attempt.user)
        tx.run(renewed.values(password_hash=attempt.better_hash), why="sign-in")
    forget_turns(tx, attempt.account)
    return attempt.user


def email_of(tx: Transaction, user: int) -> str:
    """What a person signs in as."""
    table = User.__table__
    return tx.run(select(table.c.email).where(table.c.id == user), why="credentials").scalar() or ""


def _standing() -> Select[Any, Any]:
    """Passwords of people who work here."""
    table = User.__table__
    alive = (table.c.active.is_(True), table.c.trashed_at.is_(None))
    return (
        select(credential.c.user, credential.c.password_hash)
        .join(table, table.c.id == credential.c.user)
        .where(*alive)
    )


def _judge(tx: Transaction, user: int, text: str) -> None:
    if len(text) < SHORTEST:
        raise Invalid([Problem("password", Text("Use at least %(count)s characters.", count=SHORTEST))])
    if len(text) > LONGEST:
        raise Invalid([Problem("password", Text("Use at most %(count)s characters.", count=LONGEST))])
    if is_easy(text, _known_of(tx, user)):
        raise Invalid([Problem("password", Text("This is too easy to guess."))])


def _known_of(tx: Transaction, user: int) -> list[str]:
    """What anybody knows of a user, and the name of the house."""
    table = User.__table__
    found = tx.run(select(table.c.name, table.c.email).where(table.c.id == user), why="credentials").first()
    return [text for text in (*(found or ()), house_name(tx)) if text]


def _nobodys_hash() -> str:
    """Verified when there is no such account, so that the answer takes as long: a hash that no password has."""
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    salt, digest = (_without_padding(token_bytes(size)) for size in (_hasher.salt_len, _hasher.hash_len))
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


def _without_padding(value: bytes) -> str:
    return b64encode(value).decode().rstrip("=")


def _verified(hash: str, password: str) -> bool:
    try:
        return _hasher.verify(hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
