"""One-use links: how somebody gets in who has no password, or no longer knows it.

Only the hash of a link is kept. It holds for a while, once, and for as long as the password is the one it was made beside.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Column, ForeignKey, String, delete, insert, select

from hookline.crm.access.users import User
from hookline.crm.sign_in.credentials import credential
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment
from hookline.settings import Settings


class Purpose(StrEnum):
    """What a link is for. `entry` lets somebody in without a password, and is made from the command line only."""

    invitation = "invitation"
    reset = "reset"
    entry = "entry"


HOLDS: Final[Mapping[Purpose, timedelta]] = {
    Purpose.invitation: timedelta(hours=24),
    Purpose.reset: timedelta(minutes=30),
    Purpose.entry: timedelta(minutes=15),
}

one_use_link = house_table(
    "one_use_link",
    Column("id", String(64), primary_key=True),
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", String(20), nullable=False),
    Column("bound", String(64), nullable=False),
    Column("expires_at", Moment(), nullable=False),
)


@dataclass(frozen=True)
class Link:
    """A link that holds: whom it lets in, and for what."""

    user: int
    purpose: Purpose
    name: str
    email: str


def make_link(tx: Transaction, user: int, purpose: Purpose, now: datetime) -> str:
    """Make a link, in place of those made before for the same person, and return its secret."""
    close_links(tx, user)
    secret = secrets.token_urlsafe(32)
    row = {"id": _hash(secret), "user": user, "purpose": purpose.value, "bound": _bound(tx, user)}
    tx.run(insert(one_use_link).values(**row, expires_at=now + HOLDS[purpose]), why="links")
    return secret


def address_of(settings: Settings, secret: str) -> str:
    """What to open: always on the configured host, whichever one a request has named."""
    return f"{settings.base_url.rstrip('/')}/password/{secret}"


def find_link(tx: Transaction, secret: str, now: datetime) -> Link | None:
    """Whom this link lets in; None when it was used, is over, or the password was changed since."""
    link, table = one_use_link.c, User.__table__
    found = select(link.user, link.purpose, link.bound, table.c.name, table.c.email)
    alive = (table.c.active.is_(True), table.c.trashed_at.is_(None))
    statement = found.join(table, table.c.id == link.user).where(
        link.id == _hash(secret), link.expires_at > now
    )
    row = tx.run(statement.where(*alive), why="links").first()
    if row is None or row.bound != _bound(tx, row.user):
        return None
    return Link(row.user, Purpose(row.purpose), row.name, row.email or "")


def take_link(tx: Transaction, secret: str, now: datetime) -> Link | None:
    """The same, and use it up: of two who come at once, one gets in."""
    found = find_link(tx, secret, now)
    used = delete(one_use_link).where(one_use_link.c.id == _hash(secret))
    return found if tx.run(used, why="links").rowcount == 1 else None


def close_links(tx: Transaction, user: int) -> None:
    """No link of this person's holds any more."""
    tx.run(delete(one_use_link).where(one_use_link.c.user == user), why="links")


def _bound(tx: Transaction, user: int) -> str:
    """The mark of the password that stands now."""
    found = tx.run(select(credential.c.password_hash).where(credential.c.user == user), why="links").scalar()
    return hashlib.sha256((found or "none").encode()).hexdigest()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
