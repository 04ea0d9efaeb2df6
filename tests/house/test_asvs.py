"""docs/security/asvs.csv: every item of OWASP ASVS 5.0 levels 1 and 2 is answered once, and what is met is shown by a test."""

import ast
import csv
from functools import cache
from pathlib import Path
from typing import Final

from tests.house.tracked import ROOT

# How many items of each level each section has: chapter.section -> (level 1, level 2).
SECTIONS: Final = {
    "1.1": (0, 2), "1.2": (5, 4), "1.3": (2, 9), "1.4": (0, 3), "1.5": (1, 1), "2.1": (1, 2), "2.2": (2, 1), "2.3": (1, 3), "2.4": (0, 1),
    "3.2": (2, 0), "3.3": (1, 3), "3.4": (2, 4), "3.5": (3, 2), "3.7": (0, 2), "4.1": (1, 2), "4.2": (0, 1), "4.3": (0, 2), "4.4": (1, 3),
    "5.1": (0, 1), "5.2": (2, 1), "5.3": (2, 0), "5.4": (0, 3), "6.1": (1, 2), "6.2": (8, 4), "6.3": (2, 2), "6.4": (2, 2), "6.5": (0, 5),
    "6.6": (0, 3), "6.8": (0, 4), "7.1": (0, 3), "7.2": (4, 0), "7.3": (0, 2), "7.4": (2, 3), "7.5": (0, 2), "7.6": (0, 2), "8.1": (1, 1),
    "8.2": (2, 1), "8.3": (1, 0), "8.4": (0, 1), "9.1": (3, 0), "9.2": (1, 3), "10.1": (0, 2), "10.2": (0, 2), "10.3": (0, 4), "10.4": (5, 6),
    "10.5": (0, 5), "10.6": (0, 2), "10.7": (0, 3), "11.1": (0, 2), "11.2": (0, 3), "11.3": (2, 1), "11.4": (1, 3), "11.5": (0, 1),
    "11.6": (0, 1), "12.1": (1, 2), "12.2": (2, 0), "12.3": (0, 4), "13.1": (0, 1), "13.2": (0, 5), "13.3": (0, 2), "13.4": (1, 4),
    "14.1": (0, 2), "14.2": (1, 3), "14.3": (1, 2), "15.1": (1, 2), "15.2": (1, 2), "15.3": (1, 6), "16.1": (0, 1), "16.2": (0, 5),
    "16.3": (0, 4), "16.4": (0, 3), "16.5": (0, 3), "17.1": (0, 1), "17.2": (0, 4), "17.3": (0, 2),
}  # fmt: skip
ANSWERS: Final = {"met", "not applicable", "open"}


@cache
def rows() -> list[dict[str, str]]:
    with (ROOT / "docs/security/asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests of a module."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def test_all_items_of_both_levels_are_answered_once() -> None:
    ids = [row["id"] for row in rows()]
    assert len(ids) == len(set(ids)) == 253
    counted: dict[str, tuple[int, int]] = dict.fromkeys(SECTIONS, (0, 0))
    for row in rows():
        section = row["id"].rpartition(".")[0]
        one, two = counted[section]
        counted[section] = (one + (row["level"] == "1"), two + (row["level"] == "2"))
    assert counted == SECTIONS
    assert sum(one for one, _ in SECTIONS.values()) == 70
    assert sum(two for _, two in SECTIONS.values()) == 183


def test_every_answer_is_one_of_three_and_says_where_or_why() -> None:
    assert {row["answer"] for row in rows()} == ANSWERS
    assert [row["id"] for row in rows() if not row["topic"] or len(row["where"]) < 5] == []
    assert all(list(row) == ["id", "level", "answer", "topic", "where"] for row in rows())


def test_nothing_of_level_one_is_open() -> None:
    assert [row["id"] for row in rows() if row["level"] == "1" and row["answer"] == "open"] == []


def test_what_is_met_names_a_test_that_is_there() -> None:
    named = {row["id"]: row["where"].partition("::") for row in rows() if row["answer"] == "met"}
    assert len(named) > 150
    lost = {
        id: f"{path}::{name}"
        for id, (path, _, name) in named.items()
        if not Path(ROOT / path).is_file() or name not in names_in(path)
    }
    assert lost == {}
