"""A small plugin for the kernel's tests: a mill that keeps sacks, and how to open it on any database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from hookline.kernel.db import Database
from hookline.kernel.entity import Base, Catalog, Id
from hookline.kernel.fields import integer, text
from hookline.kernel.installation import Installation
from hookline.kernel.migrations.migrate import migrate
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from sqlalchemy import BigInteger, Column, Table
from sqlalchemy.orm import Mapped

mill = Plugin("mill")


class Sack(Catalog, plugin=mill):
    """A sack with some weight in it."""

    name: Mapped[str] = text("Name", search=True)
    weight: Mapped[int | None] = integer("Weight")
    note: Mapped[str | None] = text("Note")


# What listeners have done, one row each time.
ledger = Table(
    "mill_ledger",
    Base.metadata,
    Column("id", Id, primary_key=True),
    Column("event", BigInteger, nullable=False),
    Column("record", BigInteger, nullable=False),
    info={"owner": "mill"},
)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


def installed(database: Database, *plugins: Plugin, clock: Clock | None = None) -> Installation:
    """The mill with these plugins beside it, on a database that may be empty."""
    host = PluginHost()
    host.load([Plugin("core"), mill, *plugins])
    assert not host.broken, host.broken
    migrate(database, host)
    return Installation(database, host, clock=clock or Clock())


@contextmanager
def open_mill(url: str, *plugins: Plugin, clock: Clock | None = None) -> Iterator[Installation]:
    """The mill at this address while the block runs."""
    database = Database(url)
    try:
        yield installed(database, *plugins, clock=clock)
    finally:
        database.close()


def add_sacks(home: Installation, count: int) -> list[int]:
    """That many sacks, each weighing its number."""
    with home.house("milling") as gate:
        return gate.create_many(Sack, [{"name": f"sack {n}", "weight": n} for n in range(count)])
