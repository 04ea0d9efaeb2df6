"""No SQL is written past the gate: nowhere outside the few modules of the kernel that are about the database itself."""

from pathlib import Path

import pytest
from hookline_sdk.check import find_raw_sql, main

from tests.house.tracked import ROOT

KERNEL = ROOT / "core/hookline/kernel"
REVISIONS = ROOT / "core/hookline/migrations"
# It makes databases and takes them away again.
TEST_KIT = ROOT / "sdk/hookline_sdk/testing"
# The database itself: its connections, tables, dumps, indexes and triggers. The gate is built on these.
OF_THE_DATABASE = {
    "additions", "backup", "db", "guards", "inserts", "listing", "moving", "plugin_exports",
    "postgres", "postgres_dumps", "removal", "revisions", "rewrite", "scrubbing", "search", "shadows", "sql_texts",
    "sqlite_dumps", "stored_rows",
}  # fmt: skip


def test_only_the_kernel_speaks_to_the_database_itself() -> None:
    sources = [ROOT / "core/hookline", ROOT / "sdk", ROOT / "examples"]
    found = [place for source in sources for place in find_raw_sql(source)]
    # What Alembic writes are texts of its own: defaults, and conditions of indexes.
    own = [p for p in found if not any(map(p.path.is_relative_to, (REVISIONS, TEST_KIT)))]
    wrong = [str(p) for p in own if not p.path.is_relative_to(KERNEL) or p.path.stem not in OF_THE_DATABASE]
    assert not wrong
    assert {p.path.stem for p in own} == OF_THE_DATABASE, (
        "a module that needs no SQL any more leaves the list"
    )


@pytest.mark.parametrize(
    "source",
    [
        "from sqlalchemy import text",
        "from sqlalchemy import text as words",
        "from sqlalchemy.sql import literal_column",
        "from sqlalchemy.sql.expression import column",
        "import sqlalchemy as sa\nsa.text('SELECT 1')",
        "import sqlalchemy as sa\nsa.sql.expression.text('SELECT 1')",
        "import sqlalchemy.orm\nsqlalchemy.orm.Session()",
        "from sqlalchemy import sql\nsql.text('SELECT 1')",
        "from sqlalchemy.orm import Session",
        "from sqlalchemy import create_engine",
        "import sqlite3",
        "import psycopg.sql",
        "from psycopg import connect",
        "tx.connection.exec_driver_sql(words)",
        "connection.cursor()",
        "connection.execute('DELETE FROM deal')",
        "connection.execute(f'SELECT {name} FROM deal')",
        "connection.execute('SELECT ' + name)",
        "tx.run('SELECT 1', why='haste')",
        "gate.rows('SELECT 1')",
        "Deal.name.op(sign)(value)",
        "select(Deal.id).prefix_with(words)",
        "select(Deal).from_statement(words)",
    ],
)
def test_every_way_past_the_gate_is_found(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plugin.py").write_text(source, "utf-8")
    assert main([str(tmp_path)]) == 1
    assert "plugin.py:" in capsys.readouterr().out


def test_what_only_looks_like_it_is_left_alone(tmp_path: Path) -> None:
    source = """
from hookline_sdk import Deal, integer, select, text
import subprocess

label = text("Name")
subprocess.run("true", check=True)
place.cursor = "x"
rows = gate.rows(select(Deal.name).where(Deal.name.op("||")("x") == "y"))
"""
    (tmp_path / "plugin.py").write_text(source, "utf-8")
    assert find_raw_sql(tmp_path) == []
    assert main([str(tmp_path / "plugin.py")]) == 0
