"""The log of a process: UTC, one entry a line, and nothing that was sent can make up an entry of its own."""

import logging
import re
from collections.abc import Iterator

import pytest
from hookline.commands.logs import begin_log

ENTRY = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (WARNING|ERROR|CRITICAL) [\w.]+ .")


@pytest.fixture(autouse=True)
def begun() -> Iterator[None]:
    """The log, and afterwards the one that was there before."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    begin_log()
    yield
    root.handlers[:], root.level = before, level


def test_an_entry_says_when_how_bad_and_where(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("hookline.web").warning("the mill stands still")
    logging.getLogger("hookline.web").info("the mill turns")
    (line,) = capsys.readouterr().err.splitlines()
    assert ENTRY.match(line)
    assert line.endswith("WARNING hookline.web the mill stands still")


@pytest.mark.parametrize("sent", ["a\nb", "a\r\nb", "a\rb", "a\x1b[2Jb", "a\u2028b", "a\x00b", "a\x85b", "a\n2026-01-01T00:00:00.000Z ERROR x y"])  # fmt: skip
def test_nothing_that_was_sent_looks_like_an_entry(sent: str, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("hookline.web").warning("refused %s", sent)
    first, *others = capsys.readouterr().err.splitlines()
    assert ENTRY.match(first)
    assert all(line.startswith("    ") for line in others)
    assert not any(char in first for char in "\x1b\r\x00\x85\u2028")


def test_the_lines_of_a_fall_belong_to_their_entry(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("hookline.web").error("request failed", exc_info=ValueError("first\nsecond"))
    first, *others = capsys.readouterr().err.splitlines()
    assert first.endswith("request failed")
    assert any("ValueError: first" in line for line in others)
    assert all(line.startswith("    ") for line in others)
