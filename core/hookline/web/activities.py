"""Doors of activities: writing them from a record's page, doing, postponing and pinning them."""

from collections.abc import Mapping
from typing import Any, Final

from hookline.crm import activities
from hookline.crm.activities import Activity
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.titles import keys_by_entity
from hookline.kernel.whole import Whole, read_whole
from hookline.web.addresses import own_address
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.records.composer import Refusal, composer_fields, required_field
from hookline.web.records.controls import controls, marks
from hookline.web.records.form_page import FormPage, Section, crumbs_to, show_form
from hookline.web.records.form_values import read_values, refuse, sent_values, was_sent, written_values
from hookline.web.records.timeline import stream_block
from hookline.web.records.words import toast
from hookline.web.visit import Answer, Visit

door = Doors()
_FILL_IN: Final = Text("Please fill this in.")
# What is asked when something is marked as done and the house wants to know how it went.
_OF_DOING: Final = ("outcome", "duration", "body")


def write(visit: Visit, entity: str) -> Answer:
    """Write something into a record's stream: POST /deals/7/activities/call."""
    record = read_whole(visit.gate, visit.gate.schema[entity], visit.path_id)
    info, kind, sent = visit.gate.schema[Activity], str(visit.request.path_params["kind"]), sent_values(visit)
    if kind not in info.fields["kind"].options or record.trashed:
        raise NotFound
    problems: list[Problem] = []
    values = read_values(visit, info, composer_fields(visit, kind), sent, problems)
    needed = required_field(kind)
    if needed in values and values[needed] is None:
        problems.append(Problem(needed, _FILL_IN))
    try:
        refuse(problems)
        given = {name: value for name, value in values.items() if value is not None}
        activities.write_activity(
            visit.gate, given.pop("kind", kind), record.key, given, planned=kind == "task"
        )
    except Invalid as refusal:
        return stay(visit, record, Refusal(kind, sent, refusal.problems))
    return stay(visit, record, done=Text("Planned.") if kind == "task" else Text("Saved."))


def stay(visit: Visit, record: Whole, refused: Refusal | None = None, *, done: Text | None = None) -> Answer:
    """Back to the record's page; for htmx only its stream. A refused form comes back as it was typed."""
    if refused is not None:
        visit.take_back()
        if not visit.is_htmx:
            from hookline.web.records.details import page_of

            return page_of(visit, record, refused, status=422)
        return stream_block(visit, record, refused, status=422)
    if not visit.is_htmx:
        return visit.see(f"{record.url}#stream", done=done or "")
    answer = stream_block(visit, record)
    if done is not None:
        answer.headers["HX-Trigger"] = toast(visit, done)
    return answer


@door("GET", "/activities/{id:int}/completion", needs=SIGNED_IN)
def ask_completion(visit: Visit) -> Answer:
    """How it went."""
    return _ask(visit, _editable(visit), {}, ())


@door("POST", "/activities/{id:int}/completion", needs=SIGNED_IN)
def finish(visit: Visit) -> Answer:
    """Mark as done; where the outcome must be said, ask for it."""
    record, sent = _editable(visit), sent_values(visit)
    info = record.info
    problems: list[Problem] = []
    fields = [f for f in visit.gate.writable(info) if f.name in _OF_DOING and was_sent(f, sent)]
    values = read_values(visit, info, fields, sent, problems)
    try:
        refuse(problems)
        activities.finish(
            visit.gate, record.id, {name: value for name, value in values.items() if value is not None}
        )
    except Invalid as refusal:
        return _ask(visit, record, sent, refusal.problems)
    return _done(visit, record, Text("Done."))


@door("POST", "/activities/{id:int}/resumption", needs=SIGNED_IN)
def resume(visit: Visit) -> Answer:
    """It was not done after all."""
    record = _editable(visit)
    activities.resume(visit.gate, record.id)
    return _done(visit, record, Text("Open again."))


@door("POST", "/activities/{id:int}/postponement", needs=SIGNED_IN)
def postpone(visit: Visit) -> Answer:
    """Do it later: `due_at` as people write it, tomorrow at the same hour when nothing is written."""
    record = _editable(visit)
    problems: list[Problem] = []
    sent = {"due_at": visit.value("due_at") or visit.say("tomorrow")}
    values = read_values(visit, record.info, [record.info.fields["due_at"]], sent, problems)
    if problems or values["due_at"] is None:
        raise Invalid(problems or [Problem("due_at", _FILL_IN)])
    activities.postpone(visit.gate, record.id, values["due_at"])
    return _done(visit, record, Text("Postponed."))


@door("POST", "/activities/{id:int}/pin", needs=SIGNED_IN)
def pin(visit: Visit) -> Answer:
    """Keep a note on top of its record, or let it go."""
    record = _editable(visit)
    pinned = bool(record.values.get("pinned"))
    visit.gate.update(Activity, record.id, {"pinned": not pinned})
    return _done(visit, record, Text("No longer on top.") if pinned else Text("Stays on top."))


def _editable(visit: Visit) -> Whole:
    record = read_whole(visit.gate, visit.gate.schema[Activity], visit.path_id)
    if record.trashed or not record.may(Action.edit):
        raise NotFound
    return record


def _done(visit: Visit, record: Whole, done: Text) -> Answer:
    """Back to where the person was: the stream of what it is about, for htmx, or a page."""
    about = keys_by_entity([record.values.get("about")])
    if visit.is_htmx and visit.request.headers.get("hx-target", "").endswith("stream") and about:
        (entity, ids), *_ = about.items()
        parent = read_whole(visit.gate, visit.gate.schema[entity], next(iter(ids)))
        return stay(visit, parent, done=done)
    return visit.see(own_address(visit.query.get("back", ""), record.url), done=done)


def _ask(visit: Visit, record: Whole, sent: Mapping[str, Any], problems: tuple[Problem, ...]) -> Answer:
    info = record.info
    fields = [f for f in visit.gate.writable(info) if f.name in _OF_DOING]
    fields = [f for f in fields if f.name == "body" or record.values.get("kind") in ("call", "meeting")]
    beside = {p.field: visit.say(p.text) for p in reversed(problems)}
    made = controls(visit, info, fields, {**written_values(visit, fields, record.values), **sent}, beside)
    for control in made:
        control.required = control.name == "outcome" and "outcome" in beside
    names = {f.name for f in fields}
    page = FormPage(
        title=visit.say(Text("Done: %(what)s", what=record.title)), action=visit.address(f"{record.url}/completion"),
        sections=[Section("", [*made, *marks(fields)])], submit=visit.say("Mark done"),
        cancel_url=own_address(visit.query.get("back", ""), record.url), crumbs=crumbs_to(visit, info, record),
        problems=[text for name, text in beside.items() if name not in names], status=422 if problems else 200,
    )  # fmt: skip
    return show_form(visit, page)
