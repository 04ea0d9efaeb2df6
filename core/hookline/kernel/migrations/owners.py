"""Whose a table, a column, an index or a constraint is, and on which tables an owner has anything."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.schema import ColumnCollectionConstraint, sort_tables

from hookline.kernel.entity import Base


def declared(owner: str) -> list[Table]:
    """The tables on which this owner has anything: its own and those it adds to, in an order for creating."""
    tables = [
        t
        for t in Base.metadata.tables.values()
        if owner_of(t) == owner or any(owner_of(c) == owner for c in t.c)
    ]
    # What others add to a table may point back at what points at it; it comes after both.
    return list(sort_tables(tables, skip_fn=_is_guest))  # type: ignore[arg-type]  # it gives a ForeignKey, not what it says


def _is_guest(key: ForeignKey) -> bool:
    column = key.parent
    assert isinstance(column, Column)
    return owner_of(column) != owner_of(column.table)


def owner_of(item: Table | Column[Any] | Index | ColumnCollectionConstraint) -> str:
    """Whose this is: said on it, or that of the columns it is made of, or of its table."""
    if isinstance(item, Table):
        return str(item.info.get("owner", ""))
    if isinstance(item, Column):
        return str(item.info.get("owner") or owner_of(item.table))
    table = item.table
    assert isinstance(table, Table)
    guests = {owner_of(c) for c in item.columns if c.table is table} - {owner_of(table)}
    return guests.pop() if len(guests) == 1 else owner_of(table)
