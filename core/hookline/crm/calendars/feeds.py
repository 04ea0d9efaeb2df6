"""Calendar feeds: a private address under which a calendar program reads what one person has planned.

Only the hash of the address is kept. It opens nothing else, and holds until it is made anew or ended.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, ForeignKey, String, bindparam, delete, insert, select, update

from hookline.crm.access.lendings import lent_to
from hookline.crm.access.users import User
from hookline.errors import NotFound
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.tables import configuration, house_table
from hookline.kernel.types import Moment

USE_NOTED_EVERY: Final = timedelta(minutes=10)
_NOW: Final = bindparam("now", type_=Moment())

feed = house_table(
    "calendar_feed",
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment(), nullable=False),
    Column("used_at", Moment()),
)


@dataclass(frozen=True)
class Feed:
    """A feed that holds: whose it is, what is needed to read as that person, and when it was last read."""

    user: int
    time_zone: str
    lent: str
    configuration: int
    used_at: datetime | None


def make_feed(tx: Transaction, user: int, now: datetime) -> str:
    """Give a person a feed, in place of the one before. The secret is returned once and never kept."""
    secret = secrets.token_urlsafe(32)
    tx.run(delete(feed).where(feed.c.user == user), why="feeds")
    tx.run(insert(feed).values(user=user, hash=_hash(secret), created_at=now), why="feeds")
    return secret


def find_feed(tx: Transaction, secret: str, now: datetime) -> Feed:
    """Whose feed this is. NotFound for one that never was, was ended, or is of somebody who no longer works here."""
    user = User.__table__
    version = select(configuration.c.version).scalar_subquery()
    columns = (user.c.id, user.c.time_zone, lent_to(user, _NOW), version, feed.c.used_at)
    found = select(*columns).join(feed, feed.c.user == user.c.id)
    alive = (user.c.active.is_(True), user.c.trashed_at.is_(None))
    row = tx.run(found.where(feed.c.hash == _hash(secret), *alive), {"now": now}, why="feeds").first()
    if row is None:
        raise NotFound
    id, zone, lent, configured, used_at = row
    return Feed(id, zone, lent or "", configured or 0, used_at)


def feed_since(tx: Transaction, user: int) -> tuple[datetime, datetime | None] | None:
    """When a person's feed was made and last read; None where there is none."""
    found = tx.run(select(feed.c.created_at, feed.c.used_at).where(feed.c.user == user), why="feeds").first()
    return (found.created_at, found.used_at) if found else None


def end_feed(tx: Transaction, user: int) -> None:
    """The address leads nowhere from now on."""
    tx.run(delete(feed).where(feed.c.user == user), why="feeds")


def note_feed_use(tx: Transaction, user: int, now: datetime) -> None:
    """Write down that a feed is being read."""
    tx.run(update(feed).where(feed.c.user == user).values(used_at=now), why="feeds")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
