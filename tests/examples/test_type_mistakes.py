"""Mistakes in plugin code that the SDK's types let no author make: both type checkers tell every one, and no other."""

import re
import subprocess
import sys
from typing import Final

import pytest

from tests.conftest import ROOT, mypy_cache

MISTAKES: Final = ROOT / "examples/type_mistakes.py"
LINES: Final = dict(enumerate(MISTAKES.read_text("utf-8").splitlines(), 1))


def expected() -> set[int]:
    """The lines that say that something is wrong with them."""
    return {number for number, line in LINES.items() if re.search(r"  # expected: \w", line)}


def said_of(line: int) -> int:
    """The line that a checker means. One tells of a wrongly decorated class in the line of the class."""
    return line - 1 if LINES[line].startswith("class ") else line


def test_there_are_more_than_a_handful() -> None:
    assert len(expected()) >= 30


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_a_type_checker_tells_each(checker: str) -> None:
    cache = ["--cache-dir", str(mypy_cache("house"))] if checker == "mypy" else []
    command = [sys.executable, "-m", checker, *cache, str(MISTAKES)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = {
        said_of(int(line)) for line in re.findall(r"type_mistakes\.py:(\d+)(?::\d+)?[ :-]+error", said.stdout)
    }
    assert told == expected(), said.stdout + said.stderr
