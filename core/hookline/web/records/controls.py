"""Form controls: how the fields of a record stand in a form, made from their declaration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.settings import setting
from hookline.crm.tags import tags, tags_for
from hookline.errors import Text
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.kinds.keys import id_in, key_in
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo
from hookline.kernel.titles import SHORT_LIST, keys_by_entity, offered, titles_of
from hookline.kernel.whole import KNOWN
from hookline.web.records.form_values import ADDRESS_PARTS, MARK, NAME, listed

if TYPE_CHECKING:
    from hookline.web.visit import Visit

_CONTROLS: Final = {
    "long_text": "textarea", "yes_no": "checkbox", "multi_choice": "multi", "reference": "ref", "user": "ref", "references": "refs",
    "stage": "select", "team": "ref", "record": "ref", "choice": "select", "phone": "phone", "email": "email", "url": "url",
    "integer": "integer", "decimal": "decimal", "money": "money", "percent": "percent", "address": "address", "date": "day", "datetime": "moment",
}  # fmt: skip
_HINTS: Final = {"duration": "For example: 1h 30m, or 45"}
# Said in the empty control itself: a form has many days.
_PLACEHOLDERS: Final = {"date": "next fri, +2w", "datetime": "tomorrow 10:00"}
# Kinds whose text can be written in several ways: what it was taken for is said while it is typed.
READ_BACK: Final = frozenset({"date", "datetime", "duration", "money", "phone"})
# What is offered whole without asking.
_IN_MEMORY: Final = KNOWN | {"tag"}
_SILENT: Final = frozenset({"yes_no", "multi_choice", "references", "user", "team", "reference", "record"})


@dataclass
class Control:
    """A form field as the templates draw it."""

    kind: str
    name: str
    label: str = ""
    value: Any = ""
    hint: str = ""
    error: str = ""
    required: bool = False
    wide: bool = False
    rows: int = 3
    choices: Sequence[tuple[str, str]] = ()
    values: Sequence[str] = ()
    currency: str = ""
    currencies: Sequence[str] = ()
    lookup: str = ""
    # The address that makes a new one out of its name.
    create: str = ""
    typed: str = ""
    typed_name: str = ""
    placeholder: str = ""
    blank: str | None = "—"
    # The address that reads what is typed here back in full; "" where that says nothing new.
    reading: str = ""
    # Set where a layout decides whether the field shows, and is asked for, as others are filled in.
    placed: bool = False
    off: bool = False
    asked: bool = False


def controls(
    visit: "Visit", info: EntityInfo | None, fields: Sequence[Field], written: Mapping[str, Any], problems: Mapping[str, str]
) -> list[Control]:  # fmt: skip
    """One control for each field, with what stands in it and what is wrong with it. Two statements at most.

    A form of no record has no entity: what is typed into it is not read back while one types.
    """
    made = [_control(visit, info, spec, written, problems.get(spec.name, "")) for spec in fields]
    _offer(visit, fields, made)
    return made


def makes_by_name(gate: Reads, info: EntityInfo) -> bool:
    """Whether this person may make records of the entity, and they need no more than their title; a person's is first and last name."""
    needed = {f.name for f in info.writable if f.required}
    named = (
        {info.title.name} if not info.title.read_only else {"first_name", "last_name"} & info.fields.keys()
    )
    return bool(named) and needed <= named and gate.may(info.name, Action.create)


def marks(fields: Sequence[Field]) -> list[Control]:
    """Hidden controls for those fields that send nothing when they are empty."""
    return [Control("hidden", spec.name + MARK, value="1") for spec in fields if spec.kind in _SILENT]


def section_of(visit: "Visit", info: EntityInfo, spec: Field) -> str:
    """The heading a field stands under: its own, that of its plugin's group, or none."""
    if spec.section:
        return visit.say(spec.section)
    if spec.owner != info.owner and not spec.custom:
        loaded = visit.gate.host.plugins.get(spec.owner)
        if loaded is None:
            return spec.owner
        groups = (g for g in loaded.plugin.groups if g.target is info.cls and spec.name in g.names.values())
        group = next(groups, None)
        return visit.say(group.group_label if group else loaded.plugin.label)
    return visit.say("More fields") if spec.custom else ""


def _control(
    visit: "Visit", info: EntityInfo | None, spec: Field, written: Mapping[str, Any], error: str
) -> Control:
    value = written.get(spec.name, "")
    control = Control(
        _CONTROLS.get(spec.kind, "text"), spec.name, visit.say(spec.label), value,
        visit.say(spec.help or _HINTS.get(spec.kind, "")), error, spec.required, wide=spec.kind in ("long_text", "address"),
        placeholder=visit.say(_PLACEHOLDERS.get(spec.kind, "")), reading=f"/{info.cls.slug}/reading" if info and spec.kind in READ_BACK else "",
    )  # fmt: skip
    if spec.kind == "address":
        control.value = {part: written.get(f"{spec.name}_{part}", "") for part in ADDRESS_PARTS}
    elif spec.kind == "yes_no":
        control.value = str(value).casefold() in ("1", "yes", "true", "on", "да")
    elif spec.kind == "money":
        control.currency = (
            written.get(f"{spec.name}_currency") or written.get("currency") or visit.reader.currency
        )
        control.currencies = list(dict.fromkeys([control.currency, *setting(visit.gate, "currencies")]))
    elif spec.kind in ("choice", "multi_choice"):
        control.choices = [(o.value, visit.say(o.label)) for o in spec.options.values()]
    elif spec.kind == "stage":
        control.required = False
        control.choices = [
            (str(s.id), f"{p.name}: {s.name}") for p in visit.pipelines.of(spec.entity) for s in p.stages
        ]
        control.blank = visit.say("The first one")
    if control.kind in ("multi", "ref", "refs"):
        control.values = listed(value)
        control.typed = (
            written.get(spec.name + NAME, "") if isinstance(written.get(spec.name + NAME, ""), str) else ""
        )
    return control


def _offer(visit: "Visit", fields: Sequence[Field], made: Sequence[Control]) -> None:
    """What references may be chosen from: everybody, all of a short list, or a lookup; the chosen ones by name."""
    pairs = [
        (spec, control) for spec, control in zip(fields, made, strict=True) if control.kind in ("ref", "refs")
    ]
    short = [t for spec, _ in pairs if (t := spec.target) and t not in _IN_MEMORY and _is_short(visit, t)]
    lists = offered(visit.gate, short)
    names = titles_of(visit.gate, _chosen(pairs)) | {
        ("user", id): person.name for id, person in visit.directory.people.items()
    }
    names = {key: visit.named(key[0], title) for key, title in names.items()}
    names |= {("tag", id): tag.name for id, tag in tags(visit.gate).items()}
    for spec, control in pairs:
        if spec.kind == "record":
            control.lookup = "/lookup/record"
            control.choices = [
                (written, names[key]) for written in control.values if (key := key_in(written)) in names
            ]
            continue
        target = spec.target or ""
        choices = _known(visit, spec) or [
            (str(id), visit.named(target, title)) for id, title in lists.get(target, ())
        ]
        there = {value for value, _ in choices}
        missing = [v for v in control.values if v not in there]
        control.choices = [
            *choices,
            *((v, names[target, id]) for v in missing if (id := id_in(v)) and (target, id) in names),
        ]
        if target == "tag" and visit.gate.may("tag", Action.create):
            control.create = f"/lookup/tag?for={spec.entity}"
        if target not in _IN_MEMORY and (target not in short or len(choices) >= SHORT_LIST):
            control.lookup = f"/lookup/{target}" if visit.gate.may(target, Action.read) else ""
            control.create = control.lookup if makes_by_name(visit.gate, visit.gate.schema[target]) else ""
            control.typed_name = control.name + NAME


def _is_short(visit: "Visit", target: str) -> bool:
    """Whether an entity is a list of the house, of which all can be offered."""
    return not visit.gate.schema[target].owned


def _known(visit: "Visit", spec: Field) -> list[tuple[str, str]]:
    """People, teams and pipelines are in memory."""
    if spec.target == "user":
        return [
            (str(p.id), p.name)
            for p in sorted(visit.directory.people.values(), key=lambda p: p.name)
            if p.active
        ]
    if spec.target == "team":
        return [
            (str(id), name) for id, name in sorted(visit.directory.teams.items(), key=lambda item: item[1])
        ]
    if spec.target == "pipeline":
        return [(str(p.id), p.name) for p in visit.pipelines.of(spec.entity)]
    if spec.target == "tag":
        return [(str(tag.id), tag.name) for tag in tags_for(visit.gate, spec.entity)]
    return []


def _chosen(pairs: Sequence[tuple[Field, Control]]) -> Mapping[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for spec, control in pairs:
        if spec.kind == "record":
            for entity, ids in keys_by_entity(control.values).items():
                wanted.setdefault(entity, set()).update(ids)
        elif spec.target and spec.target not in _IN_MEMORY:
            ids = {id for v in control.values if (id := id_in(v))}
            wanted.setdefault(spec.target, set()).update(ids)
    return {entity: ids for entity, ids in wanted.items() if ids}


def readonly(visit: "Visit", spec: Field, text: Text | str) -> Control:
    """A field that stands in the form but cannot be changed there."""
    return Control("readonly", spec.name, visit.say(spec.label), visit.say(text))
