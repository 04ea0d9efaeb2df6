"""The indexes that lists stand on: a page in the usual order, with or without one filter, walks one index and sorts nothing.

Whether a record is in the trash is kept inside each of them, so that counting reads the index alone.
"""

from typing import Final, cast

from sqlalchemy import Column, ColumnElement, Index, Table
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import TSVECTOR

from hookline.kernel.fields import field_of

# Of these people ask for a range and sort by it; of the others they ask for one value and sort by the usual order.
_RANGED: Final = frozenset({"integer", "decimal", "money", "percent", "date", "datetime", "duration"})


def index_words(table: Table) -> None:
    """Search on PostgreSQL; SQLite has a table of its own for it."""
    words = as_vector(table.c.search)
    Index(f"ix_{table.name}_search", words, postgresql_using="gin").ddl_if(dialect="postgresql")


def as_vector(tokens: ColumnElement[str]) -> ColumnElement[str]:
    """A record's tokens as PostgreSQL searches them: cast, as they are words already, and parsing them takes three times as long."""
    return as_type(tokens, TSVECTOR)


def index_orders(table: Table, sort: str, title: str) -> None:
    """Index the usual order, and widen the indexes of the fields that are filters. Doing it again does no harm."""
    order = table.c.sort_key if sort.removeprefix("-") == title else table.c[sort.removeprefix("-")]
    _index(table, f"ix_{table.name}_sort", table.c.sort_key)
    if "stage_since" in table.c:
        # A board's column: what entered its stage last comes first.
        _index(table, f"ix_{table.name}_board", table.c.stage, table.c.stage_since)
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        _widen(table, index, order)
    if not any(order is index.columns[0] for index in table.indexes if len(index.columns)):
        _index(table, f"ix_{table.name}_{order.name}", order)


def _widen(table: Table, index: Index, order: Column[object]) -> None:
    columns = list(index.columns)
    spec = field_of(columns[0]) if len(columns) == 1 else None
    if spec is None or index.unique or not (spec.filter or columns[0] is order):
        return
    table.indexes.remove(index)
    follows = columns[0] is not order and spec.kind not in _RANGED
    _index(table, str(index.name), columns[0], *([order] if follows else []))


def _index(table: Table, name: str, *columns: Column[object]) -> None:
    if name not in {index.name for index in table.indexes}:
        Index(name, *columns, cast(Column[object], table.c.id), cast(Column[object], table.c.trashed_at))
