"""Filters in words, as they stand on their chips: "Amount at least €5,000", "Owner is me", "Closed on this month"."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hookline.crm.tags import tags
from hookline.errors import Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, BadValue
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.lists.filters import CHOSEN, SETS, TEXTS, Condition
from hookline.kernel.lists.ranges import RANGES
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure
from hookline.kernel.schema import EntityInfo
from hookline.kernel.titles import keys_by_entity
from hookline.web.plugins.shown import ask

if TYPE_CHECKING:
    from hookline.web.visit import Visit

Names = Mapping[tuple[str, int], str]
_SHOWN: Final = 3
_DATES: Final = ("date", "datetime")
_TEXTS: Final[Mapping[str, Text]] = {
    "contains": Text("contains “%(value)s”"), "starts": Text("begins with “%(value)s”"),
    "is": Text("is “%(value)s”"), "not": Text("is not “%(value)s”"),
}  # fmt: skip
_NUMBERS: Final[Mapping[str, Text]] = {
    "gte": Text("at least %(value)s"), "lte": Text("at most %(value)s"), "is": Text("is %(value)s"),
    "not": Text("is not %(value)s"),
}  # fmt: skip
_DAYS: Final[Mapping[str, Text]] = {
    "gte": Text("from %(value)s"), "lte": Text("until %(value)s"), "is": Text("on %(value)s"),
    "not": Text("not on %(value)s"),
}  # fmt: skip
_WORDS: Final[Mapping[str, Text]] = {
    "me": Text("me"), "my_team": Text("my team"), "my_teams": Text("my teams"), "none": Text("nobody"),
}  # fmt: skip


def phrase(visit: "Visit", spec: Field, conditions: Sequence[Condition], names: Names) -> str:
    """What the conditions on one field say, joined. `names` are the titles of the records they name."""
    by_operator = {c.operator: c for c in conditions}
    if len(conditions) == 2 and by_operator.keys() == {"gte", "lte"} and spec.kind not in CHOSEN:
        low, high = (_value(visit, spec, by_operator[operator].value) for operator in ("gte", "lte"))
        return visit.say(Text("between %(low)s and %(high)s", low=low, high=high))
    return ", ".join(_one(visit, spec, condition, names) for condition in conditions)


def named_records(info: EntityInfo, conditions: Sequence[Condition]) -> dict[str, set[int]]:
    """The records that conditions name by number, by entity; people, teams and stages are known without asking."""
    found: dict[str, set[int]] = {}
    for condition in conditions:
        spec = info.fields[condition.field]
        if spec.kind in ("reference", "references") and spec.target not in (
            "user",
            "team",
            "stage",
            "pipeline",
            "tag",
            None,
        ):
            found.setdefault(spec.target or "", set()).update(numbers(condition.parts))
        elif spec.kind == "record":
            for entity, ids in keys_by_entity(condition.parts).items():
                found.setdefault(entity, set()).update(ids)
    return found


def numbers(parts: Sequence[str]) -> list[int]:
    """Those of these words that are numbers of records."""
    return [id for part in parts if (id := id_in(part))]


def _one(visit: "Visit", spec: Field, condition: Condition, names: Names) -> str:
    operator, value = condition.operator, condition.value
    if operator in ("empty", "filled"):
        empty = (operator == "empty") == (value not in ("0", "false", "no"))
        return visit.say(Text("is empty") if empty else Text("is filled in"))
    if operator in SETS:
        return _set_called(visit, value)
    if operator == "within":
        return visit.say(RANGES[value][0]) if value in RANGES else value
    if spec.kind == "yes_no":
        return _value(visit, spec, value)
    if spec.kind in CHOSEN or spec.kind == "record":
        said = _joined(visit, [label_of(visit, spec, part, names) for part in condition.parts])
        return visit.say(
            Text("is not %(value)s", value=said) if operator == "not" else Text("is %(value)s", value=said)
        )
    patterns = _TEXTS if spec.kind in TEXTS else _DAYS if spec.kind in _DATES else _NUMBERS
    return visit.say(Text(patterns[operator].msgid, value=_value(visit, spec, value)))


def set_in_words(visit: "Visit", conditions: Sequence[Condition]) -> tuple[str, str] | None:
    """What sets with names of their own are asked for: "Segment", "is Regulars"; None where none is, or something else too."""
    sets = [(set_offered(visit, c.value.partition(":")[0]), c) for c in conditions]
    labels = {found.label for found, c in sets if found is not None and c.operator in SETS}
    if len(labels) != 1 or any(found is None or c.operator not in SETS for found, c in sets):
        return None
    said = []
    for _found, condition in sets:
        name = _name_in_set(visit, condition.value)
        pattern = Text("is %(value)s") if condition.operator == "among" else Text("is not %(value)s")
        said.append(visit.say(Text(pattern.msgid, value=name)))
    return visit.say(labels.pop()), ", ".join(said)


def set_offered(visit: "Visit", key: str) -> Contribution | None:
    """A set of records with choices, by its key."""
    return next(iter(_sets_called(visit, key)), None)


def set_choices(visit: "Visit", offered: Contribution) -> dict[str, str]:
    """What can be given to a set, and how each is called; nothing when its plugin fails."""

    def read(answer: Mapping[str, str | Text]) -> dict[str, str]:
        return {
            given: visit.named("", text) if isinstance(text, str) else visit.say(text)
            for given, text in answer.items()
        }

    found = ask(visit, replace(offered, call=offered.options["choices"]), read, visit.gate)
    return {} if isinstance(found, Failure) else found


def _sets_called(visit: "Visit", key: str) -> list[Contribution]:
    """Sets with choices that bear this key: one for each entity that has it."""
    return [c for c in visit.gate.host.of_kind("selection") if c.key == key and c.options.get("choices")]


def _name_in_set(visit: "Visit", value: str) -> str:
    """What the chosen one of a set is called, whichever entity's set offers it."""
    key, _, given = value.partition(":")
    offered = (set_choices(visit, each) for each in _sets_called(visit, key))
    return next((choices[given] for choices in offered if given in choices), "?")


def _set_called(visit: "Visit", value: str) -> str:
    """What a set of records is called that a report or a plugin has put together."""
    key = value.partition(":")[0]
    found = visit.gate.host.find("selection", key)
    return visit.say(found.label) if found else key


def label_of(visit: "Visit", spec: Field, part: str, names: Names) -> str:
    """What one chosen value is called: an option, a person, a team, a stage, a record, or a word such as "me"."""
    if spec.options:
        return visit.say(spec.options[part].label) if part in spec.options else part
    if part in _WORDS:
        return visit.say(_WORDS[part])
    entity, _, written = part.partition(":") if spec.kind == "record" else (spec.target or "", "", part)
    id = id_in(written) or 0
    known = _known(visit, entity, id) or visit.named(entity, names.get((entity, id), ""))
    return known or f"#{written}"


def _known(visit: "Visit", entity: str, id: int) -> str | None:
    if entity == "user":
        person = visit.directory.people.get(id)
        return person.name if person else None
    if entity == "team":
        return visit.directory.teams.get(id)
    if entity == "tag":
        found = tags(visit.gate).get(id)
        return found.name if found else None
    lines = visit.pipelines
    if entity == "stage":
        return lines.stages[id].name if id in lines.stages else None
    return lines.by_id[id].name if entity == "pipeline" and id in lines.by_id else None


def _joined(visit: "Visit", labels: Sequence[str]) -> str:
    """Names as "A, B or C"; of many only the first ones."""
    if len(labels) > _SHOWN:
        first, more = ", ".join(labels[: _SHOWN - 1]), len(labels) - _SHOWN + 1
        return visit.say(Text("%(first)s or %(more)s more", first=first, more=more))
    if len(labels) > 1:
        return visit.say(Text("%(first)s or %(last)s", first=", ".join(labels[:-1]), last=labels[-1]))
    return "".join(labels)


def _value(visit: "Visit", spec: Field, value: str) -> str:
    """A value as this person writes it; as it stands where it cannot be read."""
    if spec.kind in TEXTS:
        return value
    try:
        parsed = KINDS[spec.kind].parse(value, spec, visit.reader)
    except BadValue:
        return value
    day_only = spec.kind == "datetime" and ":" not in value and parsed is not None
    if day_only:
        return visit.fmt.date(parsed.astimezone(visit.reader.zone_info).date())  # type: ignore[attr-defined]  # a datetime
    return KINDS[spec.kind].show(parsed, spec, visit.reader)
