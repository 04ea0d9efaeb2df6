"""Values: what was sent as JSON, as a record's values, field by field through its kind."""

from collections.abc import Mapping
from typing import Any

from hookline.errors import Conflict, Difference, Invalid, Problem, Text
from hookline.kernel.actor import Action, FieldRight
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, BadValue, Json
from hookline.kernel.lists.plain import HIDDEN_BUT_SHOWN, dumped
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo


def settable(spec: Field) -> bool:
    """Whether the API may ever set this field."""
    if spec.read_only or (spec.hidden and spec.name not in HIDDEN_BUT_SHOWN):
        return False
    # A list whose values are worked out elsewhere has none to choose from here.
    return spec.kind != "multi_choice" or bool(spec.options)


def can_be_made(info: EntityInfo) -> bool:
    """Whether everything that a new record needs can be sent; a file, say, comes by its own door."""
    return not info.cls.own_door and all(settable(f) for f in info.fields.values() if f.required)


def set_fields(gate: Reads, info: EntityInfo) -> list[Field]:
    """The fields that this actor may set through the API."""
    return [f for f in gate.writable(info) if settable(f)]


def offers(gate: Reads, info: EntityInfo, action: Action) -> bool:
    """Whether the API offers this to this actor for at least some records."""
    return gate.may(info.name, action) and (action != Action.create or can_be_made(info))


def read_values(gate: Reads, info: EntityInfo, raw: Mapping[str, Json]) -> dict[str, Any]:
    """What was sent, as values. Invalid with every complaint at once."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in raw.items():
        try:
            values[name] = _loaded(info, _settable(gate, info, name), value)
        except BadValue as error:
            problems.append(Problem(name[:100], error.text))
    if problems:
        raise Invalid(problems)
    return values


def in_json(info: EntityInfo, conflict: Conflict) -> Conflict:
    """The conflict with both values as the API writes them."""
    found = []
    for d in conflict.differences:
        spec = info.fields[d.field]
        found.append(Difference(d.field, dumped(spec, d.theirs), dumped(spec, d.yours)))
    return Conflict(conflict.version, found)


def _settable(gate: Reads, info: EntityInfo, name: str) -> Field:
    spec = info.fields.get(name)
    right = gate.actor.right(info.name, name)
    if spec is None or right == FieldRight.hidden or (spec.hidden and name not in HIDDEN_BUT_SHOWN):
        raise BadValue(Text("There is no field %(name)s.", name=name[:100]))
    if right == FieldRight.read or not settable(spec):
        raise BadValue(Text("This field cannot be changed."))
    return spec


def _loaded(info: EntityInfo, spec: Field, raw: Json) -> Any:
    """One value. Its length counts as it was sent, blanks at the ends included."""
    if raw is None and not info.may_be_empty(spec):
        raise BadValue(Text("Please fill this in."))
    if raw == "" and spec.kind not in ("text", "long_text"):
        raise BadValue(Text("Send null to leave this empty."))
    if isinstance(raw, str) and spec.max_length is not None and len(raw) > spec.max_length:
        message = "Must be at most %(max)s characters; this has %(length)s."
        raise BadValue(Text(message, max=spec.max_length, length=len(raw)))
    value = KINDS[spec.kind].load(raw, spec)
    return () if value is None and (spec.many or spec.kind == "multi_choice") else value
