"""The outbox: events written with the change they tell of, delivered later, at least once, each handler alone.

A delivery runs in a transaction of its own that also marks it done, so what a handler writes here happens exactly once;
what it does outside may happen again, with the same event id.
"""

import traceback
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, exists, insert, or_, select, update

from hookline.kernel.actor import house
from hookline.kernel.db import Database, Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.plugin import Contribution
from hookline.kernel.rules import Change
from hookline.kernel.schema import Schema
from hookline.kernel.tables import delivery, event

if TYPE_CHECKING:
    from hookline.kernel.host import PluginHost

BATCH: Final = 50
ATTEMPTS: Final = 8
_FIRST_PAUSE: Final = timedelta(seconds=10)


def deliver_due(database: Database, host: "PluginHost", schema: Schema, now: datetime) -> int:
    """Deliver what is due to everybody who listens. The number of deliveries tried; 0 means there is nothing to do."""
    tried = 0
    with database.read() as tx:
        waiting = tx.run(_open_events(now), why="outbox").mappings().all()
    for found in waiting:
        told = _change(found)
        for subscriber in _listeners(host, told):
            tried += _deliver(database, host, schema, told, subscriber, now)
        _settle(database, host, told, now)
    return tried


def list_parked(tx: Transaction, limit: int = 100) -> Sequence[Mapping[str, Any]]:
    """The deliveries that failed for good, newest first, with their events."""
    statement = select(delivery, event.c.name, event.c.entity, event.c.record, event.c.at).join(event, event.c.id == delivery.c.event)
    found = tx.run(statement.where(delivery.c.state == "parked").order_by(delivery.c.event.desc()).limit(limit), why="outbox")
    return [dict(r) for r in found.mappings()]


def replay(tx: Transaction, event_id: int, subscriber: str) -> bool:
    """Try a parked delivery again from the beginning. False when there is no such parked delivery."""
    mine = and_(delivery.c.event == event_id, delivery.c.subscriber == subscriber, delivery.c.state == "parked")
    again = tx.run(update(delivery).where(mine).values(state="waiting", attempts=0, retry_at=None), why="replay").rowcount
    if again:
        tx.run(update(event).where(event.c.id == event_id).values(settled_at=None), why="replay")
    return bool(again)


def _open_events(now: datetime) -> Any:
    """Unsettled events, oldest first, without those whose every open delivery still has to wait."""
    pausing = exists().where(delivery.c.event == event.c.id, delivery.c.state == "waiting", delivery.c.retry_at > now)
    return select(event).where(event.c.settled_at.is_(None), ~pausing).order_by(event.c.id).limit(BATCH)


def _change(found: Mapping[str, Any]) -> Change:
    changes = {name: (pair[0], pair[1]) for name, pair in found["data"].items()}
    return Change(found["id"], found["name"], found["entity"], found["record"], found["at"], found["user"], changes, found["cause"])


def _listeners(host: "PluginHost", told: Change) -> list[Contribution]:
    return [c for c in host.subscribers(told.entity) if not (wanted := c.options["fields"]) or set(wanted) & set(told.changes)]


def _deliver(database: Database, host: "PluginHost", schema: Schema, told: Change, to: Contribution, now: datetime) -> int:
    try:
        with database.write() as tx:
            if not _claim(tx, told, to, now):
                return 0
            gate = Gate(tx, schema, house(f"event {told.name}"), host, now, cause=f"event:{told.id}:{to.key}")
            to.call(told, gate)
            _mark(tx, told, to, state="done", error=None, retry_at=None)
    except Exception:
        _failed(database, host, told, to, traceback.format_exc(limit=20), now)
    return 1


def _claim(tx: Transaction, told: Change, to: Contribution, now: datetime) -> bool:
    """Take this delivery for this transaction. Another worker that holds it makes us wait, then see it done."""
    mine = and_(delivery.c.event == told.id, delivery.c.subscriber == to.key)
    locked = tx.run(select(event.c.id).where(event.c.id == told.id).with_for_update(skip_locked=True), why="outbox").first()
    if locked is None:
        return False
    seen = tx.run(select(delivery.c.state, delivery.c.retry_at).where(mine), why="outbox").first()
    if seen is None:
        tx.run(insert(delivery), {"event": told.id, "subscriber": to.key, "state": "waiting", "attempts": 0}, why="outbox")
        return True
    return seen.state == "waiting" and (seen.retry_at is None or seen.retry_at <= now)


def _mark(tx: Transaction, told: Change, to: Contribution, **values: Any) -> None:
    mine = and_(delivery.c.event == told.id, delivery.c.subscriber == to.key)
    tx.run(update(delivery).where(mine).values(attempts=delivery.c.attempts + 1, **values), why="outbox")


def _failed(database: Database, host: "PluginHost", told: Change, to: Contribution, error: str, now: datetime) -> None:
    host.failed(to, error)
    with database.write() as tx:
        if not _claim(tx, told, to, now):
            return
        mine = and_(delivery.c.event == told.id, delivery.c.subscriber == to.key)
        attempts = int(tx.run(select(delivery.c.attempts).where(mine), why="outbox").scalar_one())
        state = "parked" if attempts + 1 >= ATTEMPTS else "waiting"
        _mark(tx, told, to, state=state, error=error[-8000:], retry_at=now + _FIRST_PAUSE * 2**attempts)


def _settle(database: Database, host: "PluginHost", told: Change, now: datetime) -> None:
    """An event is settled when everybody who listens has been told, or has failed for good."""
    keys = [c.key for c in _listeners(host, told)]
    with database.write() as tx:
        ended = or_(delivery.c.state == "done", delivery.c.state == "parked")
        statement = select(delivery.c.subscriber).where(delivery.c.event == told.id, ended)
        done = set(tx.run(statement, why="outbox").scalars())
        if set(keys) <= done:
            tx.run(update(event).where(event.c.id == told.id).values(settled_at=now), why="outbox")
