"""/settings/webhooks: which programs hear of what, what was delivered to them, and how they answered."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hookline.crm.webhooks import hooks
from hookline.crm.webhooks.events import ALL, KINDS, TEST, events_of, own_events, told_entities
from hookline.crm.webhooks.hooks import PERMISSION, Delivery, Webhook
from hookline.errors import Invalid, Text
from hookline.kernel.kinds.keys import id_in
from hookline.web.admin import forms
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.guard import ask_proof
from hookline.web.visit import Answer, Visit

door = Doors()

BASE: Final = "/settings/webhooks"
_KINDS: Final = {
    "created": Text("Created"),
    "changed": Text("Changed"),
    "stage_changed": Text("Another stage"),
    "deleted": Text("Deleted"),
    "restored": Text("Brought back"),
}
_RESTS: Final = {
    "hand": Text("It was paused by hand."),
    "failures": Text("It failed too often and rests now."),
    "owner": Text("Its owner no longer works here."),
}
_NOT_SENT: Final = {
    "hidden": Text("Not sent: its owner may not read the record, or it is no longer there."),
    "owner gone": Text("Not sent: its owner no longer works here."),
}


@door("GET", BASE, needs=PERMISSION)
def show_all(visit: Visit) -> Answer:
    """All webhooks, and how they fare."""
    counts = hooks.count_waiting(visit.gate)
    lines = [_line(visit, hook, counts.get(hook.id, (0, 0))) for hook in hooks.list_webhooks(visit.gate)]
    return visit.page(
        "admin/webhooks.html", page_title=visit.say("Webhooks"), crumbs=trail(visit), webhooks=lines
    )


@door("GET", f"{BASE}/new", needs=PERMISSION)
def new(visit: Visit) -> Answer:
    """The form for a new one."""
    return _form(visit, {"name": "", "url": "", "events": []}, {})


@door("POST", BASE, needs=PERMISSION)
def make(visit: Visit) -> Answer:
    """Make it and show its secret, for the only time."""
    ask_proof(visit)
    sent = _sent(visit)
    try:
        id, secret = hooks.make_webhook(visit.gate, visit.site.settings, **sent)
    except Invalid as refusal:
        return _form(visit, sent, forms.complaints(visit, refusal))
    return _page(visit, id, secret=secret)


@door("GET", f"{BASE}/{{id:int}}", needs=PERMISSION)
def show(visit: Visit) -> Answer:
    """One webhook with its last deliveries."""
    return _page(visit, visit.path_id)


@door("GET", f"{BASE}/{{id:int}}/edit", needs=PERMISSION)
def edit(visit: Visit) -> Answer:
    """The form with what is kept."""
    hook = hooks.get_webhook(visit.gate, visit.path_id)
    return _form(visit, {"name": hook.name, "url": hook.url, "events": hook.events}, {}, hook)


@door("POST", f"{BASE}/{{id:int}}", needs=PERMISSION)
def change(visit: Visit) -> Answer:
    """Save what was changed."""
    hook, sent = hooks.get_webhook(visit.gate, visit.path_id), _sent(visit)
    try:
        hooks.change_webhook(visit.gate, visit.site.settings, hook.id, **sent)
    except Invalid as refusal:
        return _form(visit, sent, forms.complaints(visit, refusal), hook)
    return visit.see(f"{BASE}/{hook.id}", done=Text("Saved."))


@door("POST", f"{BASE}/{{id:int}}/secret", needs=PERMISSION)
def renew(visit: Visit) -> Answer:
    """Another secret, shown for the only time."""
    ask_proof(visit)
    secret = hooks.renew_secret(visit.gate, visit.site.settings, visit.path_id)
    return _page(visit, visit.path_id, secret=secret)


@door("POST", f"{BASE}/{{id:int}}/pause", needs=PERMISSION)
def pause(visit: Visit) -> Answer:
    """Let it rest."""
    hooks.pause_webhook(visit.gate, visit.path_id)
    return _back(visit, Text("It rests. What happens meanwhile is not told."))


@door("POST", f"{BASE}/{{id:int}}/resumption", needs=PERMISSION)
def resume(visit: Visit) -> Answer:
    """Let it work again."""
    hooks.resume_webhook(visit.gate, visit.path_id)
    return _back(visit, Text("It works again."))


@door("POST", f"{BASE}/{{id:int}}/removal", needs=PERMISSION)
def remove(visit: Visit) -> Answer:
    """Take it away."""
    hooks.remove_webhook(visit.gate, visit.path_id)
    return visit.see(BASE, done=Text("The webhook is gone."))


@door("POST", f"{BASE}/{{id:int}}/test", needs=PERMISSION)
def test(visit: Visit) -> Answer:
    """Send a first delivery that is about nothing."""
    hooks.send_test(visit.gate, visit.path_id)
    return _back(visit, Text("A test is on its way. Look again in a moment."))


@door("POST", f"{BASE}/{{id:int}}/replay", needs=PERMISSION)
def replay(visit: Visit) -> Answer:
    """Send a delivery again."""
    hooks.replay_delivery(visit.gate, visit.path_id, id_in(visit.value("delivery")) or 0)
    return _back(visit, Text("It is sent again."))


def _sent(visit: Visit) -> dict[str, Any]:
    events = [ALL] if visit.value("all") else visit.values("events")
    return {"name": visit.value("name"), "url": visit.value("url"), "events": events}


def _back(visit: Visit, done: Text) -> Answer:
    return visit.see(f"{BASE}/{visit.path_id}", done=done)


def _form(
    visit: Visit, sent: Mapping[str, Any], errors: Mapping[str, str], hook: Webhook | None = None
) -> Answer:
    rows = [
        {
            "label": visit.say(info.cls.plural),
            "cells": [
                {
                    "name": event,
                    "label": f"{visit.say(info.cls.plural)}: {visit.say(_KINDS[event.rpartition('.')[2]])}",
                    "checked": event in sent["events"],
                }
                if (event := f"{info.name}.{kind}") in events_of(info)
                else None
                for kind in KINDS
            ],
        }
        for info in told_entities(visit.gate)
    ]
    further = [(hook.name, f"{BASE}/{hook.id}")] if hook else []
    return visit.page(
        "admin/webhook_form.html",
        status=422 if errors else 200,
        page_title=visit.say("Edit") if hook else visit.say("New webhook"),
        crumbs=trail(visit, (visit.say("Webhooks"), BASE), *further),
        action=f"{BASE}/{hook.id}" if hook else BASE,
        cancel_url=f"{BASE}/{hook.id}" if hook else BASE,
        submit=visit.say("Save") if hook else visit.say("Make the webhook"),
        sent=sent,
        all=ALL in sent["events"],
        errors=errors,
        kinds=[visit.say(label) for label in _KINDS.values()],
        rows=rows,
        own=[(name, name in sent["events"]) for name in own_events(visit.gate)],
    )


def _page(visit: Visit, id: int, *, secret: str = "") -> Answer:
    hook = hooks.get_webhook(visit.gate, id)
    person = visit.directory.people.get(hook.user)
    return visit.page(
        "admin/webhook.html",
        page_title=hook.name,
        crumbs=trail(visit, (visit.say("Webhooks"), BASE)),
        base=f"{BASE}/{hook.id}",
        webhook=hook,
        mine=hook.user == visit.gate.actor.user,
        owner=person,
        rests=visit.say(_RESTS[hook.paused]) if hook.paused else "",
        told=_told(visit, hook.events),
        secret=secret,
        deliveries=[_delivery(visit, found) for found in hooks.list_deliveries(visit.gate, id)],
    )


def _line(visit: Visit, hook: Webhook, counts: tuple[int, int]) -> Mapping[str, Any]:
    return {
        "name": hook.name,
        "url": f"{BASE}/{hook.id}",
        "target": hook.url,
        "owner": visit.directory.people.get(hook.user),
        "paused": bool(hook.paused),
        "failing": hook.failures > 0,
        "waiting": counts[0],
        "failed": counts[1],
    }


def _delivery(visit: Visit, found: Delivery) -> Mapping[str, Any]:
    skipped = _NOT_SENT.get(found.error or "")
    if found.parked:
        state, tone = visit.say("Failed"), "red"
    elif skipped is not None:
        state, tone = visit.say("Not sent"), "gray"
    elif found.done_at is not None:
        state, tone = visit.say("Delivered"), "green"
    else:
        state, tone = visit.say("Tried again") if found.attempts else visit.say("Waiting"), "amber"
    info = visit.gate.schema.entities.get(found.entity)
    what = "" if info is None else f"{visit.say(info.cls.label)} #{found.record}"
    return {
        "id": found.id,
        "event": found.event,
        "name": found.name,
        "what": what,
        "url": f"/{info.cls.slug}/{found.record}" if info and info.cls.menu else "",
        "state": state,
        "tone": tone,
        "status": found.status,
        "took": found.took,
        "attempts": found.attempts,
        "when": visit.fmt.datetime(found.done_at or found.at),
        "next": visit.fmt.datetime(found.due_at) if found.due_at and found.attempts else "",
        "error": visit.say(skipped) if skipped else found.error or "",
        "sent": _indented(found.sent or ""),
        "answer": _indented(found.answer or ""),
        "may_replay": found.due_at is None,
    }


def _indented(text: str) -> str:
    """JSON as people read it; anything else as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text


def _told(visit: Visit, events: Sequence[str]) -> list[str]:
    """The chosen events in words; those of what is no longer there by their names."""
    if ALL in events:
        return [visit.say("Everything that happens")]
    found = []
    for event in (name for name in events if name != TEST):
        entity, _, kind = event.rpartition(".")
        info = visit.gate.schema.entities.get(entity)
        found.append(
            f"{visit.say(info.cls.plural)}: {visit.say(_KINDS[kind])}" if info and kind in _KINDS else event
        )
    return found
