"""`Listener`: what one request costs in development, and whom: its statements, the calls of plugins, what failed in it.

In production there is none, so nothing listens: neither to the database nor to the host.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import get_ident
from typing import Final

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext

from hookline.kernel.db import Database
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure, PluginHost

# However many values a list of them has, the statement is the same.
_VALUES: Final = re.compile(r"(\?|\$\d+(?:::\w+)?)(?:, (?:\?|\$\d+(?:::\w+)?))+")


@dataclass
class Statement:
    """One statement: whose it is (a plugin's name or "core"), and how many seconds the database took."""

    sql: str
    whose: str
    began: float
    seconds: float = 0.0


@dataclass
class Heard:
    """One request. `calls` are those of plugins, with their seconds; a call within another is part of both."""

    statements: list[Statement] = field(default_factory=list)
    calls: list[tuple[Contribution, float]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    seconds: float = 0.0


class Listener:
    """Hears what happens in the threads for which it is asked to listen. One per process."""

    def __init__(self, database: Database, host: PluginHost) -> None:
        self._host = host
        self._heard: dict[int, Heard] = {}
        event.listen(database.engine, "before_cursor_execute", self._begin)
        event.listen(database.engine, "after_cursor_execute", self._end)

    @contextmanager
    def listening(self) -> Iterator[Heard]:
        """What happens in this thread while the block runs."""
        thread, heard = get_ident(), Heard()
        self._heard[thread] = heard
        self._host.watch.listening[thread] = lambda contribution, took: heard.calls.append(
            (contribution, took)
        )
        self._host.listening[thread] = heard.failures.append
        began = time.perf_counter()
        try:
            yield heard
        finally:
            heard.seconds = time.perf_counter() - began
            for listening in (self._heard, self._host.watch.listening, self._host.listening):
                listening.pop(thread, None)

    def _begin(
        self, _connection: Connection, _cursor: DBAPICursor, statement: str, _params: object,
        _context: ExecutionContext | None, _many: bool,
    ) -> None:  # fmt: skip
        thread = get_ident()
        heard = self._heard.get(thread)
        if heard is None:
            return
        contribution = self._host.watch.running(thread)
        whose = contribution.plugin if contribution else "core"
        heard.statements.append(Statement(alike(statement), whose, time.perf_counter()))

    def _end(
        self, _connection: Connection, _cursor: DBAPICursor, _statement: str, _params: object,
        _context: ExecutionContext | None, _many: bool,
    ) -> None:  # fmt: skip
        heard = self._heard.get(get_ident())
        if heard is not None and heard.statements:
            last = heard.statements[-1]
            last.seconds = time.perf_counter() - last.began


def alike(sql: str) -> str:
    """A statement by which those that differ in nothing but their values are the same."""
    return _VALUES.sub(r"\1, …", " ".join(sql.split()))
