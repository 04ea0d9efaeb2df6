"""One database, two engines: how transactions begin, and the net that refuses unstamped statements."""

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias, TypeVar, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    Executable,
    Table,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, ExecutionContext
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError
from sqlalchemy.util import LRUCache

from hookline.errors import Invalid, Problem, SettingsError, Text
from hookline.kernel.compiled import found_by
from hookline.kernel.inserts import MEANWHILE, insert_numbered, insert_plain
from hookline.kernel.shadows import cast_shadows

T = TypeVar("T")
Params: TypeAlias = Mapping[str, object] | Sequence[Mapping[str, object]]

STAMP: Final = "hookline_stamp"
# So many rows keep PostgreSQL busy for long enough that something else can be done meanwhile.
_LONG: Final = 100
_RACED: Final = Text("Somebody else was faster: this value is taken, or what it belongs to is gone.")
# As many as SQLAlchemy keeps when it is left to itself.
_MOST_COMPILED: Final = 500
# They touch no data, and SQLAlchemy leaves no way to stamp them.
_SAVEPOINTS: Final = ("SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ")
# The advisory lock on PostgreSQL of whoever changes the tables; the number only has to be ours.
_ALTERING: Final = 0x686F6F6B
# A failed statement goes into the log; what it was about, names and hashes of passwords among it, does not.
_DISCREET: Final[Mapping[str, bool]] = {"hide_parameters": True}
# What every connection to SQLite is told. When a commit returns, its data are on the disk: "synchronous" is FULL. Tests, of
# which nothing is to last, set it to 0.
PRAGMAS: Final[dict[str, str | int]] = {
    "journal_mode": "wal",
    "foreign_keys": 1,
    "busy_timeout": 30_000,
    "synchronous": 2,
}
# In bulk work, and as it is otherwise: no commit waits for the disk; a few hundred rows touch more pages than SQLite keeps by
# itself (2 MB), which would then be written and read again within one transaction; and what several transactions have written
# goes from the log into the file together.
_IN_BULK: Final = {
    "synchronous": ("NORMAL", "FULL"),
    "cache_size": (-16_000, -2_000),
    "wal_autocheckpoint": (4_000, 1_000),
}


class Bell:
    """Wakes the workers of this process when there is something for them to do."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rung = 0

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._changed:
            self._rung += 1
            self._changed.notify_all()

    def count(self) -> int:
        """How often it has rung. Note it before looking for work: a ring during the look is then not missed."""
        return self._rung

    def wait(self, since: int, seconds: float) -> None:
        """Wait until it has rung after `since`, at most this long."""
        with self._changed:
            self._changed.wait_for(lambda: self._rung != since, seconds)


class Transaction:
    """One open transaction. Every statement says why it runs: `gate`, or the reason given to `run`.

    Set `rings` when the commit leaves something for the worker, `meanwhile` to work that asks nothing of the database and
    raises nothing: it is done, once, while PostgreSQL is at the first long insert.
    """

    def __init__(self, connection: Connection, *, sqlite: bool) -> None:
        self._connection = connection
        self._after: list[Callable[[], None]] = []
        self._last: dict[Callable[[Transaction, Sequence[Any]], None], list[Any]] = {}
        self.sqlite = sqlite
        self.rings = False
        self.meanwhile: Callable[[], None] | None = None

    def run(
        self, statement: Executable, params: Params | None = None, *, why: str
    ) -> "CursorResult[*tuple[Any, ...]]":
        """Execute with the house's own rights. `why` names the reason, e.g. "sign-in"."""
        return self._connection.execute(
            statement, params, execution_options={STAMP: why, **found_by(statement, self._connection)}
        )

    def insert(self, table: Table, rows: Sequence[Mapping[str, object]], *, why: str) -> list[int]:
        """Insert rows, all with the same columns, into a table that numbers them. The ids come in their order."""
        options: dict[str, object] = {STAMP: why}
        if self.meanwhile is not None and len(rows) >= _LONG:
            options[MEANWHILE], self.meanwhile = self.meanwhile, None
        return insert_numbered(self._connection, table, rows, options) if rows else []

    def insert_all(self, table: Table, rows: Sequence[Mapping[str, object]], *, why: str) -> None:
        """Insert rows, all with the same columns, whose ids nobody asks for."""
        if rows:
            insert_plain(self._connection, table, rows, {STAMP: why})

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call this once the transaction has been committed; never when it was rolled back."""
        self._after.append(call)

    def gather(self, write: Callable[["Transaction", Sequence[T]], None], item: T) -> None:
        """Have `write` called once, right before the commit, with every item gathered for it.

        For rows behind a lock that all writers share: taken last and held shortly, it can never close a ring of waiting.
        """
        if not self._writes:
            raise AssertionError("nothing can be gathered in a transaction that only reads")
        self._last.setdefault(write, []).append(item)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What happens inside can be undone alone: an exception rolls back to here and goes on up."""
        known, gathered = len(self._after), {write: len(items) for write, items in self._last.items()}
        try:
            with self._nested():
                yield
        except BaseException:
            del self._after[known:]
            for write, items in self._last.items():
                del items[gathered.get(write, 0) :]
            raise

    def _nested(self) -> AbstractContextManager[object]:
        # Where nothing is written nothing is to be undone; PostgreSQL has no transaction then that could be nested in.
        reads = self._connection.get_execution_options().get("hookline_write") is False
        return nullcontext() if reads else self._connection.begin_nested()

    def begin_again(self) -> None:
        """After a failed statement, which on PostgreSQL ends all asking: start anew. Only where nothing is written."""
        if not self._writes:
            self._connection.rollback()

    @property
    def _writes(self) -> bool:
        return bool(self._connection.get_execution_options().get("hookline_write"))

    def undo(self) -> None:
        """Take back everything that was written. Nothing more can be asked or written afterwards."""
        self._after.clear()
        self._last.clear()
        self.rings = False
        transaction = self._connection.get_transaction()
        if transaction is not None:
            transaction.rollback()

    @property
    def connection(self) -> Connection:
        """The bare connection, for migrations only."""
        return self._connection

    def finish(self) -> None:
        """Called by `Database.write` before its commit."""
        for write, items in self._last.items():
            if items:
                write(self, items)

    def committed(self) -> None:
        """Called by `Database.write` after its commit."""
        for call in self._after:
            call()


class Database:
    """An engine with our transaction rules. Make one per process and `close` it at the end."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError) as error:
            # Without the address itself: a password may stand in it.
            raise SettingsError(f"HOOKLINE_DATABASE_URL is not a database address: {error}") from None
        self.url = url
        self.sqlite = parsed.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url, pool_size) if self.sqlite else _postgres_engine(url, pool_size)
        self.engine.update_execution_options(compiled_cache=LRUCache(_MOST_COMPILED))
        # SQLite has one writer: queueing in the process is fair, its busy loop between processes is not.
        self._writer = threading.Lock() if self.sqlite else nullcontext()
        self.bell = Bell()
        self.statements = 0
        event.listen(self.engine, "before_cursor_execute", self._refuse_unstamped)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Only reads. SQLite shows one state of the data and rolls back at the end.

        On PostgreSQL each statement shows what is committed when it begins, in a transaction or not: so there is none, which
        saves two trips to the server. It is held to reading all the same: see `postgres.hold_to_reading`.
        """
        with self.engine.connect() as connection:
            alone = {} if self.sqlite else {"isolation_level": "AUTOCOMMIT"}
            yield Transaction(connection.execution_options(hookline_write=False, **alone), sqlite=self.sqlite)

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Transaction]:
        """A transaction that commits when the block ends and rolls back when it raises.

        On SQLite it takes the write lock at once, so a read inside cannot go stale before its write.
        `durable=False` lets bulk work skip the disk flush of each commit (the file stays consistent).
        """
        relaxed = self.sqlite and not durable and PRAGMAS["synchronous"] == 2
        with self._writer, self.engine.connect() as connection:
            connection = connection.execution_options(hookline_write=True)
            if relaxed:
                _set_for_bulk(connection, bulk=True)
            try:
                with connection.begin():
                    tx = Transaction(connection, sqlite=self.sqlite)
                    if not (self.sqlite or durable):
                        tx.run(text("SET LOCAL synchronous_commit = off"), why="not durable")
                    yield tx
                    tx.finish()
            except IntegrityError as error:
                problem = raced(error)
                if problem is None:
                    raise
                raise Invalid([problem]) from error
            finally:
                if relaxed:
                    _set_for_bulk(connection, bulk=False)
        if tx.rings:
            self.bell.ring()
        tx.committed()

    @contextmanager
    def rehearse(self, *, but: Collection[str] = ()) -> Iterator[Transaction]:
        """A writing transaction that leaves nothing behind, on a copy: nobody waits for it.

        `but` are tables that PostgreSQL need not copy, as rows are only ever added to them.
        """
        if self.sqlite:
            with (
                TemporaryDirectory() as folder,
                closing(self._copy(Path(folder) / "copy.db")) as copy,
                copy.write(durable=False) as tx,
            ):
                yield tx
            return
        # A connection of its own: what others have prepared for theirs would still mean the real tables.
        with closing(Database(self.url, pool_size=1)) as alone, alone.engine.connect() as connection:
            connection = connection.execution_options(hookline_write=True)
            with connection.begin() as transaction:
                cast_shadows(connection.execution_options(**{STAMP: "shadows"}), but=but)
                yield Transaction(connection, sqlite=False)
                transaction.rollback()

    def _copy(self, path: Path) -> "Database":
        with self.engine.connect() as connection, closing(sqlite3.connect(path)) as target:
            _raw(connection).backup(target)
        return Database(f"sqlite:///{path}", pool_size=1)

    @contextmanager
    def alter(self) -> Iterator[Connection]:
        """A write transaction for changes of the tables themselves; one process at a time is inside.

        SQLite watches no foreign keys meanwhile: a table is rebuilt by dropping it, which would delete its children.
        """
        with self._writer, self.engine.connect() as connection:
            connection = connection.execution_options(**{STAMP: "migrate"}, hookline_write=True)
            if self.sqlite:
                _pragma(connection, "foreign_keys = OFF")
            try:
                with connection.begin():
                    if not self.sqlite:
                        connection.execute(select(func.pg_advisory_xact_lock(_ALTERING)))
                    yield connection
                    if self.sqlite:
                        _refuse_orphans(connection)
            finally:
                if self.sqlite:
                    _pragma(connection, "foreign_keys = ON")

    def outside(self, statement: str) -> list[tuple[Any, ...]]:
        """Run what SQLite runs only outside of transactions, such as VACUUM, while nobody in this process writes."""
        assert self.sqlite, "PostgreSQL has transactions for everything but VACUUM"
        with self._writer, self.engine.connect() as connection:
            return list(_raw(connection).execute(statement).fetchall())

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    def _refuse_unstamped(
        self, connection: Connection, _cursor: object, statement: str, _params: object,
        context: ExecutionContext | None, _many: bool,
    ) -> None:  # fmt: skip
        self.statements += 1
        stamped = (context is not None and STAMP in context.execution_options) or statement.startswith(
            _SAVEPOINTS
        )
        if not stamped and STAMP not in connection.get_execution_options():
            raise AssertionError(f"statement without the gate's stamp or a reason: {statement[:200]}")


def raced(error: IntegrityError) -> Problem | None:
    """What to say when somebody else was faster: took a value that may be there once, or removed what this pointed at."""
    from hookline.kernel.only_one import problem_of  # noqa: PLC0415  # entities stand on this module

    told, state = str(error.orig), getattr(error.orig, "sqlstate", "")
    if state not in {"23505", "23503"} and not told.startswith(
        ("UNIQUE constraint", "FOREIGN KEY constraint")
    ):
        return None
    return problem_of(error) or Problem("", _RACED)


def _sqlite_engine(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=pool_size, pool_timeout=60, pool_use_lifo=True,
        connect_args={"check_same_thread": False, "timeout": 30, "isolation_level": None}, **_DISCREET,
    )  # fmt: skip
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres_engine(url: str, pool_size: int) -> Engine:
    from hookline.kernel.postgres import Cursor, hold_to_reading, work_meanwhile  # noqa: PLC0415  # it says why itself

    # The connection used last is taken first: its statements are prepared and, on SQLite, its pages read.
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=0, pool_timeout=60, pool_use_lifo=True, paramstyle="numeric_dollar",
        connect_args={"cursor_factory": Cursor}, **_DISCREET,
    )  # fmt: skip
    event.listen(engine, "connect", hold_to_reading)
    event.listen(engine, "do_execute", work_meanwhile)
    return engine


def _set_pragmas(dbapi: DBAPIConnection, _record: object) -> None:
    """Set what SQLite must be, and make sure it took it."""
    assert isinstance(dbapi, sqlite3.Connection)
    # SQLite's own lower() leaves all letters but the ASCII ones as they are.
    dbapi.create_function("hookline_lower", 1, lambda text: text and text.lower(), deterministic=True)
    for name, value in PRAGMAS.items():
        dbapi.execute(f"PRAGMA {name} = {value}")
        (seen,) = dbapi.execute(f"PRAGMA {name}").fetchone()
        if seen != value:
            raise SettingsError(
                f"this SQLite file refuses PRAGMA {name} = {value} (it says {seen}); is it on a network drive?"
            )


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("hookline_write", True)
    begin = "BEGIN IMMEDIATE" if write else "BEGIN"
    try:
        # To the driver itself, as SQLAlchemy sends PostgreSQL's: it is nobody's statement, and each page begins with it.
        _raw(connection).execute(begin)
    except sqlite3.OperationalError as error:
        raise OperationalError(begin, None, error) from error


def _set_for_bulk(connection: Connection, *, bulk: bool) -> None:
    for name, (in_bulk, otherwise) in _IN_BULK.items():
        _pragma(connection, f"{name} = {in_bulk if bulk else otherwise}")


def _pragma(connection: Connection, setting: str) -> None:
    """Set what SQLite lets be set only outside transactions."""
    _raw(connection).execute(f"PRAGMA {setting}")


def _refuse_orphans(connection: Connection) -> None:
    orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if orphan is not None:
        raise SettingsError(
            f"rows of {orphan[0]} point at rows of {orphan[2]} that are not there; nothing was changed"
        )


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)
