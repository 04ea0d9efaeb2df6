"""The goals: how many times the floor's cost a page may take, and how many statements."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """p50 is at most `ratio` times the floor's, with at most so many statements."""

    case: str
    title: str
    ratio: float
    statements: int


GOALS = (
    Goal("A", "List of 50 contacts by name", 2.5, 5),
    Goal("B", "Filter on one field and a search", 2.0, 5),
    Goal("C next", "Next page, deep in the list", 2.5, 5),
    Goal("C jump", "Jump to a page deep in the list", 1.5, 5),
    Goal("D", "Deal with 30 activities", 4.0, 8),
    Goal("E", "Pipeline summary by stage", 1.4, 4),
    Goal("F", "Create a contact by its form", 4.0, 8),
)
# Of the floor's rows a second, or so many of our own: either is enough.
IMPORT_SHARE, IMPORT_ROWS = 0.25, 5_000
MEMORY_RATIO = 1.5
START_RATIO = 1.7
# What a rule may add to a page of 50, in ms: the one goal that is not a ratio, as the floor knows no rules.
RULE_MS = {"sqlite": 5.0, "postgresql": 10.0}
GROWTH_RATIO = 1.15
FLAT_CASES = ("A", "C next", "D", "F")
