"""From an actor's levels to conditions over a table: own, team, teams below, all, and records shared with the actor."""

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ColumnElement, Table, and_, case, cast, exists, false, func, or_, select

from hookline.kernel.actor import Action, Actor, Level
from hookline.kernel.entity import Base
from hookline.kernel.schema import EntityInfo

if TYPE_CHECKING:
    from hookline.kernel.reads import Reads

_SHARED = {Action.read: ("read", "edit"), Action.edit: ("edit",)}


def conditions(gate: "Reads", info: EntityInfo, action: Action) -> list[ColumnElement[bool]]:
    """What must hold of a row of the entity's table; an empty list when everything may be done to every row."""
    level = gate.level(info, action)
    found: list[ColumnElement[bool]] = []
    if level < Level.all:
        found.append(_reach(gate, info, action, level))
    if "about" in info.fields and info.fields["about"].kind == "record":
        parents = _parents(gate, info.table)
        if parents is not None:
            found.append(parents)
    return found


def _reach(gate: "Reads", info: EntityInfo, action: Action, level: Level) -> ColumnElement[bool]:
    rule = _owned(gate.actor, info.table, level) if info.owned else _house(gate.actor, info, level)
    if gate.actor.has_shares and action in _SHARED:
        return or_(rule, _shared(gate, info, action))
    return rule


def _owned(actor: Actor, table: Table, level: Level) -> ColumnElement[bool]:
    if level == Level.none or actor.user is None:
        return false()
    mine = table.c.owner == actor.user
    if level == Level.own:
        return mine
    if level == Level.team:
        return or_(mine, table.c.team == actor.team) if actor.team is not None else mine
    return or_(mine, table.c.team.in_(sorted(actor.below))) if actor.below else mine


def _house(actor: Actor, info: EntityInfo, level: Level) -> ColumnElement[bool]:
    """Records of the house belong to nobody: any level short of all reaches only one's own user and team rows."""
    if level == Level.none or actor.user is None:
        return false()
    if info.name == "user":
        return info.table.c.id == actor.user
    if info.name == "team":
        return info.table.c.id == actor.team
    return false()


def _shared(gate: "Reads", info: EntityInfo, action: Action) -> ColumnElement[bool]:
    share = Base.metadata.tables["share"]
    who = or_(share.c.user == gate.actor.user, share.c.team == gate.actor.team)
    current = or_(share.c.expires_at.is_(None), share.c.expires_at > gate.now)
    found = select(share.c.record).where(
        share.c.entity == info.name,
        share.c.record == info.table.c.id,
        share.c.right.in_(_SHARED[action]),
        who,
        current,
    )
    return exists(found)


def _parents(gate: "Reads", table: Table) -> ColumnElement[bool] | None:
    """What is about a record is seen by those who see the record. None when this actor sees every record there is."""
    free, bound = [], []
    for name, parent in gate.schema.entities.items():
        if parent.table is table or "about" in parent.fields:
            continue
        rules = gate.rule(parent, Action.read)
        if not rules:
            free.append(name)
        elif gate.may(name, Action.read):
            bound.append((name, parent, rules))
    if not bound and len(free) == sum("about" not in e.fields for e in gate.schema.entities.values()):
        return None
    return or_(
        table.c.about.is_(None), *(_prefix(table, name) for name in free), *(_bound(table, *b) for b in bound)
    )


def _prefix(table: Table, name: str) -> ColumnElement[bool]:
    return table.c.about.startswith(f"{name}:", autoescape=True)


def _bound(
    table: Table, name: str, parent: EntityInfo, rules: list[ColumnElement[bool]]
) -> ColumnElement[bool]:
    # CASE keeps PostgreSQL from casting the numbers of other entities' records first.
    prefix = _prefix(table, name)
    number = case((prefix, cast(func.substr(table.c.about, len(name) + 2), BigInteger)))
    seen = select(parent.table.c.id).where(parent.table.c.id == number, *rules).correlate(table)
    return and_(prefix, exists(seen))
