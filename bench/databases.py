"""Empty databases to measure on: SQLite files, or databases on a PostgreSQL server, ours or a given one."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from hookline_sdk.testing.postgres_server import serve_postgres
from sqlalchemy import Engine, create_engine, make_url, text

from bench.processes import parent

SERVER_VARIABLE = "HOOKLINE_BENCH_PG_URL"
SETTINGS = {
    # A commit reaches the disk here, unlike in the tests, because creating a record is one of the cases.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "128MB",
    "shared_preload_libraries": "pg_stat_statements",
}
STATEMENTS = """
SELECT coalesce(sum(calls), 0) FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
WHERE datname = :name AND query !~* '^(begin|commit|rollback|savepoint|release|set|show|deallocate)'
"""


class Databases(Protocol):
    """Makes databases on one engine; `server_pid` is the database server, where it is one that we started."""

    @property
    def version(self) -> str: ...

    @property
    def server_pid(self) -> int | None: ...

    def create(self, name: str) -> str:
        """A SQLAlchemy URL of a new empty database."""
        ...

    def statement_count(self, url: str) -> int | None:
        """Statements run in the database so far, but for those that frame transactions; None when unknown."""
        ...


def open_databases(engine: str) -> AbstractContextManager[Databases]:
    return _sqlite() if engine == "sqlite" else _postgresql()


@contextmanager
def _sqlite() -> Iterator[Databases]:
    with tempfile.TemporaryDirectory(prefix="hookline-bench-") as folder:
        yield SQLiteFiles(Path(folder))


@contextmanager
def _postgresql() -> Iterator[Databases]:
    given = os.environ.get(SERVER_VARIABLE)
    if given:
        with _databases_on(given, ours=False) as databases:
            yield databases
    else:
        with serve_postgres(SETTINGS) as url, _databases_on(url, ours=True) as databases:
            yield databases


@contextmanager
def _databases_on(url: str, *, ours: bool) -> Iterator[Databases]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    databases = PostgreSQLServer(engine, ours=ours)
    try:
        yield databases
    finally:
        databases.drop_created()
        engine.dispose()


class SQLiteFiles:
    """Databases as files in one folder."""

    version = f"SQLite {sqlite3.sqlite_version}"
    server_pid = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, name: str) -> str:
        return f"sqlite:///{self._folder / name}.db"

    def statement_count(self, url: str) -> int | None:
        return None


class PostgreSQLServer:
    """Databases on one server, dropped at the end; counts statements where pg_stat_statements is loaded."""

    def __init__(self, engine: Engine, *, ours: bool) -> None:
        self._engine = engine
        self._created: list[str] = []
        self.version = f"PostgreSQL {self._value('SHOW server_version')}"
        self.server_pid = parent(int(self._value("SELECT pg_backend_pid()"))) if ours else None
        self._counts = "pg_stat_statements" in self._value("SHOW shared_preload_libraries")
        if self._counts:
            self._run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    def create(self, name: str) -> str:
        database = f"hookline_bench_{name}"
        self._run(f"DROP DATABASE IF EXISTS {database}")
        self._run(f"CREATE DATABASE {database}")
        self._created.append(database)
        return self._engine.url.set(database=database).render_as_string(hide_password=False)

    def statement_count(self, url: str) -> int | None:
        if not self._counts:
            return None
        return int(self._value(STATEMENTS, name=make_url(url).database))

    def drop_created(self) -> None:
        for database in self._created:
            self._run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def _value(self, statement: str, **values: str | None) -> str:
        with self._engine.connect() as connection:
            return str(connection.execute(text(statement), values).scalar_one())

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))
