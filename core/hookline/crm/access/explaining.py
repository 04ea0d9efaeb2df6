"""Explaining: why somebody can, or cannot, do something to a record.

There is no second set of rules: the parts of the gate's own rule are asked one by one of the very row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, literal, select

from hookline.crm.access.actors import directory, level_in
from hookline.crm.access.permissions import governed_by, seen_with
from hookline.errors import NotFound
from hookline.kernel.actor import Action, Actor, FieldRight, Level
from hookline.kernel.fields import Field
from hookline.kernel.kinds.keys import is_id
from hookline.kernel.reads import Reads
from hookline.kernel.rowrules import Ground
from hookline.kernel.schema import EntityInfo

# What is done to a record that is there. Creating and importing make new ones.
ACTIONS: Final = (
    Action.read,
    Action.edit,
    Action.delete,
    Action.assign,
    Action.share,
    Action.bulk,
    Action.export,
)


@dataclass(frozen=True)
class Reason:
    """One part of the rule, and whether it holds for the record."""

    ground: Ground
    holds: bool


@dataclass(frozen=True)
class Verdict:
    """One action: whether the person may, how far each role and permission reaches, and every part of the rule."""

    action: Action
    allowed: bool
    level: Level
    roles: Sequence[tuple[str, Level]]
    permissions: Sequence[str]
    opens: Sequence[Reason]
    limits: Sequence[Reason]


@dataclass(frozen=True)
class Explanation:
    """Every action with its verdict; whose the record is, as far as the asker may know; the fields by what one may do."""

    verdicts: Sequence[Verdict]
    owner: int | None
    team: int | None
    trashed: bool
    fields: dict[FieldRight, list[Field]]


def explain(gate: Reads, info: EntityInfo, id: int, actor: Actor) -> Explanation:
    """Why `actor` may or may not do what can be done to a record. NotFound when the asker does not see the record."""
    theirs = gate.through(actor)
    rules = {action: theirs.grounds(info, action) for action in ACTIONS}
    columns = [
        _asked(ground.condition).label(f"{action.value}_{half}_{place}")
        for action, rule in rules.items()
        for half, grounds in (("opens", rule.opens), ("limits", rule.limits))
        for place, ground in enumerate(grounds)
    ]
    whole = [
        _asked(and_(*rule.conditions) if rule.conditions else None).label(a.value)
        for a, rule in rules.items()
    ]
    row = _row(gate, info, id, [*columns, *whole])
    verdicts = [
        Verdict(
            action,
            bool(row[action.value]),
            theirs.level(info, action),
            list(_roles(gate, info, action, actor)),
            list(_permissions(gate, info, action, actor)),
            [Reason(g, bool(row[f"{action.value}_opens_{n}"])) for n, g in enumerate(rule.opens)],
            [Reason(g, bool(row[f"{action.value}_limits_{n}"])) for n, g in enumerate(rule.limits)],
        )
        for action, rule in rules.items()
    ]
    return Explanation(
        verdicts,
        row.get("owner_of_record"),
        row.get("team_of_record"),
        row["gone"] is not None,
        _fields(gate, info, actor),
    )


def _asked(condition: ColumnElement[bool] | None) -> ColumnElement[int]:
    return literal(1) if condition is None else case((condition, 1), else_=0)


def _row(gate: Reads, info: EntityInfo, id: int, columns: Sequence[ColumnElement[Any]]) -> dict[str, Any]:
    """The answers for one record, which the asker must see."""
    if not is_id(id):
        raise NotFound
    known = [
        info.table.c[name].label(f"{name}_of_record")
        for name in ("owner", "team")
        if info.owned and gate.actor.right(info.name, name) > FieldRight.hidden
    ]
    statement = select(*columns, *known, info.table.c.trashed_at.label("gone")).select_from(info.table)
    row = gate.run(statement.where(info.table.c.id == id, *gate.rule(info, Action.read))).mappings().first()
    if row is None:
        raise NotFound
    return dict(row)


def _roles(gate: Reads, info: EntityInfo, action: Action, actor: Actor) -> Iterator[tuple[str, Level]]:
    roles = directory(gate).roles
    for role in sorted(actor.roles):
        if role in roles:
            yield roles[role].name, level_in(roles[role].grants, info.name, action)


def _permissions(gate: Reads, info: EntityInfo, action: Action, actor: Actor) -> Iterator[str]:
    """The named rights that bring this one along, whatever the levels are."""
    for name in sorted(actor.permissions):
        if info.name in governed_by([name]) or (action == Action.read and info.name in seen_with([name])):
            yield name


def _fields(gate: Reads, info: EntityInfo, actor: Actor) -> dict[FieldRight, list[Field]]:
    """The fields that the asker sees, by what the person may do with them."""
    found: dict[FieldRight, list[Field]] = {right: [] for right in FieldRight}
    for spec in gate.readable(info):
        if not spec.hidden and spec.name != "id":
            right = actor.right(info.name, spec.name)
            found[min(right, FieldRight.read) if spec.read_only else right].append(spec)
    return found
