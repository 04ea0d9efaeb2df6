"""The floor's engine, and its autocommit view for pages that only read."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry


def floor_engine(url: str) -> Engine:
    engine = create_engine(url, pool_size=8, max_overflow=0)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
    return engine


def reading(engine: Engine) -> Engine:
    """The same connections without a transaction round each statement, which saves two round trips a page."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
