"""From a user to an actor: team, teams below, and the rights of all the user's roles, the widest of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import select

from hookline.crm.access.lendings import lendings, read_lent
from hookline.crm.access.permissions import governed_by, seen_with
from hookline.crm.access.roles import Role, field_right, grant, permission, restriction
from hookline.crm.access.teams import Team, below
from hookline.crm.access.users import User
from hookline.kernel.actor import ANY, HOUSE, Action, Actor, FieldRight, Level, Restriction
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Base, Record, link_table
from hookline.kernel.memory import Memory
from hookline.kernel.reads import Reads


@dataclass(frozen=True)
class Person:
    """A user as shown beside records: a name, two letters, a hue from 1 to 8."""

    id: int
    name: str
    initials: str
    hue: int
    team: int | None
    active: bool


@dataclass(frozen=True)
class RoleRights:
    """What one role gives."""

    name: str
    grants: Mapping[tuple[str, str], Level]
    fields: Mapping[tuple[str, str], FieldRight]
    permissions: frozenset[str]
    restrictions: tuple[Restriction, ...] = ()


@dataclass(frozen=True)
class Directory:
    """Everybody who works here, the teams and the roles."""

    people: Mapping[int, Person]
    teams: Mapping[int, str]
    team_parents: Mapping[int, int | None]
    managers: Mapping[int, int | None]
    roles: Mapping[int, RoleRights]
    roles_of: Mapping[int, tuple[int, ...]]
    _merged: dict[tuple[int, ...], RoleRights] = field(default_factory=dict, repr=False, compare=False)

    def rights_of(self, user: int) -> RoleRights:
        """What all the roles of a person give together: the widest level, the fullest field right, every permission."""
        given = self.roles_of.get(user, ())
        if given not in self._merged:
            self._merged[given] = _merge([self.roles[role] for role in given if role in self.roles])
        return self._merged[given]

    def holders(self, permission: str) -> list[Person]:
        """The active people who were given a permission by its name; "*" finds those who may do everything."""
        return [
            p for p in self.people.values() if p.active and permission in self.rights_of(p.id).permissions
        ]


def directory(gate: Reads) -> Directory:
    """People, teams and roles, remembered while the configuration stands."""
    return gate.remembered("directory", _load)


def load_actor(
    tx: Transaction, memory: Memory, version: int, user: int, now: datetime, *, lent: str | None = None
) -> Actor | None:
    """The actor for an active user; None when there is none. `lent` saves a question when it is known already."""
    known = memory.get(tx, version, "directory", _load)
    person = known.people.get(user)
    if person is None or not person.active:
        return None
    return build_actor(known, person, read_lent(tx, User.__table__, user, now) if lent is None else lent)


def build_actor(known: Directory, person: Person, lent: str = "") -> Actor:
    """A person as the gate takes it: team, teams below, the rights of all roles, and what others share (see `lent_to`)."""
    rights = known.rights_of(person.id)
    led = [team for team, manager in known.managers.items() if manager == person.id]
    tops = [*led, *([person.team] if person.team is not None else [])]
    return Actor(
        user=person.id,
        name=person.name,
        team=person.team,
        below=below(known.team_parents, tops),
        grants=rights.grants,
        fields=rights.fields,
        permissions=rights.permissions,
        roles=frozenset(known.roles_of.get(person.id, ())),
        restrictions=rights.restrictions,
        shared=lendings(lent, partial(_giver, known)),
    )


def actor_of(gate: Reads, user: int) -> Actor | None:
    """Somebody else as the gate takes that person, to ask what he or she may; None for who does not work here."""
    known = directory(gate)
    person = known.people.get(user)
    if person is None or not person.active:
        return None
    return build_actor(known, person, read_lent(gate.tx, User.__table__, user, gate.now))


def level_in(grants: Mapping[tuple[str, str], Level], entity: str, action: str) -> Level:
    """How far the levels of one role reach: what is not named itself follows its kind."""
    return _level(grants, entity, action, _owned())


def initials(name: str) -> str:
    """Two letters that stand for a name."""
    parts = [p for p in name.split() if p[0].isalnum()] or ["?"]
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()


def hue(id: int) -> int:
    """A stable hue, 1 to 8, for a face or a mark."""
    return id * 2654435761 % 2**32 * 8 // 2**32 + 1


def _giver(known: Directory, user: int) -> Actor | None:
    """Who shares. What others share with that person is not passed on."""
    person = known.people.get(user)
    return build_actor(known, person) if person is not None and person.active else None


def _merge(roles: Sequence[RoleRights]) -> RoleRights:
    permissions = frozenset[str]().union(*(role.permissions for role in roles))
    governed = governed_by(permissions)
    grants = _widest(roles) | {(entity, Action.read.value): Level.all for entity in seen_with(permissions)}
    grants |= {(entity, action.value): Level.all for entity in governed for action in Action}
    # Everybody keeps the own name and language; which fields that are, the rule on users says.
    own = max(_level(grants, "user", Action.edit, _owned()), Level.own)
    fields = {key: right for key, right in _field_rights(roles).items() if key[0] not in governed}
    # What limits one role limits the person, whatever the others give.
    limits = tuple(restriction for role in roles for restriction in role.restrictions)
    return RoleRights("", {**grants, ("user", Action.edit.value): own}, fields, permissions, limits)


def _widest(roles: Sequence[RoleRights]) -> dict[tuple[str, str], Level]:
    """The widest level of each right. A role that does not name an entity gives what it gives to all of its kind."""
    if len(roles) == 1:
        return dict(roles[0].grants)
    owned = _owned()
    keys = {key for role in roles for key in role.grants}
    return {(e, a): max(_level(role.grants, e, a, owned) for role in roles) for e, a in keys}


def _level(grants: Mapping[tuple[str, str], Level], entity: str, action: str, owned: frozenset[str]) -> Level:
    kind = ANY if entity in owned or entity == ANY else HOUSE
    return grants.get((entity, action), grants.get((kind, action), Level.none))


def _owned() -> frozenset[str]:
    """The names of the entities whose records belong to somebody."""
    classes = [mapper.class_ for mapper in Base.registry.mappers]
    return frozenset(cls.__tablename__ for cls in classes if issubclass(cls, Record) and cls.owned)


def _field_rights(roles: Sequence[RoleRights]) -> dict[tuple[str, str], FieldRight]:
    """Only what every role limits is limited: one role with full rights is enough."""
    named = {key for role in roles for key in role.fields}
    return {key: max(role.fields.get(key, FieldRight.write) for role in roles) for key in named}


def _load(tx: Transaction) -> Directory:
    user, team = User.__table__, Team.__table__
    people = tx.run(
        select(user.c.id, user.c.name, user.c.team, user.c.active, user.c.trashed_at), why="rights"
    ).all()
    teams = tx.run(
        select(team.c.id, team.c.name, team.c.parent, team.c.manager).where(team.c.trashed_at.is_(None)),
        why="rights",
    ).all()
    link = link_table("user", "roles")
    roles_of: dict[int, tuple[int, ...]] = {}
    for who, role in tx.run(select(link.c.record, link.c.target), why="rights"):
        roles_of[who] = (*roles_of.get(who, ()), role)
    return Directory(
        people={
            p.id: Person(p.id, p.name, initials(p.name), hue(p.id), p.team, p.active and p.trashed_at is None)
            for p in people
        },
        teams={t.id: t.name for t in teams},
        team_parents={t.id: t.parent for t in teams},
        managers={t.id: t.manager for t in teams},
        roles=_load_roles(tx),
        roles_of=roles_of,
    )


def _load_roles(tx: Transaction) -> dict[int, RoleRights]:
    table = Role.__table__
    names = {
        r.id: r.name
        for r in tx.run(select(table.c.id, table.c.name).where(table.c.trashed_at.is_(None)), why="rights")
    }
    grants: dict[int, dict[tuple[str, str], Level]] = {}
    for g in tx.run(select(grant), why="rights"):
        grants.setdefault(g.role, {})[g.entity, g.action] = Level(g.level)
    fields: dict[int, dict[tuple[str, str], FieldRight]] = {}
    for f in tx.run(select(field_right), why="rights"):
        fields.setdefault(f.role, {})[f.entity, f.field] = FieldRight(f.right)
    given: dict[int, set[str]] = {}
    for p in tx.run(select(permission), why="rights"):
        given.setdefault(p.role, set()).add(p.name)
    limits: dict[int, list[Restriction]] = {}
    for r in tx.run(select(restriction).order_by(restriction.c.id), why="rights"):
        limits.setdefault(r.role, []).append(
            Restriction(r.entity, r.field, r.operator, r.value, r.role, r.id)
        )
    return {
        id: RoleRights(
            name,
            grants.get(id, {}),
            fields.get(id, {}),
            frozenset(given.get(id, ())),
            tuple(limits.get(id, ())),
        )
        for id, name in names.items()
    }
