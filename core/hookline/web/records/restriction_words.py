"""Restrictions in words, as pages show them: "Region is the same as the region of the own team"."""

from typing import TYPE_CHECKING

from hookline.errors import Text
from hookline.kernel.actor import Restriction
from hookline.kernel.lists.filters import Condition
from hookline.kernel.restrictions import SAME, fault
from hookline.web.records.phrases import named_records, phrase

if TYPE_CHECKING:
    from hookline.web.visit import Visit


def restriction_in_words(visit: "Visit", restriction: Restriction) -> str:
    """What must hold, with the field's name; one that cannot be understood says why, and that it closes everything."""
    schema = visit.gate.schema
    info = schema.entities.get(restriction.entity)
    reason = fault(schema, restriction)
    if info is None or reason is not None:
        written = f"{restriction.field} {restriction.operator} {restriction.value}"
        return f"{written} ({visit.say(reason)})" if reason is not None else written
    spec = info.fields[restriction.field]
    label = visit.say(spec.label)
    if restriction.operator == SAME:
        holder, _, name = restriction.value.partition(".")
        theirs = visit.say(schema[holder].fields[name].label)
        if holder == "user":
            return visit.say(
                Text("%(field)s is the same as in the own account: %(own)s", field=label, own=theirs)
            )
        return visit.say(Text("%(field)s is the same as in the own team: %(own)s", field=label, own=theirs))
    condition = Condition(restriction.field, restriction.operator, restriction.value)
    names = {
        (entity, id): title
        for entity, ids in named_records(info, [condition]).items()
        for id, title in visit.gate.titles(entity, sorted(ids)).items()
        if entity in schema.entities
    }
    return f"{label} {phrase(visit, spec, [condition], names)}"
