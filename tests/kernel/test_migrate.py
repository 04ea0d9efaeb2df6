"""Migrations: from nothing, from before, beside plugins that are gone or broken, and several at once."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hookline.crm.nouns import core
from hookline.errors import PluginError
from hookline.kernel.db import Database
from hookline.kernel.entity import Base, Catalog, Fields
from hookline.kernel.fields import Choices, choice, integer, ref, yes_no
from hookline.kernel.fields import text as line
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.migrations.migrate import drift, migrate, plan
from hookline.kernel.migrations.owners import owner_of
from hookline.kernel.migrations.revisions import make_revision
from hookline.kernel.migrations.settled import is_settled, unsettle
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.orm import Mapped

from tests.kernel.mill import mill

# Alembic's own: it cannot compare expressions on SQLite, and wants an order of tables that point at each other.
IGNORED = pytest.mark.filterwarnings("ignore:autogenerate skipping", "ignore:Cannot correctly sort tables")
ROOT = Path(__file__).resolve().parents[2]
STARTS = """
import sys
from hookline.app import create_app
from hookline.settings import Settings
from hookline.start import create_installation, refuse_half_migrated
settings = Settings.from_environment({"HOOKLINE_DATABASE_URL": sys.argv[1], "HOOKLINE_DATA_DIR": sys.argv[2]})
home = create_installation(settings)
refuse_half_migrated(home)
create_app(settings, home)
home.database.close()
seldom = {"alembic", "mako", "charset_normalizer", "rapidfuzz", "email_validator"}
print(sorted({name.partition(".")[0] for name in sys.modules} & seldom))
"""
granary = Plugin("granary")
oven = Plugin("oven", needs=("granary",))


class Bin(Catalog, plugin=granary):
    """Where flour is kept."""

    name: Mapped[str] = line("Name", search=True)
    weight: Mapped[int | None] = integer("Weight")


class Crust(Choices):
    """How dark a loaf is."""

    pale = "pale"
    dark = "dark"


class Loaf(Catalog, plugin=oven):
    """Bread from flour."""

    name: Mapped[str] = line("Name", search=True)
    bin: Mapped[int] = ref("granary_bin", "Bin")
    code: Mapped[str | None] = line("Code", unique=True)
    sold: Mapped[bool] = yes_no("Sold")
    crust: Mapped[str] = choice("Crust", Crust, default=Crust.dark)


class Baked(Fields[Bin], plugin=oven):
    """What the oven knows of a bin."""

    best: Mapped[int | None] = ref("oven_loaf", "Best loaf")
    rank: Mapped[str | None] = line("Rank", index=True)


def hosted(*plugins: Plugin) -> PluginHost:
    host = PluginHost(strict=True)
    host.load([core, *plugins])
    return host


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def differences(database: Database, *owners: str) -> list[Any]:
    """What Alembic finds between the database and all that these owners declare."""

    def concerns(item: Any, name: str | None, kind: str, reflected: bool, other: object) -> bool:
        if reflected and other is None:
            return kind != "table" or not (
                "_fts" in (name or "") or (name or "").startswith("hookline_version_")
            )
        return reflected or owner_of(item) in owners

    with database.engine.connect() as connection:
        stamped = connection.execution_options(hookline_stamp="test")
        context = MigrationContext.configure(stamped, opts={"include_object": concerns})
        found = list(compare_metadata(context, Base.metadata))
    # SQLAlchemy reads no ON DELETE of a key that was added to a table of SQLite with its column.
    unread = ("remove_fk", "add_fk") if database.sqlite else ()
    return [d for d in found if not (d[0] in unread and d[1].column_keys == ["oven_best"])]


def run(database: Database, *statements: str) -> None:
    """Make a database look as it did before, or as it does when something is wrong."""
    with database.alter() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def names(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


@IGNORED
def test_an_empty_database_becomes_exactly_what_is_declared(database_url: str) -> None:
    host = hosted(granary, oven)
    with opened(database_url) as database:
        assert migrate(database, host)
        assert differences(database, "core", "granary", "oven") == []
        assert plan(database, host) == migrate(database, host) == drift(database, host) == []


def test_a_plan_names_what_will_be_done_and_changes_nothing(database_url: str) -> None:
    host = hosted(granary, oven)
    with opened(database_url) as database:
        planned = plan(database, host)
        with database.read() as tx:
            assert names(tx.connection.execution_options(hookline_stamp="test")) == set()
        assert migrate(database, host) == planned
    shown = [str(step) for step in planned]
    assert "granary: table granary_bin" in shown
    assert "oven: column granary_bin.oven_best" in shown
    assert "oven: index ix_granary_bin_oven_rank" in shown
    assert shown.index("oven: table oven_loaf") < shown.index("oven: column granary_bin.oven_best")


def test_rows_keep_everything_when_columns_come(database_url: str) -> None:
    host = hosted(granary, oven)
    with opened(database_url) as database:
        migrate(database, host)
        home = Installation(database, host)
        with home.house("baking") as gate:
            filled = gate.create(Bin, {"name": "rye from the north", "weight": 40})
            loaf = gate.create(Loaf, {"name": "first", "bin": filled, "crust": "pale"})
        run(
            database,
            "DROP INDEX ix_granary_bin_oven_rank",
            "ALTER TABLE granary_bin DROP COLUMN oven_rank",
            "ALTER TABLE oven_loaf DROP COLUMN sold",
            "ALTER TABLE oven_loaf DROP COLUMN crust",
        )
        assert [step.name for step in plan(database, host)] == [
            "granary_bin.oven_rank", "oven_loaf.sold", "oven_loaf.crust", "ix_granary_bin_oven_rank",
        ]  # fmt: skip
        migrate(database, host)
        assert plan(database, host) == []
        with home.house("looking") as gate:
            assert gate.get(Bin, filled).weight == 40
            found = gate.get(Loaf, loaf)
            assert (found.name, found.sold, found.crust) == ("first", False, "dark")
            assert search(gate, Bin, "north") == [filled]


def test_a_search_index_that_is_made_late_knows_the_rows_that_were_there(database_url: str) -> None:
    host = hosted(granary)
    with opened(database_url) as database:
        migrate(database, host)
        home = Installation(database, host)
        drops = [
            "DROP TABLE granary_bin_fts",
            *(f"DROP TRIGGER granary_bin_fts_{t}" for t in ("ai", "ad", "au")),
        ]
        run(database, *(drops if database.sqlite else ["DROP INDEX ix_granary_bin_search"]))
        with home.house("filling") as gate:
            filled = gate.create(Bin, {"name": "spelt"})
        assert [str(step) for step in migrate(database, host)] == ["granary: search index granary_bin"]
        with home.house("looking") as gate:
            assert search(gate, Bin, "spelt") == [filled]


def test_what_a_plugin_that_is_gone_has_left_stays_and_stops_nothing(database_url: str) -> None:
    with opened(database_url) as database:
        migrate(database, hosted(granary, oven))
        table = "hookline_version_oven"
        run(
            database,
            f"CREATE TABLE {table} (version_num VARCHAR(32))",
            f"INSERT INTO {table} VALUES ('0907')",
        )
        assert plan(database, hosted(granary)) == migrate(database, hosted(granary)) == []
        with database.alter() as connection:
            assert {"oven_loaf", "hookline_version_oven"} <= names(connection)
            assert "oven_rank" in {c["name"] for c in inspect(connection).get_columns("granary_bin")}


def test_processes_that_start_together_do_each_step_once(database_url: str) -> None:
    with opened(database_url) as database:
        planned = sorted(str(step) for step in plan(database, hosted(mill)))
    program = [sys.executable, "-m", "tests.kernel.migrate_together", database_url]
    done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == planned
    with opened(database_url) as database:
        assert plan(database, hosted(mill)) == []


# The plugins below come as packages, with a history of their own.


def package(folder: Path, plugin: Plugin, **revisions: str) -> Plugin:
    """Put a plugin into a package with these revisions."""
    home = folder / plugin.name
    (home / "migrations").mkdir(parents=True, exist_ok=True)
    (home / "__init__.py").touch()
    plugin.file = str(home / "__init__.py")
    last = None
    for name, body in revisions.items():
        number = name.split("_")[0].lstrip("r")
        lines = [
            f'"""{name}."""', "import sqlalchemy as sa", "from alembic import op",
            "from hookline.kernel.migrations.revisions import alter_table", f"revision, down_revision = {number!r}, {last!r}",
            "def upgrade() -> None:", *(f"    {line}" for line in body.splitlines()),
        ]  # fmt: skip
        (home / "migrations" / f"{name}.py").write_text("\n".join(lines), "utf-8")
        last = number
    return plugin


SHELF = """
op.create_table(
    "shelf_board",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("name", sa.Text(), nullable=False),
    sqlite_autoincrement=True,
)
op.create_table(
    "shelf_thing",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("board", sa.Integer(), sa.ForeignKey("shelf_board.id", ondelete="CASCADE"), nullable=False),
)
op.execute("INSERT INTO shelf_board (name) VALUES ('low'), ('high')")
op.execute("INSERT INTO shelf_thing (board) VALUES (1), (2), (2)")
"""
REBUILD = """
with alter_table("shelf_board") as table:
    table.add_column(sa.Column("note", sa.Text()))
    table.create_unique_constraint("uq_shelf_board_name", ["name"])
    table.alter_column("name", nullable=True)
"""


def count(database: Database, table: str) -> int:
    with database.read() as tx:
        return int(tx.run(text(f"SELECT count(*) FROM {table}"), why="test").scalar_one())


def test_children_survive_the_rebuilding_of_their_parent(database_url: str, tmp_path: Path) -> None:
    with opened(database_url) as database:
        migrate(database, hosted(package(tmp_path, Plugin("shelf"), r0001_shelf=SHELF)))
        shelf = package(tmp_path, Plugin("shelf"), r0001_shelf=SHELF, r0002_rebuild=REBUILD)
        assert [str(step) for step in migrate(database, hosted(shelf))] == [
            "shelf: revision 0002 r0002_rebuild."
        ]
        assert (count(database, "shelf_board"), count(database, "shelf_thing")) == (2, 3)
        with database.write() as tx:
            tx.run(text("DELETE FROM shelf_board WHERE name = 'high'"), why="test")
            tx.run(text("INSERT INTO shelf_board (name) VALUES ('new')"), why="test")
            assert tx.run(text("SELECT max(id) FROM shelf_board"), why="test").scalar_one() == 3, (
                "no number is given twice"
            )
        assert count(database, "shelf_thing") == 1, "keys are watched again"


def test_a_plugin_whose_revision_fails_is_rolled_back_and_the_others_go_on(
    database_url: str, tmp_path: Path
) -> None:
    broken = package(
        tmp_path, Plugin("attic"), r0001_attic='op.execute("CREATE TABLE attic_box (id INTEGER)")\n1 / 0'
    )
    with opened(database_url) as database:
        with pytest.raises(PluginError, match="plugin 'attic', migration: ZeroDivisionError") as caught:
            migrate(database, hosted(broken, granary))
        assert caught.value.plugin == "attic"
        assert [step.owner for step in plan(database, hosted(broken, granary))] == ["attic"]
        with database.alter() as connection:
            assert "granary_bin" in names(connection)
            assert "attic_box" not in names(connection)


def test_a_database_ahead_of_its_plugin_says_so(database_url: str, tmp_path: Path) -> None:
    with opened(database_url) as database:
        migrate(
            database,
            hosted(package(tmp_path / "new", Plugin("shelf"), r0001_shelf=SHELF, r0002_rebuild=REBUILD)),
        )
        old = hosted(package(tmp_path / "old", Plugin("shelf"), r0001_shelf=SHELF))
        # It is off then, and keeps nobody else from starting.
        (behind,) = plan(database, old)
        assert (behind.owner, "at revision 0002 of 'shelf'" in str(behind)) == ("shelf", True)
        with pytest.raises(PluginError, match="at revision 0002 of 'shelf'"):
            migrate(database, old)


def test_a_plugin_that_becomes_a_package_keeps_its_tables(database_url: str, tmp_path: Path) -> None:
    with opened(database_url) as database:
        migrate(database, hosted(granary, oven))
        home = Installation(database, hosted(granary, oven))
        with home.house("filling") as gate:
            gate.create(Bin, {"name": "rye"})
        try:
            package(tmp_path, oven, r0001_oven='raise AssertionError("these tables are there already")')
            with database.alter() as connection:
                connection.exec_driver_sql("ALTER TABLE oven_loaf DROP COLUMN sold")
            migrate(database, hosted(granary, oven))
            assert plan(database, hosted(granary, oven)) == []
        finally:
            oven.file = ""
        assert count(database, "granary_bin") == 1


@IGNORED
def test_written_revisions_make_what_is_declared_and_nothing_of_others(
    database_url: str, tmp_path: Path
) -> None:
    host = hosted(granary, oven)
    try:
        package(tmp_path, oven)
        written = make_revision(host, "oven", "The oven's own tables.")
        assert written is not None
        assert written.name == "r0001_the_oven_s_own_tables.py"
        body = written.read_text("utf-8")
        assert body.count("op.create_table(") == 1
        assert 'alter_table("granary_bin")' in body
        assert make_revision(host, "oven", "Once more") is None
        with opened(database_url) as database:
            done = [str(step) for step in migrate(database, host)]
            assert "oven: revision 0001 The oven's own tables." in done
            assert differences(database, "core", "granary", "oven") == []
            assert drift(database, host) == []
            run(database, "ALTER TABLE oven_loaf DROP COLUMN crust")
            assert [step.name for step in drift(database, host)] == ["oven_loaf.crust"]
            assert migrate(database, host) == [], "a history that has ended adds nothing by itself"
    finally:
        oven.file = ""


def test_a_revision_drops_what_its_owner_declares_no_more(tmp_path: Path) -> None:
    extra = """
op.create_table("shed_tool", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))
op.add_column("granary_bin", sa.Column("shed_place", sa.Text()))
"""
    shed = package(tmp_path, Plugin("shed", needs=("granary",)), r0001_shed=extra)
    written = make_revision(hosted(granary, shed), "shed", "Empty the shed")
    assert written is not None
    body = written.read_text("utf-8")
    assert "op.drop_table('shed_tool')" in body
    assert "drop_column('shed_place')" in body
    assert body.count("drop_") == 2


def test_a_plugin_of_one_file_has_no_revisions() -> None:
    with pytest.raises(PluginError, match="a plugin of one file has no revisions"):
        make_revision(hosted(granary), "granary", "Anything")


def search(gate: Gate, entity: type[Catalog], words: str) -> Sequence[int]:
    statement = gate.narrow(gate.schema[entity], words=words).subquery()
    return list(gate.run(select(statement.c.id)).scalars())


def test_a_start_looks_at_the_tables_only_when_they_may_lack_something(database_url: str) -> None:
    with opened(database_url) as database:
        assert not is_settled(database, hosted())
        migrate(database, hosted())
        assert is_settled(database, hosted())
        # Whoever declares more has a way to go, and one who declares less has not.
        both = hosted(granary, oven)
        assert not is_settled(database, both)
        migrate(database, both)
        assert is_settled(database, both)
        assert is_settled(database, hosted(granary))
        with database.alter() as connection:
            unsettle(connection, "oven")
        assert is_settled(database, hosted(granary))
        assert not is_settled(database, both)
        assert plan(database, both) == []


@pytest.mark.one_engine
def test_a_start_on_settled_tables_loads_nothing_that_is_seldom_asked(
    migrated_url: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTS, migrated_url, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "[]", done.stderr
