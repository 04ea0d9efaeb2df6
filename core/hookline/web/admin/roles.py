"""/settings/roles: what each role may do with which records, and its named permissions, in one form per role."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hookline.crm.access.actors import RoleRights
from hookline.crm.access.permissions import ADMINISTRATION, PERMISSIONS, WORK, Permission, of_plugins
from hookline.crm.access.rights import copy_role, give_rights, people_with, rights_of
from hookline.crm.access.roles import Role
from hookline.errors import Conflict, Invalid, Text
from hookline.kernel.actor import ANY, FieldRight, Level
from hookline.web.admin import forms, restrictions
from hookline.web.admin.home import trail
from hookline.web.admin.matrix import draw_matrix, read_matrix
from hookline.web.doors import Doors
from hookline.web.visit import Answer, Visit

door = Doors()

NEEDS: Final = "admin.roles"
FIELDS: Final = ("name", "description")


@door("GET", "/settings/roles", needs=NEEDS)
def show_all(visit: Visit) -> Answer:
    """Every role, how many people have it, and what it is for."""
    lines = [_line(visit, role) for role in _roles(visit)]
    return visit.page("admin/roles.html", page_title=visit.say("Roles"), crumbs=trail(visit), roles=lines)


@door("GET", "/settings/roles/new", needs=NEEDS)
def new(visit: Visit) -> Answer:
    """The form for a new role. Mostly a copy of another one is the better start."""
    return _new_page(visit, forms.draw(visit, Role, forms.fields_of(visit, Role, FIELDS), {}))


@door("POST", "/settings/roles", needs=NEEDS)
def create(visit: Visit) -> Answer:
    """Make a role that may nothing yet."""
    fields = forms.fields_of(visit, Role, FIELDS)
    try:
        role = visit.gate.create(Role, forms.read(visit, Role, fields))
    except Invalid as refusal:
        return _new_page(visit, forms.draw_refused(visit, Role, fields, refusal))
    return visit.see(f"/settings/roles/{role}", done=Text("Saved. Now say what it may do."))


@door("GET", "/settings/roles/{id:int}", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """One role with all it gives."""
    role = visit.gate.get(Role, visit.path_id)
    rights = rights_of(visit.gate, role.id)
    form = forms.draw(visit, Role, forms.fields_of(visit, Role, FIELDS), vars(role))
    return _page(visit, role.id, form, rights.grants, rights.permissions)


@door("POST", "/settings/roles/{id:int}", needs=NEEDS)
def change(visit: Visit) -> Answer:
    """Save what a role gives. It holds for everybody from the next request on."""
    role, fields = visit.path_id, forms.fields_of(visit, Role, FIELDS)
    levels = read_matrix(visit)
    permissions = [name for name in visit.values("permission") if name]
    try:
        visit.gate.update(Role, role, forms.read(visit, Role, fields), version=forms.version_sent(visit))
        give_rights(visit.gate, role, levels, permissions)
    except (Invalid, Conflict) as refusal:
        form = forms.draw_refused(visit, Role, fields, refusal)
        sent = {
            (entity, action): level for entity, actions in levels.items() for action, level in actions.items()
        }
        return _page(visit, role, form, sent, frozenset(permissions))
    return visit.see(f"/settings/roles/{role}", done=Text("Saved. It holds from now on."))


@door("POST", "/settings/roles/{id:int}/copies", needs=NEEDS)
def copy(visit: Visit) -> Answer:
    """Make a role that gives the same, to be changed from there."""
    taken = {rights.name for rights in visit.directory.roles.values()}
    original = visit.gate.get(Role, visit.path_id).name
    names = (
        visit.say(Text("%(name)s, copy %(number)s", name=original[:60], number=number))
        for number in range(1, 1000)
    )
    made = copy_role(visit.gate, visit.path_id, next(name for name in names if name not in taken))
    return visit.see(f"/settings/roles/{made}", done=Text("This is the copy. Give it a name of its own."))


@door("POST", "/settings/roles/{id:int}/trash", needs=NEEDS)
def trash(visit: Visit) -> Answer:
    """Put a role that nobody has into the trash."""
    visit.gate.trash(Role, visit.path_id)
    return visit.see("/settings/roles", done=Text("The role is gone."))


def _page(
    visit: Visit,
    role: int,
    form: forms.Form,
    grants: Mapping[tuple[str, str], Level],
    permissions: frozenset[str],
) -> Answer:
    people = sorted(
        (visit.directory.people[user] for user in people_with(visit.gate, role)), key=lambda p: p.name
    )
    rights = rights_of(visit.gate, role)
    return visit.page(
        "admin/role.html",
        status=form.status,
        page_title=visit.named("role", rights.name),
        role=role,
        form=form,
        people=people,
        matrix=draw_matrix(visit, grants),
        everything=ANY in permissions,
        may_give_everything=ANY in visit.gate.actor.permissions or ANY in permissions,
        permission_groups=[
            _permissions(visit, Text("Work"), WORK, permissions),
            _permissions(visit, Text("Administration"), ADMINISTRATION, permissions),
            *_of_plugins(visit, permissions),
        ],
        restrictions=restrictions.lines(visit, role),
        limits=_limits(visit, role, rights),
        crumbs=trail(visit, (visit.say("Roles"), "/settings/roles")),
    )


def _new_page(visit: Visit, form: forms.Form) -> Answer:
    crumbs = trail(visit, (visit.say("Roles"), "/settings/roles"))
    return visit.page(
        "admin/role_new.html", status=form.status, page_title=visit.say("New role"), form=form, crumbs=crumbs
    )


def _roles(visit: Visit) -> Sequence[int]:
    roles = visit.directory.roles
    return sorted(roles, key=lambda role: (ANY not in roles[role].permissions, roles[role].name.casefold()))


def _line(visit: Visit, role: int) -> Mapping[str, Any]:
    rights = visit.directory.roles[role]
    people = sum(visit.directory.people[user].active for user in people_with(visit.gate, role))
    return {
        "id": role,
        "name": visit.named("role", rights.name),
        "url": f"/settings/roles/{role}",
        "people": people,
        "reach": [] if ANY in rights.permissions else _reach(visit, rights),
        "limited": len(rights.restrictions),
        "everything": ANY in rights.permissions,
    }


def _reach(visit: Visit, rights: RoleRights) -> list[str]:
    """A role's permissions by name, as many as fit in a line."""
    known = {**PERMISSIONS, **{name: p for name, (_, p) in of_plugins(visit.gate.host).items()}}
    return [visit.say(p.label) for name, p in known.items() if name in rights.permissions]


def _of_plugins(visit: Visit, given: frozenset[str]) -> list[Mapping[str, Any]]:
    """What plugins have declared, under the name of each."""
    groups: dict[str, list[Permission]] = {}
    for plugin, permission in of_plugins(visit.gate.host).values():
        groups.setdefault(plugin.label, []).append(permission)
    return [
        _permissions(visit, Text("Plugin %(name)s", name=label), found, given)
        for label, found in sorted(groups.items())
    ]


def _permissions(
    visit: Visit, label: Text, group: Sequence[Permission], given: frozenset[str]
) -> Mapping[str, Any]:
    actor = visit.gate.actor
    return {
        "label": visit.say(label),
        "permissions": [
            {
                "name": p.name,
                "label": visit.say(p.label),
                "text": visit.say(p.text),
                "given": p.name in given,
                "open": p.name in given or actor.may(p.name),
            }
            for p in group
        ],
    }


def _limits(visit: Visit, role: int, rights: RoleRights) -> list[Mapping[str, Any]]:
    """Each entity with how many of its fields the role does not see, or sees only."""
    found = []
    for info in visit.gate.schema.entities.values():
        limited = [right for (entity, _), right in rights.fields.items() if entity == info.name]
        found.append(
            {
                "label": visit.say(info.cls.plural),
                "url": f"/settings/roles/{role}/fields/{info.name}",
                "hidden": limited.count(FieldRight.hidden),
                "read": limited.count(FieldRight.read),
            }
        )
    return sorted(found, key=lambda line: (not (line["hidden"] or line["read"]), line["label"]))
