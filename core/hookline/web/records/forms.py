"""Forms: making and changing a record of any entity, with every complaint beside its field and nothing typed lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from hookline.crm.similar import find_similar, watched_fields
from hookline.errors import Conflict, Invalid, NotFound, Problem, Text
from hookline.kernel import starting
from hookline.kernel.actor import Action
from hookline.kernel.checks import coerced
from hookline.kernel.field_rules import locked
from hookline.kernel.fields import Field
from hookline.kernel.history import values_at
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.layouts import layout_of
from hookline.kernel.schema import EntityInfo
from hookline.kernel.titles import titles_of
from hookline.kernel.whole import Whole, read_editable, read_whole
from hookline.web.addresses import own_address
from hookline.web.records import inline
from hookline.web.records.arrangement import Group, arranged
from hookline.web.records.conditions import States, states
from hookline.web.records.controls import Control, controls, marks, readonly
from hookline.web.records.form_page import FormPage, Mistake, Section, crumbs_to, show_form
from hookline.web.records.form_values import (
    Sent,
    read_values,
    refuse,
    sent_values,
    version_in,
    was_sent,
    written_values,
)  # fmt: skip
from hookline.web.records.words import shown_value

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

# The pipeline follows from the stage, the team from the owner; both stand on the record's page.
_FOLLOWING: Final = frozenset({"pipeline", "team"})


def new(visit: "Visit", entity: str) -> "Answer":
    """The empty form. Parameters of the address fill fields in: /deals/new?company=7; `copy` takes them from a record."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.create)
    fields = form_fields(visit, info, fresh=True)
    asked = [f for f in fields if was_sent(f, visit.query)]
    given = {**_copied(visit, info, fields), **read_values(visit, info, asked, visit.query, [])}
    values = coerced(info, {**starting.shown(visit.gate, info, given), **given})
    return _form(visit, info, None, fields, written_values(visit, fields, values))


def create(visit: "Visit", entity: str) -> "Answer":
    """Save a new record. What may be the same record is named on the page that follows; it hinders nothing."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.create)
    fields, sent = form_fields(visit, info, fresh=True), sent_values(visit)
    problems: list[Problem] = []
    values = read_values(visit, info, fields, sent, problems)
    if problems:
        problems += _left_empty(fields, values, problems)
    try:
        refuse(problems)
        id = visit.gate.create(info.name, _filled_in(visit, info, fields, sent, values))
    except Invalid as refusal:
        return _form(visit, info, None, fields, sent, refusal.problems, status=422)
    if visit.value("again"):
        return visit.see(f"/{info.cls.slug}/new", done=Text("Saved."))
    return visit.see(_after_create(visit, info, id, values), done=Text("Saved."))


def edit(visit: "Visit", entity: str) -> "Answer":
    """The form of a record as it stands."""
    record = _editable(visit, entity)
    fields = form_fields(visit, record.info, fresh=False)
    return _form(visit, record.info, record, fields, written_values(visit, fields, record.values))


def update(visit: "Visit", entity: str) -> "Answer":
    """Save a changed record. Only fields that were sent are touched."""
    record = _editable(visit, entity)
    fields = form_fields(visit, record.info, fresh=False)
    return _save(visit, record, fields, _form)


def edit_field(visit: "Visit", entity: str) -> "Answer":
    """The form of one field alone; in its place on the record's page only its control."""
    record = _editable(visit, entity)
    spec = _one_field(visit, record)
    if inline.is_asked(visit):
        return inline.edit(visit, record, spec)
    return _field_form(visit, record.info, record, [spec], written_values(visit, [spec], record.values))


def update_field(visit: "Visit", entity: str) -> "Answer":
    """Save one field."""
    record = _editable(visit, entity)
    spec = _one_field(visit, record)
    if inline.is_asked(visit):
        return inline.update(visit, record, spec)
    return _save(visit, record, [spec], _field_form)


def form_fields(visit: "Visit", info: EntityInfo, *, fresh: bool) -> list[Field]:
    """The fields that a form of the entity asks for. The stage of a record that stands is moved, not edited."""
    left_out = _FOLLOWING if fresh else _FOLLOWING | {"stage"}
    skip = left_out if info.is_staged else left_out - {"pipeline"}
    return [f for f in visit.gate.writable(info) if not f.hidden and f.kind != "file" and f.name not in skip]


def _left_empty(
    fields: Sequence[Field], values: Mapping[str, Any], problems: Sequence[Problem]
) -> list[Problem]:
    """What the gate would ask for besides what could not be read: all complaints come at once."""
    named = {problem.field for problem in problems}
    # A pipeline has a first stage.
    asked = (f for f in fields if f.required and f.kind != "stage" and f.name not in named)
    empty = (f for f in asked if values.get(f.name) in (None, "", ()))
    return [Problem(spec.name, Text("Please fill this in.")) for spec in empty]


def _editable(visit: "Visit", entity: str) -> Whole:
    return read_editable(visit.gate, visit.gate.schema[entity], visit.path_id)


def _one_field(visit: "Visit", record: Whole) -> Field:
    name = str(visit.request.path_params["field"])
    spec = visit.gate.field(record.info, name)
    closed = locked(visit.gate, record.info, layout_of(visit.gate, record.info.name), record.values)
    moved = record.info.is_staged and name in ("stage", "pipeline")
    if spec not in visit.gate.writable(record.info) or spec.hidden or moved or name in closed:
        raise NotFound
    return spec


def _save(visit: "Visit", record: Whole, fields: Sequence[Field], form: "Callable[..., Answer]") -> "Answer":
    info, sent = record.info, sent_values(visit)
    problems: list[Problem] = []
    closed = locked(visit.gate, info, layout_of(visit.gate, info.name), record.values)
    open_fields = [
        f for f in fields if was_sent(f, sent) and not _is_veiled(record, f) and f.name not in closed
    ]
    values = read_values(visit, info, open_fields, sent, problems)
    try:
        refuse(problems)
        visit.gate.update(info.name, record.id, values, version=version_in(sent))
    except Invalid as refusal:
        return form(visit, info, record, fields, sent, refusal.problems, status=422, version=version_in(sent))
    except Conflict as refusal:
        return _in_conflict(visit, record, fields, values, sent, refusal, form)
    return visit.see(own_address(visit.query.get("back", ""), record.url), done=Text("Saved."))


def _in_conflict(
    visit: "Visit", record: Whole, fields: Sequence[Field], values: Mapping[str, Any], sent: Sent, refusal: Conflict,
    form: "Callable[..., Answer]",
) -> "Answer":  # fmt: skip
    """Somebody saved first. What this person did not touch follows the other's; of the rest both values are shown."""
    info = record.info
    record = read_whole(visit.gate, info, record.id)
    base = values_at(visit.gate, info, record.id, version_in(sent) or 0, record.values)
    touched = {name for name, value in values.items() if _plain(base.get(name)) != _plain(value)}
    theirs = {f.name for f in fields if _plain(base.get(f.name)) != _plain(record.values.get(f.name))}
    differing = [d for d in refusal.differences if d.field in touched & theirs]
    followed = [f for f in fields if f.name not in touched]
    written = {**sent, **written_values(visit, followed, record.values)}
    wanted: dict[str, set[int]] = {}
    for d in differing:
        if target := info.fields[d.field].target:
            for value in (d.theirs, d.yours):
                wanted.setdefault(target, set()).update(_ids(value))
    names = titles_of(visit.gate, wanted)
    rows = [
        {
            "label": visit.say(info.fields[d.field].label),
            "theirs": shown_value(visit, info.fields[d.field], d.theirs, names) or "—",
            "yours": shown_value(visit, info.fields[d.field], d.yours, names) or "—",
        }
        for d in differing
    ]
    more = (
        Text("Save again to keep yours.")
        if rows
        else Text("Nothing that you changed is affected. Save again.")
    )
    text = f"{visit.say(refusal.text)} {visit.say(more)}"
    conflict = {"text": text, "differences": rows, "theirs_url": record.url}
    return form(visit, info, record, fields, written, status=409, conflict=conflict, version=refusal.version)


def _plain(value: Any) -> Any:
    """Many references have no order, and none of them is nothing."""
    return (
        tuple(sorted(value)) or None if isinstance(value, tuple) and not hasattr(value, "_fields") else value
    )


def _ids(value: object) -> list[int]:
    return [value] if isinstance(value, int) else list(value) if isinstance(value, tuple) else []


def _is_veiled(record: Whole, spec: Field) -> bool:
    return not spec.many and record.is_veiled(spec.name)


def _filled_in(
    visit: "Visit", info: EntityInfo, fields: Sequence[Field], sent: Sent, values: Mapping[str, Any]
) -> dict[str, Any]:
    """What was left empty is left out, but for what the form may have begun with: that was emptied."""
    emptied = {f.name for f in fields if was_sent(f, sent) and starting.is_begun(visit.gate, info, f.name)}
    return {name: value for name, value in values.items() if value not in (None, ()) or name in emptied}


def _copied(visit: "Visit", info: EntityInfo, fields: Sequence[Field]) -> dict[str, Any]:
    """What a new record takes over from the one it is a copy of: everything but what only one may have."""
    original = id_in(visit.query.get("copy", ""))
    if original is None:
        return {}
    record = read_whole(visit.gate, info, original)
    kept = [
        f for f in fields if not f.unique and f.name not in ("owner", "stage") and not _is_veiled(record, f)
    ]
    return {**{f.name: record.values.get(f.name) for f in kept}, "currency": record.values.get("currency")}


def _after_create(visit: "Visit", info: EntityInfo, id: int, values: Mapping[str, Any]) -> str:
    """The new record's page, or where the person came from."""
    title = values.get(info.title.name) or " ".join(
        str(values[n]) for n in ("first_name", "last_name") if values.get(n)
    )
    page = f"/{info.cls.slug}/{id}"
    if find_similar(visit.gate, info, {**values, info.title.name: title}, but=id):
        return f"{page}?similar=1"
    return own_address(visit.query.get("back", ""), page)


def _field_form(
    visit: "Visit", info: EntityInfo, record: Whole, fields: Sequence[Field], written: Mapping[str, Any],
    problems: Sequence[Problem] = (), **how: Any,
) -> "Answer":  # fmt: skip
    url = f"{record.url}/field/{fields[0].name}"
    title = Text("%(title)s: %(field)s", title=record.title, field=Text(fields[0].label))
    return _form(
        visit, info, record, fields, written, problems, action=url, title=title, sectioned=False, **how
    )


def _form(
    visit: "Visit", info: EntityInfo, record: Whole | None, fields: Sequence[Field], written: Mapping[str, Any],
    problems: Sequence[Problem] = (), *, status: int = 200, conflict: Mapping[str, Any] | None = None,
    version: int | None = None, action: str = "", title: Text | None = None, sectioned: bool = True,
) -> "Answer":  # fmt: skip
    beside: dict[str, str] = {}
    for problem in problems:
        beside.setdefault(problem.field, visit.say(problem.text))
    url = record.url if record else f"/{info.cls.slug}"
    usual = (
        Text("Edit: %(what)s", what=record.title)
        if record
        else Text("New: %(what)s", what=Text(info.cls.label))
    )
    found = states(visit, info, record, fields, written)
    sections = _sections(visit, info, record, fields, written, beside, found, sectioned=sectioned)
    watched = watched_fields(visit.gate, info)
    page = FormPage(
        title=visit.say(title or usual), action=_with_back(visit, action or url),
        sections=sections, submit=visit.say("Save"),
        cancel_url=own_address(visit.query.get("back", ""), url), crumbs=crumbs_to(visit, info, record),
        version=record.version if record and version is None else version,
        problems=[text for name, text in beside.items() if name not in {f.name for f in fields}],
        mistakes=[Mistake(f.name, visit.say(f.label), beside[f.name]) for f in _in_order(fields, sections) if f.name in beside],
        conflict=conflict, conditions_url=_conditions_url(info, record) if found.watched else "", watched=found.watched,
        again="" if record else visit.say("Save and make another"), draft=f"{info.name}:{record.id if record else 'new'}",
        similar_url="" if record else f"{url}/similar", similar_names=[f.name for f in fields if f.name in watched or _tells(info, f)], status=status,
    )  # fmt: skip
    return show_form(visit, page)


def _conditions_url(info: EntityInfo, record: Whole | None) -> str:
    base = f"/{info.cls.slug}/conditions"
    return f"{base}?of={record.id}" if record else base


def _in_order(fields: Sequence[Field], sections: Sequence[Section]) -> list[Field]:
    """The fields as they stand in the form."""
    there = {spec.name: spec for spec in fields}
    return [
        there[control.name] for section in sections for control in section.fields if control.name in there
    ]


def _tells(info: EntityInfo, spec: Field) -> bool:
    """Whether a field can show that a record is here already."""
    return spec.kind in ("email", "phone") or spec.name in (info.title.name, "first_name", "last_name")


def _with_back(visit: "Visit", url: str) -> str:
    back = own_address(visit.query.get("back", ""), "")
    return f"{url}?{urlencode({'back': back})}" if back else url


def _sections(
    visit: "Visit", info: EntityInfo, record: Whole | None, fields: Sequence[Field], written: Mapping[str, Any],
    problems: Mapping[str, str], found: States, *, sectioned: bool,
) -> list[Section]:  # fmt: skip
    layout = layout_of(visit.gate, info.name)
    veiled = [f for f in fields if record is not None and _is_veiled(record, f)]
    closed = [f for f in fields if f.name in found.locked and f not in veiled]
    asked = [f for f in fields if f not in veiled and f not in closed]
    made = dict(zip((f.name for f in asked), controls(visit, info, asked, written, problems), strict=True))
    made |= {f.name: readonly(visit, f, Text("A record that you may not see")) for f in veiled}
    made |= {f.name: _closed(visit, record, f) for f in closed if record is not None}
    for name, control in made.items():
        wide = layout.of(name).wide
        control.wide = control.wide if wide is None else wide
        control.placed = name in found.moving
        control.off, control.asked = name in found.unseen, name in found.demanded
    groups = arranged(visit, info, fields, layout) if sectioned else [Group("", fields=list(fields))]
    hidden = marks(asked)
    if any(f.kind == "money" for f in asked) and written.get("currency"):
        hidden.append(Control("hidden", "currency_was", value=written["currency"]))
    found_sections = [
        Section(group.label, [made[f.name] for f in group.fields], folded=_is_folded(group, problems))
        for group in groups or [Group("")]
    ]
    first, *others = found_sections
    return [replace(first, fields=[*first.fields, *hidden]), *others]


def _closed(visit: "Visit", record: Whole, spec: Field) -> Control:
    """A field that may not be changed as the record stands, with what is in it."""
    titles = (
        {(spec.target or "", int(record.values[spec.name])): record.labels[spec.name]}
        if spec.name in record.labels
        else {}
    )
    titles |= {(spec.target or "", id): title for id, title in record.links.get(spec.name, ())}
    control = readonly(visit, spec, shown_value(visit, spec, record.values.get(spec.name), titles) or "—")
    control.hint = visit.say("It cannot be changed as the record stands.")
    return control


def _is_folded(group: Group, problems: Mapping[str, str]) -> bool:
    """Whether a section may be closed at first: not with a mistake in it, nor with what must be filled in."""
    return group.collapsed and not any(f.name in problems or f.required for f in group.fields)
