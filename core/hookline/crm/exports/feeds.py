"""Feeds of exporters: a private address under which another program fetches a plugin's file, with one person's rights.

Only the hash of the address is kept. It opens nothing else, and holds until it is ended.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Column, ForeignKey, String, bindparam, delete, insert, select, update

from hookline.crm.access.lendings import lent_to
from hookline.crm.access.users import User
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.tables import configuration, house_table
from hookline.kernel.types import Moment

MOST: Final = 20
_WHY: Final = "feeds"
_NOW: Final = bindparam("now", type_=Moment())

export_feed = house_table(
    "export_feed",
    Column("id", Id, primary_key=True),
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("exporter", String(200), nullable=False),
    Column("query", String(2000), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment(), nullable=False),
    Column("used_at", Moment()),
)


@dataclass(frozen=True)
class ExportFeed:
    """A feed that holds: what it writes, of which records (a list's address), and since when."""

    id: int
    exporter: str
    query: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class FeedOwner:
    """Whose feed it is, and what is needed to read as that person."""

    user: int
    lent: str
    configuration: int


def make_export_feed(tx: Transaction, user: int, exporter: str, query: str, now: datetime) -> str:
    """A new address for a person. Its secret is returned once and never kept. Invalid when there are too many."""
    if len(list_export_feeds(tx, user)) >= MOST:
        raise Invalid(
            [Problem("", Text("There are %(number)s already. End one of them first.", number=MOST))]
        )
    if len(query) > 2000:
        raise Invalid([Problem("", Text("The list has too many filters for this."))])
    secret = secrets.token_urlsafe(32)
    row = {"user": user, "exporter": exporter, "query": query, "hash": _hash(secret), "created_at": now}
    tx.run(insert(export_feed).values(row), why=_WHY)
    return secret


def find_export_feed(tx: Transaction, secret: str, now: datetime) -> tuple[ExportFeed, FeedOwner] | None:
    """The feed of this address. None for one that never was, was ended, or is of somebody who no longer works here."""
    user = User.__table__
    version = select(configuration.c.version).scalar_subquery()
    found = select(export_feed, lent_to(user, _NOW).label("lent"), version.label("version"))
    alive = (user.c.active.is_(True), user.c.trashed_at.is_(None))
    asked = found.join(user, user.c.id == export_feed.c.user).where(
        export_feed.c.hash == _hash(secret), *alive
    )
    row = tx.run(asked, {"now": now}, why=_WHY).first()
    if row is None:
        return None
    owner = FeedOwner(row.user, row.lent or "", row.version or 0)
    return ExportFeed(row.id, row.exporter, row.query, row.created_at, row.used_at), owner


def list_export_feeds(tx: Transaction, user: int) -> Sequence[ExportFeed]:
    """A person's feeds, the newest first."""
    columns = (export_feed.c[name] for name in ExportFeed.__dataclass_fields__)
    asked = select(*columns).where(export_feed.c.user == user).order_by(export_feed.c.id.desc())
    return [ExportFeed(*row) for row in tx.run(asked, why=_WHY)]


def end_export_feed(tx: Transaction, user: int, id: int) -> None:
    """The address leads nowhere from now on. NotFound when it is not that person's."""
    mine = delete(export_feed).where(export_feed.c.id == id, export_feed.c.user == user)
    if not tx.run(mine, why=_WHY).rowcount:
        raise NotFound


def note_export_feed_use(tx: Transaction, id: int, now: datetime) -> None:
    """Write down that a feed is being read."""
    tx.run(update(export_feed).where(export_feed.c.id == id).values(used_at=now), why=_WHY)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
