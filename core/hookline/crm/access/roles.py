"""Roles: what the people who have them may do. The five that come with Hookline suit a sales team as they are."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, insert, select
from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.errors import Text
from hookline.kernel.actor import ANY, HOUSE, Action, Level
from hookline.kernel.entity import Catalog, Id
from hookline.kernel.fields import long_text, text
from hookline.kernel.gate import Gate
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tables import house_table


class Role(Catalog, plugin=core, icon="shield"):
    """A named set of rights. A person may have several: the wider right holds."""

    name: Mapped[str] = text("Name", max_length=80, unique=True, list=True)
    description: Mapped[str | None] = long_text("Description", max_length=1000, list=True)


grant = house_table(
    "grant",
    Column("role", Id, ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
    Column("entity", String(100), primary_key=True),
    Column("action", String(20), primary_key=True),
    Column("level", Integer, nullable=False),
)

field_right = house_table(
    "field_right",
    Column("role", Id, ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
    Column("entity", String(100), primary_key=True),
    Column("field", String(100), primary_key=True),
    Column("right", Integer, nullable=False),
)

permission = house_table(
    "permission",
    Column("role", Id, ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(120), primary_key=True),
)

restriction = house_table(
    "restriction",
    Column("id", Id, primary_key=True),
    Column("role", Id, ForeignKey("role.id", ondelete="CASCADE"), nullable=False),
    Column("entity", String(100), nullable=False),
    Column("field", String(100), nullable=False),
    Column("operator", String(20), nullable=False),
    Column("value", String(1000), nullable=False),
    Index("ix_restriction_role", "role"),
)

_DAILY: Final = (
    Action.create,
    Action.read,
    Action.edit,
    Action.delete,
    Action.assign,
    Action.share,
    Action.bulk,
)


def _levels(level: Level, *actions: Action) -> dict[str, Level]:
    return {action.value: level for action in actions or tuple(Action)}


_SEES_HOUSE: Final = {HOUSE: _levels(Level.all, Action.read)}
_PEOPLE: Final = ("company", "contact")


def _seeing_people(levels: Mapping[str, Level]) -> dict[str, Mapping[str, Level]]:
    """These levels everywhere, but all companies and contacts in sight, so that nobody makes them twice."""
    return {
        ANY: levels,
        **{entity: _levels(Level.all, Action.read) for entity in _PEOPLE},
        **_SEES_HOUSE,
    }


# Name, description, levels by entity and action, named permissions.
DEFAULT_ROLES: Final[tuple[tuple[Text, Text, Mapping[str, Mapping[str, Level]], tuple[str, ...]], ...]] = (
    (
        Text("Administrator"),
        Text("Everything, with users, roles and settings."),
        {ANY: _levels(Level.all), HOUSE: _levels(Level.all)},
        (ANY,),
    ),
    (
        Text("Head"),
        Text("Sees everything, changes what belongs to the own teams and those below."),
        {ANY: {**_levels(Level.subteams), **_levels(Level.all, Action.read)}, **_SEES_HOUSE},
        ("reports", "imports", "imports.share", "views.share", "pipelines.edit"),
    ),
    (
        Text("Manager"),
        Text("Works with everything of the own team, imports and exports it."),
        _seeing_people(_levels(Level.team)),
        ("reports", "imports"),
    ),
    (
        Text("Seller"),
        Text("Works with the own deals, leads and tasks; sees all companies and contacts."),
        _seeing_people(_levels(Level.own, *_DAILY)),
        ("reports",),
    ),
    (Text("Observer"), Text("Sees everything, changes nothing."), {ANY: _levels(Level.all, Action.read), **_SEES_HOUSE}, ("reports",)),
)  # fmt: skip


@core.follow(Role)
def forget_remembered(gate: Gate, _info: EntityInfo, _what: str, _saved: object) -> None:
    """What roles give is remembered; it no longer holds."""
    gate.configured()


@core.seed
def lay_roles(gate: Gate) -> None:
    """The roles that come with Hookline, on an installation that has none yet."""
    if gate.scalar(select(Role.id).limit(1)) is not None:
        return
    for name, description, levels, permissions in DEFAULT_ROLES:
        role = gate.create(Role, {"name": str(name), "description": str(description)})
        set_grants(gate, role, levels)
        gate.tx.run(insert(permission), [{"role": role, "name": p} for p in permissions], why="seed")
    gate.configured()


def set_grants(gate: Gate, role: int, levels: Mapping[str, Mapping[str, Level]]) -> None:
    """Lay down the levels of one role, by entity and action."""
    rows = [
        {"role": role, "entity": e, "action": a, "level": int(level)}
        for e, actions in levels.items()
        for a, level in actions.items()
    ]
    if rows:
        gate.tx.run(insert(grant), rows, why="roles")
