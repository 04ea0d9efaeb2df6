"""Databases for tests: made once, copied for each test, on either engine."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from hookline.kernel.db import PRAGMAS
from psycopg import sql


@dataclass(frozen=True)
class Template:
    """A database that nobody is connected to: the path of a SQLite file, or a name on the PostgreSQL at `server`."""

    place: str
    server: str = ""


def never_flush() -> None:
    """Leave it to the system when what SQLite writes reaches the disk: of what this process writes nothing is to last."""
    PRAGMAS["synchronous"] = 0


def sealed(path: Path) -> Template:
    """A SQLite file that everybody has closed, without a log beside it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Template(str(path))


@contextmanager
def built(build: Callable[[str], object], folder: Path, server: str) -> Iterator[Template]:
    """What `build` makes at the URL it is given and leaves closed: a file in this folder, or a database on the server, if any."""
    if server:
        with postgres_database(server) as url:
            build(url)
            yield Template(name_in(url), server)
        return
    path = folder / "template.db"
    build(f"sqlite:///{path}")
    yield sealed(path)


@contextmanager
def copied(template: Template, folder: Path) -> Iterator[str]:
    """The URL of a copy, which on PostgreSQL goes away at the end; a file stays in its folder."""
    if template.server:
        with postgres_database(template.server, template=template.place) as url:
            yield url
        return
    copy = folder / "hookline.db"
    shutil.copyfile(template.place, copy)
    yield f"sqlite:///{copy}"


@contextmanager
def postgres_database(server: str, *, template: str = "template0") -> Iterator[str]:
    """The URL of a database of one's own on a server that may make them; it goes away at the end."""
    name = f"hookline_{uuid4().hex}"
    names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
    create = "CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(create).format(**names))
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {name} WITH (FORCE)").format(**names))


def name_in(url: str) -> str:
    """The database that a PostgreSQL URL leads to."""
    return urlsplit(url).path.removeprefix("/")
