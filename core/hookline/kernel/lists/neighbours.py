"""Neighbours: the records before and behind one in a list, by its filters and order, in one statement at a constant cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, literal, select, tuple_, union_all

from hookline.kernel.actor import Action
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.cursors import along
from hookline.kernel.lists.listing import Listing, ListQuery
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

_BEFORE: Final = "before"
_BEHIND: Final = "behind"


@dataclass(frozen=True)
class Neighbours:
    """Their ids; None at an end of the list."""

    before: int | None
    behind: int | None


def neighbours(gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, id: int) -> Neighbours:
    """The records around one. It need not fulfil the filters itself: it may have left the list since one saw it there."""
    listing = Listing(gate, info, query, reader)
    arms = [
        select(literal(side).label("side"), literal(rank).label("rank"), found.c.id)
        for side in (_BEFORE, _BEHIND)
        for rank, found in enumerate(arm.subquery() for arm in _arms(listing, id, backwards=side == _BEFORE))
    ]
    rows = sorted(gate.run(union_all(*arms)).all(), key=lambda row: row.rank, reverse=True)
    nearest = {row.side: int(row.id) for row in rows}
    return Neighbours(nearest.get(_BEFORE), nearest.get(_BEHIND))


def _arms(listing: Listing, id: int, *, backwards: bool) -> Iterator[Select[Any]]:
    """The first record of each part of the list that can follow, the nearest part first: each part finds its index."""
    order = listing.order
    column, number = listing.column(order.column), listing.column("id")
    here = _here(listing, id)
    descending = order.descending != backwards
    place, at = tuple_(column, number), tuple_(here, literal(id))
    further = place < at if descending else place > at
    if not order.nullable:
        yield _first(listing, further, backwards=backwards)
        return
    beyond = number < id if descending else number > id
    filled, empty = and_(here.is_not(None), column.is_not(None)), and_(here.is_(None), column.is_(None))
    # Records without a value stand at the end.
    others = (
        and_(here.is_(None), column.is_not(None)) if backwards else and_(here.is_not(None), column.is_(None))
    )
    for part in (and_(empty, beyond), and_(filled, further), others):
        yield _first(listing, part, backwards=backwards)


def _first(listing: Listing, where: ColumnElement[bool], *, backwards: bool) -> Select[Any]:
    order = listing.order
    columns = {name: listing.column(name) for name in (order.column, "id")}
    return listing.pick("id").where(where).order_by(*along(order, columns, backwards=backwards)).limit(1)


def _here(listing: Listing, id: int) -> Any:
    """What the record itself is ordered by, as far as the actor sees it."""
    info, order = listing.info, listing.order
    table = info.table.alias("here")
    name = order.column
    source = listing.gate.source(info.name, Action.read)
    if order.spec is None:
        return (
            select(table.c[name])
            .where(table.c.id == id, table.c.id.in_(select(source.c.id)))
            .scalar_subquery()
        )
    return select(source.c[name]).where(source.c.id == id).scalar_subquery()
