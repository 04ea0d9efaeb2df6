"""The commands that take records out and prove the log that tells of it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hookline.cli import main


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with two people, each let in by an entry of the log."""
    monkeypatch.setenv("HOOKLINE_DATABASE_URL", f"sqlite:///{tmp_path / 'house.db'}")
    monkeypatch.setenv("HOOKLINE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ("migrate",),
        ("user", "add", "Ada Lovelace", "ada@example.com"),
        ("user", "add", "Boris Seller", "boris@example.com", "--role", "Seller"),
    ):
        assert run(*arguments).exit_code == 0
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_a_whole_log_is_said_to_be_whole(house: Path) -> None:
    result = run("audit", "verify")
    assert (result.exit_code, result.stdout.splitlines()[0][:6]) == (0, "whole:")
    assert "Without an anchor" in result.stdout


def test_an_anchor_is_printed_or_added_and_looked_at(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = house / "hookline.anchors"
    printed = run("audit", "anchor").stdout.split()
    assert run("audit", "anchor", "--to", str(path)).exit_code == 0
    assert path.read_text("utf-8").split()[1:] == printed[1:]
    assert "1 anchors" in run("audit", "verify", "--anchor", str(path)).stdout
    monkeypatch.setenv("HOOKLINE_AUDIT_ANCHORS", str(path))
    assert "1 anchors" in run("audit", "verify").stdout


def test_a_change_behind_its_back_is_named_and_ends_with_one(house: Path) -> None:
    with closing(sqlite3.connect(house / "house.db")) as connection, connection:
        connection.execute("DROP TRIGGER audit_refuse_update")
        connection.execute("UPDATE audit SET what = 'x' WHERE number = 2")
    result = run("audit", "verify")
    assert (result.exit_code, result.stdout) == (
        1, "BROKEN at entry 2: its hash does not fit: it was changed, moved or put in\n",
    )  # fmt: skip


def test_a_cut_with_its_head_is_found_by_the_anchor(house: Path) -> None:
    path = house / "hookline.anchors"
    run("audit", "anchor", "--to", str(path))
    with closing(sqlite3.connect(house / "house.db")) as connection, connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)")
        connection.execute(
            "UPDATE audit_head SET (number, hash) = (SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1)"
        )
    assert run("audit", "verify").exit_code == 0
    assert (
        "an anchor was made of it or of a later one" in run("audit", "verify", "--anchor", str(path)).stdout
    )


def test_missing_guards_are_made_again(house: Path) -> None:
    with closing(sqlite3.connect(house / "house.db")) as connection, connection:
        connection.execute("DROP TRIGGER audit_refuse_delete")
    assert "guard audit_refuse_delete" in run("migrate").stdout
    with closing(sqlite3.connect(house / "house.db")) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("DELETE FROM audit")


def test_an_export_takes_a_filter_columns_and_a_persons_rights(house: Path) -> None:
    query = "email.contains=ada&column=name&column=email"
    said = run("export", "user", "--query", query, "--format", "json").stdout
    assert json.loads(said) == [{"id": 1, "name": "Ada Lovelace", "email": "ada@example.com"}]
    refused = run("export", "user", "--as", "boris@example.com")
    assert refused.exit_code == 1
    assert "You may not do this" in refused.output or "not allowed" in refused.output
    assert "nobody who works here" in run("export", "user", "--as", "eve@example.com").output
    assert run("export", "user", "--query", "nope=1").exit_code == 1


def test_an_export_a_backup_and_their_files_are_told_the_log(house: Path) -> None:
    assert run("export", "user", "--to", "users.csv").exit_code == 0
    assert run("backup", "monday.zip").exit_code == 0
    with closing(sqlite3.connect(house / "house.db")) as connection:
        told = connection.execute(
            'SELECT what, "by", facts FROM audit ORDER BY number DESC LIMIT 2'
        ).fetchall()
    assert [(what, by) for what, by, _ in told] == [
        ("backup.made", "hookline backup"),
        ("export.made", "hookline export"),
    ]
    assert json.loads(told[1][2])["rows"] == 2
    assert run("audit", "verify").exit_code == 0
