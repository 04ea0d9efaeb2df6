"""/api/v1/webhooks: the webhooks as programs make and keep them, with the same rules as on the settings' page."""

from collections.abc import Sequence
from typing import Any, Final

from hookline.crm.webhooks import hooks
from hookline.crm.webhooks.hooks import PERMISSION, Delivery, Webhook
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.kinds import Json
from hookline.web.api.bodies import read_object
from hookline.web.api.queries import refuse_parameters
from hookline.web.doors import Doors
from hookline.web.visit import Answer, Visit

door = Doors()

BASE: Final = "/api/v1/webhooks"
_NAMES: Final = ("name", "url", "events", "paused")


@door("GET", BASE, needs=PERMISSION, api=True)
def list_all(visit: Visit) -> Answer:
    """All of them."""
    refuse_parameters(visit)
    return visit.json({"items": [_as_json(hook) for hook in hooks.list_webhooks(visit.gate)]})


@door("POST", BASE, needs=PERMISSION, api=True)
def make(visit: Visit) -> Answer:
    """A new one. The answer has its secret, for the only time."""
    refuse_parameters(visit)
    sent = _sent(visit, needed=("name", "url", "events"))
    if sent.get("paused"):
        raise Invalid([Problem("paused", Text("A new webhook works. Pause it afterwards."))])
    id, secret = hooks.make_webhook(
        visit.gate, visit.site.settings, sent["name"], sent["url"], sent["events"]
    )
    body = {**_as_json(hooks.get_webhook(visit.gate, id)), "secret": secret}
    return visit.json(body, status=201, headers={"Location": f"{BASE}/{id}"})


@door("GET", f"{BASE}/{{id:int}}", needs=PERMISSION, api=True)
def get(visit: Visit) -> Answer:
    """One of them."""
    refuse_parameters(visit)
    return visit.json(_as_json(hooks.get_webhook(visit.gate, visit.path_id)))


@door("PATCH", f"{BASE}/{{id:int}}", needs=PERMISSION, api=True)
def change(visit: Visit) -> Answer:
    """Change what was sent; `paused` lets it rest or work again."""
    refuse_parameters(visit)
    hook, sent = hooks.get_webhook(visit.gate, visit.path_id), _sent(visit)
    if {"name", "url", "events"} & sent.keys():
        kept = {"name": hook.name, "url": hook.url, "events": hook.events, **sent}
        hooks.change_webhook(
            visit.gate, visit.site.settings, hook.id, kept["name"], kept["url"], kept["events"]
        )
    if sent.get("paused") is True and not hook.paused:
        hooks.pause_webhook(visit.gate, hook.id)
    elif sent.get("paused") is False and hook.paused:
        hooks.resume_webhook(visit.gate, hook.id)
    return visit.json(_as_json(hooks.get_webhook(visit.gate, hook.id)))


@door("DELETE", f"{BASE}/{{id:int}}", needs=PERMISSION, api=True)
def remove(visit: Visit) -> Answer:
    """Take it away."""
    refuse_parameters(visit)
    hooks.remove_webhook(visit.gate, visit.path_id)
    return Answer(status=204)


@door("GET", f"{BASE}/{{id:int}}/deliveries", needs=PERMISSION, api=True)
def list_deliveries(visit: Visit) -> Answer:
    """The last deliveries, newest first."""
    refuse_parameters(visit)
    found = hooks.list_deliveries(visit.gate, visit.path_id)
    return visit.json({"items": [_delivery(delivery) for delivery in found]})


@door("POST", f"{BASE}/{{id:int}}/test", needs=PERMISSION, api=True)
def test(visit: Visit) -> Answer:
    """Send the event "webhook.test"."""
    refuse_parameters(visit)
    hooks.send_test(visit.gate, visit.path_id)
    return Answer(status=202)


@door("POST", f"{BASE}/{{id:int}}/deliveries/{{delivery:int}}/replay", needs=PERMISSION, api=True)
def replay(visit: Visit) -> Answer:
    """Send a delivery again."""
    refuse_parameters(visit)
    delivery = int(visit.request.path_params["delivery"])
    hooks.replay_delivery(visit.gate, visit.path_id, delivery if 0 < delivery < 2**63 else 0)
    return Answer(status=202)


def _sent(visit: Visit, needed: Sequence[str] = ()) -> dict[str, Any]:
    body = read_object(visit)
    problems = [
        Problem(name[:100], Text("There is no field %(name)s.", name=name[:100]))
        for name in body
        if name not in _NAMES
    ]
    problems += [Problem(name, Text("Please fill this in.")) for name in needed if name not in body]
    problems += [
        Problem(name, Text("Please write this as a text."))
        for name in ("name", "url")
        if name in body and not isinstance(body[name], str)
    ]
    if "events" in body and not _are_texts(body["events"]):
        problems.append(Problem("events", Text("Please write this as a list of texts.")))
    if "paused" in body and not isinstance(body["paused"], bool):
        problems.append(Problem("paused", Text("Please write true or false.")))
    if problems:
        raise Invalid(problems)
    return dict(body)


def _are_texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _as_json(hook: Webhook) -> dict[str, Json]:
    return {
        "id": hook.id, "name": hook.name, "url": hook.url, "events": list(hook.events), "owner": hook.user,
        "paused": bool(hook.paused), "reason": hook.paused or None, "failures": hook.failures,
    }  # fmt: skip


def _delivery(found: Delivery) -> dict[str, Json]:
    return {
        "id": found.id, "event_id": found.event, "event": found.name, "entity": found.entity, "record": found.record,
        "at": found.at.isoformat(), "attempts": found.attempts, "status": found.status, "milliseconds": found.took,
        "delivered_at": found.done_at.isoformat() if found.done_at else None,
        "next_at": found.due_at.isoformat() if found.due_at else None,
        "error": found.error, "sent": found.sent, "answer": found.answer,
    }  # fmt: skip
