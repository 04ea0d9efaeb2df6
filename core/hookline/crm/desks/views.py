"""Saved views: a list's filters, columns, order and grouping under a name, for oneself, one's team or all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Index, Integer, String, delete, func, insert, select, update

from hookline.crm.desks.offered import Offered, check_offer
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.tables import house_table
from hookline.kernel.types import json_type

MOST: Final = 100
_LONGEST_QUERY: Final = 8_000
_REFUSAL: Final = Text("You may not share views with everybody. Ask an administrator for the right.")

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
class SavedView(Offered):
    """A saved view. `query` is the list's query string; it is read anew, with the viewer's rights, each time."""

    entity: str
    query: str


def save_view(gate: Gate, entity: str, name: str, shared_with: str, query: str) -> int:
    """Keep a view for oneself ("private"), one's team ("team") or everybody ("all", which takes the right to share)."""
    values = check_offer(gate, name, shared_with, _REFUSAL)
    mine = select(func.count()).where(table.c.owner == gate.actor.user)
    if gate.tx.run(mine, why="views").scalar_one() >= MOST:
        raise Invalid(
            [Problem("name", Text("You have %(count)s views already. Delete one first.", count=MOST))]
        )
    row = {
        **values,
        "entity": gate.schema[entity].name,
        "owner": gate.actor.user,
        "position": 0,
        "state": _state(query),
    }
    id = gate.tx.run(insert(table).values(**row).returning(table.c.id), why="views").scalar_one()
    gate.configured()
    return int(id)


def rename_view(gate: Gate, id: int, name: str, shared_with: str) -> None:
    """Give a view another name or other people. NotFound when it is not the actor's to change."""
    _get_kept(gate, id)
    _update(gate, id, **check_offer(gate, name, shared_with, _REFUSAL))


def replace_view(gate: Gate, id: int, query: str) -> None:
    """Let a view show what the list shows now. NotFound when it is not the actor's to change."""
    _get_kept(gate, id)
    _update(gate, id, state=_state(query))


def delete_view(gate: Gate, id: int) -> None:
    """Remove a view. NotFound when it is not the actor's to change."""
    _get_kept(gate, id)
    gate.tx.run(delete(table).where(table.c.id == id), why="views")
    gate.configured()


def find_view(gate: Reads, id: int) -> SavedView | None:
    """A view that this actor is offered."""
    found = _all(gate).get(id)
    return found if found is not None and found.is_for(gate.actor) else None


def list_views(gate: Reads, entity: str) -> Sequence[SavedView]:
    """The views of an entity that this actor is offered, in their order."""
    return [view for view in _all(gate).values() if view.entity == entity and view.is_for(gate.actor)]


def _get_kept(gate: Gate, id: int) -> SavedView:
    found = find_view(gate, id)
    if found is None or not found.is_kept_by(gate.actor):
        raise NotFound
    return found


def _state(query: str) -> dict[str, str]:
    if len(query) > _LONGEST_QUERY:
        raise Invalid([Problem("", Text("This view is too long to be kept. Use fewer filters."))])
    return {"query": query.replace("\x00", "")}


def _update(gate: Gate, id: int, **values: Any) -> None:
    gate.tx.run(update(table).where(table.c.id == id).values(**values), why="views")
    gate.configured()


def _all(gate: Reads) -> Mapping[int, SavedView]:
    """Everybody's views: they change rarely and are looked at with every list."""
    return gate.remembered("views", _load)


def _load(tx: Transaction) -> Mapping[int, SavedView]:
    rows = tx.run(select(table).order_by(table.c.position, table.c.id), why="views").mappings()
    names = ("id", "entity", "name", "shared_with", "owner", "team")
    return {
        row["id"]: SavedView(**{n: row[n] for n in names}, query=row["state"].get("query", ""))
        for row in rows
    }
