"""The filters of a list: a chip for each field that is asked about, the menu of fields, and the form of one of them.

Everything is an address. The form of a field sends what was chosen to a door that writes it as a filter and goes on
to the list, so it works without script; with it, only the list is exchanged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.kinds import BadValue
from hookline.kernel.kinds.characters import clean_line
from hookline.kernel.lists.filters import ANY, CHOSEN, SETS, TEXTS, Condition, operators
from hookline.kernel.lists.ranges import RANGES
from hookline.kernel.schema import EntityInfo
from hookline.kernel.titles import called
from hookline.web.records.addresses import ListAddress, asked_items, conditions_of
from hookline.web.records.controls import Control, controls
from hookline.web.records.form_values import NAME
from hookline.web.records.phrases import Names, phrase, set_choices, set_in_words, set_offered

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

_LABELS: Final[Mapping[str, Text]] = {
    "contains": Text("contains"), "starts": Text("begins with"), "is": Text("is"), "not": Text("is not"),
    "span": Text("from … to"), "empty": Text("is empty"), "filled": Text("is filled in"),
}  # fmt: skip
_PRESENCE: Final = ("empty", "filled")
# What the key of a filter begins with that is a set which a plugin offers.
SET: Final = "set:"
_DATES: Final = ("date", "datetime")
_TICKED: Final = 8
# What the form sends besides the list's own parameters.
_SENT: Final = frozenset({"set", "op", "value", f"value{NAME}", "since", "until", "range", "back", "filter"})


@dataclass(frozen=True)
class Joint:
    """The word between two chips, "and" or "or"; its address is that of the list with the other one."""

    label: str
    url: str
    title: str


@dataclass(frozen=True)
class Chip:
    """One field that is asked about, in words. `edit_url` is its form alone; `opens` and `closes` are brackets round it."""

    field: str
    value: str
    url: str
    clear_url: str
    edit_url: str = ""
    joint: Joint | None = None
    opens: bool = False
    closes: bool = False


@dataclass(frozen=True)
class Editor:
    """The form of one filter."""

    label: str
    url: str
    hidden: Sequence[tuple[str, str]]
    fields: Sequence[Control]
    cancel_url: str


def chips(
    visit: "Visit", info: EntityInfo, asked: ListAddress, conditions: Sequence[Condition], names: Names
) -> list[Chip]:
    """One chip for each field, in the order of the address; those of which one is enough come last, in brackets."""
    groups: dict[str, list[Condition]] = {}
    for condition in sorted(conditions, key=lambda c: c.either):
        groups.setdefault(condition.group, []).append(condition)
    keys, made, edit_url = list(groups), [], _edit_url(info, asked)
    either = [key for key in keys if groups[key][0].either]
    bracketed = len(either) > 1 and len(keys) > len(either)
    for place, (key, found) in enumerate(groups.items()):
        spec = info.fields[found[0].field]
        named = set_in_words(visit, found)
        label, said = named or (visit.say(spec.label), phrase(visit, spec, found, names))
        opens = SET + found[0].value.partition(":")[0] if named and len(found) == 1 else key
        joint = _joint(visit, asked, keys[place - 1], key, either) if place else None
        made.append(
            Chip(
                label, said, asked.url(filter=opens), asked.url(field=key), edit_url + opens, joint,
                bracketed and key == either[0], bracketed and key == either[-1],
            )
        )  # fmt: skip
    return made


def _joint(visit: "Visit", asked: ListAddress, before: str, key: str, either: Sequence[str]) -> Joint:
    if before not in either:
        url = asked.regrouped([before, key], either=True)
        return Joint(visit.say("and"), url, visit.say("Let one of the two be enough"))
    # One that is left alone is no choice any more.
    leaving = [key] if len(either) > 2 else either  # of two none stays
    return Joint(visit.say("or"), asked.regrouped(leaving, either=False), visit.say("Let both hold"))


def _edit_url(info: EntityInfo, asked: ListAddress) -> str:
    """Where a script asks for the form of the filter that is named behind it, to show it over the list."""
    items = [("back", asked.base), *asked.kept("filter")]
    return f"/{info.cls.slug}/filter?{urlencode(items)}&filter="


def filter_menu(visit: "Visit", info: EntityInfo, asked: ListAddress) -> list[Mapping[str, str] | str]:
    """The fields to filter by: those that are declared for it first, all others below."""
    fields = [
        f for f in visit.gate.readable(info) if not f.hidden and len(operators(f)) > 0 and f.name != "id"
    ]
    first = [f for f in fields if f.filter]
    others = sorted((f for f in fields if not f.filter), key=lambda f: visit.say(f.label).casefold())
    edit_url = _edit_url(info, asked)
    items: list[Mapping[str, str] | str] = [_menu_item(visit, asked, f, edit_url) for f in first]
    items += [
        {
            "label": visit.say(c.label),
            "url": asked.url(filter=SET + c.key),
            "edit_url": edit_url + SET + c.key,
        }
        for c in visit.gate.host.contributions("selection", info.name)
        if c.options.get("choices")
    ]
    rest = (_menu_item(visit, asked, f, edit_url) for f in others)
    return [*items, *(["-"] if items and others else []), *rest]


def editor(
    visit: "Visit", info: EntityInfo, asked: ListAddress, conditions: Sequence[Condition]
) -> Editor | None:
    """The form of the filter that the address opens, filled with what is asked of that field now."""
    key = asked.get("filter")
    if not key:
        return None
    if key.startswith(SET):
        return _set_editor(visit, info, asked, conditions, key)
    spec = _field(visit, info, key.removeprefix(ANY))
    mine = [c for c in conditions if c.group == key]
    hidden = [("set", key), ("back", asked.base), *asked.kept("filter", field=key)]
    fields = value_controls(visit, info, spec, mine)
    return Editor(visit.say(spec.label), f"/{info.cls.slug}/filter", hidden, fields, asked.url())


def apply(visit: "Visit", entity: str) -> "Answer":
    """Write what the form of a filter says into the address of its list, and go there; without a field to set, show the form."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.read)
    sent = ListAddress("", asked_items(visit))
    if not sent.get("set"):
        return _show_editor(visit, info, sent)
    key = sent.get("set")
    if key.startswith(SET):
        return visit.see(_with_set(info, sent, key))
    spec = _field(visit, info, key.removeprefix(ANY))
    try:
        chosen = chosen_values(visit, spec, sent)
    except BadValue as error:
        raise Invalid([Problem(spec.name, error.text)]) from error
    prefix = ANY if key.startswith(ANY) else ""
    goal = _goal(info, sent)
    return visit.see(goal.url(field=key, **{prefix + name: value for name, value in chosen.items()}))


def _set_editor(
    visit: "Visit", info: EntityInfo, asked: ListAddress, conditions: Sequence[Condition], key: str
) -> Editor:
    """The form that chooses one of the sets that a plugin offers."""
    offered = set_offered(visit, key.removeprefix(SET))
    if offered is None:
        raise Invalid([Problem("filter", Text("There is no field %(name)s.", name=key[:60]))])
    now = next((c for c in conditions if c.operator in SETS and c.value.startswith(f"{offered.key}:")), None)
    label, chosen = visit.say(offered.label), now.value.partition(":")[2] if now else ""
    words = [(SETS[0], visit.say(_LABELS["is"])), (SETS[1], visit.say(_LABELS["not"]))]
    fields = [
        Control("select", "op", label, now.operator if now else SETS[0], choices=words, blank=None),
        Control(
            "select", "value", visit.say("Value"), chosen, choices=list(set_choices(visit, offered).items())
        ),
    ]
    hidden = [("set", key), ("back", asked.base), *asked.kept("filter", field="id")]
    return Editor(label, f"/{info.cls.slug}/filter", hidden, fields, asked.url())


def _with_set(info: EntityInfo, sent: ListAddress, key: str) -> str:
    """The list with the set that was chosen; without one, with none."""
    goal, operator = _goal(info, sent), sent.get("op")
    if not sent.get("value"):
        return goal.url(field="id")
    name = operator if operator in SETS else SETS[0]
    return goal.url(field="id", **{f"id.{name}": f"{key.removeprefix(SET)}:{sent.get('value')}"})


def _goal(info: EntityInfo, sent: ListAddress) -> ListAddress:
    """The list, board or calendar that a form of filters leads back to."""
    base, back = f"/{info.cls.slug}", sent.get("back")
    rest = tuple((name, value) for name, value in sent.items if name not in _SENT)
    return ListAddress(back if back.startswith(f"{base}/") else base, rest)


def _show_editor(visit: "Visit", info: EntityInfo, sent: ListAddress) -> "Answer":
    goal = _goal(info, sent)
    asked = replace(goal, items=(*goal.items, ("filter", sent.get("filter"))))
    if not visit.is_htmx:
        return visit.see(asked.url(filter=sent.get("filter")))
    found = editor(visit, info, asked, conditions_of(visit.gate, info, asked))
    return visit.block("records/filter.html", "editor", filter_edit=found)


def _field(visit: "Visit", info: EntityInfo, name: str) -> Field:
    try:
        return visit.gate.field(info, name)
    except NotFound as error:
        raise Invalid([Problem("filter", Text("There is no field %(name)s.", name=name[:60]))]) from error


def _menu_item(visit: "Visit", asked: ListAddress, spec: Field, edit_url: str) -> Mapping[str, str]:
    return {
        "label": visit.say(spec.label),
        "url": asked.url(filter=spec.name),
        "edit_url": edit_url + spec.name,
    }


def value_controls(visit: "Visit", info: EntityInfo, spec: Field, mine: Sequence[Condition]) -> list[Control]:
    """The controls that ask how one field must be."""
    now = {c.operator: c.value for c in mine}
    if spec.kind == "yes_no":
        choices = [("yes", visit.say("Yes")), ("no", visit.say("No"))]
        return [Control("radio", "value", visit.say(spec.label), now.get("is", "yes"), choices=choices)]
    if spec.kind in TEXTS:
        operator = next(iter(now), "contains")
        typed = "" if operator in _PRESENCE else now.get(operator, "")
        offered = ("contains", "is", "not", "starts", *_presence(spec))
        return [_operator(visit, spec, offered, operator), Control("text", "value", visit.say("Text"), typed)]
    if spec.kind in CHOSEN or spec.kind == "record":
        operator = next(iter(now), "is")
        if "is" not in operators(spec):
            return [_operator(visit, spec, _PRESENCE, operator)]
        parts = [
            part for c in mine if c.operator == operator and operator not in _PRESENCE for part in c.parts
        ]
        return [
            _operator(visit, spec, ("is", "not", *_presence(spec)), operator),
            _values(visit, info, spec, parts),
        ]
    return _span_form(visit, spec, now)


def _span_form(visit: "Visit", spec: Field, now: Mapping[str, str]) -> list[Control]:
    """From and to, or (for days) a range by its name."""
    operator = next((name for name in _PRESENCE if name in now), "span")
    kind = "date" if spec.kind in _DATES else "decimal"
    exact = now.get("is", "")
    since, until = now.get("gte", exact), now.get("lte", exact)
    ends = [Control(kind, "since", visit.say("From"), since), Control(kind, "until", visit.say("To"), until)]
    if spec.kind in _DATES:
        named = [(name, visit.say(label)) for name, (label, _) in RANGES.items()]
        ends.insert(0, Control("select", "range", visit.say("When"), now.get("within", ""), choices=named))
    offered = ("span", *_presence(spec))
    return [*([_operator(visit, spec, offered, operator)] if len(offered) > 1 else []), *ends]


def _operator(visit: "Visit", spec: Field, offered: Sequence[str], chosen: str) -> Control:
    choices = [(name, visit.say(_LABELS[name])) for name in offered]
    return Control("select", "op", visit.say(spec.label), chosen, choices=choices, blank=None)


def _presence(spec: Field) -> tuple[str, ...]:
    """Whether it can be empty at all is asked only of fields that may be."""
    return () if spec.required else _PRESENCE


def _values(visit: "Visit", info: EntityInfo, spec: Field, parts: Sequence[str]) -> Control:
    """The control of several values: ticks for choices and stages, type-ahead for records and people."""
    asked = replace(spec, name="value", required=False, help="")
    control = controls(visit, info, [asked], {"value": list(parts)}, {})[0]
    control.label, control.error = visit.say("Value"), ""
    if spec.kind in ("choice", "stage", "multi_choice"):
        # Few are ticked, many are searched for.
        control.kind, control.values, control.wide = (
            "multi" if len(control.choices) <= _TICKED else "refs",
            parts,
            True,
        )
    elif control.kind == "ref" and spec.kind != "record":
        control.kind = "refs"
    words = {"user": [("me", "me")], "team": [("my_team", "my team"), ("my_teams", "my teams")]}.get(
        spec.kind, []
    )
    control.choices = [*((word, visit.say(label)) for word, label in words), *control.choices]
    return control


def chosen_values(visit: "Visit", spec: Field, sent: ListAddress) -> dict[str, str]:
    """What these controls say, as the parameters of an address. BadValue when a name stands for nothing."""
    operator, name = sent.get("op"), spec.name
    if operator in _PRESENCE:
        return {f"{name}.{operator}": "1"}
    if spec.kind in CHOSEN or spec.kind == "record":
        values = [value for value in sent.all("value") if value] + _named(
            visit, spec, sent.get(f"value{NAME}")
        )
        return (
            {f"{name}.not" if operator == "not" else name: ",".join(dict.fromkeys(values))} if values else {}
        )
    if spec.kind in TEXTS or spec.kind == "yes_no":
        known = operator if operator in operators(spec) else operators(spec)[0]
        return {name if known == "is" else f"{name}.{known}": sent.get("value")} if sent.get("value") else {}
    if sent.get("range"):
        return {f"{name}.within": sent.get("range")}
    ends = {f"{name}.gte": sent.get("since").strip(), f"{name}.lte": sent.get("until").strip()}
    return {key: value for key, value in ends.items() if value}


def _named(visit: "Visit", spec: Field, words: str) -> list[str]:
    """The records whose name was typed, where there is no script to choose one."""
    words = clean_line(words)[:200]
    if not words or not spec.target:
        return []
    found = called(visit.gate, spec.target, words)
    if not found:
        raise BadValue(Text("Nothing here is called “%(words)s”.", words=words[:80]))
    return [str(id) for id, _ in found]
