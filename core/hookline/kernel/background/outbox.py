"""The outbox: takes events to those who listen, at least once, each listener alone.

A worker first takes a delivery (a short transaction that counts the attempt), then runs the handler in a
transaction that also marks it done. So what a handler writes in the database happens exactly once; what it
does outside may happen again, with the same event id. What a dead worker held is due again when its time is
up. News of one record reach one listener in their order, except that a failed delivery comes later.
"""

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypedDict

from sqlalchemy import RowMapping, bindparam, delete, exists, func, select, tuple_, update

from hookline.kernel.actor import house
from hookline.kernel.background.events import cause_of
from hookline.kernel.db import Database, Transaction
from hookline.kernel.installation import Installation
from hookline.kernel.own_events import Event, Told
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import PluginHost
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

    told: RowMapping
    subscriber: str
    attempt: int

    def key(self) -> dict[str, object]:
        """What the statements below call it."""
        return {"of": self.told["id"], "to": self.subscriber, "attempt": self.attempt}


class _Settled(TypedDict):
    """How a delivery's attempt ended."""

    done_at: datetime | None
    due_at: datetime | None
    error: str | None


def is_due(tx: Transaction, host: PluginHost, now: datetime) -> bool:
    """Whether anything waits to be delivered to somebody here; one cheap statement."""
    return bool(tx.run(_IS_DUE, {"now": now, "subscribers": _subscribers(host)}, why="outbox").scalar_one())


def deliver_next(home: Installation) -> bool:
    """Deliver what has been due longest. False when nothing is."""
    listeners = _listeners(home.host)
    taken = _take(home.database, _subscribers(home.host), home.clock())
    if taken is None:
        return False
    heard = (taken.told["name"], taken.told["entity"], None)
    to = next((c for one in heard if (c := listeners.get((one, taken.subscriber)))), None)
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
    known = delivery.c.subscriber.in_(_subscribers(host))
    waits = exists().where(delivery.c.event == event.c.id, delivery.c.due_at.is_not(None), known)
    return tx.run(delete(event).where(event.c.at < now - KEPT, ~waits), why="housekeeping").rowcount


def _listeners(host: PluginHost) -> Mapping[tuple[str | None, str], Contribution]:
    """By what is heard (an entity, None for all, or the name of an own event) and by whom."""
    return {(c.entity, c.key): c for c in host.all() if c.kind in ("after_commit", "on")}


def _subscribers(host: PluginHost) -> list[str]:
    """The names under which somebody here listens."""
    return sorted({key for _, key in _listeners(host)})


def _take(database: Database, subscribers: Sequence[str], now: datetime) -> _Taken | None:
    # Should the machine lose power right after, the attempt is forgotten and nothing else: no flush needed.
    with database.write(durable=False) as tx:
        if not tx.sqlite:
            # Workers take one after the other: two might take news of one record at the same moment.
            tx.run(_WAIT_FOR_OTHERS, why="outbox")
        in_hand = [tuple(row) for row in tx.run(_IN_HAND, {"now": now}, why="outbox")]
        asked = {"now": now, "subscribers": subscribers, "in_hand": in_hand}
        found = tx.run(_NEXT_DUE, asked, why="outbox").first()
        if found is None:
            return None
        told = tx.run(_EVENT, {"id": found.event}, why="outbox").mappings().one()
        taken = _Taken(told, found.subscriber, found.attempts + 1)
        tx.run(_CLAIM, {**taken.key(), "now": now, "until": now + _LEASE}, why="outbox")
        return taken


def _deliver(home: Installation, taken: _Taken, to: Contribution | None) -> None:
    if to is None:
        raise LookupError(f"{taken.subscriber} no longer listens to {taken.told['name']}")
    with home.database.write() as tx:
        # Marked first: on PostgreSQL the row is then locked until the handler's work is committed with it.
        if _settle(tx, taken, {"done_at": home.clock(), "due_at": None, "error": None}):
            told = _own(taken.told, to) if to.kind == "on" else _change(taken.told)
            cause = cause_of(taken.told["id"], to.key)
            to.call(told, home.gate(tx, house(f"event {taken.told['name']}"), cause=cause))


def _own(row: RowMapping, to: Contribution) -> Event:
    kind: type[Event] = to.options["event"]
    return kind.heard(row["data"], Told(row["id"], row["at"], row["user"], row["cause"]))


def _change(row: RowMapping) -> Change:
    changes = {name: (pair[0], pair[1]) for name, pair in row["data"].items()}
    heads = (row["id"], row["name"], row["entity"], row["record"], row["at"], row["user"])
    return Change(*heads, changes, row["cause"])


def _settle(tx: Transaction, taken: _Taken, values: _Settled) -> bool:
    """End this attempt. False when somebody else has taken the delivery since."""
    return tx.run(_SETTLE, {**taken.key(), **values}, why="outbox").rowcount == 1


def _failed(home: Installation, taken: _Taken, to: Contribution | None, error: str) -> None:
    if to is not None:
        home.host.failed(to, error)
    again = None if taken.attempt >= ATTEMPTS else home.clock() + _FIRST_PAUSE * 2 ** (taken.attempt - 1)
    with home.database.write() as tx:
        _settle(tx, taken, {"done_at": None, "due_at": again, "error": error[-8000:]})


def _parked() -> tuple[Any, ...]:
    return delivery.c.due_at.is_(None), delivery.c.done_at.is_(None)


# Built once: building them took longer than running them.
_HEARD_HERE: Final = delivery.c.subscriber.in_(bindparam("subscribers", expanding=True))
_IS_DUE: Final = select(exists().where(delivery.c.due_at <= bindparam("now"), _HEARD_HERE))
_NEWS_OF: Final = (delivery.c.subscriber, delivery.c.entity, delivery.c.record)
_IN_HAND: Final = select(*_NEWS_OF).where(
    delivery.c.claimed_at.is_not(None), delivery.c.due_at > bindparam("now")
)
# Not one statement with the one before: PostgreSQL misjudges the size of a queue, and their join took 60 ms for
# a thousand deliveries.
_NEXT_DUE: Final = (
    select(delivery.c.event, delivery.c.subscriber, delivery.c.attempts)
    .where(delivery.c.due_at <= bindparam("now"), _HEARD_HERE)
    .where(tuple_(*_NEWS_OF).not_in(bindparam("in_hand", expanding=True)))
    .order_by(delivery.c.event, delivery.c.subscriber)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_EVENT: Final = select(event).where(event.c.id == bindparam("id"))
_WAIT_FOR_OTHERS: Final = select(func.pg_advisory_xact_lock(_TAKING))
_THIS: Final = (delivery.c.event == bindparam("of"), delivery.c.subscriber == bindparam("to"))
_CLAIM: Final = (
    update(delivery)
    .where(*_THIS)
    .values(attempts=bindparam("attempt"), claimed_at=bindparam("now"), due_at=bindparam("until"))
)
_SETTLE: Final = (
    update(delivery)
    .where(*_THIS, delivery.c.attempts == bindparam("attempt"), delivery.c.claimed_at.is_not(None))
    .values(
        claimed_at=None, done_at=bindparam("done_at"), due_at=bindparam("due_at"), error=bindparam("error")
    )
)
