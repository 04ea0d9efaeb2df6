"""How many rows get into a table with one short statement, on either engine, and come back as ids in their order."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import JSON, Column, Connection, Dialect, String, Table, insert

from hookline.kernel.compiled import found_by, lasting

Rows = Sequence[Mapping[str, Any]]
# The option under which a long insert takes along what is to be done while PostgreSQL is at it; SQLite passes it over.
MEANWHILE: Final = "hookline_meanwhile"
# From so many rows on, PostgreSQL gets them as one JSON value.
_MANY: Final = 20
# Of so many tables the statement that inserts is kept.
_MOST_TABLES: Final = 256
_JSON: Final = msgspec.json.Encoder(enc_hook=str)


def insert_numbered(
    connection: Connection, table: Table, rows: Rows, options: Mapping[str, Any]
) -> list[int]:
    """Insert rows, all with the same columns, into a table that numbers them. The ids come in the order of the rows."""
    if connection.dialect.name != "sqlite" and len(rows) >= _MANY:
        return sorted(_insert_json(connection, table, rows, options))
    # SQLite's one writer numbers the rows in their order; SQLAlchemy, asked to keep the order there,
    # would run a statement for each of them.
    keeps_order = connection.dialect.name == "sqlite"
    statement = _numbering(table, sorted_by_row=not keeps_order)
    found = connection.execute(
        statement, list(rows), execution_options={**options, **found_by(statement, connection)}
    )
    return sorted(int(id) for id in found.scalars())


def insert_plain(connection: Connection, table: Table, rows: Rows, options: Mapping[str, Any]) -> None:
    """Insert rows, all with the same columns, whose ids nobody asks for."""
    if connection.dialect.name != "sqlite" and len(rows) >= _MANY:
        _insert_json(connection, table, rows, options, ids=False)
    else:
        statement = _plain(table)
        connection.execute(
            statement, list(rows), execution_options={**options, **found_by(statement, connection)}
        )


@lru_cache(_MOST_TABLES)
def _numbering(table: Table, *, sorted_by_row: bool) -> Any:
    return lasting(insert(table).returning(table.c.id, sort_by_parameter_order=sorted_by_row))


@lru_cache(_MOST_TABLES)
def _plain(table: Table) -> Any:
    return lasting(insert(table))


def _insert_json(
    connection: Connection, table: Table, rows: Rows, options: Mapping[str, Any], *, ids: bool = True
) -> list[int]:
    """A parameter for each value would make a statement that takes longer to read than to run."""
    dialect = connection.dialect
    columns = [column for column in table.c if column.name in rows[0]]
    # What is the same in all rows, such as who created them and when, is said once.
    apart = [column for column in columns if not _is_alike(column, rows)] or columns[:1]
    parted = {column.name for column in apart}
    alike = [column for column in columns if column.name not in parted]
    quote = dialect.identifier_preparer.quote
    values = {c.name: f"${n}::{_type(c, dialect)}" for n, c in enumerate(alike, start=2)}
    names = ", ".join(quote(column.name) for column in columns)
    chosen = ", ".join(values.get(column.name, quote(column.name)) for column in columns)
    types = ", ".join(f"{quote(column.name)} {_type(column, dialect)}" for column in apart)
    given = f"ROWS FROM (json_to_recordset($1::json) AS ({types})) WITH ORDINALITY"
    found = connection.exec_driver_sql(
        f"INSERT INTO {quote(table.name)} ({names}) SELECT {chosen} FROM {given} ORDER BY ordinality"  # noqa: S608  # names of our own tables
        + (" RETURNING id" if ids else ""),
        (_as_json(apart, rows, dialect), *_once(alike, rows[0], dialect)),
        execution_options=options,
    )
    return [int(row[0]) for row in found] if ids else []


def _is_alike(column: Column[Any], rows: Rows) -> bool:
    """Whether it is one and the same value: two that are equal may still be written differently."""
    name, first = column.name, rows[0][column.name]
    return all(row[name] is first for row in rows) and not (
        isinstance(column.type, JSON) and first is not None
    )


def _type(column: Column[Any], dialect: Dialect) -> str:
    # A cast to varchar(40) would cut off a longer text, which an insert refuses.
    return "text" if isinstance(column.type, String) else column.type.compile(dialect)


def _once(columns: Sequence[Column[Any]], row: Mapping[str, Any], dialect: Dialect) -> list[Any]:
    return [
        process(row[column.name]) if (process := _processor(column, dialect)) else row[column.name]
        for column in columns
    ]


def _as_json(columns: Sequence[Column[Any]], rows: Rows, dialect: Dialect) -> str:
    names = [column.name for column in columns]
    processors = {c.name: process for c in columns if (process := _processor(c, dialect))}
    bound = [{name: row[name] for name in names} for row in rows]
    for name, process in processors.items():
        for row in bound:
            row[name] = process(row[name])
    return _JSON.encode(bound).decode()


def _processor(column: Column[Any], dialect: Dialect) -> Any:
    """What makes a value what the driver takes; JSON stays as it is inside of JSON."""
    return (
        None if isinstance(column.type, JSON) else column.type.dialect_impl(dialect).bind_processor(dialect)
    )
