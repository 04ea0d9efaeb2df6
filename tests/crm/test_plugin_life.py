"""Taking a plugin's data out: the plan is what happens, nobody else loses anything, and an export brings all of it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hookline.crm.nouns import core
from hookline.crm.plugins.life import plan_removal, take_out
from hookline.crm.plugins.switching import switch_plugin_off, switch_plugin_on
from hookline.crm.seeds import lay_seeds
from hookline.errors import BackupError, PluginError
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.backups.plugin_exports import read_export, restore_export
from hookline.kernel.db import Database
from hookline.kernel.installation import Installation
from hookline.kernel.migrations.migrate import migrate, plan
from hookline.kernel.plugins.admitting.switches import read_switches
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from sqlalchemy import MetaData, inspect, select, text

from tests.crm.larder import Board, Jar, larder, shelf

BUILT = datetime(2025, 11, 3, 7, 5, 9, tzinfo=UTC)


def home_of(url: str, *plugins: Plugin) -> Installation:
    host = PluginHost(strict=True)
    host.load([core, *plugins])
    return Installation(Database(url), host)


@contextmanager
def opened(url: str, *plugins: Plugin) -> Iterator[Installation]:
    home = home_of(url, *plugins)
    try:
        yield home
    finally:
        home.database.close()


@pytest.fixture
def url(migrated_url: str) -> str:
    """A house with both plugins, and something in all they have."""
    with opened(migrated_url, larder, shelf) as home:
        migrate(home.database, home.host)
        lay_seeds(home)
        with home.house("filling") as gate:
            jar = gate.create(Jar, {"name": "plums"})
            top = {"name": "верх 🌾", "above": 1, "best": jar, "kind": "iron", "colours": ["wood", "iron"],
                   "price": Decimal("12.30"), "built": BUILT, "jars": [jar]}  # fmt: skip
            board = gate.create(Board, top)
            placed = {"larder_shelf_board": board, "larder_shelf_place": 3, "larder_shelf_label": "p"}
            gate.update(Jar, jar, placed, version=1)
            gate.create(Jar, {"name": "pears"})
            gone = gate.create(Board, {"name": "gone"})
            gate.update(Board, 1, {"above": board}, version=1)
            enqueue(gate.tx, "larder_shelf.dust", {}, now=gate.now)
            give = [
                "INSERT INTO permission (role, name) SELECT id, 'larder_shelf.dust' FROM role WHERE id = 1",
                "INSERT INTO \"grant\" (role, entity, action, level) VALUES (1, 'larder_shelf_board', 'read', 4)",
                "INSERT INTO field_right (role, entity, field, \"right\") VALUES (1, 'larder_jar', 'larder_shelf_place', 1)",
                "INSERT INTO setting (name, value) VALUES ('larder_shelf.Dusting', '{\"often\": null}')",
            ]
            for statement in give:
                gate.tx.run(text(statement), why="test")
            gate.tx.run(text("DELETE FROM larder_shelf_board WHERE id = :id"), {"id": gone}, why="test")
    return migrated_url


@dataclass
class Seen:
    """A database as it is: its tables with columns and indexes, and the rows."""

    names: set[tuple[str, str]]
    rows: dict[str, list[str]]


def look(home: Installation) -> Seen:
    """Everything there is but SQLite's own and the log."""
    with home.database.engine.connect() as connection:
        stamped = connection.execution_options(hookline_stamp="test", hookline_write=False)
        inspector, meta, names = inspect(stamped), MetaData(), set()
        meta.reflect(stamped)
        for table in inspector.get_table_names():
            names.add(("version table" if table.startswith("hookline_version_") else "table", table))
            names |= {("column", f"{table}.{c['name']}") for c in inspector.get_columns(table)}
        asked = (
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            if home.database.sqlite
            else "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT LIKE 'pk_%'"
        )
        names |= {("index", name) for name in stamped.execute(text(asked)).scalars()}
        rows = {
            t.name: sorted(repr(row) for row in stamped.execute(select(t)).all())
            for t in meta.tables.values()
            if "_fts" not in t.name
            and t.name not in ("audit", "audit_head", "configuration", "plugin_switch")
        }
    return Seen(names, rows)


def told(home: Installation) -> set[tuple[str, str]]:
    """What the plan says is dropped, in the words of `look`."""
    planned = plan_removal(home, "larder_shelf").removal
    found = {(step.what, step.name) for step in planned.steps()}
    if not home.database.sqlite:
        return {("index" if what == "search index" else what, name) for what, name in found}
    return {("table" if what == "search index" else what, name) for what, name in found}


def test_the_plan_is_exactly_what_is_dropped_and_everybody_else_keeps_everything(
    url: str, tmp_path: Path
) -> None:
    with opened(url, larder, shelf) as home:
        before, planned, counted = look(home), told(home), plan_removal(home, "larder_shelf")
        done, made = take_out(home, "larder_shelf", tmp_path / "shelf.zip")
        after = look(home)
    assert done == counted
    own = set(done.removal.tables)
    lost = {
        (what, name)
        for what, name in before.names - after.names
        # Columns go with their tables, and SQLite's search index is four tables behind one name.
        if not (what == "column" and (name.partition(".")[0] in own or "_fts" in name))
        and "_fts_" not in name
    }
    assert lost == planned
    assert after.names <= before.names
    assert done.tables == {"larder_shelf_board": 2, "larder_shelf_board_jars_link": 1}
    assert done.columns == {
        "larder_jar.larder_shelf_board": 1,
        "larder_jar.larder_shelf_place": 1,
        "larder_jar.larder_shelf_label": 1,
    }
    gone = {
        name: len(before.rows[name]) - len(after.rows.get(name, ()))
        for name in before.rows
        if name != "settled_tables"
    }
    expected = {name: n for name, n in {**done.tables, **done.house}.items() if n}
    assert {name: n for name, n in gone.items() if n} == expected
    assert {"permission", "grant", "field_right", "setting", "job", "laid_seed", "change"} <= set(done.house)
    assert made.version == "2.1"
    with opened(url, larder) as home:
        assert plan(home.database, home.host) == []
        with home.house("going on") as gate:
            assert gate.create(Jar, {"name": "quinces"}) == 3


def test_an_export_brings_everything_back_as_it_was(url: str, tmp_path: Path) -> None:
    with opened(url, larder, shelf) as home:
        before = look(home)
        take_out(home, "larder_shelf", tmp_path / "shelf.zip")
        assert read_export(tmp_path / "shelf.zip").plugin == "larder_shelf"
        migrate(home.database, home.host)
        with home.database.alter() as connection:
            done = restore_export(connection, tmp_path / "shelf.zip")
        after = look(home)
        assert after.names == before.names
        assert after.rows == before.rows
        assert done == read_export(tmp_path / "shelf.zip")
        with home.house("using it") as gate:
            found = gate.get(Board, 2)
            assert (found.price, found.built, found.colours) == (Decimal("12.30"), BUILT, ("wood", "iron"))
            assert gate.create(Board, {"name": "new"}) == 4, "no number is given twice"
        with home.database.alter() as connection, pytest.raises(BackupError, match="has rows already"):
            restore_export(connection, tmp_path / "shelf.zip")


def test_what_an_export_pointed_at_may_be_gone(url: str, tmp_path: Path) -> None:
    with opened(url, larder, shelf) as home:
        take_out(home, "larder_shelf", tmp_path / "shelf.zip")
        with home.database.write() as tx:
            tx.run(text("DELETE FROM larder_jar WHERE id = 1"), why="test")
            tx.run(text("DELETE FROM role WHERE id = 1"), why="test")
        migrate(home.database, home.host)
        with home.database.alter() as connection:
            done = restore_export(connection, tmp_path / "shelf.zip")
        assert done.columns == {"larder_jar": 0}
        assert (done.house["permission"], done.house["setting"]) == (0, 1)
        with home.house("looking") as gate:
            assert gate.get(Board, 2).best is None


def test_a_damaged_export_changes_nothing(url: str, tmp_path: Path) -> None:
    with opened(url, larder, shelf) as home:
        path = tmp_path / "shelf.zip"
        take_out(home, "larder_shelf", path)
        path.write_bytes(path.read_bytes()[:-200])
        with pytest.raises(BackupError), home.database.alter() as connection:
            restore_export(connection, path)


def test_data_that_others_point_at_stay(url: str, tmp_path: Path) -> None:
    with (
        opened(url, larder) as home,
        pytest.raises(PluginError, match="points at larder_jar"),
    ):
        take_out(home, "larder", tmp_path / "larder.zip")
    with opened(url, larder, shelf) as home:
        assert plan_removal(home, "larder_shelf").dependants == []
    assert not (tmp_path / "larder.zip").exists()


def test_names_that_begin_alike_are_told_apart(url: str, tmp_path: Path) -> None:
    with opened(url, larder, shelf) as home:
        take_out(home, "larder_shelf", tmp_path / "shelf.zip")
        migrate(home.database, home.host)
        with home.house("off") as gate:
            switch_plugin_off(gate, ["larder_shelf"], "kept for later")
            gate.tx.run(text("DELETE FROM larder_jar"), why="test")
    with opened(url, larder) as home, pytest.raises(PluginError, match="larder_shelf_board"):
        plan_removal(home, "larder")


def test_a_switch_holds_until_it_is_turned_back(url: str) -> None:
    with opened(url, larder, shelf) as home:
        with home.house("switching") as gate:
            switch_plugin_off(gate, ["larder_shelf"], "too dusty")
            switch_plugin_off(gate, ["larder_shelf"], "another reason")
        switches = read_switches(home.database)
        assert [(s.name, s.reason) for s in switches.values()] == [("larder_shelf", "too dusty")]
        with home.house("switching") as gate:
            assert [switch_plugin_on(gate, "larder_shelf") for _ in range(2)] == [True, False]
        assert read_switches(home.database) == {}


def test_a_database_without_tables_has_nothing_switched_off(database_url: str) -> None:
    with opened(database_url) as home:
        assert read_switches(home.database) == {}
