"""Restrictions by value: from what an administrator has set to a condition over the table.

The words are those of filters, and one more: "same", the value that the person's own account or team has. What cannot be
understood any more, because its field is gone, lets nothing through.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, case, false, select

from hookline.errors import Invalid, Problem, Refused, Text
from hookline.kernel.actor import FieldRight, Restriction
from hookline.kernel.fields import Field
from hookline.kernel.kinds import Reader
from hookline.kernel.lists import filters
from hookline.kernel.lists.filters import CHOSEN, TEXTS, Condition
from hookline.kernel.schema import EntityInfo, Schema

if TYPE_CHECKING:
    from hookline.kernel.reads import Reads

SAME: Final = "same"
HOLDERS: Final = ("user", "team")
_BEYOND: Final = Text("This lies outside of what your roles limit you to.")


def operators(schema: Schema, spec: Field) -> tuple[str, ...]:
    """What a restriction can ask of a field."""
    same = (SAME,) if any(True for _ in counterparts(schema, spec)) else ()
    # A set that is put together anew each time is nothing to hang rights on.
    return (*(name for name in filters.operators(spec) if name not in filters.SETS), *same)


def counterparts(schema: Schema, spec: Field) -> Iterator[tuple[str, Field]]:
    """The fields of accounts and teams that a field can be the same as, by "user.field" and "team.field"."""
    if spec.many or spec.kind in ("multi_choice", "address", "record", "file"):
        return
    for holder in HOLDERS:
        for other in schema[holder].fields.values():
            if _comparable(spec, other) and not (other.hidden or other.many):
                yield f"{holder}.{other.name}", other


def condition_of(gate: "Reads", info: EntityInfo, restriction: Restriction) -> ColumnElement[bool]:
    """What must hold of a row of the bare table; what is at fault lets nothing through."""
    if fault(gate.schema, restriction) is not None:
        return false()
    spec = info.fields[restriction.field]
    if restriction.operator == SAME:
        return _same(gate, info.column(spec), restriction.value)
    condition = Condition(restriction.field, restriction.operator, restriction.value)
    try:
        return filters.written_clause(gate, info, spec, condition, reader(gate), hidden=True)
    except Refused:
        return false()


def fault(schema: Schema, restriction: Restriction) -> Text | None:
    """Why a restriction cannot be understood, so that nobody it holds for sees anything; None when it can."""
    info = schema.entities.get(restriction.entity)
    if info is None:
        # The plugin is away, and its records with it. There is nothing to keep anybody from.
        return None
    spec = info.fields.get(restriction.field)
    if spec is None:
        return Text("There is no field %(name)s.", name=restriction.field)
    if restriction.operator not in operators(schema, spec):
        return Text("%(name)s cannot be asked %(operator)s.", name=spec.name, operator=restriction.operator)
    if restriction.operator == SAME and restriction.value not in dict(counterparts(schema, spec)):
        return Text("There is no field %(name)s.", name=restriction.value)
    return None


def reader(gate: "Reads") -> Reader:
    """How restrictions are written: in a way that hangs on nobody's language."""
    return Reader(now=gate.now)


def hangs_on_the_day(restriction: Restriction) -> bool:
    """Whether what it means changes with time."""
    return restriction.operator == "within"


class Strayed(Invalid):
    """Records were written where the actor's restrictions do not let them be, and taken back. By their place, what is wrong."""

    def __init__(self, places: Mapping[int, Sequence[Problem]]) -> None:
        self.places = places
        super().__init__([problem for problems in places.values() for problem in problems])


def limits_of(gate: "Reads", info: EntityInfo) -> list[tuple[str, ColumnElement[bool]]]:
    """Everything that roles and plugins limit records of this entity to for this actor, each with the field it is about."""
    found = [
        (_named(gate, r), condition_of(gate, info, r))
        for r in gate.actor.restrictions
        if r.entity == info.name
    ]
    for _, restrict in gate.host.restrictions(info.name):
        condition = restrict(gate, info.table)
        if condition is not None:
            found.append(("", condition))
    return found


def check_written(
    gate: "Reads", info: EntityInfo, limits: Sequence[tuple[str, ColumnElement[bool]]], ids: Sequence[int]
) -> None:
    """Raise Strayed unless all that was just written is still where the actor may have it."""
    kept = [case((condition, 1), else_=0).label(f"limit_{n}") for n, (_, condition) in enumerate(limits)]
    rows = gate.run(select(info.table.c.id, *kept).where(info.table.c.id.in_(ids)))
    found = {
        row[0]: [field for (field, _), held in zip(limits, row[1:], strict=True) if not held] for row in rows
    }
    places = {
        place: [Problem(field, _BEYOND) for field in dict.fromkeys(found[id])]
        for place, id in enumerate(ids)
        if found.get(id)
    }
    if places:
        raise Strayed(places)


def _named(gate: "Reads", restriction: Restriction) -> str:
    hidden = gate.actor.right(restriction.entity, restriction.field) == FieldRight.hidden
    return "" if hidden else restriction.field


def _comparable(spec: Field, other: Field) -> bool:
    if spec.kind in TEXTS or spec.kind == "choice":
        return other.kind in TEXTS or other.kind == "choice"
    if spec.kind in CHOSEN:
        return other.target == spec.target
    return other.kind == spec.kind


def _same(gate: "Reads", column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    holder, _, name = value.partition(".")
    own = gate.actor.user if holder == "user" else gate.actor.team
    if own is None:
        return false()
    info = gate.schema[holder]
    # Asked anew each time, not remembered: it holds from the moment that it changes.
    mine = select(info.column(info.fields[name])).where(info.table.c.id == own).correlate(None)
    return column == mine.scalar_subquery()
