"""What the database of a demo still has of fields that a plugin declares no more: taken out, or called otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from hookline.kernel.db import STAMP, Database
from hookline.kernel.entity import Base
from sqlalchemy import inspect


@dataclass(frozen=True)
class Leftover:
    """A column without a declaration. `required`: no row can be made without a value in it."""

    table: str
    column: str
    required: bool

    @property
    def mend(self) -> str:
        """What its author can do."""
        return "put the field back, or start the demo afresh with --reset. In service a revision renames or drops it."

    def __str__(self) -> str:
        return f"{self.table}.{self.column} is declared no more, and the demo has it still."


def find_leftovers(database: Database, plugin: str) -> list[Leftover]:
    """Every such column of a plugin, on its own tables and on others'."""
    with database.engine.connect() as connection:
        looking = inspect(connection.execution_options(**{STAMP: "dev", "hookline_write": False}))
        there = {
            table: looking.get_columns(table)
            for table in looking.get_table_names()
            if table in Base.metadata.tables
        }
    return [
        Leftover(table, column["name"], not column["nullable"] and column.get("default") is None)
        for table, columns in there.items()
        for column in columns
        if column["name"] not in Base.metadata.tables[table].columns
        and (table.startswith(f"{plugin}_") or column["name"].startswith(f"{plugin}_"))
    ]
