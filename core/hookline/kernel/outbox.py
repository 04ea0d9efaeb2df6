"""The outbox: takes events to those who listen, at least once, each listener alone.

A worker first takes a delivery (a short transaction that counts the attempt), then runs the handler in a
transaction that also marks it done. So what a handler writes in the database happens exactly once; what it
does outside may happen again, with the same event id. What a dead worker held is due again when its time is
up. News of one record reach one listener in their order, except that a failed delivery comes later.
"""

import traceback
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, delete, exists, func, select, update

from hookline.kernel.actor import house
from hookline.kernel.db import Database, Transaction
from hookline.kernel.events import cause_of
from hookline.kernel.host import PluginHost
from hookline.kernel.installation import Installation
from hookline.kernel.plugin import Contribution
from hookline.kernel.rules import Change
from hookline.kernel.tables import delivery, event

ATTEMPTS: Final = 8
KEPT: Final = timedelta(days=90)
_LEASE: Final = timedelta(minutes=1)
_FIRST_PAUSE: Final = timedelta(seconds=10)
# The advisory lock on PostgreSQL under which deliveries are taken; the number only has to be ours.
_TAKING: Final = 0x6F757462


@dataclass(frozen=True)
class _Taken:
    """A delivery in a worker's hands. `attempt` tells whether it still is: a later taker has a higher one."""

    told: Change
    subscriber: str
    attempt: int


def is_due(tx: Transaction, now: datetime) -> bool:
    """Whether anything waits to be delivered; one cheap statement."""
    return bool(tx.run(select(exists().where(delivery.c.due_at <= now)), why="outbox").scalar_one())


def deliver_next(home: Installation) -> bool:
    """Deliver what has been due longest. False when nothing is."""
    listeners = {(c.entity, c.key): c for c in home.host.all() if c.kind == "after_commit"}
    taken = _take(home.database, {key for _, key in listeners}, home.clock())
    if taken is None:
        return False
    to = listeners.get((taken.told.entity, taken.subscriber))
    try:
        _deliver(home, taken, to)
    except Exception:  # noqa: BLE001  # a handler may raise anything
        _failed(home, taken, to, traceback.format_exc(limit=20))
    return True


def list_parked(tx: Transaction, limit: int = 100) -> Sequence[Mapping[str, Any]]:
    """Deliveries that failed for good, newest first, each with the event's name, entity, record and time."""
    columns = (delivery.c.event, delivery.c.subscriber, delivery.c.attempts, delivery.c.error)
    told = (event.c.name, event.c.entity, event.c.record, event.c.at)
    statement = select(*columns, *told).join(event, event.c.id == delivery.c.event).where(*_parked())
    found = tx.run(
        statement.order_by(delivery.c.event.desc(), delivery.c.subscriber).limit(limit), why="outbox"
    )
    return [dict(row) for row in found.mappings()]


def replay(tx: Transaction, event_id: int, subscriber: str, now: datetime) -> bool:
    """Try a parked delivery once more. False when there is no such parked delivery."""
    mine = (delivery.c.event == event_id, delivery.c.subscriber == subscriber)
    tx.rings = True
    return tx.run(update(delivery).where(*mine, *_parked()).values(due_at=now), why="replay").rowcount == 1


def count_open(tx: Transaction) -> tuple[int, int]:
    """How many deliveries wait, and how many are parked."""
    waiting = select(func.count()).where(delivery.c.due_at.is_not(None)).scalar_subquery()
    parked = select(func.count()).where(*_parked()).scalar_subquery()
    counts = tx.run(select(waiting.label("waiting"), parked.label("parked")), why="outbox").one()
    return int(counts.waiting), int(counts.parked)


def prune(tx: Transaction, host: PluginHost, now: datetime) -> int:
    """Forget old events that nobody here still waits for. Returns how many."""
    known = {c.key for c in host.all() if c.kind == "after_commit"}
    waits = exists().where(
        delivery.c.event == event.c.id, delivery.c.due_at.is_not(None), delivery.c.subscriber.in_(known)
    )
    return tx.run(delete(event).where(event.c.at < now - KEPT, ~waits), why="housekeeping").rowcount


def _take(database: Database, subscribers: Collection[str], now: datetime) -> _Taken | None:
    # Should the machine lose power right after, the attempt is forgotten and nothing else: no flush needed.
    with database.write(durable=False) as tx:
        if not tx.sqlite:
            # Workers take one after the other: two might take news of one record at the same moment.
            tx.run(select(func.pg_advisory_xact_lock(_TAKING)), why="outbox")
        row = tx.run(_next_due(subscribers, now), why="outbox").mappings().first()
        if row is None:
            return None
        taken = _Taken(_change(dict(row)), row["subscriber"], row["attempts"] + 1)
        mine = (delivery.c.event == taken.told.id, delivery.c.subscriber == taken.subscriber)
        values = {"attempts": taken.attempt, "claimed_at": now, "due_at": now + _LEASE}
        tx.run(update(delivery).where(*mine).values(values), why="outbox")
        return taken


def _next_due(subscribers: Collection[str], now: datetime) -> Select[Any]:
    other, before = delivery.alias(), event.alias()
    in_hand = (
        select(other.c.event)
        .join(before, before.c.id == other.c.event)
        .where(
            other.c.claimed_at.is_not(None), other.c.due_at > now, other.c.subscriber == delivery.c.subscriber,
            before.c.entity == event.c.entity, before.c.record == event.c.record,
        )
    )  # fmt: skip
    return (
        select(event, delivery.c.subscriber, delivery.c.attempts)
        .join(event, event.c.id == delivery.c.event)
        .where(delivery.c.due_at <= now, delivery.c.subscriber.in_(sorted(subscribers)), ~in_hand.exists())
        .order_by(delivery.c.event, delivery.c.subscriber)
        .limit(1)
        .with_for_update(of=delivery, skip_locked=True)
    )


def _deliver(home: Installation, taken: _Taken, to: Contribution | None) -> None:
    if to is None:
        raise LookupError(f"{taken.subscriber} no longer listens to {taken.told.entity}")
    with home.database.write() as tx:
        # Marked first: on PostgreSQL the row is then locked until the handler's work is committed with it.
        if _settle(tx, taken, done_at=home.clock()):
            to.call(
                taken.told,
                home.gate(tx, house(f"event {taken.told.name}"), cause=cause_of(taken.told.id, to.key)),
            )


def _change(row: Mapping[str, Any]) -> Change:
    changes = {name: (pair[0], pair[1]) for name, pair in row["data"].items()}
    return Change(
        row["id"], row["name"], row["entity"], row["record"], row["at"], row["user"], changes, row["cause"]
    )


def _settle(tx: Transaction, taken: _Taken, **values: object) -> bool:
    """End this attempt. False when somebody else has taken the delivery since."""
    mine = (
        delivery.c.event == taken.told.id, delivery.c.subscriber == taken.subscriber,
        delivery.c.attempts == taken.attempt, delivery.c.claimed_at.is_not(None),
    )  # fmt: skip
    ended = {"claimed_at": None, "due_at": None, "error": None, **values}
    return tx.run(update(delivery).where(*mine).values(ended), why="outbox").rowcount == 1


def _failed(home: Installation, taken: _Taken, to: Contribution | None, error: str) -> None:
    if to is not None:
        home.host.failed(to, error)
    again = None if taken.attempt >= ATTEMPTS else home.clock() + _FIRST_PAUSE * 2 ** (taken.attempt - 1)
    with home.database.write() as tx:
        _settle(tx, taken, due_at=again, error=error[-8000:])


def _parked() -> tuple[Any, ...]:
    return delivery.c.due_at.is_(None), delivery.c.done_at.is_(None)
