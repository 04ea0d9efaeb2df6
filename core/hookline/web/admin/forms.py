"""Forms of the administration: the fields of a user, a team or a list's entry, with complaints beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hookline.crm.access.actors import directory
from hookline.errors import Conflict, Invalid, Problem, Refused
from hookline.kernel.entity import Record
from hookline.kernel.fields import Field
from hookline.kernel.schema import EntityInfo
from hookline.web.records.controls import Control, controls
from hookline.web.records.form_values import read_values, sent_values, version_in, written_values
from hookline.web.time_zones import zone_choices
from hookline.web.visit import Visit


@dataclass
class Form:
    """What stands in a form and what is wrong with it. `problems` are those that belong to no field."""

    controls: list[Control]
    version: int | None = None
    problems: list[str] = field(default_factory=list)
    status: int = 200


def fields_of(visit: Visit, entity: type[Record], names: Sequence[str]) -> list[Field]:
    """These fields, and the custom ones of the entity, as far as the person may set them."""
    info = visit.gate.schema[entity]
    open_to = {f.name: f for f in visit.gate.writable(info)}
    return [*(open_to[name] for name in names if name in open_to), *(f for f in open_to.values() if f.custom)]


def draw(visit: Visit, entity: type[Record], fields: Sequence[Field], values: Mapping[str, Any]) -> Form:
    """The form of a record as it stands."""
    info = visit.gate.schema[entity]
    return Form(
        _controls(visit, info, fields, written_values(visit, fields, values), {}), values.get("version")
    )


def read(visit: Visit, entity: type[Record], fields: Sequence[Field]) -> dict[str, Any]:
    """What was typed, as values. Invalid with every complaint when something cannot be read."""
    problems: list[Problem] = []
    values = read_values(visit, visit.gate.schema[entity], fields, sent_values(visit), problems)
    if problems:
        raise Invalid(problems)
    return values


def draw_refused(visit: Visit, entity: type[Record], fields: Sequence[Field], refusal: Refused) -> Form:
    """The form as it was sent, with what is wrong. What this request has written is taken back."""
    visit.take_back()
    sent, beside = sent_values(visit), complaints(visit, refusal)
    drawn = _controls(visit, visit.gate.schema[entity], fields, sent, beside)
    version = refusal.version if isinstance(refusal, Conflict) else version_in(sent)
    loose = [text for name, text in beside.items() if name not in {f.name for f in fields}]
    return Form(drawn, version, loose, refusal.status)


def complaints(visit: Visit, refusal: Refused) -> dict[str, str]:
    """What is wrong, by field; what is wrong with the whole stands under ""."""
    if not isinstance(refusal, Invalid):
        return {"": visit.say(refusal.text)}
    found: dict[str, str] = {}
    for problem in refusal.problems:
        found.setdefault(problem.field, visit.say(problem.text))
    return found


def version_sent(visit: Visit) -> int | None:
    """The version that the form was based on."""
    return version_in(sent_values(visit))


def named(found: Sequence[Control], name: str) -> Control | None:
    """One control by its name."""
    return next((control for control in found if control.name == name), None)


def _controls(
    visit: Visit,
    info: EntityInfo,
    fields: Sequence[Field],
    written: Mapping[str, Any],
    problems: Mapping[str, str],
) -> list[Control]:
    made = controls(visit, info, fields, written, problems)
    for control in made:
        if control.name == "time_zone":
            control.kind, control.values = "ref", [str(control.value)]
            control.choices = zone_choices(visit.gate.now, str(control.value))
        elif control.name == "roles":
            control.kind, control.lookup, control.wide = "multi", "", True
            roles = directory(visit.gate).roles
            control.choices = [(str(id), roles[id].name) for id in sorted(roles, key=lambda r: roles[r].name)]
    return made
