"""Scrubbing: makes bytes that nothing refers to any more really go, out of the database's files.

A deleted row is first only unlinked. SQLite keeps its bytes in free pages, in the segments of its full-text indexes and
in the log beside the file; PostgreSQL in the table's file until a vacuum.
"""

import re
from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import column, func, select, table, text

from hookline.errors import HooklineError
from hookline.kernel.db import STAMP, Database, Transaction
from hookline.kernel.entity import Base
from hookline.kernel.search import optimize_fts5

_WHY: Final = "scrubbing"
# The engine's own tables, those of full-text indexes, and those in which migrations keep their place.
_OWN: Final = re.compile(r"sqlite_.*|.*_fts(_[a-z]+)?|hookline_.*")


class StillInUse(HooklineError):
    """Somebody reads for so long that the log cannot be emptied yet. Try again."""


def scrub(
    database: Database, entities: Collection[str], tables: Collection[str], *, full: bool = False
) -> None:
    """Let nothing be left of rows that were deleted or changed.

    `entities` are those whose full-text index has lost something, `tables` the names of all tables that have. On
    PostgreSQL `full` rewrites the tables, which shuts everybody out meanwhile; without it the bytes are free for other
    rows to be written over.
    """
    if database.sqlite:
        _scrub_sqlite(database, entities)
    else:
        _vacuum(database, tables, full=full)


def tables_of_nobody(tx: Transaction) -> list[str]:
    """Tables that no part of the program that runs has declared: those of plugins that are switched off."""
    known = Base.metadata.tables.keys()
    return sorted(name for name in tables_there(tx) if name not in known and not _OWN.fullmatch(name))


def tables_there(tx: Transaction) -> Sequence[str]:
    """The names of all tables that the database has."""
    if tx.sqlite:
        master = table("sqlite_master", column("name"), column("type"))
        asked = select(master.c.name).where(master.c.type == "table")
    else:
        listed = table("tables", column("table_name"), column("table_schema"), schema="information_schema")
        asked = select(listed.c.table_name).where(listed.c.table_schema == func.current_schema())
    return tx.run(asked, why=_WHY).scalars().all()


def _scrub_sqlite(database: Database, entities: Collection[str]) -> None:
    with database.write() as tx:
        for entity in sorted(entities):
            tx.run(text(optimize_fts5(entity)), why=_WHY)
    # Writes every page anew, so that no free page and no gap inside one keeps anything.
    database.outside("VACUUM")
    busy = database.outside("PRAGMA wal_checkpoint(TRUNCATE)")
    if busy and busy[0][0]:
        raise StillInUse("the log beside the database is still read by somebody; try again")


def _vacuum(database: Database, tables: Collection[str], *, full: bool) -> None:
    known = sorted(set(tables) & Base.metadata.tables.keys())
    with database.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT", **{STAMP: _WHY})
        quote = alone.dialect.identifier_preparer.quote
        for name in known:
            alone.exec_driver_sql(f"VACUUM ({'FULL, ' if full else ''}ANALYZE) {quote(name)}")
