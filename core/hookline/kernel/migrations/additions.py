"""What the database lacks of one owner's declarations, and adding it. Nothing is changed or dropped here."""

import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from alembic.migration import MigrationContext
from alembic.operations import Operations, ops
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Table,
    UniqueConstraint,
    inspect,
    literal,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import ColumnCollectionConstraint

from hookline.kernel.entity import Base
from hookline.kernel.fields import field_of
from hookline.kernel.guards import Guard, missing_guards, set_guards
from hookline.kernel.migrations.owners import declared, owner_of
from hookline.kernel.search import fts5_ddl, rebuild_fts5

_TABLE: Final = "table"
_COLUMN: Final = "column"
_INDEX: Final = "index"
_UNIQUE: Final = "constraint"
_SEARCH: Final = "search index"
_GUARD: Final = "guard"
_OWNED: Final = (Column, ColumnCollectionConstraint)
_SPELLING: Final = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


@dataclass(frozen=True)
class Step:
    """One thing a migration does: for whom, what it adds or runs, its name ("contact.real_estate_budget")."""

    owner: str
    what: str
    name: str

    def __str__(self) -> str:
        return f"{self.owner}: {self.what} {self.name}"


@dataclass(frozen=True)
class Gap:
    """What is missing of one owner's tables, of its columns on others' tables, and of what hangs on both."""

    owner: str
    tables: Sequence[Table] = ()
    columns: Sequence[Column[Any]] = ()
    uniques: Sequence[UniqueConstraint] = ()
    indexes: Sequence[Index] = ()
    searched: Sequence[str] = ()
    guards: Sequence[Guard] = ()

    def steps(self) -> list[Step]:
        """The gap as the steps that close it, in their order."""
        return [
            *(Step(self.owner, _TABLE, t.name) for t in self.tables),
            *(Step(self.owner, _COLUMN, f"{c.table.name}.{c.name}") for c in self.columns),
            *(Step(self.owner, _UNIQUE, str(u.name)) for u in self.uniques),
            *(Step(self.owner, _INDEX, str(i.name)) for i in self.indexes),
            *(Step(self.owner, _SEARCH, name) for name in self.searched),
            *(Step(self.owner, _GUARD, guard.name) for guard in self.guards),
        ]


class Existing:
    """What the database has of some tables. Each part is read when it is first asked for, whatever the number of tables."""

    def __init__(self, connection: Connection, tables: Collection[str]) -> None:
        self._inspector = inspect(connection)
        self.all = frozenset(self._inspector.get_table_names())
        self._here = sorted(self.all & set(tables))

    @cached_property
    def columns(self) -> dict[str, frozenset[str]]:
        """The names of the columns, by table."""
        return _names(self._inspector.get_multi_columns(filter_names=self._here))

    @cached_property
    def indexes(self) -> dict[str, frozenset[str]]:
        """The names of the indexes, by table."""
        with warnings.catch_warnings():
            # Indexes of custom fields are expressions, which SQLAlchemy does not read; they are nobody's declaration.
            warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
            return _names(self._inspector.get_multi_indexes(filter_names=self._here))

    @cached_property
    def uniques(self) -> dict[str, frozenset[str]]:
        """The names of the unique constraints, by table."""
        return _names(self._inspector.get_multi_unique_constraints(filter_names=self._here))


def find_gap(connection: Connection, owner: str, entities: Collection[str]) -> Gap:
    """What this owner's declarations lack in this database. `entities` are the names of its own entities."""
    tables = declared(owner)
    there = Existing(connection, [t.name for t in tables])
    new = [t for t in tables if owner_of(t) == owner and t.name not in there.all]
    indexes = [
        i for t in tables for i in _mine(owner, t.indexes) if i.name not in there.indexes.get(t.name, ())
    ]
    return replace(
        _find_unrevised(connection, owner, entities, there),
        tables=new,
        columns=[c for t in tables if t not in new for c in _missing_columns(owner, t, there)],
        uniques=[u for t in tables if t not in new for u in _missing_uniques(owner, t, there)],
        indexes=[i for i in indexes if i.table is None or i.name != _search_index(i.table.name)],
    )


def find_unrevised(connection: Connection, owner: str, entities: Collection[str]) -> Gap:
    """The part of a gap that no revision closes: what searching needs and what guards a table follow from the declaration."""
    return _find_unrevised(connection, owner, entities, Existing(connection, entities))


def _find_unrevised(connection: Connection, owner: str, entities: Collection[str], there: Existing) -> Gap:
    return Gap(
        owner,
        searched=[e for e in sorted(entities) if not _is_searchable(e, there, connection)],
        guards=missing_guards(connection, [t for t in declared(owner) if owner_of(t) == owner]),
    )


def close_gap(connection: Connection, gap: Gap) -> None:
    """Add what is missing. Rows that are there keep everything they have."""
    context = MigrationContext.configure(connection, opts={"target_metadata": Base.metadata})
    operations = Operations(context)
    for table in gap.tables:
        operations.invoke(creation(table, gap.owner))
    for column in gap.columns:
        operations.invoke(addition(column))
    for unique in gap.uniques:
        _add_unique(operations, unique)
    for index in gap.indexes:
        operations.invoke(ops.CreateIndexOp.from_index(index))
    add_search(connection, gap.searched)
    set_guards(connection, gap.guards)


def add_search(connection: Connection, entities: Iterable[str]) -> None:
    """Make the full-text index of each of these, filled from the rows that are there."""
    for entity in entities:
        if connection.dialect.name == "sqlite":
            _watch(connection, entity)
            connection.exec_driver_sql(rebuild_fts5(entity))
        else:
            table = Base.metadata.tables[entity]
            index = next(i for i in table.indexes if i.name == _search_index(entity))
            index.create(connection, checkfirst=True)


def keep_searchable(connection: Connection, entities: Iterable[str]) -> None:
    """Put back the triggers that keep SQLite's full-text indexes: rebuilding a table drops them."""
    if connection.dialect.name == "sqlite":
        there = set(inspect(connection).get_table_names())
        for entity in entities:
            if f"{entity}_fts" in there:
                _watch(connection, entity)


def _watch(connection: Connection, entity: str) -> None:
    for statement in fts5_ddl(entity):
        connection.exec_driver_sql(statement)


def creation(table: Table, owner: str) -> ops.CreateTableOp:
    """How the owner of a table makes it, without what others add to it."""
    made = ops.CreateTableOp.from_table(table)
    made.info = {}
    made.columns = [c for c in made.columns if not isinstance(c, _OWNED) or owner_of(c) == owner]
    return made


def addition(column: Column[Any]) -> ops.AddColumnOp:
    """How a column comes to a table that has rows: with its default, or else allowed to be empty."""
    default = _default(column)
    bare: Column[Any] = Column(
        column.name,
        column.type,
        *(key._copy() for key in column.foreign_keys),  # noqa: SLF001  # SQLAlchemy has no public copy of a key
        nullable=column.nullable or default is None,
        server_default=default,
    )
    return ops.AddColumnOp(column.table.name, bare, inline_references=True)


def rebuilding(connection: Connection, table: str) -> dict[str, Any]:
    """How SQLite rebuilds a table: with the names its constraints have, and never giving a number twice."""
    names = {"naming_convention": Base.metadata.naming_convention}
    if connection.dialect.name != "sqlite":
        return names
    asked = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
    made = connection.exec_driver_sql(asked, (table,)).scalar_one()
    return {**names, "table_kwargs": {"sqlite_autoincrement": "AUTOINCREMENT" in made}}


def _default(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    spec = field_of(column)
    if spec is not None and spec.default is not None:
        # PostgreSQL's spelling of yes and no is understood by both.
        words = literal(spec.default, column.type).compile(
            dialect=_SPELLING, compile_kwargs={"literal_binds": True}
        )
        return text(str(words))
    return None


def _add_unique(operations: Operations, unique: UniqueConstraint) -> None:
    op = ops.AddConstraintOp.from_constraint(unique)
    table = str(unique.table)
    if operations.get_bind().dialect.name == "sqlite":
        with operations.batch_alter_table(table, **rebuilding(operations.get_bind(), table)) as batch:
            batch.invoke(op)
    else:
        operations.invoke(op)


def _missing_columns(owner: str, table: Table, there: Existing) -> Iterator[Column[Any]]:
    yield from (
        c for c in table.c if owner_of(c) == owner and c.name not in there.columns.get(table.name, ())
    )


def _missing_uniques(owner: str, table: Table, there: Existing) -> Iterator[UniqueConstraint]:
    uniques = (c for c in table.constraints if isinstance(c, UniqueConstraint) and owner_of(c) == owner)
    yield from (u for u in uniques if u.name not in there.uniques.get(table.name, ()))


def _mine(owner: str, indexes: Iterable[Index]) -> list[Index]:
    return sorted((i for i in indexes if owner_of(i) == owner), key=lambda i: str(i.name))


def _is_searchable(entity: str, there: Existing, connection: Connection) -> bool:
    if connection.dialect.name == "sqlite":
        return f"{entity}_fts" in there.all
    return _search_index(entity) in there.indexes.get(entity, ())


def _search_index(entity: str) -> str:
    return f"ix_{entity}_search"


def _names(found: Any) -> dict[str, frozenset[str]]:
    return {table: frozenset(item["name"] for item in items) for (_, table), items in found.items()}
