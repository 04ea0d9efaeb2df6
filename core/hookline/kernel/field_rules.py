"""Rules of fields by condition, declared or set by administrators: when one must be filled in, or may not be changed.

Conditions are formulas over the record's own fields. One that cannot be understood any more, because a field that it
names has gone, holds nobody up: it is passed over until it is mended.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from hookline.errors import Problem, Text
from hookline.kernel.actor import FieldRight
from hookline.kernel.fields import Field
from hookline.kernel.followers import compiled
from hookline.kernel.formulas.language import Formula
from hookline.kernel.kinds import BadValue
from hookline.kernel.layouts import Layout, layout_of
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate

Values = Mapping[str, Any]
_NOTHING: Final = (None, "", ())


def judge(gate: "Gate", info: EntityInfo, before: Values, changes: Values, values: Values) -> list[Problem]:
    """What speaks against a save: fields that are locked as the record stands, and such as it would leave empty.

    `changes` is what the actor gave, `values` all that would be written. An old record is asked for a field only when
    that field, or one that its condition names, is being changed: what was fine yesterday holds nobody up today.
    """
    layout = layout_of(gate, info.name)
    if not layout.rules:
        return []
    after = {**before, **values}
    closed = locked(gate, info, layout, before) if before else frozenset()
    return [
        *(Problem(n, Text("This field cannot be changed as the record stands.")) for n in changes if n in closed),
        *(Problem(spec.name, Text("Please fill this in.")) for spec in _missing(gate, info, layout, before, values, after)),
    ]  # fmt: skip


def locked(gate: Reads, info: EntityInfo, layout: Layout, values: Values) -> frozenset[str]:
    """The fields that may not be changed on a record with these values."""
    return _those(gate, info, layout, values, lambda name: layout.rules[name].locked)


def demanded(gate: Reads, info: EntityInfo, layout: Layout, values: Values) -> frozenset[str]:
    """The fields that a record with these values must not leave empty, by condition."""
    return _those(gate, info, layout, values, lambda name: layout.rules[name].required)


def unseen(gate: Reads, info: EntityInfo, layout: Layout, values: Values) -> frozenset[str]:
    """The fields that screens leave out for a record with these values.

    A condition on what this actor may not see, or that cannot be understood, leaves the field where it is.
    """
    readable = {spec.name for spec in gate.readable(info)}
    found = set()
    for name, placed in layout.rules.items():
        condition = understood(info, placed.visible)
        if condition and condition.fields <= readable and not holds(info, condition, values, gate.now.date()):
            found.add(name)
    return frozenset(found)


def understood(info: EntityInfo, source: str) -> Formula | None:
    """A condition; None where there is none, or none that can be understood."""
    try:
        return compiled(source, tuple(info.fields)) if source else None
    except BadValue:
        return None


def holds(info: EntityInfo, condition: Formula, values: Values, today: date) -> bool:
    """Whether a condition is known to be true of a record with these values."""
    return condition.holds(
        {name: _plain(info.fields[name], values.get(name)) for name in condition.fields}, today
    )


def _missing(
    gate: "Gate", info: EntityInfo, layout: Layout, before: Values, values: Values, after: Values
) -> list[Field]:
    asked = []
    for name in demanded(gate, info, layout, after):
        condition = understood(info, layout.rules[name].required)
        touched = not before or name in values or bool(condition and condition.fields & values.keys())
        # Whoever may not fill it in is not held up by it.
        if touched and after.get(name) in _NOTHING and gate.actor.right(info.name, name) == FieldRight.write:
            asked.append(info.fields[name])
    return sorted(asked, key=list(info.fields.values()).index)


def _those(
    gate: Reads, info: EntityInfo, layout: Layout, values: Values, source: Callable[[str], str]
) -> frozenset[str]:  # fmt: skip
    today = gate.now.date()
    conditions = {name: understood(info, source(name)) for name in layout.rules if name in info.fields}
    return frozenset(n for n, found in conditions.items() if found and holds(info, found, values, today))


def _plain(spec: Field, value: Any) -> object:
    """A value as formulas know it: of several references how many, of several choices their names, no tick for none."""
    if spec.kind == "yes_no":
        return bool(value)
    if spec.kind == "multi_choice":
        return ", ".join(value) if value else None
    if spec.kind == "address":
        return ", ".join(filter(None, value or ())) or None
    return (len(value) or None) if isinstance(value, tuple) else value
