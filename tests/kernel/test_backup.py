"""Backups: what comes back is what was there, under live writes, and what is damaged is refused."""

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from hookline.crm.nouns import core
from hookline.errors import BackupError
from hookline.kernel.backups.backup import backup, restore, verify
from hookline.kernel.backups.sqlite_dumps import is_kept
from hookline.kernel.db import Database
from hookline.kernel.entity import Base
from hookline.kernel.installation import Installation
from hookline.kernel.migrations.migrate import migrate, plan
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.tables import change
from sqlalchemy import Column, MetaData, Table, func, select, text

from tests.kernel.mill import Sack, add_sacks, mill, open_mill

HARD = {"name": "rye \\ \t 'twice'\n ржаная мука 🌾 \\N", "note": "", "weight": -(2**63)}


@pytest.fixture
def empty_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A second, empty database of the same engine."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'restored.db'}"
    else:
        with postgres_database(request.getfixturevalue("postgres_url")) as url:
            yield url


@contextmanager
def postgres_database(server: str) -> Iterator[str]:
    name = f"restored_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def opened(url: str) -> Iterator[Database]:
    with closing(Database(url)) as database:
        yield database


def digest(database: Database, *, owners: tuple[str, ...] = ()) -> dict[str, str]:
    """What each table holds; without `owners` all there are, as the database has them; else theirs, as Python has them."""
    with database.engine.connect() as connection:
        stamped = connection.execution_options(hookline_stamp="test", hookline_write=False)
        there = Base.metadata
        if not owners:
            there = MetaData()
            there.reflect(stamped)
        tables = [
            t
            for t in there.tables.values()
            if is_kept(t.name) and (not owners or t.info.get("owner") in owners)
        ]
        return {
            t.name: hashlib.sha256(
                "\n".join(sorted(map(repr, stamped.execute(select(*_columns(t, owners)))))).encode()
            ).hexdigest()
            for t in tables
        }


def _columns(table: Table, owners: tuple[str, ...]) -> list[Column[Any]]:
    """Those of the table's owner, and of the others: plugins that this database does not know may have added more."""
    return [c for c in table.columns if not owners or c.info.get("owner", table.info["owner"]) in owners]


def fill(home: Installation, files: Path) -> None:
    """A few records, one hard to carry, one erased, and two files."""
    add_sacks(home, 40)
    with home.house("milling") as gate:
        hard = gate.create(Sack, HARD)
        gate.update(Sack, hard, {"note": "x" * 250})
        gate.trash(Sack, 3)
    with home.house("clearing") as gate:
        gate.erase(Sack, gate.create(Sack, {"name": "gone"}))
    for name, content in (("ab/abc", b"\x00\xff" * 70_000), ("cd/cde", b"")):
        (files / name).parent.mkdir(parents=True, exist_ok=True)
        (files / name).write_bytes(content)


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_everything_comes_back_as_it_was(mill_url: str, empty_url: str, tmp_path: Path) -> None:
    files, restored, archive = tmp_path / "files", tmp_path / "restored", tmp_path / "mill.zip"
    with open_mill(mill_url) as home:
        fill(home, files)
        before = digest(home.database)
        made = backup(home.database, files, archive)
        assert digest(home.database) == before
    assert archive.stat().st_mode & 0o077 == 0, "a backup holds secrets"
    assert verify(archive) == made
    assert made.tables["mill_sack"] == 41
    with opened(empty_url) as database:
        assert restore(archive, database, restored) == made
        assert digest(database) == before
    assert contents(restored) == contents(files)
    with open_mill(empty_url) as home:
        assert plan(home.database, home.host) == []
        with home.house("milling") as gate:
            assert gate.create(Sack, {"name": "new"}) == 43, "no number is given twice"
            words = gate.narrow(gate.schema[Sack], words="ржаной").subquery()
            assert len(gate.run(select(words.c.id)).all()) == 1, "searching works"


def test_a_backup_shows_one_moment_while_others_write(mill_url: str, empty_url: str, tmp_path: Path) -> None:
    archive, began, stop = tmp_path / "mill.zip", threading.Event(), threading.Event()
    with open_mill(mill_url) as home:
        (sack,) = add_sacks(home, 1)

        def write() -> None:
            while not stop.is_set():
                with home.house("weighing", durable=False) as gate:
                    gate.update(Sack, sack, {"weight": (gate.get(Sack, sack).weight or 0) + 1})
                began.set()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            assert began.wait(30)
            for turn in range(5):
                backup(home.database, tmp_path / "files", archive.with_name(f"{turn}.zip"))
        finally:
            stop.set()
            writer.join()
    for turn in range(5):
        verify(archive.with_name(f"{turn}.zip"))
    with opened(empty_url) as database:
        restore(archive.with_name("4.zip"), database, tmp_path / "restored")
        with database.read() as tx:
            weight, version = tx.run(select(Sack.weight, Sack.version), why="test").one()
            changes = tx.run(select(func.count()).select_from(change), why="test").scalar_one()
    assert version == changes == (weight or 0) + 1, "history and record are of the same moment"


def test_tables_of_plugins_that_are_gone_come_back_too(mill_url: str, empty_url: str, tmp_path: Path) -> None:
    archive = tmp_path / "mill.zip"
    with open_mill(mill_url) as home:
        with home.database.write() as tx:
            tx.run(text("CREATE TABLE gone_thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE)"), why="test")
            tx.run(text("INSERT INTO gone_thing VALUES (7, 'kept')"), why="test")
            tx.run(text("ALTER TABLE mill_sack ADD COLUMN gone_rank TEXT DEFAULT 'low'"), why="test")
        add_sacks(home, 2)
        before = digest(home.database)
        backup(home.database, tmp_path / "files", archive)
    with opened(empty_url) as database:
        restore(archive, database, tmp_path / "restored")
        assert digest(database) == before
        assert "gone_thing" in before


def test_a_backup_goes_only_where_nothing_is(mill_url: str, empty_url: str, tmp_path: Path) -> None:
    archive, files = tmp_path / "mill.zip", tmp_path / "files"
    with open_mill(mill_url) as home:
        fill(home, files)
        backup(home.database, files, archive)
        with pytest.raises(BackupError, match="is there already"):
            backup(home.database, files, archive)
        with pytest.raises(BackupError, match="the database is not empty"):
            restore(archive, home.database, tmp_path / "restored")
    with opened(empty_url) as database, pytest.raises(BackupError, match="has files in it"):
        restore(archive, database, files)


def test_a_backup_that_fails_leaves_no_file(mill_url: str, tmp_path: Path) -> None:
    with opened(mill_url) as database:
        (tmp_path / "files").mkdir()
        (tmp_path / "files" / "secret").mkdir()
        archive = tmp_path / "nowhere" / "mill.zip"
        with pytest.raises(OSError, match="nowhere"):
            backup(database, tmp_path / "files", archive)
    assert [p.name for p in tmp_path.rglob("*.zip*")] == []


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("cut", "is not a backup"),
        ("changed", "is not what was backed up|cannot be read"),
        ("missing", "is missing in the archive"),
        ("added", "is not listed in the archive"),
        ("strange", "its manifest cannot be read"),
        ("newer", "has format 99"),
    ],
)
def test_a_damaged_backup_is_refused_before_anything_is_changed(
    mill_url: str, empty_url: str, tmp_path: Path, harm: str, said: str
) -> None:
    archive, damaged, files = tmp_path / "mill.zip", tmp_path / "damaged.zip", tmp_path / "files"
    with open_mill(mill_url) as home:
        fill(home, files)
        backup(home.database, files, archive)
    damage(archive, damaged, harm)
    with pytest.raises(BackupError, match=said):
        verify(damaged)
    with opened(empty_url) as database:
        with pytest.raises(BackupError, match=said):
            restore(damaged, database, tmp_path / "restored")
        assert digest(database) == {}
    assert not (tmp_path / "restored").exists()


def damage(archive: Path, damaged: Path, harm: str) -> None:
    """Copy an archive and harm the copy."""
    if harm == "cut":
        damaged.write_bytes(archive.read_bytes()[:-500])
        return
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "files/ab/abc":
                if harm == "missing":
                    continue
                content = content[:-1] + b"?" if harm == "changed" else content
            if name == "manifest.json":
                content = b"[]" if harm == "strange" else content
                content = content.replace(b'"format": 1', b'"format": 99') if harm == "newer" else content
            target.writestr(name, content)
        if harm == "added":
            target.writestr("files/../../elsewhere", b"out")


def test_rows_that_are_fewer_than_were_backed_up_are_noticed(mill_url: str, tmp_path: Path) -> None:
    archive, damaged = tmp_path / "mill.zip", tmp_path / "damaged.zip"
    with open_mill(mill_url) as home:
        add_sacks(home, 2)
        backup(home.database, tmp_path / "files", archive)
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'"mill_sack": 2', b'"mill_sack": 3'))
    with pytest.raises(BackupError, match="mill_sack has 2 rows where 3 were backed up"):
        verify(damaged)


def hosted(*plugins: Plugin) -> PluginHost:
    host = PluginHost(strict=True)
    host.load([core, *plugins])
    return host


def sqlite_archive(tmp_path: Path, *statements: str) -> tuple[Path, dict[str, str]]:
    """A backup of a mill on SQLite, and what was in it."""
    with opened(f"sqlite:///{tmp_path / 'mill.db'}") as database:
        host = hosted(mill)
        migrate(database, host)
        fill(Installation(database, host), tmp_path / "files")
        with database.write() as tx:
            for statement in statements:
                tx.run(text(statement), why="test")
        backup(database, tmp_path / "files", tmp_path / "mill.zip")
        return tmp_path / "mill.zip", digest(database, owners=("core", "mill"))


def test_an_installation_moves_from_sqlite_to_postgresql(postgres_url: str, tmp_path: Path) -> None:
    archive, before = sqlite_archive(tmp_path)
    with postgres_database(postgres_url) as url, opened(url) as database:
        with pytest.raises(BackupError, match="the plugins of the installation must be known"):
            restore(archive, database, tmp_path / "restored")
        host = hosted(mill)
        restore(archive, database, tmp_path / "restored", host)
        assert digest(database, owners=("core", "mill")) == before
        assert plan(database, host) == []
        with Installation(database, host).house("milling") as gate:
            assert gate.create(Sack, {"name": "new"}) == 43, "no number is given twice"
    assert contents(tmp_path / "restored") == contents(tmp_path / "files")


@pytest.mark.parametrize(
    "left",
    [
        "CREATE TABLE gone_thing AS SELECT 7 AS id",
        "ALTER TABLE mill_sack ADD COLUMN gone_rank TEXT DEFAULT 'low'",
    ],
)
def test_a_move_that_would_leave_something_behind_is_refused(
    postgres_url: str, tmp_path: Path, left: str
) -> None:
    archive, _ = sqlite_archive(tmp_path, left)
    with postgres_database(postgres_url) as url, opened(url) as database:
        with pytest.raises(BackupError, match="is of a plugin that does not run here"):
            restore(archive, database, tmp_path / "restored", hosted(mill))
        assert digest(database) == {}


def test_postgresql_does_not_move_to_sqlite(postgres_url: str, tmp_path: Path) -> None:
    with postgres_database(postgres_url) as url, open_mill(url) as home:
        backup(home.database, tmp_path / "files", tmp_path / "mill.zip")
    refused = pytest.raises(BackupError, match="a backup from postgresql cannot go into sqlite")
    with opened(f"sqlite:///{tmp_path / 'new.db'}") as database, refused:
        restore(tmp_path / "mill.zip", database, tmp_path / "restored")
