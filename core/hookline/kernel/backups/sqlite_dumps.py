"""Copies an SQLite database while others write to it, looks a copy through, and puts one into place."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hookline.errors import BackupError
from hookline.kernel.db import Database


def copy_out(database: Database, path: Path) -> None:
    """Write the database as it stands at one moment into a new file."""
    with _raw(database) as connection:
        connection.execute("VACUUM INTO ?", (str(path),))


def copy_in(database: Database, path: Path) -> None:
    """Make an empty database the same as this copy."""
    with _raw(database) as target, closing(sqlite3.connect(path)) as source:
        if target.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
            raise BackupError("the database is not empty; a backup goes into an empty one")
        source.backup(target)
    # Connections that were open know nothing of what the file says now.
    database.engine.dispose()


def check_copy(path: Path) -> None:
    """BackupError when a copy is damaged."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            found = connection.execute("PRAGMA integrity_check").fetchone()
            orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise BackupError(f"the database in the archive cannot be read: {error}") from error
    if found != ("ok",):
        raise BackupError(f"the database in the archive is damaged: {found[0]}")
    if orphan is not None:
        raise BackupError(
            f"in the archive, rows of {orphan[0]} point at rows of {orphan[2]} that are not there"
        )


def count_rows(path: Path) -> dict[str, int]:
    """How many rows each table of a copy has; what SQLite keeps for itself and for searching is left out."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        return {name: _count(connection, name) for (name,) in names if is_kept(name)}


def is_kept(table: str) -> bool:
    """Whether a table holds what people wrote, rather than what SQLite makes of it."""
    return not table.startswith("sqlite_") and "_fts" not in table


def _count(connection: sqlite3.Connection, table: str) -> int:
    (count,) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608  # a name out of the database itself
    return int(count)


@contextmanager
def _raw(database: Database) -> Iterator[sqlite3.Connection]:
    with closing(database.engine.raw_connection()) as pooled:
        connection = pooled.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        yield connection
