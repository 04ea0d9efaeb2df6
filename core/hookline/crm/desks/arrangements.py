"""Arrangements: how somebody has arranged a page for themselves, e.g. which fields the cards of a board show.

A page is named like "board:deal". What is kept is read anew each time, so it may name what is no longer there.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Column, ForeignKey, ScalarSelect, String, bindparam, delete, insert, select

from hookline.kernel.entity import Id
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.sql_texts import strung
from hookline.kernel.tables import house_table
from hookline.kernel.types import json_type

table = house_table(
    "arrangement",
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("page", String(120), primary_key=True),
    Column("state", json_type(), nullable=False),
)
# Made once: lists and boards ask it again and again.
_MINE: Final = select(table.c.state).where(
    table.c.user == bindparam("of_user"), table.c.page == bindparam("of_page")
)


def read_arrangement(gate: Reads, page: str) -> Mapping[str, Any]:
    """How the actor has arranged a page; empty where nothing was ever changed."""
    given = {"of_user": gate.actor.user, "of_page": page}
    return gate.tx.run(_MINE, given, why="arrangements").scalar() or {}


def arranged_of(user: Column[Any]) -> ScalarSelect[Any]:
    """Which pages the user of a statement has arranged, as text: "board:deal list:contact"."""
    mine = select(table.c.page).where(table.c.user == user).correlate(user.table).subquery()
    return select(strung(mine.c.page, " ")).scalar_subquery()


def keep_arrangement(gate: Gate, page: str, state: Mapping[str, Any]) -> None:
    """Keep how the actor has arranged a page, in place of what was kept before; without any state it is as nobody has arranged it."""
    if gate.actor.user is None:
        return
    mine = delete(table).where(table.c.user == gate.actor.user, table.c.page == page)
    gate.tx.run(mine, why="arrangements")
    if state:
        row = {"user": gate.actor.user, "page": page, "state": dict(state)}
        gate.tx.run(insert(table).values(row), why="arrangements")
