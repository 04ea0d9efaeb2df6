"""Empties a whole database, so that a demo can begin again."""

from pathlib import Path

from sqlalchemy import func, inspect, select
from sqlalchemy.schema import CreateSchema, DropSchema

from hookline.kernel.db import Database


def is_empty(database: Database) -> bool:
    """Whether nothing has been made in this database yet."""
    with database.alter() as connection:
        return not inspect(connection).get_table_names()


def clear(database: Database) -> None:
    """Remove everything that is in the database. Nobody else may be using it."""
    if database.sqlite:
        database.close()
        for ending in ("", "-wal", "-shm"):
            Path(f"{database.engine.url.database}{ending}").unlink(missing_ok=True)
        return
    with database.alter() as connection:
        schema = str(connection.execute(select(func.current_schema())).scalar_one())
        connection.execute(DropSchema(schema, cascade=True))
        connection.execute(CreateSchema(schema))
