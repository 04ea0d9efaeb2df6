"""What is going to be taken away: who writes a plugin is told where, in each place where they look; nobody else is."""

import subprocess
import sys
import warnings
from pathlib import Path

import hookline_sdk
import pytest
from hookline.errors import PluginError
from hookline_sdk import Leaving, leaving
from hookline_sdk.check.checking import check
from hookline_sdk.testing.sources import import_all

from tests.conftest import ROOT
from tests.sdk import old_words

PLUGIN = '''"""Kites."""
from hookline_sdk import Plugin, word
plugin = Plugin("kites")
word()
word(
    loud=True)


def fly() -> int:
    """Called by nobody here."""
    from hookline_sdk import old_word
    return old_word()
'''
START = """
import hookline_sdk, sys
from pathlib import Path
from hookline.settings import Settings
from hookline.start import create_installation
from tests.sdk import old_words

hookline_sdk.word, hookline_sdk.old_word = old_words.word, old_words.old_word
file, development = Path(sys.argv[1]), sys.argv[2] == "development"
settings = Settings(
    database_url=f"sqlite:///{file.parent / 'nowhere.db'}", data_dir=file.parent, plugins=(str(file),), development=development
)
home = create_installation(settings)
assert "kites" in home.host.plugins, home.host.broken
sys.modules[next(name for name in sys.modules if name.startswith("hookline_file_kites"))].fly()
"""
TOLD = "word(loud=) is going to be taken away (announced in 0.3). Write word(volume=) instead."

pytestmark = pytest.mark.one_engine


@pytest.fixture
def kites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(hookline_sdk, "word", old_words.word, raising=False)
    monkeypatch.setattr(hookline_sdk, "old_word", old_words.old_word, raising=False)
    file = tmp_path / "kites.py"
    file.write_text(PLUGIN, "utf-8")
    return file


@pytest.mark.parametrize(("kind", "lines"), [("development", [5, 12]), ("production", [])])
def test_in_development_the_terminal_says_it_and_in_production_nobody(
    kites: Path, kind: str, lines: list[int]
) -> None:
    command = [sys.executable, "-c", START, str(kites), kind]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stderr.splitlines() if "Leaving" in line]
    assert [int(line.removeprefix(f"{kites}:").partition(":")[0]) for line in said] == lines
    assert (TOLD in done.stderr) is bool(lines)


def test_tests_that_take_warnings_for_errors_stop_at_the_line(kites: Path) -> None:
    with pytest.raises(PluginError, match=r"Leaving: word\(loud=\) is going .*kites.py, line 5"):
        import_all([str(kites)])


def test_the_check_names_every_place(kites: Path) -> None:
    found = [
        (each.path, each.line, each.what)
        for each in check(str(kites), only=["lasting"], level="silver").findings
    ]
    assert found == [
        (kites, 11, "old_word is going: Write new_word() instead"),
        (kites, 5, TOLD.rstrip(".")),
    ]


def test_a_handler_can_be_named_instead_of_who_calls() -> None:
    def handler() -> None:
        """Of a shape that goes."""

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", Leaving)
        leaving("a handler without a gate", instead="(record, gate)", since="0.3", at=handler)
    assert [(each.filename, each.lineno) for each in told] == [(__file__, handler.__code__.co_firstlineno)]
