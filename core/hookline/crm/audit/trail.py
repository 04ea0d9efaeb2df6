"""The audit log: who did what, from where. Rows are only added; each carries the hash of the one before it.

What is noted is written right before the commit of the transaction that it tells of, behind the lock on the one head
row: entries are numbered without gaps, and nobody holds the lock while waiting for anything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Text,
    and_,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from hookline.crm.audit.chain import START, as_ranges, canonical, digest, link, new_salt
from hookline.kernel.db import Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.guards import append_only, only_growing
from hookline.kernel.kinds.keys import key_in
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment

REDACTED: Final = "audit.redacted"
_WHY: Final = "audit"
_USER: Final = "user"

# `actor` is who really did it; `seen_as` the person through whose eyes; `by` names the house's own work, where there is
# no actor. `facts` and `address` may vanish with their salts; their digests stay, and the hash is made of these.
audit = house_table(
    "audit",
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment(), nullable=False),
    Column("actor", BigInteger),
    Column("seen_as", BigInteger),
    Column("by", String(200), nullable=False),
    Column("address", String(64)),
    Column("address_salt", String(32)),
    Column("address_digest", String(64), nullable=False),
    Column("what", String(80), nullable=False),
    Column("about", String(120), nullable=False),
    Column("facts", Text),
    Column("salt", String(32)),
    Column("digest", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_actor", "actor", "number"),
    Index("ix_audit_what", "what", "number"),
    Index("ix_audit_about", "about", "number"),
    Index("ix_audit_at", "at", "number"),
)
append_only(audit, may_vanish=("facts", "salt", "address", "address_salt"))

# One row: where the log ends.
audit_head = house_table(
    "audit_head",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
only_growing(audit_head, "number")


def note(gate: Gate, what: str, about: str = "", **facts: Any) -> None:
    """Write down that the actor did something. It is kept exactly when the transaction is.

    `what` is noun and past participle ("role.changed"), `about` the record ("user:7"), `facts` JSON without secrets;
    a change is told as `before` and `after`.
    """
    gate.tx.gather(_write, _Entry(_signature(gate), what, about, canonical(facts)))


def redact(gate: Gate, about: str, *, holding: Sequence[str] = ()) -> None:
    """Take away for good what the log tells of a record: the facts of entries about it, and of those that hold a text.

    Of a user, the addresses of the own entries go too. The chain still verifies, and an entry tells which were redacted.
    """
    told = tuple(canonical({"": text})[5:-2].lower() for text in holding if text)
    gate.tx.gather(_write, _Redaction(_signature(gate), about, told))


@dataclass(frozen=True)
class _Entry:
    signature: Mapping[str, Any]
    what: str
    about: str
    facts: str


@dataclass(frozen=True)
class _Redaction:
    signature: Mapping[str, Any]
    about: str
    holding: tuple[str, ...]


def _signature(gate: Gate) -> dict[str, Any]:
    """Who, when, from where."""
    user = gate.actor.user
    return {
        "at": gate.now,
        "actor": user if gate.viewer is None else gate.viewer,
        "seen_as": None if gate.viewer is None else user,
        "by": "" if user is not None else gate.actor.name[:200],
        "address": gate.origin[:64],
    }


def _write(tx: Transaction, items: Sequence[_Entry | _Redaction]) -> None:
    log = _Log(tx)
    for item in items:
        if isinstance(item, _Entry):
            log.add(item)
        else:
            log.redact(item)
    log.close()


class _Log:
    """The end of the log, held until the transaction ends."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._number, self._hash = _held_head(tx)
        self._found = self._number
        self._rows: list[Mapping[str, Any]] = []

    def add(self, entry: _Entry) -> None:
        salt, address_salt = new_salt(), new_salt()
        row = {
            **entry.signature,
            "number": self._number + 1,
            "address_salt": address_salt,
            "address_digest": digest(address_salt, entry.signature["address"]),
            "what": entry.what[:80],
            "about": entry.about[:120],
            "facts": entry.facts,
            "salt": salt,
            "digest": digest(salt, entry.facts),
        }
        self._number, self._hash = self._number + 1, link(self._hash, row)
        self._rows.append({**row, "hash": self._hash})

    def redact(self, asked: _Redaction) -> None:
        """Tell of nothing when there was nothing."""
        self._insert()
        facts = self._vanish(_about(self._tx, asked), "facts", "salt")
        addresses = self._vanish(_from_person(asked.about), "address", "address_salt")
        if facts or addresses:
            told = canonical({"facts": as_ranges(facts), "addresses": as_ranges(addresses)})
            self.add(_Entry(asked.signature, REDACTED, asked.about, told))

    def close(self) -> None:
        self._insert()
        if self._number > self._found:
            self._tx.run(update(audit_head).values(number=self._number, hash=self._hash), why=_WHY)

    def _insert(self) -> None:
        self._tx.insert_all(audit, self._rows, why=_WHY)
        self._rows = []

    def _vanish(self, which: ColumnElement[bool] | None, text: str, salt: str) -> list[int]:
        if which is None:
            return []
        gone = update(audit).where(which, audit.c[text].is_not(None)).values({text: None, salt: None})
        return [int(n) for n in self._tx.run(gone.returning(audit.c.number), why=_WHY).scalars()]


def _held_head(tx: Transaction) -> tuple[int, str]:
    held = select(audit_head.c.number, audit_head.c.hash).with_for_update()
    row = tx.run(held, why=_WHY).first()
    if row is None:
        add = (sqlite if tx.sqlite else postgresql).insert(audit_head)
        tx.run(add.values(id=1, number=0, hash=START).on_conflict_do_nothing(), why=_WHY)
        row = tx.run(held, why=_WHY).one()
    return int(row.number), str(row.hash)


def _about(tx: Transaction, asked: _Redaction) -> ColumnElement[bool]:
    lower = func.hookline_lower if tx.sqlite else func.lower
    holding = [lower(audit.c.facts).contains(text, autoescape=True) for text in asked.holding]
    # What was redacted has to stay known, or the chain would look broken.
    return and_(audit.c.what != REDACTED, or_(audit.c.about == asked.about, *holding))


def _from_person(about: str) -> ColumnElement[bool] | None:
    key = key_in(about)
    if key is None or key.entity != _USER:
        return None
    return or_(audit.c.actor == key.id, audit.c.seen_as == key.id)
