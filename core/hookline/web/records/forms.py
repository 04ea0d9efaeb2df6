"""Forms: making and changing a record of any entity, with every complaint beside its field and nothing typed lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.pipelines import pipelines
from hookline.crm.settings import setting
from hookline.errors import Conflict, Invalid, Problem, Refused, Text
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, Address, BadValue
from hookline.kernel.schema import EntityInfo

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

_CONTROLS: Final = {
    "long_text": "textarea", "yes_no": "checkbox", "multi_choice": "multi", "reference": "ref", "user": "ref", "references": "refs",
    "stage": "select", "team": "ref", "choice": "select", "phone": "phone", "email": "email", "url": "url", "integer": "integer",
    "decimal": "decimal", "money": "money", "percent": "percent", "address": "address",
}  # fmt: skip
_PARTS: Final = ("street", "postcode", "city", "region", "country")


@dataclass
class Control:
    """A form field as the templates draw it."""

    kind: str
    name: str
    label: str
    value: Any = ""
    hint: str = ""
    error: str = ""
    required: bool = False
    wide: bool = False
    choices: Sequence[tuple[str, str]] = ()
    values: Sequence[str] = ()
    currency: str = ""
    currencies: Sequence[str] = ()
    lookup: str = ""
    create: str = ""


def new(visit: "Visit", entity: str) -> "Answer":
    """The empty form. Parameters of the address fill fields in: /deals/new?company=7."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.create)
    values = {f.name: f.default for f in info.writable if f.default is not None}
    if info.owned:
        values["owner"] = visit.gate.actor.user
    problems: list[Problem] = []
    values |= _read(visit, info, [f for f in _editable(visit, info) if f.name in visit.query], visit.query, problems)
    return _form(visit, info, None, _written(visit, info, values), ())


def create(visit: "Visit", entity: str) -> "Answer":
    """Save a new record."""
    info = visit.gate.schema[entity]
    sent = _sent(visit)
    problems: list[Problem] = []
    values = _read(visit, info, _editable(visit, info), sent, problems)
    try:
        if problems:
            raise Invalid(problems)
        id = visit.gate.create(info.name, {name: value for name, value in values.items() if value not in (None, ())})
    except Invalid as refusal:
        return _refused(visit, info, None, sent, refusal)
    if visit.value("again"):
        return visit.see(f"/{info.cls.slug}/new", done=Text("Saved."))
    return visit.see(visit.value("back") or f"/{info.cls.slug}/{id}", done=Text("Saved."))


def edit(visit: "Visit", entity: str) -> "Answer":
    """The form of a record as it stands."""
    info = visit.gate.schema[entity]
    values = visit.gate.everything(info, visit.path_id)
    visit.gate.must(info.name, Action.edit)
    return _form(visit, info, visit.path_id, _written(visit, info, values), (), version=values["version"])


def update(visit: "Visit", entity: str) -> "Answer":
    """Save a changed record. Only fields that were sent are touched."""
    info = visit.gate.schema[entity]
    sent = _sent(visit)
    problems: list[Problem] = []
    values = _read(visit, info, [f for f in _editable(visit, info) if _was_sent(f, sent)], sent, problems)
    try:
        if problems:
            raise Invalid(problems)
        visit.gate.update(info.name, visit.path_id, values, version=_version(sent))
    except (Invalid, Conflict) as refusal:
        return _refused(visit, info, visit.path_id, sent, refusal)
    return visit.see(visit.value("back") or f"/{info.cls.slug}/{visit.path_id}", done=Text("Saved."))


def controls(visit: "Visit", info: EntityInfo, fields: Sequence[Field], written: Mapping[str, Any], problems: Mapping[str, str]) -> list[Control]:
    """Form fields with what was typed and what is wrong with it."""
    found = [_control(visit, info, spec, written, problems.get(spec.name, "")) for spec in fields]
    _name_chosen(visit, info, found)
    return found


def _form(
    visit: "Visit", info: EntityInfo, id: int | None, written: Mapping[str, Any], problems: Sequence[Problem], *,
    version: int | None = None, status: int = 200, conflict: Mapping[str, Any] | None = None,
) -> "Answer":  # fmt: skip
    beside: dict[str, str] = {}
    fields = _editable(visit, info)
    names = {f.name for f in fields}
    for problem in problems:
        beside.setdefault(problem.field, visit.say(problem.text))
    url = f"/{info.cls.slug}" + (f"/{id}" if id else "")
    title = visit.say(Text("New: %(what)s", what=Text(info.cls.label)) if id is None else Text("Edit: %(what)s", what=Text(info.cls.label)))
    context = {
        "page_title": title, "title": title, "text": "", "action": url, "version": version, "sections": _sections(visit, info, fields, written, beside),
        "submit": visit.say("Save"), "cancel_url": url, "again": visit.say("Save and make another") if id is None else "",
        "problems": [text for name, text in beside.items() if name not in names], "conflict": conflict,
        "in_dialog": visit.is_htmx, "draft": f"{info.name}:{id or 'new'}", "multipart": False,
        "crumbs": [{"label": visit.say(info.cls.plural), "url": f"/{info.cls.slug}"}],
    }  # fmt: skip
    return visit.page("records/form.html", block="form", status=status, **context)


def _refused(visit: "Visit", info: EntityInfo, id: int | None, sent: Mapping[str, Any], refusal: Refused) -> "Answer":
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    conflict, version = None, _version(sent)
    if isinstance(refusal, Conflict):
        version = refusal.version
        conflict = {"text": visit.say(refusal.text), "differences": [_difference(visit, info, d.field, d.theirs, d.yours) for d in refusal.differences]}
    return _form(visit, info, id, sent, problems, version=version, status=refusal.status, conflict=conflict)


def _difference(visit: "Visit", info: EntityInfo, name: str, theirs: Any, yours: Any) -> Mapping[str, str]:
    spec = info.fields[name]
    shown = [_shown(visit, spec, value) for value in (theirs, yours)]
    return {"label": visit.say(spec.label), "theirs": shown[0], "yours": shown[1]}


def _shown(visit: "Visit", spec: Field, value: Any) -> str:
    if value in (None, ()):
        return "—"
    if spec.target and not spec.many:
        return visit.gate.titles(spec.target, [value]).get(value, "—")
    return KINDS[spec.kind].show(value, spec, visit.reader)


def _sections(
    visit: "Visit", info: EntityInfo, fields: Sequence[Field], written: Mapping[str, Any], problems: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    made = controls(visit, info, fields, written, problems)
    groups: dict[str, list[Control]] = {}
    for spec, control in zip(fields, made, strict=True):
        groups.setdefault(section_of(visit, info, spec), []).append(control)
    return [{"label": label, "text": "", "fields": found} for label, found in groups.items()]


def section_of(visit: "Visit", info: EntityInfo, spec: Field) -> str:
    """The heading a field stands under: its own, its plugin's group, or none."""
    if spec.section:
        return visit.say(spec.section)
    if spec.owner != info.owner:
        loaded = visit.gate.host.plugins.get(spec.owner)
        return visit.say(loaded.plugin.label) if loaded else spec.owner
    return visit.say("More fields") if spec.custom else ""


def _editable(visit: "Visit", info: EntityInfo) -> list[Field]:
    hidden = {"file"}
    return [f for f in visit.gate.writable(info) if not f.hidden and f.kind not in hidden]


def _sent(visit: "Visit") -> dict[str, Any]:
    """The form as text: several values of one name as a list."""
    found: dict[str, Any] = {}
    for name in visit.form:
        values = visit.values(name)
        found[name] = values if len(values) > 1 else (values[0] if values else "")
    return found


def _was_sent(spec: Field, sent: Mapping[str, Any]) -> bool:
    if spec.kind == "address":
        return any(f"{spec.name}_{part}" in sent for part in _PARTS)
    return spec.name in sent or f"{spec.name}__sent" in sent


def _read(visit: "Visit", info: EntityInfo, fields: Sequence[Field], sent: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """What was typed, as values; what cannot be read becomes a problem beside its field."""
    values: dict[str, Any] = {}
    for spec in fields:
        try:
            values[spec.name] = _value(visit, spec, sent)
        except BadValue as error:
            problems.append(Problem(spec.name, error.text))
        if spec.kind == "money" and sent.get(f"{spec.name}_currency") and "currency" in info.fields:
            values["currency"] = str(sent[f"{spec.name}_currency"])[:3]
    return values


def _value(visit: "Visit", spec: Field, sent: Mapping[str, Any]) -> Any:
    raw = sent.get(spec.name, "")
    if spec.kind == "address":
        text = KINDS["text"]
        parts = {part: text.parse(sent.get(f"{spec.name}_{part}", ""), spec, visit.reader) or "" for part in _PARTS}
        return Address(**parts) if any(parts.values()) else None  # type: ignore[arg-type]  # text gives str
    if spec.kind == "yes_no":
        return KINDS["yes_no"].parse(raw or "no", spec, visit.reader)
    if spec.kind in ("multi_choice", "references"):
        many = raw if isinstance(raw, list) else [raw]
        kind = KINDS["choice" if spec.kind == "multi_choice" else "reference"]
        return tuple(v for v in (kind.parse(one, spec, visit.reader) for one in many) if v is not None)
    return KINDS[spec.kind].parse(raw[-1] if isinstance(raw, list) else raw, spec, visit.reader)


def _written(visit: "Visit", info: EntityInfo, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the text that stands in the form."""
    written: dict[str, Any] = {"currency": values.get("currency")}
    for spec in _editable(visit, info):
        value = values.get(spec.name)
        if spec.kind == "address":
            written |= {f"{spec.name}_{part}": getattr(value, part) if value else "" for part in _PARTS}
        elif spec.kind in ("multi_choice", "references"):
            written[spec.name] = [str(v) for v in value or ()]
        else:
            written[spec.name] = "" if value is None else KINDS[spec.kind].edit(value, spec, visit.reader)
    return written


def _version(sent: Mapping[str, Any]) -> int | None:
    version = sent.get("version", "")
    return int(version) if isinstance(version, str) and version.isdecimal() and len(version) < 18 else None


def _control(visit: "Visit", info: EntityInfo, spec: Field, written: Mapping[str, Any], error: str) -> Control:
    value = written.get(spec.name, "")
    control = Control(
        _CONTROLS.get(spec.kind, "text"), spec.name, visit.say(spec.label), value, visit.say(spec.help), error, spec.required,
        wide=spec.kind in ("long_text", "address"),
    )  # fmt: skip
    if spec.kind == "address":
        control.value = {part: written.get(f"{spec.name}_{part}", "") for part in _PARTS}
    elif spec.kind == "yes_no":
        control.value = str(value).casefold() in ("1", "yes", "true", "да", "on", visit.say("Yes").casefold())
    elif spec.kind == "money":
        control.currencies = setting(visit.gate, "currencies")
        control.currency = written.get(f"{spec.name}_currency") or written.get("currency") or visit.reader.currency
    elif spec.kind in ("choice", "multi_choice"):
        control.choices = [(o.value, visit.say(o.label)) for o in spec.options.values()]
    elif spec.kind == "stage":
        control.choices = [(str(s.id), f"{p.name}: {s.name}") for p in pipelines(visit.gate).of(info.name) for s in p.stages]
    if spec.kind in ("multi_choice", "references", "reference", "user", "team"):
        control.values = [v for v in (value if isinstance(value, list) else [value]) if v]
        control.lookup = f"/lookup/{spec.target}" if spec.target else ""
    return control


def _name_chosen(visit: "Visit", info: EntityInfo, made: Sequence[Control]) -> None:
    """Give the chosen references their names, with one question per kind of record."""
    wanted: dict[str, list[int]] = {}
    for control in made:
        target = info.fields[control.name].target
        if control.kind in ("ref", "refs") and target:
            wanted.setdefault(target, []).extend(int(v) for v in control.values if v.isdecimal() and len(v) < 19)
    names = {target: visit.gate.titles(target, ids) for target, ids in wanted.items() if ids}
    for control in made:
        target = info.fields[control.name].target
        if control.kind in ("ref", "refs") and target:
            known = names.get(target, {})
            control.choices = [(v, known[int(v)]) for v in control.values if v.isdecimal() and int(v) in known]
