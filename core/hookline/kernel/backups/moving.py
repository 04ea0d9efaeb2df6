"""Moves an installation from SQLite to PostgreSQL: the same tables there, and every row in them."""

from collections.abc import Iterable
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Table, column, func, insert, inspect, literal, select, table, text

from hookline.errors import BackupError
from hookline.kernel.backups import postgres_dumps
from hookline.kernel.backups.postgres_dumps import raw_postgres
from hookline.kernel.backups.sqlite_dumps import is_kept
from hookline.kernel.db import STAMP, Database, Transaction
from hookline.kernel.entity import Base
from hookline.kernel.migrations.migrate import migrate
from hookline.kernel.migrations.owners import owner_of
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.tables import settled_tables

_BATCH: Final = 2000


def move_to_postgres(copy: Path, database: Database, host: PluginHost) -> None:
    """Fill an empty PostgreSQL database from a file of SQLite, which is brought to this version's tables first."""
    with closing(Database(f"sqlite:///{copy}")) as source:
        migrate(source, host)
        here = (t for t in Base.metadata.tables.values() if t is not settled_tables)
        tables = [t for t in here if owner_of(t) in host.plugins]
        _refuse_leftovers(source, tables)
        _refuse_full(database)
        migrate(database, host)
        with source.read() as tx, database.alter() as connection:
            raw = raw_postgres(connection)
            # Rows may point at rows that come later, of their own table too.
            drops, adds = postgres_dumps.foreign_keys(raw)
            postgres_dumps.execute(raw, drops)
            for each in tables:
                _carry(tx, connection, each, host)
            postgres_dumps.execute(raw, adds)


def _refuse_leftovers(source: Database, tables: Iterable[Table]) -> None:
    """BackupError when something was written that no plugin here would take along."""
    known = {t.name: set(t.c.keys()) for t in tables}
    with source.engine.connect() as connection:
        looking = connection.execution_options(**{STAMP: "backup"}, hookline_write=False)
        names = [
            n
            for n in inspect(looking).get_table_names()
            if is_kept(n) and not n.startswith("hookline_version_") and n != settled_tables.name
        ]
        for name in names:
            strange = {c["name"] for c in inspect(looking).get_columns(name)} - known.get(name, set())
            for field in sorted(strange):
                written = (
                    select(literal(1)).select_from(table(name)).where(column(field).is_not(None)).limit(1)
                )
                if looking.execute(written).first():
                    raise BackupError(
                        f"{name}.{field} is of a plugin that does not run here; install it first"
                    )


def _refuse_full(database: Database) -> None:
    with database.engine.connect() as connection:
        if not postgres_dumps.is_empty(raw_postgres(connection)):
            raise BackupError("the database is not empty; a backup goes into an empty one")


def _carry(source: Transaction, target: Connection, this: Table, host: PluginHost) -> None:
    # A plugin that was switched off has left its columns on the class, and none in the database.
    columns = [column for column in this.columns if owner_of(column) in host.plugins]
    rows = source.run(select(*columns), why="backup").mappings()
    while batch := [dict(row) for row in islice(rows, _BATCH)]:
        target.execute(insert(this), batch)
    asked = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    last = source.run(asked, {"name": this.name}, why="backup").scalar()
    if last:
        # No number is given twice, not even one whose record is gone.
        sequence = func.pg_get_serial_sequence(f'"{this.name}"', "id")
        target.execute(select(func.setval(sequence, last)))
