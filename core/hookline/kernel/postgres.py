"""Connections to PostgreSQL as Hookline uses them. Read only where PostgreSQL is: whoever works with SQLite never waits for psycopg."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast

from psycopg import Connection, RawCursor
from psycopg.pq.abc import PGresult
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, ExecutionContext

from hookline.kernel.inserts import MEANWHILE


class Cursor(RawCursor[Any]):
    """A statement goes out as it was compiled, with $1 and $2.

    psycopg would look through a long one for its own placeholders each time anew.
    """

    @property
    def description(self) -> Any:
        """The names and types of what came, of which psycopg looks up five more things for each column."""
        result = self.pgresult
        if result is None or not result.nfields:
            return super().description
        return _Columns(result, self._encoding)


class _Columns(Sequence[tuple[Any, ...]]):
    """Written down when they are looked at. SQLAlchemy does that once for each statement, but asks each time whether there are any."""

    def __init__(self, result: PGresult, encoding: str) -> None:
        self._result, self._encoding = result, encoding

    @cached_property
    def _written(self) -> list[tuple[Any, ...]]:
        result = self._result
        names = (result.fname(i) or b"" for i in range(len(self)))
        return [
            (name.decode(self._encoding), result.ftype(i), None, None, None, None, None)
            for i, name in enumerate(names)
        ]

    def __len__(self) -> int:
        return self._result.nfields

    def __getitem__(self, place: Any) -> Any:
        return self._written[place]


def hold_to_reading(dbapi: DBAPIConnection, _record: object) -> None:
    """Let PostgreSQL refuse whatever writes outside of a transaction; each transaction says that it may."""
    connection = cast(Connection[Any], dbapi)
    connection.autocommit = True
    connection.execute("SET default_transaction_read_only = on")
    connection.autocommit, connection.read_only = False, False


def work_meanwhile(
    cursor: DBAPICursor, statement: str, parameters: Any, context: ExecutionContext | None
) -> bool:
    """Send a statement that takes something to be done along, do that, and only then wait for the answer."""
    work = context.execution_options.get(MEANWHILE) if context is not None else None
    if work is None:
        return False
    sent = cast(Cursor, cursor)
    with sent.connection.pipeline():
        sent.execute(statement.encode(), parameters)
        work()
    return True
