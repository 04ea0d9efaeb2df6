"""What administrators do with webhooks: make, change, pause, resume, remove, try, and look at what was delivered.

A webhook reads with the rights of its owner, so nobody else may turn it elsewhere: others may pause and remove it only.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import delete, func, select, update

from hookline.crm.audit.trail import note
from hookline.crm.webhooks.addresses import read_address
from hookline.crm.webhooks.events import ALL, TEST, delivery_row, events_of, own_events
from hookline.crm.webhooks.tables import webhook, webhook_delivery
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.db import Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.sealing import sealer_of
from hookline.settings import Settings

PERMISSION: Final = "admin.webhooks"
MOST: Final = 50
_KEPT: Final = timedelta(days=30)
_WHY: Final = "webhooks"


@dataclass(frozen=True)
class Webhook:
    """A webhook as it stands. `paused` is why it rests: "" when it does not, else "hand", "failures" or "owner"."""

    id: int
    name: str
    url: str
    user: int
    events: Sequence[str]
    paused: str
    failures: int
    created_at: datetime


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one webhook, or how that went. `sent` and `answer` are for the webhook's owner alone."""

    id: int
    webhook: int
    event: str
    name: str
    entity: str
    record: int
    at: datetime
    attempts: int
    due_at: datetime | None
    done_at: datetime | None
    took: int | None
    status: int | None
    sent: str | None
    answer: str | None
    error: str | None

    @property
    def parked(self) -> bool:
        """Whether it failed for good."""
        return self.due_at is None and self.done_at is None


def list_webhooks(gate: Reads) -> list[Webhook]:
    """All of them, by name."""
    _must(gate)
    return [_webhook(row) for row in _rows(gate, select(webhook).order_by(webhook.c.name, webhook.c.id))]


def get_webhook(gate: Reads, id: int) -> Webhook:
    """One of them."""
    _must(gate)
    found = _rows(gate, select(webhook).where(webhook.c.id == id))
    if not found:
        raise NotFound
    return _webhook(found[0])


def make_webhook(
    gate: Gate, settings: Settings, name: str, url: str, events: Sequence[str]
) -> tuple[int, str]:
    """A new one, owned by whoever makes it: its number, and the secret, which is told this once."""
    _must(gate)
    values = _judged(gate, settings, name, url, events)
    secret = _new_secret()
    row = {
        **values, "user": _me(gate), "secret": _sealed(settings, secret), "paused": "", "failures": 0, "created_at": gate.now
    }  # fmt: skip
    id = gate.tx.insert(webhook, [row], why=_WHY)[0]
    _noted(gate, "made", id, **values)
    return id, secret


def change_webhook(
    gate: Gate, settings: Settings, id: int, name: str, url: str, events: Sequence[str]
) -> None:
    """Another name, address or choice of events. Only its owner may."""
    _mine(gate, id)
    values = _judged(gate, settings, name, url, events)
    _write(gate, id, values)
    _noted(gate, "changed", id, **values)


def renew_secret(gate: Gate, settings: Settings, id: int) -> str:
    """Another secret, told this once; the one before signs nothing any more."""
    _mine(gate, id)
    secret = _new_secret()
    _write(gate, id, {"secret": _sealed(settings, secret)})
    _noted(gate, "secret_renewed", id)
    return secret


def pause_webhook(gate: Gate, id: int) -> None:
    """Let it rest: what happens meanwhile is not told. What already waits is told when it resumes."""
    get_webhook(gate, id)
    _write(gate, id, {"paused": "hand"})
    _noted(gate, "paused", id)


def resume_webhook(gate: Gate, id: int) -> None:
    """Let it work again. Only its owner may."""
    _mine(gate, id)
    _write(gate, id, {"paused": "", "failures": 0})
    gate.tx.rings = True
    _noted(gate, "resumed", id)


def remove_webhook(gate: Gate, id: int) -> None:
    """It is gone, with what was delivered and what waits."""
    found = get_webhook(gate, id)
    gate.tx.run(delete(webhook).where(webhook.c.id == id), why=_WHY)
    gate.configured()
    _noted(gate, "removed", id, name=found.name)


def send_test(gate: Gate, id: int) -> None:
    """Leave a delivery of the event "webhook.test". Only its owner may."""
    _mine(gate, id)
    row = delivery_row(id, uuid4().hex, TEST, "webhook", id, 1, gate.now, _me(gate), {})
    gate.tx.insert(webhook_delivery, [row], why=_WHY)
    gate.tx.rings = True


def list_deliveries(gate: Reads, hook: int, limit: int = MOST) -> list[Delivery]:
    """The latest first. What was sent and answered is there for the webhook's owner only."""
    own = get_webhook(gate, hook).user == gate.actor.user
    names = [n for n in Delivery.__dataclass_fields__ if own or n not in ("sent", "answer")]
    asked = select(*(webhook_delivery.c[n] for n in names)).where(webhook_delivery.c.webhook == hook)
    found = _rows(gate, asked.order_by(webhook_delivery.c.id.desc()).limit(limit))
    return [Delivery(**{"sent": None, "answer": None, **row}) for row in found]


def count_waiting(gate: Reads) -> Mapping[int, tuple[int, int]]:
    """How many deliveries of each webhook wait, and how many failed for good."""
    table = webhook_delivery.c
    failed = table.due_at.is_(None) & table.done_at.is_(None)
    asked = select(
        table.webhook, func.count(table.due_at).label("waiting"), func.count().filter(failed).label("failed")
    ).group_by(table.webhook)
    return {row["webhook"]: (row["waiting"], row["failed"]) for row in _rows(gate, asked)}


def replay_delivery(gate: Gate, hook: int, id: int) -> None:
    """Send a delivery again: the same event with its id, the body as its owner may read it now. Only the owner may."""
    _mine(gate, hook)
    table = webhook_delivery.c
    again = update(webhook_delivery).where(table.id == id, table.webhook == hook, table.due_at.is_(None))
    values = {"due_at": gate.now, "done_at": None, "attempts": 0, "error": None}
    if not gate.tx.run(again.values(values), why=_WHY).rowcount:
        raise NotFound
    gate.tx.rings = True


def prune(tx: Transaction, now: datetime) -> int:
    """Forget deliveries of long ago that nothing waits for. Returns how many."""
    old = delete(webhook_delivery).where(
        webhook_delivery.c.at < now - _KEPT, webhook_delivery.c.due_at.is_(None)
    )
    return tx.run(old, why="housekeeping").rowcount


def _judged(gate: Reads, settings: Settings, name: str, url: str, events: Sequence[str]) -> dict[str, Any]:
    """What may be kept. Invalid with every complaint beside its field."""
    known = {ALL, *own_events(gate)} | {
        name for info in gate.schema.entities.values() for name in events_of(info)
    }
    problems = []
    if not name.strip() or len(name) > 120:
        problems.append(Problem("name", Text("Give it a name of at most 120 characters.")))
    if complaint := read_address(url, private=settings.webhook_private_addresses)[1]:
        problems.append(Problem("url", complaint))
    if not events:
        problems.append(Problem("events", Text("Choose at least one event.")))
    problems += [
        Problem("events", Text("There is no event %(name)s.", name=event[:100]))
        for event in events
        if event not in known
    ]
    if problems:
        raise Invalid(problems)
    return {"name": name.strip(), "url": url.strip(), "events": list(dict.fromkeys(events))}


def _must(gate: Reads) -> None:
    if not gate.actor.may(PERMISSION):
        raise Forbidden


def _mine(gate: Gate, id: int) -> Webhook:
    found = get_webhook(gate, id)
    if found.user != _me(gate):
        raise Forbidden(Text("It reads with the rights of somebody else. Only that person may do this."))
    return found


def _me(gate: Gate) -> int:
    if gate.actor.user is None:
        raise Forbidden
    return gate.actor.user


def _write(gate: Gate, id: int, values: Mapping[str, Any]) -> None:
    gate.tx.run(update(webhook).where(webhook.c.id == id).values(**values), why=_WHY)
    gate.configured()


def _noted(gate: Gate, what: str, id: int, **told: Any) -> None:
    gate.configured()
    note(gate, f"webhook.{what}", webhook=id, **told)


def _new_secret() -> str:
    return "whsec_" + b64encode(token_bytes(32)).decode()


def _sealed(settings: Settings, secret: str) -> str:
    return sealer_of(settings).seal(secret, "webhooks")


def _webhook(row: Mapping[str, Any]) -> Webhook:
    return Webhook(**{name: row[name] for name in Webhook.__dataclass_fields__})


def _rows(gate: Reads, asked: Any) -> list[Mapping[str, Any]]:
    return [dict(row) for row in gate.tx.run(asked, why=_WHY).mappings()]
