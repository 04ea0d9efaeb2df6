"""Rows as they are stored, written as JSON and read back on either engine, whatever classes know of them."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Connection,
    Insert,
    Select,
    TableClause,
    column,
    func,
    insert,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy.types import TypeEngine

from hookline.errors import BackupError

_BATCH: Final = 500
_PAGE: Final = 5_000


def stored_table(connection: Connection, name: str) -> TableClause:
    """A table with the columns that the database says it has, except those that it works out by itself."""
    found = inspect(connection).get_columns(name)
    return table(name, *(column(c["name"], _type(c["type"])) for c in found if "computed" not in c))


def write_rows(connection: Connection, asked: Select[*tuple[Any, ...]]) -> Iterator[bytes]:
    """The rows of a statement, one line each; page by page where they are numbered."""
    key = next((c for c in asked.selected_columns if c.name == "id"), None)
    page = asked if key is None else asked.order_by(key).limit(_PAGE)
    while rows := connection.execute(page).mappings().all():
        for row in rows:
            yield json.dumps(dict(row), ensure_ascii=False, default=_plain).encode() + b"\n"
        if key is None or len(rows) < _PAGE:
            return
        page = asked.where(key > rows[-1]["id"]).order_by(key).limit(_PAGE)


def read_rows(pieces: Iterable[bytes]) -> Iterator[Mapping[str, Any]]:
    """The rows that such lines hold."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from map(json.loads, lines)
    if rest:
        raise BackupError("the last row is cut off")


def insert_rows(
    connection: Connection, into: TableClause, rows: Iterable[Mapping[str, Any]], *, by: Insert | None = None
) -> int:
    """Put rows back as they were; how many. A column that this table has no more is left out. `by` says how, if otherwise."""
    readers = _readers(connection, into)
    waiting, count = iter(rows), 0
    while batch := list(islice(waiting, _BATCH)):
        names = [name for name in batch[0] if name in readers]
        values = [{name: readers[name](row.get(name)) for name in names} for row in batch]
        connection.execute(insert(into) if by is None else by, values)
        count += len(batch)
    return count


def update_rows(
    connection: Connection, into: TableClause, key: str, rows: Iterable[Mapping[str, Any]]
) -> int:
    """Put single columns of rows back, found by their `key`; how many are there."""
    readers, count = _readers(connection, into), 0
    for row in rows:
        values = {
            name: readers[name](value) for name, value in row.items() if name in readers and name != key
        }
        changed = into.update().where(into.c[key] == row[key]).values(values)
        count += connection.execute(changed).rowcount if values else 0
    return count


def last_number(connection: Connection, name: str) -> int | None:
    """The last number that a table has given, be its row there or not; None when it gives none."""
    if connection.dialect.name == "sqlite":
        if "sqlite_sequence" not in inspect(connection).get_table_names(sqlite_include_internal=True):
            return None
        asked = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return connection.execute(asked, {"name": name}).scalar()
    sequence = _sequence(connection, name)
    if sequence is None:
        return None
    last, called = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608  # PostgreSQL's own spelling
    return int(last) if called else None


def set_last_number(connection: Connection, name: str, last: int) -> None:
    """Let a table go on after this number, unless it is further already."""
    here = last_number(connection, name)
    if here is not None and here >= last:
        return
    if connection.dialect.name == "sqlite":
        given = {"name": name, "last": last}
        if (
            connection.execute(
                text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name"), given
            ).rowcount
            == 0
        ):
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), given)
    elif (sequence := _sequence(connection, name)) is not None:
        connection.execute(select(func.setval(sequence, last)))


def _sequence(connection: Connection, name: str) -> str | None:
    columns = {c["name"] for c in inspect(connection).get_columns(name)}
    if "id" not in columns:
        return None
    return connection.execute(select(func.pg_get_serial_sequence(f'"{name}"', "id"))).scalar()


def _type(found: TypeEngine[Any]) -> TypeEngine[Any]:
    # Otherwise an empty value would come back as JSON's null.
    return JSON(none_as_null=True) if isinstance(found, JSON) else found


def _plain(value: object) -> object:
    """What JSON has no word for."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise BackupError(f"a value of type {type(value).__name__} cannot be exported")


def _readers(connection: Connection, into: TableClause) -> dict[str, Callable[[Any], Any]]:
    return {c.name: _reader(c.type, aware=connection.dialect.name != "sqlite") for c in into.columns}


def _reader(kind: TypeEngine[Any], *, aware: bool) -> Callable[[Any], Any]:
    """What makes of JSON's value the one that this column takes."""
    if isinstance(kind, JSON):
        return lambda value: value
    python = kind.python_type
    if python is datetime:
        zoned = aware and bool(getattr(kind, "timezone", False))
        return lambda value: value and _moment(value, zoned=zoned)
    known: Mapping[type, Callable[[Any], Any]] = {
        date: date.fromisoformat, time: time.fromisoformat, Decimal: Decimal, bytes: base64.b64decode, bool: bool,
    }  # fmt: skip
    made = known.get(python)
    return (lambda value: None if value is None else made(value)) if made else (lambda value: value)


def _moment(written: str, *, zoned: bool) -> datetime:
    """SQLite keeps every time as UTC without saying so."""
    value = datetime.fromisoformat(written)
    if zoned:
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
