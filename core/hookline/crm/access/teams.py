"""Teams: a tree. Who leads a team sees what its members see; rights of level "subteams" reach down the tree."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, func, literal, select, union_all
from sqlalchemy.orm import Mapped

from hookline.crm.access.users import User
from hookline.crm.core import core
from hookline.errors import Forbidden, Text
from hookline.kernel.entity import Catalog
from hookline.kernel.fields import ref, text
from hookline.kernel.gate import Gate
from hookline.kernel.rules import BeforeDelete, BeforeSave
from hookline.kernel.schema import EntityInfo

PERMISSION: Final = "admin.users"


class Team(Catalog, plugin=core, icon="users-round"):
    """A team, under another one or at the top."""

    name: Mapped[str] = text("Name", max_length=120, unique=True, search=True, list=True)
    parent: Mapped[int | None] = ref("team", "Part of", back="Teams below", list=True)
    manager: Mapped[int | None] = ref("user", "Manager", constraint=False, list=True)
    region: Mapped[str | None] = text("Region", max_length=120, list=True, filter=True)


@core.before_save(Team)
def judge_team(event: BeforeSave[Team]) -> None:
    """Teams are arranged by those who may, never in a circle, and led by somebody who works here."""
    _allowed(event.gate)
    team = event.record
    if event.before is not None and team.parent is not None and "parent" in event.values:
        # Two who move teams at once are judged one after the other.
        event.gate.configured()
        if team.parent in below(_parents(event.gate), [event.before.id]):
            event.reject("A team cannot be part of itself or of a team below it.", "parent")
    if event.values.get("manager") is not None and not _works_here(event.gate, event.values["manager"]):
        event.reject("Choose somebody who works here.", "manager")


@core.before_delete(Team)
def judge_team_end(event: BeforeDelete[Team]) -> None:
    """Only an empty team goes to the trash: nobody would see what still belongs to it."""
    _allowed(event.gate)
    for what, count in count_contents(event.gate, event.record.id).items():
        event.reject(
            Text(
                "%(count)s of %(what)s still belong to this team. Move them first.",
                count=count,
                what=Text(what),
            )
        )


@core.follow(Team)
def forget_remembered(gate: Gate, _info: EntityInfo, _what: str, _saved: object) -> None:
    """The tree of teams is remembered; it no longer holds."""
    gate.configured()


def count_contents(gate: Gate, team: int) -> dict[str, int]:
    """What a team still has, by the plural of its kind: people, teams below, records. One statement."""
    user, other = User.__table__.c, Team.__table__.c
    counts = [
        _count(User.plural, User.__table__, user.team == team),
        _count(Team.plural, Team.__table__, other.parent == team),
        *(
            _count(info.cls.plural, info.table, info.table.c.team == team)
            for info in gate.schema.entities.values()
            if info.owned
        ),
    ]
    return {what: int(count) for what, count in gate.tx.run(union_all(*counts), why="teams") if count}


def below(parents: Mapping[int, int | None], top: Iterable[int]) -> frozenset[int]:
    """These teams and every team under them. `parents` maps each team to the one above it; a loop does no harm."""
    found = set(top)
    while grown := {team for team, parent in parents.items() if parent in found} - found:
        found |= grown
    return frozenset(found)


def _allowed(gate: Gate) -> None:
    if not gate.actor.may(PERMISSION):
        raise Forbidden


def _parents(gate: Gate) -> dict[int, int | None]:
    team = Team.__table__.c
    return {row.id: row.parent for row in gate.tx.run(select(team.id, team.parent), why="teams")}


def _works_here(gate: Gate, user: int) -> bool:
    table = User.__table__.c
    return bool(
        gate.tx.run(
            select(table.active).where(table.id == user, table.trashed_at.is_(None)), why="teams"
        ).scalar()
    )


def _count(what: str, table: FromClause, condition: ColumnElement[bool]) -> Select[Any]:
    columns: list[ColumnElement[Any]] = [literal(what).label("what"), func.count().label("count")]
    return select(*columns).select_from(table).where(condition, table.c.trashed_at.is_(None))
