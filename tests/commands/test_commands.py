"""The command line: every command explains itself, and what cannot be done is said in one line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hookline.cli import main

COMMANDS = "audit backup demo doctor export hooks import migrate plugin restore serve user work".split()
BROKEN_PLUGINS = {
    "raises": "1 / 0",
    "leaves": "raise SystemExit(3)",
    "garbled": "def def",
}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation's environment over an empty folder."""
    monkeypatch.setenv("HOOKLINE_DATABASE_URL", f"sqlite:///{tmp_path / 'house.db'}")
    monkeypatch.setenv("HOOKLINE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def done(*arguments: str) -> str:
    """What a command says that must succeed."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_all_commands_are_listed() -> None:
    said = done("--help")
    assert [name for name in COMMANDS if f"\n  {name} " not in said] == []
    assert "..." not in said.split("Commands:")[1], "each is said in one line that is whole"


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_what_can_be_said_without_the_house_does_not_load_it(option: str) -> None:
    asked = [
        f"import sys; from hookline.cli import main; main(['{option}'], standalone_mode=False)",
        "print('sqlalchemy' in sys.modules)",
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(asked)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str) -> None:
    assert f"hookline {command}" in done(command, "--help").split("Example:")[1]


def test_a_database_that_is_behind_is_said_in_one_line(house: Path) -> None:
    result = run("user", "list")
    assert result.exit_code == 2
    assert result.output == (
        "Error: the database is not up to date: run `hookline migrate`, or `hookline serve --migrate`\n"
    )


def test_a_database_that_is_not_there_is_said_in_one_line(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKLINE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    result = run("migrate")
    assert result.exit_code == 2
    assert result.output.startswith("Error: the database cannot be used: connection failed")
    assert result.output.count("\n") == 1


def test_a_setting_that_cannot_be_read_is_named(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOKLINE_POOL_SIZE", "many")
    result = run("migrate")
    assert result.exit_code == 2
    assert "HOOKLINE_POOL_SIZE must be a whole number, not 'many'" in result.output


def test_an_installation_is_set_up_used_and_moved(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "0 steps to do" not in done("migrate", "--plan")
    done("migrate")
    assert done("migrate") == "0 steps done\n"
    assert "Nobody" not in done("user", "add", "Ada Byron", "ada@town.example", "--role", "Seller")
    assert "/password/" in done("user", "password", "ADA@town.example")
    assert "has a new password." in done(
        "user", "password", "ada@town.example", "--password", "by the old mill"
    )
    assert "/password/" in done("user", "enter", "ada@town.example")
    assert "no second step is set up there" in run("user", "two-step", "ada@town.example").output
    assert "ada@town.example" in done("user", "list")
    assert "there is no role Queen" in run("user", "add", "B", "b@town.example", "--role", "Queen").output
    assert "nobody here has the address" in run("user", "password", "zoe@town.example").output
    users = json.loads(done("export", "user", "--format", "json"))
    assert [user["name"] for user in users] == ["Ada Byron"]
    assert "there is no entity 'cow'" in run("export", "cow").output
    done("backup", "house.zip")
    assert "whole: " in done("restore", "--verify", "house.zip")
    monkeypatch.setenv("HOOKLINE_DATABASE_URL", f"sqlite:///{house / 'second.db'}")
    done("restore", "house.zip")
    assert "ada@town.example" in done("user", "list")


def test_a_damaged_backup_is_refused(house: Path) -> None:
    (house / "bad.zip").write_bytes(b"PK nothing")
    result = run("restore", "--verify", "bad.zip")
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_the_doctor_says_what_to_mend(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = run("doctor")
    assert before.exit_code == 1
    assert "Run: hookline migrate" in before.output
    done("migrate")
    (house / "house.db").chmod(0o600)
    done("user", "add", "Ada", "ada@town.example")
    assert "All is well." in done("doctor")
    monkeypatch.setenv("HOOKLINE_COLOUR", "red")
    assert "HOOKLINE_COLOUR is not a setting" in run("doctor").output


def test_plugins_that_cannot_be_imported_are_listed_with_the_reason(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, source in BROKEN_PLUGINS.items():
        (house / f"{name}.py").write_text(source, "utf-8")
    monkeypatch.setenv("HOOKLINE_PLUGINS", ",".join(f"{house}/{name}.py" for name in BROKEN_PLUGINS))
    said = done("plugin", "list")
    assert "ZeroDivisionError: division by zero (raises.py, line 1)" in said
    assert "it called sys.exit(3)" in said
    assert "SyntaxError" in said
    monkeypatch.setenv("HOOKLINE_DISABLED_PLUGINS", "raises,leaves,garbled")
    assert done("plugin", "list").count("switched off in the settings") == 3
    monkeypatch.setenv("HOOKLINE_SAFE_MODE", "1")
    assert "core" in done("plugin", "list")


def test_a_manifest_names_everything(house: Path) -> None:
    found = json.loads(done("plugin", "manifest", "core", "--json"))
    assert "deal" in [entity["entity"] for entity in found["entities"]]
    assert {"kind": "report", "address": "/reports/core/pipeline"}.items() <= next(
        c for c in found["contributions"] if c["name"] == "core.pipeline"
    ).items()
    assert run("plugin", "manifest", "nobody").exit_code == 1


def test_hooks_are_explained() -> None:
    assert "before_save(event)" in done("hooks")


def test_the_program_itself_has_no_traceback_for_what_is_expected(house: Path) -> None:
    command = [sys.executable, "-m", "hookline.cli", "work", "--once"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
