"""Answers kept for a day under the key that a client chose, so that a repeated request does nothing twice."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    and_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from hookline.errors import Invalid, Problem
from hookline.errors import Text as Said
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment, json_type

KEPT: Final = timedelta(hours=24)
LONGEST_KEY: Final = 255

# A row without a status belongs to a transaction that is still open: nobody else ever sees one.
kept_answer = house_table(
    "kept_answer",
    Column("id", Id, primary_key=True),
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(LONGEST_KEY), nullable=False),
    Column("request", String(64), nullable=False),
    Column("status", Integer),
    Column("headers", json_type()),
    Column("body", Text()),
    Column("expires_at", Moment(), nullable=False),
    UniqueConstraint("user", "key", name="uq_kept_answer_user_key"),
    Index("ix_kept_answer_expires_at", "expires_at"),
)


@dataclass(frozen=True)
class KeptAnswer:
    """What was answered the first time."""

    status: int
    headers: Mapping[str, str]
    body: str


def fingerprint(*parts: str | bytes) -> str:
    """What tells one request from another: method, address and body, say."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8) + raw)
    return digest.hexdigest()


def claim(tx: Transaction, user: int, key: str, request: str, now: datetime) -> KeptAnswer | None:
    """Take a key for this request; None when it was free, else what was answered under it.

    Two at once: the second waits until the first has committed or rolled back. Invalid when the key was
    used for another request.
    """
    row = {
        "user": user,
        "key": key,
        "request": request,
        "expires_at": now + KEPT,
        "status": None,
        "headers": None,
        "body": None,
    }
    insert = sqlite.insert if tx.sqlite else postgresql.insert
    statement = insert(kept_answer).values(row)
    renewed = {name: statement.excluded[name] for name in row if name not in ("user", "key")}
    taken = statement.on_conflict_do_update(
        index_elements=["user", "key"], set_=renewed, where=kept_answer.c.expires_at <= now
    )
    if tx.run(taken.returning(kept_answer.c.id), why="idempotency").first() is not None:
        return None
    found = tx.run(select(kept_answer).where(_of(user, key)), why="idempotency").mappings().one()
    if found["request"] != request:
        text = Said("This key was used for another request. Choose a new one for each thing you do.")
        raise Invalid([Problem("Idempotency-Key", text)])
    return KeptAnswer(found["status"], found["headers"], found["body"])


def keep(tx: Transaction, user: int, key: str, answer: KeptAnswer) -> None:
    """Keep the answer under a claimed key, with this transaction."""
    values = {"status": answer.status, "headers": dict(answer.headers), "body": answer.body}
    tx.run(update(kept_answer).where(_of(user, key)).values(values), why="idempotency")


def _of(user: int, key: str) -> Any:
    return and_(kept_answer.c.user == user, kept_answer.c.key == key)
