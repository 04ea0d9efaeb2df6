"""The log of erasures: who was erased when, by whom and why, as numbers without a word about the person.

It is kept in the database and once more in a file beside it: an old backup that is restored knows nothing of what was
erased since, and the file tells what has to be erased again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Index, String, insert, select, update

from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.erasing import WHY
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment, json_type

FILE: Final = "erasures.jsonl"

# `people` are [entity, number, when the record was made] of each record that was the person: a number alone may belong
# to somebody else after an old backup has been restored. `cleaned` are other records whose texts named the person.
erasure = house_table(
    "erasure",
    Column("id", Id, primary_key=True),
    Column("at", Moment(), nullable=False),
    Column("entity", String(100), nullable=False),
    Column("record", BigInteger, nullable=False),
    Column("by", BigInteger),
    Column("reason", String(500), nullable=False),
    Column("people", json_type(), nullable=False),
    Column("cleaned", json_type(), nullable=False),
    Column("counts", json_type(), nullable=False),
    Column("settled_at", Moment()),
    Index("ix_erasure_record", "entity", "record"),
)


@dataclass(frozen=True)
class Erasure:
    """One erasure. `settled_at` is when the last bytes were gone, files and the database's free pages included."""

    id: int
    at: datetime
    entity: str
    record: int
    by: int | None
    reason: str
    people: Sequence[Sequence[Any]]
    cleaned: Sequence[str]
    counts: Mapping[str, int]
    settled_at: datetime | None


def write_erasure(tx: Transaction, row: Mapping[str, Any], folder: Path) -> int:
    """Keep an erasure in the log, and once the transaction is committed in the file."""
    id = int(tx.run(insert(erasure).values(**row).returning(erasure.c.id), why=WHY).scalar_one())
    told = {
        "at": row["at"].isoformat(), "entity": row["entity"], "record": row["record"], "people": row["people"],
        "cleaned": row["cleaned"], "reason": row["reason"],
    }  # fmt: skip
    tx.after_commit(lambda: _append(folder / FILE, json.dumps(told)))
    return id


def list_erasures(tx: Transaction, limit: int = 100) -> list[Erasure]:
    """The newest ones first."""
    columns = [erasure.c[name] for name in Erasure.__dataclass_fields__]
    found = tx.run(select(*columns).order_by(erasure.c.id.desc()).limit(limit), why=WHY)
    return [Erasure(**row) for row in found.mappings()]


def mark_settled(tx: Transaction, ids: Sequence[int], now: datetime) -> None:
    """The last bytes are gone."""
    tx.run(update(erasure).where(erasure.c.id.in_(ids)).values(settled_at=now), why=WHY)


def known_people(tx: Transaction, folder: Path) -> list[tuple[str, int, str, Sequence[str], str]]:
    """(entity, number, when made, records cleaned, reason) of everybody ever erased, by the database and by the file."""
    told = [(e.people, e.cleaned, e.reason) for e in list_erasures(tx, limit=1_000_000)]
    path = folder / FILE
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        entry = json.loads(line)
        told.append((entry["people"], entry["cleaned"], entry["reason"]))
    found = {
        (entity, number, born): (cleaned, reason)
        for people, cleaned, reason in told
        for entity, number, born in people
    }
    return [(*key, cleaned, reason) for key, (cleaned, reason) in sorted(found.items())]


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
