"""Doors of relations: tying two records together from the page of either."""

from collections.abc import Mapping
from typing import Any, Final

from hookline.crm.relations import relate, relation_kinds
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, BadValue
from hookline.kernel.titles import called
from hookline.kernel.whole import Whole, read_whole
from hookline.web.addresses import own_address
from hookline.web.records.controls import Control, controls
from hookline.web.records.form_page import FormPage, Section, crumbs_to, show_form
from hookline.web.records.form_values import NAME, refuse, sent_values
from hookline.web.visit import Answer, Visit

_INVERSE: Final = "-inverse"


def ask(visit: Visit, entity: str) -> Answer:
    """With what the record is related, and how."""
    return _form(visit, _relatable(visit, entity), {}, {})


def create(visit: Visit, entity: str) -> Answer:
    """Relate the record to another."""
    record, sent = _relatable(visit, entity), sent_values(visit)
    problems: list[Problem] = []
    kind, inverse = _kind(visit, problems)
    other = _other(visit, sent, problems)
    note = _note(visit, problems)
    try:
        refuse(problems)
        relate(visit.gate, record.key, kind, other, note, inverse=inverse)
    except Invalid as refusal:
        beside: dict[str, str] = {}
        for problem in refusal.problems:
            beside.setdefault({"about": "other"}.get(problem.field, problem.field), visit.say(problem.text))
        return _form(visit, record, sent, beside)
    return visit.see(own_address(visit.query.get("back", ""), record.url), done=Text("Related."))


def _relatable(visit: Visit, entity: str) -> Whole:
    info = visit.gate.schema[entity]
    if not visit.gate.may("relation", Action.create):
        raise Forbidden
    record = read_whole(visit.gate, info, visit.path_id)
    if record.trashed or "about" in info.fields:
        raise NotFound
    return record


def _kind(visit: Visit, problems: list[Problem]) -> tuple[int, bool]:
    number = visit.value("kind").removesuffix(_INVERSE)
    if not number.isascii() or not number.isdecimal() or int(number[:18]) not in relation_kinds(visit.gate):
        problems.append(Problem("kind", Text("Please choose one.")))
        return 0, False
    return int(number), visit.value("kind").endswith(_INVERSE)


def _other(visit: Visit, sent: Mapping[str, Any], problems: list[Problem]) -> str:
    """The other record: chosen, or named where there is no script to choose with."""
    spec = visit.gate.schema["relation"].fields["other"]
    try:
        key = KINDS["record"].parse(visit.value("other"), spec, visit.reader)
        if isinstance(key, str):
            return key
        words = KINDS["text"].parse(visit.value("other" + NAME), spec, visit.reader)
    except BadValue as error:
        problems.append(Problem("other", error.text))
        return ""
    found = _called(visit, words) if isinstance(words, str) else []
    if len(found) == 1:
        return found[0][0]
    names = ", ".join(f"{title} ({key})" for key, title in found)
    several = Text("Several fit: %(names)s. Choose one, or write its number.", names=names)
    problems.append(Problem("other", several if found else Text("Please choose one.")))
    return ""


def _called(visit: Visit, words: str) -> list[tuple[str, str]]:
    """What is called so, among everything that people work with."""
    infos = [
        i for i in visit.gate.schema.entities.values() if i.cls.menu and i.owned and "about" not in i.fields
    ]
    seen = (i for i in infos if visit.gate.may(i.name, Action.read))
    return [
        (f"{info.name}:{id}", title)
        for info in seen
        for id, title in called(visit.gate, info.name, words, limit=3)
    ]


def _note(visit: Visit, problems: list[Problem]) -> str | None:
    spec = visit.gate.schema["relation"].fields["note"]
    try:
        found = KINDS["text"].parse(visit.value("note"), spec, visit.reader)
    except BadValue as error:
        problems.append(Problem("note", error.text))
        return None
    return found if isinstance(found, str) else None


def _form(visit: Visit, record: Whole, sent: Mapping[str, Any], beside: Mapping[str, str]) -> Answer:
    info = visit.gate.schema["relation"]
    fields: list[Field] = [info.fields["other"], info.fields["note"]]
    other, note = controls(visit, info, fields, sent, beside)
    other.label, other.required, other.wide, other.typed_name = (
        visit.say("Who or what"),
        True,
        True,
        "other" + NAME,
    )
    note.wide = True
    kind = Control(
        "select", "kind", visit.say("%(title)s …") % {"title": record.title[:80]}, sent.get("kind", ""), error=beside.get("kind", ""),
        required=True, wide=True, choices=_choices(visit),
    )  # fmt: skip
    named = {"kind", "other", "note"}
    page = FormPage(
        title=visit.say("Relate to another record"), action=visit.address(f"{record.url}/relations"),
        sections=[Section("", [kind, other, note])], submit=visit.say("Relate"), cancel_url=record.url,
        crumbs=crumbs_to(visit, record.info, record), problems=[text for name, text in beside.items() if name not in named],
        status=422 if beside else 200,
    )  # fmt: skip
    return show_form(visit, page)


def _choices(visit: Visit) -> list[tuple[str, str]]:
    found = []
    for kind in relation_kinds(visit.gate).values():
        found.append((str(kind.id), visit.say(kind.name)))
        if not kind.is_mutual:
            found.append((f"{kind.id}{_INVERSE}", visit.say(kind.inverse)))
    return sorted(found, key=lambda choice: choice[1].casefold())
