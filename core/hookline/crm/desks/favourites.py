"""Favourites: records and saved views that somebody wants at hand, and the records opened last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ScalarSelect,
    String,
    Table,
    cast,
    delete,
    func,
    select,
    tuple_,
)
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects import postgresql, sqlite

from hookline.crm.core import core
from hookline.crm.desks.views import find_view
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id, Record
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo
from hookline.kernel.sql_texts import constant, strung
from hookline.kernel.tables import house_table
from hookline.kernel.titles import titles_of
from hookline.kernel.types import Moment

# What stands in `entity` for a saved view.
VIEW: Final = "saved_view"
MOST: Final = 50
RECENT: Final = 20
_KEPT: Final = timedelta(days=90)


def _table(name: str) -> Table:
    return house_table(
        name,
        Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
        Column("entity", String(100), primary_key=True),
        Column("record", BigInteger, primary_key=True),
        Column("at", Moment(), nullable=False),
    )


favourite = _table("favourite")
recent = _table("recent_record")


@dataclass(frozen=True)
class Place:
    """A record or, with the entity's name in `view_of`, a saved view. `query` is what the view shows."""

    entity: str
    id: int
    title: str
    view_of: str = ""
    query: str = ""


def stars_of(user: Column[Any]) -> ScalarSelect[Any]:
    """What the user of a statement has among the favourites, as text: "deal:7 saved_view:3"."""
    key = favourite.c.entity + constant(":") + cast(favourite.c.record, SqlText)
    mine = select(key.label("key")).where(favourite.c.user == user).correlate(user.table).subquery()
    return select(strung(mine.c.key, " ")).scalar_subquery()


def list_favourites(gate: Reads) -> list[Place]:
    """The actor's favourites in the order in which they were chosen, without what may no longer be seen."""
    return _places(gate, _keys(gate, favourite, MOST)[::-1])


def list_recent(gate: Reads, limit: int = RECENT) -> list[Place]:
    """The records that the actor opened last, the latest first."""
    return _places(gate, _keys(gate, recent, limit))


def is_favourite(gate: Reads, entity: str, id: int) -> bool:
    """Whether the actor has this among the favourites."""
    return (
        gate.tx.run(
            select(favourite.c.at).where(*_this(gate, favourite, entity, id)), why="favourites"
        ).first()
        is not None
    )


def add_favourite(gate: Gate, entity: str, id: int) -> None:
    """Keep a record or a saved view at hand. NotFound when the actor may not see it."""
    _must_see(gate, entity, id)
    if is_favourite(gate, entity, id):
        return
    mine = select(func.count()).where(favourite.c.user == gate.actor.user)
    if gate.tx.run(mine, why="favourites").scalar_one() >= MOST:
        raise Invalid(
            [Problem("", Text("You have %(count)s favourites already. Take one away first.", count=MOST))]
        )
    new = _insert(gate, favourite).values(**_row(gate, entity, id))
    gate.tx.run(new.on_conflict_do_nothing(), why="favourites")


def remove_favourite(gate: Gate, entity: str, id: int) -> None:
    """No longer. What was none stays none."""
    gate.tx.run(delete(favourite).where(*_this(gate, favourite, entity, id)), why="favourites")


def note_opened(gate: Gate, entity: str, id: int) -> None:
    """Remember that the actor has opened a record. NotFound when it may not be seen."""
    _must_see(gate, entity, id)
    new = _insert(gate, recent).values(**_row(gate, entity, id))
    again = new.on_conflict_do_update(index_elements=["user", "entity", "record"], set_={"at": gate.now})
    gate.tx.run(again, why="recent records")
    old = select(recent.c.entity, recent.c.record).where(recent.c.user == gate.actor.user)
    beyond = gate.tx.run(old.order_by(recent.c.at.desc()).offset(RECENT), why="recent records").all()
    if beyond:
        keys = tuple_(recent.c.entity, recent.c.record).in_([tuple(row) for row in beyond])
        gate.tx.run(delete(recent).where(recent.c.user == gate.actor.user, keys), why="recent records")


def prune(tx: Transaction, now: datetime) -> int:
    """Forget what was opened long ago. Returns how many."""
    return tx.run(delete(recent).where(recent.c.at < now - _KEPT), why="housekeeping").rowcount


def forget_view(gate: Gate, id: int) -> None:
    """A saved view is gone; so is its star, for everybody."""
    gate.tx.run(
        delete(favourite).where(favourite.c.entity == VIEW, favourite.c.record == id), why="favourites"
    )


@core.forget(Record)
def forget_places(gate: Gate, info: EntityInfo, ids: Sequence[int]) -> None:
    """An erased record is nobody's favourite, and was opened by nobody."""
    for table in (favourite, recent):
        gate.tx.run(
            delete(table).where(table.c.entity == info.name, table.c.record.in_(ids)), why="favourites"
        )


def _insert(gate: Reads, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if gate.tx.sqlite else postgresql.insert(table)


def _must_see(gate: Reads, entity: str, id: int) -> None:
    seen = (
        find_view(gate, id)
        if entity == VIEW
        else entity in gate.schema.entities and gate.visible(entity, [id])
    )
    if not seen:
        raise NotFound


def _this(gate: Reads, table: Table, entity: str, id: int) -> tuple[Any, ...]:
    return table.c.user == gate.actor.user, table.c.entity == entity, table.c.record == id


def _row(gate: Reads, entity: str, id: int) -> dict[str, Any]:
    return {"user": gate.actor.user, "entity": entity, "record": id, "at": gate.now}


def _keys(gate: Reads, table: Table, limit: int) -> list[tuple[str, int]]:
    mine = select(table.c.entity, table.c.record).where(table.c.user == gate.actor.user)
    found = gate.tx.run(
        mine.order_by(table.c.at.desc(), table.c.entity, table.c.record).limit(limit), why="favourites"
    )
    return [(row.entity, row.record) for row in found]


def _places(gate: Reads, keys: Sequence[tuple[str, int]]) -> list[Place]:
    wanted: dict[str, set[int]] = {}
    for entity, id in keys:
        if entity != VIEW:
            wanted.setdefault(entity, set()).add(id)
    titles = titles_of(gate, wanted) if wanted else {}
    found = (_place(gate, entity, id, titles.get((entity, id))) for entity, id in keys)
    return [place for place in found if place is not None]


def _place(gate: Reads, entity: str, id: int, title: str | None) -> Place | None:
    if entity != VIEW:
        return None if title is None else Place(entity, id, title)
    view = find_view(gate, id)
    if view is None or view.entity not in gate.schema.entities or not gate.may(view.entity, Action.read):
        return None
    return Place(VIEW, id, view.name, view.entity, view.query)
