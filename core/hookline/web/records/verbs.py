"""Doors for what may be done with any record besides editing it: trash, bring back, assign."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hookline.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.whole import Whole, read_whole
from hookline.web.addresses import own_address
from hookline.web.records.controls import controls
from hookline.web.records.form_page import FormPage, Section, crumbs_to, show_form
from hookline.web.records.form_values import read_values, refuse, sent_values, version_in, written_values

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit


def trash(visit: "Visit", entity: str) -> "Answer":
    """Put a record into the trash. Where something speaks against it, that is said on its page."""
    info = visit.gate.schema[entity]
    try:
        visit.gate.trash(info.name, visit.path_id)
    except Invalid as refusal:
        visit.take_back()
        return visit.see(f"/{info.cls.slug}/{visit.path_id}", done=refusal.problems[0].text, kind="bad")
    done = Text("It is in the trash. Whoever may delete it can bring it back.")
    return visit.see(own_address(visit.query.get("back", ""), f"/{info.cls.slug}"), done=done)


def restore(visit: "Visit", entity: str) -> "Answer":
    """Bring a record back from the trash."""
    info = visit.gate.schema[entity]
    visit.gate.restore(info.name, visit.path_id)
    return visit.see(f"/{info.cls.slug}/{visit.path_id}", done=Text("It is back."))


def ask_assignment(visit: "Visit", entity: str) -> "Answer":
    """Whose the record is to be."""
    return _form(visit, _assignable(visit, entity))


def assign(visit: "Visit", entity: str) -> "Answer":
    """Give a record to somebody; its team follows."""
    record = _assignable(visit, entity)
    sent = sent_values(visit)
    problems: list[Problem] = []
    values = read_values(visit, record.info, [record.info.fields["owner"]], sent, problems)
    try:
        refuse(problems)
        visit.gate.update(record.info.name, record.id, values, version=version_in(sent))
    except Invalid as refusal:
        return _form(
            visit, record, {p.field: visit.say(p.text) for p in refusal.problems}, visit.value("owner")
        )
    except Conflict as refusal:
        visit.take_back()
        return visit.see(record.url, done=refusal.text, kind="warn")
    return visit.see(_after(visit, record), done=Text("Assigned."))


def _assignable(visit: "Visit", entity: str) -> Whole:
    record = read_whole(visit.gate, visit.gate.schema[entity], visit.path_id)
    if record.trashed or not record.info.owned:
        raise NotFound
    if not record.may(Action.assign) or record.info.fields["owner"] not in visit.gate.writable(record.info):
        raise Forbidden
    return record


def _after(visit: "Visit", record: Whole) -> str:
    """The record's page; the list when somebody else's is no longer seen."""
    seen = record.id in visit.gate.visible(record.info.name, [record.id])
    return own_address(visit.query.get("back", ""), record.url if seen else f"/{record.info.cls.slug}")


def _form(
    visit: "Visit", record: Whole, problems: Mapping[str, str] | None = None, typed: str = ""
) -> "Answer":
    owner = record.info.fields["owner"]
    written = {"owner": typed} if problems else written_values(visit, [owner], record.values)
    made = controls(visit, record.info, [owner], written, problems or {})
    page = FormPage(
        title=visit.say(Text("Assign: %(what)s", what=record.title)), action=f"{record.url}/assignment", sections=[Section("", made)],
        submit=visit.say("Assign"), cancel_url=record.url, crumbs=crumbs_to(visit, record.info, record), version=record.version,
        problems=[text for name, text in (problems or {}).items() if name != "owner"], status=422 if problems else 200,
    )  # fmt: skip
    return show_form(visit, page)
