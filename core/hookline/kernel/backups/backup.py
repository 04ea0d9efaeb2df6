"""Backups: the whole database and the files of records in one archive, made while everybody works.

From SQLite the archive holds the database as it is; from PostgreSQL its definitions and rows. Either goes back to
where it came from, and what came from SQLite can also move to PostgreSQL.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from psycopg import Error as PostgresError

from hookline.errors import BackupError
from hookline.kernel.backups import postgres_dumps, sqlite_dumps
from hookline.kernel.backups.archives import (
    FILES,
    Archive,
    ArchiveWriter,
    Manifest,
    open_archive,
    write_archive,
)
from hookline.kernel.backups.moving import move_to_postgres
from hookline.kernel.backups.postgres_dumps import Definitions, raw_postgres
from hookline.kernel.db import Database
from hookline.kernel.plugins.host import PluginHost

_SQLITE: Final = "database.sqlite"
_DEFINITIONS: Final = "definitions.json"


def backup(database: Database, files_dir: Path, target: Path) -> Manifest:
    """Write everything into a new archive at `target` and say what is in it.

    It shows one moment of the database, however much is written meanwhile. Files are added after it: they lie on
    disk before their rows are committed, so every file that the rows name is there.
    """
    if target.exists():
        raise BackupError(f"{target} is there already")
    with write_archive(target) as archive:
        tables = (
            _from_sqlite(database, archive, target.parent)
            if database.sqlite
            else _from_postgres(database, archive)
        )
        for path in _files_below(files_dir):
            archive.add_file(FILES + path.relative_to(files_dir).as_posix(), path)
        return archive.finish(
            engine=_engine(database),
            version=version("hookline"),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            tables=tables,
        )


def verify(path: Path) -> Manifest:
    """Read the whole archive and say what is in it. BackupError when anything is missing, changed or damaged."""
    with open_archive(path) as archive, TemporaryDirectory() as folder:
        archive.check()
        found = _rows_in(archive, Path(folder))
        for table, rows in archive.manifest.tables.items():
            if found.get(table) != rows:
                raise BackupError(
                    f"table {table} has {found.get(table, 'no')} rows where {rows} were backed up"
                )
        return archive.manifest


def restore(path: Path, database: Database, files_dir: Path, host: PluginHost | None = None) -> Manifest:
    """Put a backup into an empty database and an empty folder. A damaged one is refused before anything is changed.

    The tables come back as they were; run `migrate` after it. `host` (with all plugins of the installation) is
    needed to move from SQLite to PostgreSQL, and only then.
    """
    manifest = verify(path)
    if next(_files_below(files_dir), None) is not None:
        raise BackupError(f"{files_dir} has files in it; a backup goes into an empty folder")
    with open_archive(path) as archive, TemporaryDirectory() as folder:
        _restore_database(archive, database, host, Path(folder))
        for name in manifest.files:
            archive.unpack(FILES + name, _inside(files_dir, name))
    return manifest


def _from_sqlite(database: Database, archive: ArchiveWriter, beside: Path) -> dict[str, int]:
    with TemporaryDirectory(dir=beside) as folder:
        copy = Path(folder) / _SQLITE
        sqlite_dumps.copy_out(database, copy)
        archive.add_file(_SQLITE, copy)
        return sqlite_dumps.count_rows(copy)


def _from_postgres(database: Database, archive: ArchiveWriter) -> dict[str, int]:
    rows = {}
    with database.engine.connect() as connection:
        # One moment for all statements that follow.
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        raw = raw_postgres(connection)
        definitions = postgres_dumps.read_definitions(raw)
        for table, columns in definitions.tables.items():
            counted = _Counted(postgres_dumps.copy_out(raw, table, columns))
            archive.add(_rows_part(table), counted)
            rows[table] = counted.lines
        raw.rollback()
    archive.add(_DEFINITIONS, [json.dumps(asdict(definitions)).encode()])
    return rows


def _rows_in(archive: Archive, folder: Path) -> dict[str, int]:
    """How many rows of each table an archive really has."""
    if archive.manifest.engine == "postgresql":
        return {table: _count_lines(archive.read(_rows_part(table))) for table in archive.manifest.tables}
    archive.unpack(_SQLITE, folder / _SQLITE)
    sqlite_dumps.check_copy(folder / _SQLITE)
    return sqlite_dumps.count_rows(folder / _SQLITE)


def _restore_database(archive: Archive, database: Database, host: PluginHost | None, folder: Path) -> None:
    came_from, goes_to = archive.manifest.engine, _engine(database)
    if came_from == goes_to == "postgresql":
        _into_postgres(archive, database)
        return
    if came_from != "sqlite":
        raise BackupError(f"a backup from {came_from} cannot go into {goes_to}")
    archive.unpack(_SQLITE, folder / _SQLITE)
    if database.sqlite:
        sqlite_dumps.copy_in(database, folder / _SQLITE)
    elif host is not None:
        move_to_postgres(folder / _SQLITE, database, host)
    else:
        raise BackupError("to move to PostgreSQL, the plugins of the installation must be known")


def _into_postgres(archive: Archive, database: Database) -> None:
    definitions = Definitions(**json.loads(b"".join(archive.read(_DEFINITIONS))))
    with database.alter() as connection:
        raw = raw_postgres(connection)
        if not postgres_dumps.is_empty(raw):
            raise BackupError("the database is not empty; a backup goes into an empty one")
        try:
            postgres_dumps.execute(raw, definitions.before)
            for table, columns in definitions.tables.items():
                postgres_dumps.copy_in(raw, table, columns, archive.read(_rows_part(table)))
            postgres_dumps.execute(raw, definitions.after)
        except PostgresError as error:
            raise BackupError(f"PostgreSQL does not take the backup: {error}") from error


def _files_below(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _inside(folder: Path, name: str) -> Path:
    """Where a file of an archive goes. BackupError when that is outside of the folder."""
    target = folder / name
    if not target.resolve().is_relative_to(folder.resolve()):
        raise BackupError(f"{name} would lie outside {folder}")
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _engine(database: Database) -> str:
    return "sqlite" if database.sqlite else "postgresql"


def _rows_part(table: str) -> str:
    return f"rows/{table}"


class _Counted:
    """Pieces of text that pass by; how many lines they had is known afterwards."""

    def __init__(self, pieces: Iterable[bytes | bytearray | memoryview]) -> None:
        self._pieces = pieces
        self.lines = 0

    def __iter__(self) -> Iterator[bytes | bytearray | memoryview]:
        for piece in self._pieces:
            self.lines += _count_lines([piece])
            yield piece


def _count_lines(pieces: Iterable[bytes | bytearray | memoryview]) -> int:
    return sum(bytes(piece).count(b"\n") for piece in pieces)
