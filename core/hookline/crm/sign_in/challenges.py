"""Challenges: where somebody stands who has begun to sign in and is not in yet. None of them is a session.

Each is known by a random secret in the browser, of which the hash is kept, holds some minutes, and is used up at once.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, ForeignKey, String, delete, insert, select

from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment, json_type

HOLDS: Final = timedelta(minutes=10)

challenge = house_table(
    "challenge",
    Column("id", String(64), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), index=True),
    Column("facts", json_type(), nullable=False),
    Column("expires_at", Moment(), nullable=False),
)


@dataclass(frozen=True)
class Challenge:
    """What was found out before the next step: whose password was right, or what a provider was asked."""

    user: int | None
    facts: Mapping[str, Any]


def open_challenge(
    tx: Transaction, kind: str, now: datetime, facts: Mapping[str, Any], user: int | None = None
) -> str:
    """Begin, and return the secret that goes into the cookie."""
    secret = secrets.token_urlsafe(32)
    row = {"id": _hash(kind, secret), "kind": kind, "user": user, "facts": dict(facts)}
    tx.run(insert(challenge).values(**row, expires_at=now + HOLDS), why="sign-in")
    return secret


def find_challenge(tx: Transaction, kind: str, secret: str, now: datetime) -> Challenge | None:
    """Where the holder of the cookie stands; None when it is over."""
    mine = (challenge.c.id == _hash(kind, secret), challenge.c.expires_at > now)
    row = tx.run(select(challenge.c.user, challenge.c.facts).where(*mine), why="sign-in").first()
    return None if row is None else Challenge(row.user, row.facts)


def take_challenge(tx: Transaction, kind: str, secret: str, now: datetime) -> Challenge | None:
    """The same, and use it up: of two who come at once, one gets it."""
    mine = (challenge.c.id == _hash(kind, secret), challenge.c.expires_at > now)
    taken = delete(challenge).where(*mine).returning(challenge.c.user, challenge.c.facts)
    row = tx.run(taken, why="sign-in").first()
    return None if row is None else Challenge(row.user, row.facts)


def close_challenges(tx: Transaction, user: int) -> None:
    """Whoever was half way in as this person begins again."""
    tx.run(delete(challenge).where(challenge.c.user == user), why="sign-in")


def _hash(kind: str, secret: str) -> str:
    return hashlib.sha256(f"{kind}:{secret}".encode()).hexdigest()
