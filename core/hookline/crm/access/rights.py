"""Rights: changing what a role gives. They hold for everybody from the next request on.

Apart from `roles`, which declares them, because who may give what hangs on what everybody has.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, insert

from hookline.crm.access.actors import RoleRights, directory
from hookline.crm.access.roles import Role, field_right, grant, permission, restriction, set_grants
from hookline.crm.audit.trail import note
from hookline.crm.core import core
from hookline.crm.sign_in.accounts import refuse_lockout
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.actor import ANY, HOUSE, Action, FieldRight, Level
from hookline.kernel.gate import Gate
from hookline.kernel.rules import BeforeDelete, BeforeSave
from hookline.kernel.schema import Schema

PERMISSION = "admin.roles"

Levels = Mapping[str, Mapping[str, Level]]


def rights_of(gate: Gate, role: int) -> RoleRights:
    """What a role gives now; NotFound when there is no such role."""
    _allowed(gate)
    found = directory(gate).roles.get(role)
    if found is None:
        raise NotFound
    return found


def people_with(gate: Gate, role: int) -> list[int]:
    """Who has a role, inactive people too."""
    known = directory(gate)
    return [user for user, roles in known.roles_of.items() if role in roles and user in known.people]


def give_rights(gate: Gate, role: int, levels: Levels, permissions: Iterable[str]) -> None:
    """Let a role give exactly these levels and permissions. The last role that gives every right is kept for somebody."""
    before = rights_of(gate, role)
    names = sorted(set(permissions))
    _refuse(_unknown(gate, levels, names) + _beyond(gate, set(names) - before.permissions))
    if ANY in before.permissions and ANY not in names:
        refuse_lockout(gate, but=role)
    # What a plugin's records were given stays while the plugin is away.
    here = [ANY, HOUSE, *gate.schema.entities]
    gate.tx.run(delete(grant).where(grant.c.role == role, grant.c.entity.in_(here)), why="roles")
    known = (*gate.host.permissions, ANY)
    gate.tx.run(
        delete(permission).where(permission.c.role == role, permission.c.name.in_(known)), why="roles"
    )
    set_grants(gate, role, levels)
    _give_permissions(gate, role, names)
    gate.configured()
    _note_rights(gate, role, before)


def limit_fields(gate: Gate, role: int, entity: str, rights: Mapping[str, FieldRight]) -> None:
    """Let a role see and change of an entity's fields what is said here; a field not named here is limited in nothing."""
    before = rights_of(gate, role)
    info = gate.schema[entity]
    unknown = [name for name in rights if name not in info.fields]
    _refuse([Problem(name, Text("There is no field %(name)s.", name=name)) for name in unknown])
    # As above: fields of a plugin that is away keep their limits.
    here = (field_right.c.entity == entity, field_right.c.field.in_(list(info.fields)))
    gate.tx.run(delete(field_right).where(field_right.c.role == role, *here), why="roles")
    limited = {name: right for name, right in rights.items() if right < FieldRight.write}
    _limit(gate, role, {(entity, name): right for name, right in limited.items()})
    gate.configured()
    _note_rights(gate, role, before)


def copy_role(gate: Gate, role: int, name: str) -> int:
    """Make a role that gives the same as this one, under another name."""
    found, original = rights_of(gate, role), gate.get(Role, role)
    _refuse(_beyond(gate, found.permissions))
    made = gate.create(Role, {"name": name, "description": original.description})
    levels: dict[str, dict[str, Level]] = {}
    for (entity, action), level in found.grants.items():
        levels.setdefault(entity, {})[action] = level
    set_grants(gate, made, levels)
    _give_permissions(gate, made, sorted(found.permissions))
    _limit(gate, made, found.fields)
    limits = [
        {"role": made, "entity": r.entity, "field": r.field, "operator": r.operator, "value": r.value}
        for r in found.restrictions
    ]
    if limits:
        gate.tx.run(insert(restriction), limits, why="roles")
    gate.configured()
    note(gate, "role.copied", f"role:{made}", original=role)
    return made


def told(rights: RoleRights) -> list[str]:
    """What a role gives, a line for each right: for the audit log and for comparing."""
    levels = [f"{entity}.{action}={level.name}" for (entity, action), level in rights.grants.items()]
    fields = [f"{entity}.{name}={right.name}" for (entity, name), right in rights.fields.items()]
    limits = [f"only {r.entity}.{r.field} {r.operator} {r.value}" for r in rights.restrictions]
    return sorted([*levels, *fields, *rights.permissions, *limits])


@core.before_save(Role)
def judge_role(event: BeforeSave[Role]) -> None:
    """Roles are made and renamed by those who may decide what they give."""
    _allowed(event.gate)


@core.before_delete(Role)
def judge_role_end(event: BeforeDelete[Role]) -> None:
    """A role that somebody has stays."""
    _allowed(event.gate)
    people = directory(event.gate).people
    names = sorted(people[user].name for user in people_with(event.gate, event.record.id))
    if names:
        shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
        event.reject(Text("Give these people another role first: %(names)s.", names=shown))


def _allowed(gate: Gate) -> None:
    if not gate.actor.may(PERMISSION):
        raise Forbidden


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Invalid(problems)


def _beyond(gate: Gate, added: Iterable[str]) -> list[Problem]:
    if ANY in gate.actor.permissions or set(added) <= gate.actor.permissions:
        return []
    return [Problem("permissions", Text("You may not give a role rights that you do not have yourself."))]


def _note_rights(gate: Gate, role: int, before: RoleRights) -> None:
    """Leave in the audit log what a role gave and what it gives now, of that which differs."""
    old, new = told(before), told(rights_of(gate, role))
    if old != new:
        note(
            gate, "role.changed", f"role:{role}", name=before.name,
            before=[line for line in old if line not in new], after=[line for line in new if line not in old],
        )  # fmt: skip


def _unknown(gate: Gate, levels: Levels, permissions: Iterable[str]) -> list[Problem]:
    schema, declared = gate.schema, gate.host.permissions
    problems = [
        Problem("permissions", Text("%(value)s is not one of the choices.", value=name[:80]))
        for name in permissions
        if name != ANY and name not in declared
    ]
    for entity, actions in levels.items():
        known = entity in (ANY, HOUSE) or entity in schema.entities
        if not known or actions.keys() - set(Action):
            problems.append(Problem("", Text("%(value)s is not one of the choices.", value=entity[:80])))
        elif any(Level.none < level < Level.all for level in actions.values()) and not _belongs(
            schema, entity
        ):
            problems.append(
                Problem(
                    entity, Text("What belongs to the house is open to all who have the role, or closed.")
                )
            )
    return problems


def _belongs(schema: Schema, entity: str) -> bool:
    return entity == ANY or (entity != HOUSE and schema[entity].owned)


def _give_permissions(gate: Gate, role: int, names: Sequence[str]) -> None:
    if names:
        gate.tx.run(insert(permission), [{"role": role, "name": name} for name in names], why="roles")


def _limit(gate: Gate, role: int, fields: Mapping[tuple[str, str], FieldRight]) -> None:
    rows = [{"role": role, "entity": e, "field": f, "right": int(right)} for (e, f), right in fields.items()]
    if rows:
        gate.tx.run(insert(field_right), rows, why="roles")
