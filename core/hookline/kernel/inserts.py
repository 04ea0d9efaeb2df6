"""How many rows get into a table with one short statement, on either engine, and come back as ids in their order."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import JSON, Column, Connection, Dialect, String, Table, insert

Rows = Sequence[Mapping[str, Any]]
# From so many rows on, PostgreSQL gets them as one JSON value.
_MANY: Final = 20


def insert_numbered(
    connection: Connection, table: Table, rows: Rows, options: Mapping[str, Any]
) -> list[int]:
    """Insert rows, all with the same columns, into a table that numbers them. The ids come in the order of the rows."""
    if connection.dialect.name != "sqlite" and len(rows) >= _MANY:
        return sorted(_insert_json(connection, table, rows, options))
    # SQLite's one writer numbers the rows in their order; SQLAlchemy, asked to keep the order there,
    # would run a statement for each of them.
    keeps_order = connection.dialect.name == "sqlite"
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=not keeps_order)
    found = connection.execute(statement, list(rows), execution_options=options)
    return sorted(int(id) for id in found.scalars())


def insert_plain(connection: Connection, table: Table, rows: Rows, options: Mapping[str, Any]) -> None:
    """Insert rows, all with the same columns, whose ids nobody asks for."""
    if connection.dialect.name != "sqlite" and len(rows) >= _MANY:
        _insert_json(connection, table, rows, options, ids=False)
    else:
        connection.execute(insert(table), list(rows), execution_options=options)


def _insert_json(
    connection: Connection, table: Table, rows: Rows, options: Mapping[str, Any], *, ids: bool = True
) -> list[int]:
    """A parameter for each value would make a statement that takes longer to read than to run."""
    dialect = connection.dialect
    columns = [column for column in table.c if column.name in rows[0]]
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in columns)
    types = ", ".join(f"{quote(column.name)} {_type(column, dialect)}" for column in columns)
    given = f"ROWS FROM (json_to_recordset($1::json) AS ({types})) WITH ORDINALITY"
    found = connection.exec_driver_sql(
        f"INSERT INTO {quote(table.name)} ({names}) SELECT {names} FROM {given} ORDER BY ordinality"  # noqa: S608  # names of our own tables
        + (" RETURNING id" if ids else ""),
        (_as_json(columns, rows, dialect),),
        execution_options=options,
    )
    return [int(row[0]) for row in found] if ids else []


def _type(column: Column[Any], dialect: Dialect) -> str:
    # A cast to varchar(40) would cut off a longer text, which an insert refuses.
    return "text" if isinstance(column.type, String) else column.type.compile(dialect)


def _as_json(columns: Sequence[Column[Any]], rows: Rows, dialect: Dialect) -> str:
    processors = {column.name: _processor(column, dialect) for column in columns}
    bound = [
        {name: process(row[name]) if process else row[name] for name, process in processors.items()}
        for row in rows
    ]
    return json.dumps(bound, ensure_ascii=False, default=str)


def _processor(column: Column[Any], dialect: Dialect) -> Any:
    """What makes a value what the driver takes; JSON stays as it is inside of JSON."""
    return (
        None if isinstance(column.type, JSON) else column.type.dialect_impl(dialect).bind_processor(dialect)
    )
