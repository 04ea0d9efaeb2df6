"""Saved views: a list's filters, columns, order and grouping under a name, for oneself, one's team or all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, String, delete, insert, or_, select, update

from hookline.errors import Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.entity import Id
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.tables import house_table
from hookline.kernel.types import json_type

table = house_table(
    "saved_view",
    Column("id", Id, primary_key=True),
    Column("entity", String(100), nullable=False),
    Column("name", String(120), nullable=False),
    Column("shared_with", String(10), nullable=False),
    Column("owner", BigInteger, nullable=False),
    Column("team", BigInteger),
    Column("position", Integer, nullable=False, default=0),
    Column("state", json_type(), nullable=False),
    Index("ix_saved_view_entity", "entity"),
)


@dataclass(frozen=True)
class SavedView:
    """A saved view. `state` is the list's query string as a mapping; it is read anew, with the viewer's rights, each time."""

    id: int
    entity: str
    name: str
    shared_with: str
    owner: int
    state: Mapping[str, Any]


def save_view(gate: Gate, entity: str, name: str, shared_with: str, state: Mapping[str, Any]) -> int:
    """Keep a view for oneself ("private"), one's team ("team") or everybody ("all", which takes the right to share)."""
    if not name.strip():
        raise Invalid([Problem("name", Text("Please fill this in."))])
    if shared_with not in ("private", "team", "all"):
        raise Invalid([Problem("shared_with", Text("%(value)s is not one of the choices.", value=shared_with))])
    if shared_with == "all" and not gate.actor.may("views.share"):
        raise Forbidden
    row = {
        "entity": gate.schema[entity].name, "name": name.strip()[:120], "shared_with": shared_with, "owner": gate.actor.user,
        "team": gate.actor.team, "position": 0, "state": dict(state),
    }  # fmt: skip
    return int(gate.tx.run(insert(table).values(**row).returning(table.c.id), why="views").scalar_one())


def rename_view(gate: Gate, id: int, name: str, state: Mapping[str, Any] | None = None) -> None:
    """Change one's own view."""
    values = {"name": name.strip()[:120], **({"state": dict(state)} if state is not None else {})}
    if gate.tx.run(update(table).where(table.c.id == id, table.c.owner == gate.actor.user).values(**values), why="views").rowcount == 0:
        raise NotFound


def delete_view(gate: Gate, id: int) -> None:
    """Remove one's own view."""
    if gate.tx.run(delete(table).where(table.c.id == id, table.c.owner == gate.actor.user), why="views").rowcount == 0:
        raise NotFound


def list_views(gate: Reads, entity: str) -> Sequence[SavedView]:
    """The views of an entity that this actor may use, in their order."""
    statement = select(table).where(table.c.entity == entity, _usable(gate)).order_by(table.c.position, table.c.id)
    return [_view(row) for row in gate.run(statement).mappings()]


def _usable(gate: Reads) -> ColumnElement[bool]:
    mine = table.c.owner == gate.actor.user
    ours = (table.c.shared_with == "team") & (table.c.team == gate.actor.team)
    return or_(mine, table.c.shared_with == "all", ours)


def _view(row: Mapping[str, Any]) -> SavedView:
    return SavedView(row["id"], row["entity"], row["name"], row["shared_with"], row["owner"], row["state"])
