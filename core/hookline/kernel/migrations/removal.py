"""What one plugin has in the database, as the database itself says, and dropping exactly that.

Its declarations and its prefix tell what is its own: revisions may have made tables that no class declares. Apart from
`additions`, which only ever adds.
"""

import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import ColumnElement, Connection, Table, func, inspect, select, text
from sqlalchemy import table as a_table
from sqlalchemy.engine import Inspector
from sqlalchemy.exc import OperationalError

from hookline.errors import PluginError
from hookline.kernel.db import STAMP, Database
from hookline.kernel.entity import Base
from hookline.kernel.migrations.additions import Step, rebuilding
from hookline.kernel.migrations.owners import owner_of
from hookline.kernel.migrations.settled import unsettle

_VERSIONS: Final = "hookline_version_"


@dataclass(frozen=True)
class Rows:
    """Some rows of a table of the house, that are there because of a plugin."""

    table: Table
    which: ColumnElement[bool]


@dataclass(frozen=True)
class Removal:
    """Everything of one plugin that stands in the database. `columns` and `indexes` are on others' tables, by table.

    `inside` are the indexes of its own tables, which go with these; `searched` its search indexes.
    """

    owner: str
    tables: Sequence[str]
    columns: Mapping[str, Sequence[str]]
    indexes: Mapping[str, Sequence[str]]
    inside: Mapping[str, Sequence[str]]
    searched: Sequence[str]
    versions: Sequence[str]

    def steps(self) -> list[Step]:
        """What is dropped, a line for each, in order."""
        return [
            *(Step(self.owner, "index", name) for names in self.indexes.values() for name in names),
            *(
                Step(self.owner, "column", f"{t}.{name}")
                for t, names in self.columns.items()
                for name in names
            ),
            *(Step(self.owner, "search index", name) for name in self.searched),
            *(Step(self.owner, "index", name) for names in self.inside.values() for name in names),
            *(Step(self.owner, "table", name) for name in self.tables),
            *(Step(self.owner, "version table", name) for name in self.versions),
        ]


def find_removal(connection: Connection, owner: str, others: Collection[str]) -> Removal:
    """What this plugin has. `others` are the names of all other plugins that are known, be they on or off.

    PluginError when a table of somebody else points at one of its own: dropping that would break the other.
    """
    inspector = inspect(connection)
    there = inspector.get_table_names()
    names = _Names(owner, frozenset(others))
    tables = [t for t in there if names.is_own_table(t, there)]
    _refuse_pointed_at(inspector, owner, tables, there)
    columns = {t: found for t in there if t not in tables if (found := list(names.guests(inspector, t)))}
    searched = [f"{t}_fts" for t in tables if f"{t}_fts" in there]
    inside = {t: _index_names(connection, t) for t in tables}
    if connection.dialect.name != "sqlite":
        searched = [n for found in inside.values() for n in found if n.endswith("_search")]
        inside = {t: [n for n in found if n not in searched] for t, found in inside.items()}
    return Removal(
        owner,
        tables=tables,
        columns=columns,
        indexes={t: _standing_on(inspector, t, set(found)) for t, found in columns.items()},
        inside=inside,
        searched=searched,
        versions=[t for t in there if t == f"{_VERSIONS}{owner}"],
    )


def hold_still(connection: Connection, tables: Sequence[str]) -> None:
    """Nobody else writes here until the transaction ends. SQLite has one writer, and that is us."""
    if connection.dialect.name != "sqlite" and tables:
        quoted = ", ".join(_quoted(connection, name) for name in tables)
        connection.exec_driver_sql(f"LOCK TABLE {quoted} IN ACCESS EXCLUSIVE MODE")


def remove_from(connection: Connection, removal: Removal) -> None:
    """Drop it, inside `Database.alter`. Rows of others keep everything else they have."""
    for table, columns in removal.columns.items():
        for name in removal.indexes[table]:
            _drop_index(connection, table, name)
        for column in columns:
            _drop_column(connection, table, column)
    quoted = [_quoted(connection, name) for name in (*removal.tables, *removal.versions)]
    if connection.dialect.name == "sqlite":
        for name in removal.searched:
            connection.exec_driver_sql(f"DROP TABLE {_quoted(connection, name)}")
        for name in quoted:
            connection.exec_driver_sql(f"DROP TABLE {name}")
    elif quoted:
        # Together, as they may point at each other; what somebody else has hung on them refuses.
        connection.exec_driver_sql(f"DROP TABLE {', '.join(quoted)}")
    unsettle(connection, removal.owner)


@dataclass(frozen=True)
class _Names:
    """Tells by names and declarations what belongs to one plugin."""

    owner: str
    others: Collection[str]

    def is_own_table(self, name: str, there: Sequence[str]) -> bool:
        declared = Base.metadata.tables.get(name)
        if declared is not None:
            return owner_of(declared) == self.owner
        # SQLite's search index of a table is made of tables that are named after it.
        searches = any(name.startswith(f"{t}_fts") and f"{t}_fts" in there for t in there)
        return self._is_prefixed(name) and not searches

    def guests(self, inspector: Inspector, name: str) -> Iterator[str]:
        """Its columns on a table of somebody who runs."""
        declared = Base.metadata.tables.get(name)
        if declared is None:
            return
        for column in inspector.get_columns(name):
            known = declared.columns.get(column["name"])
            if owner_of(known) == self.owner if known is not None else self._is_prefixed(column["name"]):
                yield column["name"]

    def _is_prefixed(self, name: str) -> bool:
        """The longest prefix of a plugin that fits says whose it is: real_estate_unit is not of a plugin called real."""
        fitting = [other for other in (self.owner, *self.others) if name.startswith(f"{other}_")]
        return bool(fitting) and max(fitting, key=len) == self.owner


def _refuse_pointed_at(inspector: Inspector, owner: str, tables: Sequence[str], there: Sequence[str]) -> None:
    """A column of its own on another's table goes before; a column of others on another's table does not."""
    for name in there:
        if name in tables:
            continue
        for key in inspector.get_foreign_keys(name):
            own = all(column.startswith(f"{owner}_") for column in key["constrained_columns"])
            if key["referred_table"] in tables and not own:
                place = f"{name}.{', '.join(key['constrained_columns'])}"
                reason = f"{place} points at {key['referred_table']}"
                raise PluginError(owner, "remove", reason, "Remove the plugin that it is of first.")


def _standing_on(inspector: Inspector, table: str, columns: set[str]) -> list[str]:
    """The indexes of a table that need one of these columns."""
    with warnings.catch_warnings():
        # Indexes of custom fields are expressions, which SQLAlchemy does not read; they stand on no plugin's column.
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
        found = inspector.get_indexes(table)
    return sorted(str(index["name"]) for index in found if columns & set(index["column_names"]))


def _index_names(connection: Connection, table: str) -> list[str]:
    """Every index of a table that has a name of its own, those of expressions too."""
    if connection.dialect.name == "sqlite":
        asked = (
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL"
        )
    else:
        asked = (
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "JOIN pg_class t ON t.oid = i.indrelid WHERE t.relname = :table "
            "AND t.relnamespace = current_schema()::regnamespace "
            "AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype = 'p')"
        )
    return sorted(connection.execute(text(asked), {"table": table}).scalars())


def _drop_index(connection: Connection, table: str, name: str) -> None:
    unique = {u["name"] for u in inspect(connection).get_unique_constraints(table)}
    # PostgreSQL keeps a unique constraint as an index, which goes with the column.
    if connection.dialect.name == "sqlite" or name not in unique:
        connection.exec_driver_sql(f"DROP INDEX {_quoted(connection, name)}")


def _drop_column(connection: Connection, table: str, column: str) -> None:
    spelled = f"ALTER TABLE {_quoted(connection, table)} DROP COLUMN {_quoted(connection, column)}"
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(spelled)
        return
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(spelled)
    except OperationalError:
        # It stands in a constraint of the whole table, and only a new table gets rid of that.
        _rebuild_without(connection, table, column)


def _rebuild_without(connection: Connection, table: str, column: str) -> None:
    """Rebuilding loses the triggers and the indexes of expressions; they are made again as they were."""
    asked = text(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = :table AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    )
    before: dict[str, str] = {row.name: row.sql for row in connection.execute(asked, {"table": table})}
    operations = Operations(MigrationContext.configure(connection, opts={"target_metadata": Base.metadata}))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
        with operations.batch_alter_table(table, **rebuilding(connection, table)) as batch:
            batch.drop_column(column)
    after = {row.name for row in connection.execute(asked, {"table": table})}
    for name, made in before.items():
        if name not in after:
            connection.exec_driver_sql(made)


def _quoted(connection: Connection, name: str) -> str:
    quoted: Any = connection.dialect.identifier_preparer.quote_identifier(name)
    return str(quoted)


def tables_there(database: Database, names: Sequence[str]) -> dict[str, int]:
    """Which of these tables the database has already, from an earlier life of their plugin, and how many rows."""
    with database.engine.connect() as connection:
        looking = connection.execution_options(**{STAMP: "plugins"}, hookline_write=False)
        there = [name for name in names if name in inspect(looking).get_table_names()]
        return {
            name: int(looking.execute(select(func.count()).select_from(a_table(name))).scalar_one())
            for name in there
        }
