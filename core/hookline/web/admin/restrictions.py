"""/settings/roles/7/restrictions: limiting a role to records by the values of their fields."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hookline.crm.access.restrictions import fields_of, lift_restriction, limit_role, restrictable
from hookline.crm.access.rights import rights_of
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds import BadValue
from hookline.kernel.restrictions import SAME, counterparts, fault
from hookline.kernel.schema import EntityInfo
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.records.addresses import ListAddress
from hookline.web.records.controls import Control
from hookline.web.records.filters import chosen_values, value_controls
from hookline.web.records.restriction_words import restriction_in_words
from hookline.web.visit import Answer, Visit

door: Final = Doors()

NEEDS: Final = "admin.roles"
_SENT: Final = ("op", "value", "value__name", "since", "until", "range")


@door("GET", "/settings/roles/{id:int}/restrictions/new", needs=NEEDS)
def new(visit: Visit) -> Answer:
    """First the field; then, with ?of=deal.source, how it must be."""
    return _page(visit, visit.query.get("of", ""), [])


@door("POST", "/settings/roles/{id:int}/restrictions", needs=NEEDS)
def create(visit: Visit) -> Answer:
    """Limit the role."""
    info, spec = _field(visit, visit.value("of"))
    try:
        for operator, value in _asked(visit, spec):
            limit_role(visit.gate, visit.path_id, info.name, spec.name, operator, value, visit.reader)
    except Invalid as refusal:
        visit.take_back()
        return _page(visit, visit.value("of"), [visit.say(problem.text) for problem in refusal.problems])
    done = Text("Saved. It holds from now on.")
    return visit.see(f"/settings/roles/{visit.path_id}#limits-by-value", done=done)


@door("POST", "/settings/roles/{id:int}/restrictions/{number:int}/closure", needs=NEEDS)
def lift(visit: Visit) -> Answer:
    """Take a restriction from the role."""
    lift_restriction(visit.gate, visit.path_id, int(visit.request.path_params["number"]))
    return visit.see(
        f"/settings/roles/{visit.path_id}#limits-by-value", done=Text("The restriction is gone.")
    )


def lines(visit: Visit, role: int) -> list[Mapping[str, Any]]:
    """A role's restrictions as its page shows them."""
    schema = visit.gate.schema
    return [
        {
            "id": found.id,
            "what": visit.say(schema[found.entity].cls.plural)
            if found.entity in schema.entities
            else found.entity,
            "text": restriction_in_words(visit, found),
            "broken": fault(schema, found) is not None,
        }
        for found in rights_of(visit.gate, role).restrictions
    ]


def _page(visit: Visit, of: str, problems: Sequence[str]) -> Answer:
    role, rights = visit.path_id, rights_of(visit.gate, visit.path_id)
    info, spec = _field(visit, of) if of else (None, None)
    label = f"{visit.say(info.cls.plural)}: {visit.say(spec.label)}" if info and spec else ""
    return visit.page(
        "admin/restriction.html",
        status=422 if problems else 200,
        page_title=visit.say(Text("%(role)s: limit by value", role=rights.name)),
        role=role,
        of=of,
        label=label,
        groups=_groups(visit),
        fields=_controls(visit, info, spec) if info and spec else [],
        same=[*_same(visit, spec)] if spec else [],
        same_chosen=visit.value("same"),
        problems=problems,
        crumbs=trail(
            visit, (visit.say("Roles"), "/settings/roles"), (rights.name, f"/settings/roles/{role}")
        ),
    )


def _controls(visit: Visit, info: EntityInfo, spec: Field) -> list[Control]:
    return list(value_controls(visit, info, spec, []))


def _same(visit: Visit, spec: Field) -> list[tuple[str, str]]:
    """The fields of accounts and teams that this one can be the same as."""
    holders = {"user": Text("own account: %(field)s"), "team": Text("own team: %(field)s")}
    return [
        (name, visit.say(Text(holders[name.partition(".")[0]].msgid, field=visit.say(other.label))))
        for name, other in counterparts(visit.gate.schema, spec)
    ]


def _groups(visit: Visit) -> list[tuple[str, list[tuple[str, str]]]]:
    schema = visit.gate.schema
    infos = sorted(restrictable(schema), key=lambda info: (not info.cls.menu, visit.say(info.cls.plural)))
    return [
        (
            visit.say(info.cls.plural),
            sorted(
                ((f"{info.name}.{f.name}", visit.say(f.label)) for f in fields_of(schema, info)),
                key=lambda c: c[1],
            ),
        )
        for info in infos
    ]


def _field(visit: Visit, of: str) -> tuple[EntityInfo, Field]:
    entity, _, name = of.partition(".")
    schema = visit.gate.schema
    info = next((info for info in restrictable(schema) if info.name == entity), None)
    spec = next((f for f in fields_of(schema, info) if f.name == name), None) if info else None
    if info is None or spec is None:
        raise NotFound
    return info, spec


def _asked(visit: Visit, spec: Field) -> list[tuple[str, str]]:
    """Each operator with its value."""
    if visit.value("same"):
        return [(SAME, visit.value("same"))]
    sent = ListAddress("", tuple((name, value) for name in _SENT for value in visit.values(name)))
    try:
        found = chosen_values(visit, spec, sent)
    except BadValue as error:
        raise Invalid([Problem("value", error.text)]) from error
    if not found:
        raise Invalid([Problem("value", Text("Say how it must be."))])
    return [(key.partition(".")[2] or "is", value) for key, value in found.items()]
