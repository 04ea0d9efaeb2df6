"""Restrictions: what a role limits its people to, "only deals of my region", set by an administrator without code.

They are joined by AND, hold for everything that is read and written, and win over every other role and every share.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, insert

from hookline.crm.access.actors import directory
from hookline.crm.access.permissions import governed_by
from hookline.crm.access.rights import rights_of
from hookline.crm.access.roles import restriction
from hookline.crm.audit.trail import note
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel import restrictions
from hookline.kernel.actor import ANY, Restriction
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import KINDS, BadValue, Reader
from hookline.kernel.lists import filters
from hookline.kernel.lists.filters import CHOSEN, TEXTS, Condition
from hookline.kernel.reads import Reads
from hookline.kernel.restrictions import SAME
from hookline.kernel.schema import EntityInfo, Schema

MOST: Final = 40
LONGEST: Final = 1000


def restrictable(schema: Schema) -> list[EntityInfo]:
    """The entities that roles can be limited in by value: all but those that a permission opens or closes as a whole."""
    governed = governed_by([ANY])
    return [info for info in schema.entities.values() if info.name not in governed]


def fields_of(schema: Schema, info: EntityInfo) -> list[Field]:
    """The fields that a restriction can name."""
    return [f for f in info.fields.values() if not f.hidden and restrictions.operators(schema, f)]


def limit_role(
    gate: Gate, role: int, entity: str, field: str, operator: str, value: str, reader: Reader | None = None
) -> int:
    """Limit everybody who has a role to records whose field fulfils this; returns the restriction's id.

    `value` is read as its `reader` writes it, and kept in a way that hangs on nobody's language.
    """
    known = rights_of(gate, role)
    if len(known.restrictions) >= MOST:
        raise Invalid([Problem("", Text("A role has at most %(count)s restrictions.", count=MOST))])
    info = next((info for info in restrictable(gate.schema) if info.name == entity), None)
    spec = next((f for f in fields_of(gate.schema, info) if f.name == field), None) if info else None
    if info is None or spec is None:
        raise Invalid([Problem("field", Text("There is no field %(name)s.", name=field[:60]))])
    settled = _settled(gate, info, spec, operator, value, reader or restrictions.reader(gate))
    row = {"role": role, "entity": entity, "field": field, "operator": operator, "value": settled}
    if any(
        (r.entity, r.field, r.operator, r.value) == (entity, field, operator, settled)
        for r in known.restrictions
    ):
        raise Invalid([Problem("field", Text("This role is limited so already."))])
    id = int(
        gate.tx.run(insert(restriction).values(**row).returning(restriction.c.id), why="roles").scalar_one()
    )
    gate.configured()
    note(
        gate,
        "role.restricted",
        f"role:{role}",
        name=known.name,
        **{k: v for k, v in row.items() if k != "role"},
    )
    return id


def lift_restriction(gate: Gate, role: int, id: int) -> None:
    """Take a restriction from a role."""
    known = rights_of(gate, role)
    found = next((r for r in known.restrictions if r.id == id), None)
    if found is None:
        raise NotFound
    gate.tx.run(delete(restriction).where(restriction.c.id == id), why="roles")
    gate.configured()
    note(
        gate, "role.restriction_lifted", f"role:{role}", name=known.name, entity=found.entity, field=found.field,
        operator=found.operator, value=found.value,
    )  # fmt: skip


def faults(gate: Reads) -> Iterator[tuple[str, Restriction, Text]]:
    """Restrictions that cannot be understood any more, with their role's name and the reason: they close everything."""
    for rights in directory(gate).roles.values():
        for found in rights.restrictions:
            reason = restrictions.fault(gate.schema, found)
            if reason is not None:
                yield rights.name, found, reason


def in_nobodys_language(gate: Gate, spec: Field, operator: str, value: str, reader: Reader) -> str:
    """The value of a filter as it is kept, not as its `reader` writes it. Invalid when it cannot be read."""
    if operator in ("empty", "filled"):
        return "1"
    if operator == "within" or spec.kind in CHOSEN or spec.kind in ("record", *TEXTS):
        if spec.options and any(part not in spec.options for part in value.split(",")):
            raise Invalid([Problem("value", Text("%(value)s is not one of the choices.", value=value[:60]))])
        return value
    kind = KINDS[spec.kind]
    try:
        parsed = kind.parse(value, spec, reader)
    except BadValue as error:
        raise Invalid([Problem("value", error.text)]) from error
    if spec.kind == "yes_no":
        return "yes" if parsed else "no"
    if isinstance(parsed, date):
        return _day_or_moment(parsed, spec, value, reader)
    return kind.edit(parsed, spec, restrictions.reader(gate))


def _day_or_moment(parsed: date, spec: Field, value: str, reader: Reader) -> str:
    """A moment where an hour was written, else the day on which it is where the reader is."""
    if isinstance(parsed, datetime):
        if ":" in value:
            return str(KINDS["datetime"].dump(parsed, spec))
        return parsed.astimezone(reader.zone_info).date().isoformat()
    return parsed.isoformat()


def _settled(gate: Gate, info: EntityInfo, spec: Field, operator: str, value: str, reader: Reader) -> str:
    """The value as it is kept, tried on the table's condition. Invalid when it means nothing."""
    if operator not in restrictions.operators(gate.schema, spec):
        text = Text("%(name)s cannot be asked %(operator)s.", name=spec.name, operator=operator[:60])
        raise Invalid([Problem("operator", text)])
    if operator == SAME:
        if value not in dict(restrictions.counterparts(gate.schema, spec)):
            raise Invalid([Problem("value", Text("There is no field %(name)s.", name=value[:60]))])
        return value
    if operator in ("empty", "filled"):
        return "1"
    written = in_nobodys_language(gate, spec, operator, value.strip(), reader)
    if not written:
        raise Invalid([Problem("value", Text("Please fill this in."))])
    if len(written) > LONGEST:
        raise Invalid(
            [
                Problem(
                    "value",
                    Text(
                        "At most %(limit)s characters; this has %(length)s.",
                        limit=LONGEST,
                        length=len(written),
                    ),
                )
            ]
        )
    try:
        condition = Condition(spec.name, operator, written)
        filters.written_clause(gate, info, spec, condition, restrictions.reader(gate), hidden=True)
    except Invalid as refusal:
        raise Invalid([Problem("value", problem.text) for problem in refusal.problems]) from refusal
    return written
