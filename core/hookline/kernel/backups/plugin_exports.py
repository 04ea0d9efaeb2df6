"""The data of one plugin in an archive of its own, and back: its tables, its columns on others' tables, the house's rows."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, TableClause, exists, func, inspect, or_, select, text, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from hookline.errors import BackupError
from hookline.kernel.backups.archives import Archive, ArchiveWriter, open_archive, write_archive
from hookline.kernel.backups.stored_rows import (
    insert_rows,
    last_number,
    read_rows,
    set_last_number,
    stored_table,
    update_rows,
    write_rows,
)
from hookline.kernel.migrations.removal import Removal, Rows

_ABOUT: Final = "plugin.json"


@dataclass(frozen=True)
class Export:
    """What an archive says of itself: whose data, of which version and revision, and how many rows of what.

    `columns` and `house` count by table; `last` are the last numbers that its tables have given.
    """

    plugin: str
    version: str
    revision: str | None
    tables: Mapping[str, int]
    columns: Mapping[str, int]
    house: Mapping[str, int]
    last: Mapping[str, int]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum((*self.tables.values(), *self.columns.values(), *self.house.values()))


def write_export(
    connection: Connection, removal: Removal, house: Sequence[Rows], target: Path, *, of_version: str
) -> Export:
    """Write everything that `removal` would drop and these rows into an archive, as one moment sees it."""
    with write_archive(target) as archive:
        tables = {
            name: _write(archive, connection, f"tables/{name}", _whole(connection, name))
            for name in removal.tables
        }
        columns = {
            name: _write(archive, connection, f"columns/{name}", _filled(connection, name, found))
            for name, found in removal.columns.items()
        }
        counted = {
            rows.table.name: _write(
                archive, connection, f"house/{rows.table.name}",
                _of_house(connection, rows),
            )
            for rows in house
        }  # fmt: skip
        numbers = {
            name: last for name in removal.tables if (last := last_number(connection, name)) is not None
        }
        revision = _revision(connection, removal)
        made = Export(removal.owner, of_version, revision, tables, columns, _some(counted), numbers)
        archive.add(_ABOUT, [json.dumps(asdict(made), indent=1).encode()])
        archive.finish(
            engine=connection.dialect.name, version=version("hookline"), made_at=datetime.now(UTC).isoformat(),
            tables=tables,
        )  # fmt: skip
    return made


def read_export(path: Path) -> Export:
    """What an archive holds. BackupError when it is none, or is damaged."""
    with open_archive(path) as archive:
        archive.check()
        return _about(archive, path)


def restore_export(connection: Connection, path: Path) -> Export:
    """Put the data back, inside `Database.alter`, into tables that are there and empty; returns what was put back.

    BackupError when something is in the way; then nothing is changed. What the house knew is left out where it would
    stand beside something newer, or where whom it is about is gone.
    """
    with open_archive(path) as archive:
        archive.check()
        found = _about(archive, path)
        _refuse_full(connection, found)
        try:
            outward = {
                name: _outward_keys(connection, name, found) for name in (*found.tables, *found.columns)
            }
            with _unwatched(connection, list(outward)):
                for name in found.tables:
                    insert_rows(connection, stored_table(connection, name), _rows(archive, f"tables/{name}"))
                columns = {
                    name: update_rows(
                        connection, stored_table(connection, name), "id", _rows(archive, f"columns/{name}")
                    )
                    for name in found.columns
                }
                for name, keys in outward.items():
                    _let_go(connection, name, keys)
            house = {name: _restore_house(connection, archive, name) for name in found.house}
            for name, last in found.last.items():
                set_last_number(connection, name, last)
        except SQLAlchemyError as error:
            said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise BackupError(f"the database does not take what {path.name} holds: {said}") from error
    return Export(found.plugin, found.version, found.revision, found.tables, columns, house, found.last)


def _write(archive: ArchiveWriter, connection: Connection, name: str, asked: Any) -> int:
    lines = _Counted(write_rows(connection, asked))
    archive.add(f"{name}.jsonl", lines)
    return lines.count


class _Counted:
    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines, self.count = lines, 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.count += 1
            yield line


def _whole(connection: Connection, name: str) -> Any:
    return select(*stored_table(connection, name).columns)


def _of_house(connection: Connection, rows: Rows) -> Any:
    stored = stored_table(connection, rows.table.name)
    found = [type_coerce(rows.table.c[c.name], c.type).label(c.name) for c in stored.columns]
    return select(*found).where(rows.which)


def _filled(connection: Connection, name: str, columns: Sequence[str]) -> Any:
    """The rows in which at least one of these columns says something."""
    clause = stored_table(connection, name)
    found = [clause.c[column] for column in columns]
    return select(clause.c.id, *found).where(or_(*(column.is_not(None) for column in found)))


def _revision(connection: Connection, removal: Removal) -> str | None:
    if not removal.versions:
        return None
    return connection.execute(text(f"SELECT version_num FROM {removal.versions[0]}")).scalar()  # noqa: S608  # a plugin's name is letters, digits and _


def _some(counted: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counted.items() if count}


def _about(archive: Archive, path: Path) -> Export:
    if _ABOUT not in archive.manifest.parts:
        raise BackupError(
            f"{path} is a backup of a whole house, not the data of one plugin: see `hookline restore`"
        )
    try:
        return Export(**json.loads(b"".join(archive.read(_ABOUT))))
    except (TypeError, ValueError) as error:
        raise BackupError(f"{path} does not say what it holds: {error}") from error


def _rows(archive: Archive, name: str) -> Iterator[Mapping[str, Any]]:
    return read_rows(archive.read(f"{name}.jsonl"))


def _refuse_full(connection: Connection, found: Export) -> None:
    there = set(inspect(connection).get_table_names())
    for name in (*found.tables, *found.columns):
        if name not in there:
            raise BackupError(
                f"there is no table {name}: install {found.plugin} {found.version} and migrate first"
            )
    for name in found.tables:
        if connection.execute(select(func.count()).select_from(stored_table(connection, name))).scalar_one():
            raise BackupError(f"{name} has rows already; the data go back into empty tables")


@contextmanager
def _unwatched(connection: Connection, tables: Sequence[str]) -> Iterator[None]:
    """Rows may point at rows that come later. `Database.alter` keeps SQLite from looking; PostgreSQL's keys go and come."""
    keys: list[tuple[str, str]] = []
    if connection.dialect.name != "sqlite":
        keys = [(row[0], row[1]) for row in connection.execute(text(_KEYS), {"tables": list(tables)})]
    for drop, _ in keys:
        connection.exec_driver_sql(drop)
    yield
    for _, add in keys:
        connection.exec_driver_sql(add)


def _outward_keys(connection: Connection, name: str, found: Export) -> Mapping[str, tuple[str, str]]:
    """The columns that came out of the archive and point at what did not: at which table and column."""
    return {
        column: (key["referred_table"], key["referred_columns"][0])
        for key in inspect(connection).get_foreign_keys(name)
        for column in key["constrained_columns"]
        if (name in found.tables or column.startswith(f"{found.plugin}_"))
        and key["referred_table"] not in found.tables
    }


def _let_go(connection: Connection, name: str, keys: Mapping[str, tuple[str, str]]) -> None:
    """What pointed at a record that has been erased meanwhile points at nothing now, or is gone with it."""
    clause = stored_table(connection, name)
    nullable = {c["name"]: c["nullable"] for c in inspect(connection).get_columns(name)}
    for column, (target, at) in keys.items():
        there = exists().where(stored_table(connection, target).c[at] == clause.c[column])
        lost = clause.c[column].is_not(None) & ~there
        mended = clause.update().values({column: None}) if nullable[column] else clause.delete()
        connection.execute(mended.where(lost))


def _restore_house(connection: Connection, archive: Archive, name: str) -> int:
    """Rows of the house whose places are free and whose owners are still there; how many."""
    clause = stored_table(connection, name)
    before = _count(connection, clause)
    made = postgresql.insert(clause) if connection.dialect.name != "sqlite" else sqlite.insert(clause)
    waiting = _rows(archive, f"house/{name}")
    while batch := list(islice(waiting, 500)):
        insert_rows(
            connection, clause, _with_owners(connection, name, batch), by=made.on_conflict_do_nothing()
        )
    return _count(connection, clause) - before


def _with_owners(
    connection: Connection, name: str, rows: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """Those of the rows that point at what is there."""
    for key in inspect(connection).get_foreign_keys(name):
        column, at = key["constrained_columns"][0], key["referred_columns"][0]
        other = stored_table(connection, key["referred_table"]).c[at]
        wanted = {row[column] for row in rows if row.get(column) is not None}
        there = {None, *connection.execute(select(other).where(other.in_(wanted))).scalars()}
        rows = [row for row in rows if row.get(column) in there]
    return rows


def _count(connection: Connection, clause: TableClause) -> int:
    return int(connection.execute(select(func.count()).select_from(clause)).scalar_one())


_KEYS: Final = """
SELECT format('ALTER TABLE %I DROP CONSTRAINT %I', c.relname, k.conname),
       format('ALTER TABLE %I ADD CONSTRAINT %I %s', c.relname, k.conname, pg_get_constraintdef(k.oid))
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = current_schema()::regnamespace AND k.contype = 'f' AND c.relname = ANY(:tables)
"""
