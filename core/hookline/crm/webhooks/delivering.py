"""Delivering: the worker takes a delivery, writes its body with the owner's rights, posts it and keeps how that went.

No transaction is open while the other side answers. A delivery whose worker has died is taken again; so the other side
may hear of an event twice, with the same id.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, exists, select, update

from hookline.crm.access.actors import load_actor
from hookline.crm.notifications.inbox import WEBHOOK
from hookline.crm.notifications.tables import Kind
from hookline.crm.notifications.telling import News, tell
from hookline.crm.webhooks.events import OWN, TEST
from hookline.crm.webhooks.posting import Outcome, post, signed_headers
from hookline.crm.webhooks.tables import webhook, webhook_delivery
from hookline.kernel.actor import ANY, FieldRight, house
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.listing import ListQuery, fetch
from hookline.kernel.lists.plain import as_json, columns_of, links_of, shown_fields
from hookline.kernel.memory import configuration_version
from hookline.kernel.sealing import Unreadable, sealer_of

ATTEMPTS: Final = 8
# So many attempts in a row that fail, whatever they tell, pause the webhook.
FAILURES: Final = 20
_FIRST_PAUSE: Final = timedelta(seconds=10)
_GROWTH: Final = 4
_LEASE: Final = timedelta(minutes=1)
_WHY: Final = "webhooks"


@dataclass(frozen=True)
class _Taken:
    """A delivery in a worker's hands: its row, with the webhook's address, owner and secret."""

    row: Mapping[str, Any]
    attempt: int


def deliver_next(home: Installation) -> bool:
    """Make the delivery that has been due longest. False when none is."""
    with home.database.read() as tx:
        if not tx.run(_IS_DUE, {"now": home.clock()}, why=_WHY).scalar_one():
            return False
    taken = _take(home)
    if taken is None:
        return False
    body = _body(home, taken)
    if isinstance(body, str):
        _settle(home, taken, {"done_at": home.clock(), "due_at": None, "error": body})
        return True
    settings = home.settings
    try:
        secret = sealer_of(settings).open(taken.row["secret"], "webhooks")
    except Unreadable as error:
        _close(home, taken, body, Outcome(None, "", str(error), 0))
        return True
    headers = signed_headers(secret, taken.row["event"], body, home.clock())
    outcome = post(taken.row["url"], body, headers, private=settings.webhook_private_addresses)
    _close(home, taken, body, outcome)
    return True


def _take(home: Installation) -> _Taken | None:
    now = home.clock()
    with home.database.write(durable=False) as tx:
        found = tx.run(_NEXT, {"now": now}, why=_WHY).mappings().first()
        if found is None:
            return None
        attempt = found["attempts"] + 1
        claim = update(webhook_delivery).where(webhook_delivery.c.id == found["id"])
        tx.run(claim.values(attempts=attempt, due_at=now + _LEASE), why=_WHY)
        return _Taken(dict(found), attempt)


def _body(home: Installation, taken: _Taken) -> bytes | str:
    """What is sent, as far as the owner may read it now; or, in a word, why nothing is."""
    row = taken.row
    head = {
        "id": row["event"], "event": row["name"], "at": _written(row["at"]), "entity": row["entity"],
        "record": row["record"], "version": row["version"], "by": row["by"],
    }  # fmt: skip
    if row["name"] == TEST:
        return _packed({**head, "data": {}})
    with home.database.read() as tx:
        current = configuration_version(tx)
        actor = load_actor(tx, home.memory, current, row["user"], home.clock())
        if actor is None:
            return "owner gone"
        if OWN in row["told"]:
            # What a plugin tells stands under no right of its own: it is for those who have every right.
            more = {"data": row["told"][OWN]} if actor.may(ANY) else None
        else:
            more = _readable(home.gate(tx, actor, version=current), row, home.clock())
    return "hidden" if more is None else _packed({**head, **more})


def _readable(gate: Gate, row: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """The record as the API gives it to the owner, and what of the change the owner may know. None when it is hidden."""
    info = gate.schema.entities.get(row["entity"])
    if info is None:
        return None
    fields = [f.name for f in shown_fields(gate, info)]
    query = ListQuery(
        ids=[row["record"]], sort="id", columns=columns_of(info, fields), limit=1, trash=row["name"].endswith(".deleted")
    )  # fmt: skip
    reader = Reader(language="en", zone="UTC", currency="", region="", now=now)
    page = fetch(gate, info, query, reader, links=links_of(info, fields))
    if not page.rows:
        return None
    more: dict[str, Any] = {}
    if "changed" in row["told"]:
        more["changed"] = [name for name in row["told"]["changed"] if name in fields]
        if row["name"].endswith(".changed") and not more["changed"]:
            return None
    if "stage" in row["told"]:
        if gate.actor.right(info.name, "stage") == FieldRight.hidden:
            return None
        more["stage"] = row["told"]["stage"]
    return {**more, "data": as_json(info, fields, page.rows[0])}


def _close(home: Installation, taken: _Taken, body: bytes, outcome: Outcome) -> None:
    """Keep how it went; when it failed, when it is tried again, and whether the webhook has to rest."""
    now = home.clock()
    kept: dict[str, Any] = {
        "sent": body.decode(), "status": outcome.status, "answer": outcome.answer, "error": outcome.error or None, "took": outcome.took,
    }  # fmt: skip
    if outcome.fine:
        _settle(home, taken, {**kept, "done_at": now, "due_at": None}, failures=0)
        return
    again = None if taken.attempt >= ATTEMPTS else now + _FIRST_PAUSE * _GROWTH ** (taken.attempt - 1)
    _settle(home, taken, {**kept, "done_at": None, "due_at": again}, failures=taken.row["failures"] + 1)


def _settle(
    home: Installation, taken: _Taken, values: Mapping[str, Any], *, failures: int | None = None
) -> None:
    """Write it down, unless another worker has taken the delivery since."""
    table, row = webhook_delivery.c, taken.row
    with home.database.write() as tx:
        mine = update(webhook_delivery).where(table.id == row["id"], table.attempts == taken.attempt)
        if not tx.run(mine.values(**values), why=_WHY).rowcount:
            return
        gate = home.gate(tx, house("webhooks"))
        if values.get("error") == "owner gone":
            _rest(gate, row, "owner")
        elif failures is not None and failures != row["failures"]:
            hook = update(webhook).where(webhook.c.id == row["webhook"])
            tx.run(hook.values(failures=failures), why=_WHY)
            if failures >= FAILURES:
                _rest(gate, row, "failures")


def _rest(gate: Gate, row: Mapping[str, Any], why: str) -> None:
    """Pause the webhook and let its owner know."""
    working = update(webhook).where(webhook.c.id == row["webhook"], webhook.c.paused == "")
    if gate.tx.run(working.values(paused=why), why=_WHY).rowcount:
        gate.configured()
        tell(gate.tx, News(row["user"], Kind.finished, WEBHOOK, row["webhook"], gate.now, word="paused"))


def _packed(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


_WORKS: Final = (webhook.c.id == webhook_delivery.c.webhook, webhook.c.paused == "")
_IS_DUE: Final = select(exists().where(webhook_delivery.c.due_at <= bindparam("now"), *_WORKS))
_NEXT: Final = (
    select(webhook_delivery, webhook.c.url, webhook.c.user, webhook.c.secret, webhook.c.failures)
    .join(webhook, webhook.c.id == webhook_delivery.c.webhook)
    .where(webhook_delivery.c.due_at <= bindparam("now"), webhook.c.paused == "")
    .order_by(webhook_delivery.c.due_at, webhook_delivery.c.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=webhook_delivery)
)
