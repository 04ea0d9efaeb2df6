"""Compares Hookline with the floor of the same run, and a large run with a small one, against the goals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.goals import (
    FLAT_CASES,
    GOALS,
    GROWTH_RATIO,
    IMPORT_ROWS,
    IMPORT_SHARE,
    MEMORY_RATIO,
    RULE_MS,
    START_RATIO,
    Goal,
)
from bench.results import CaseResult, RunResult

PRODUCT = "hookline"
FLOOR = "floor"
SEES_ALL = "all"


@dataclass(frozen=True)
class Comparison:
    """`ratio` and `cpu_ratio` are to the floor; `limit` is the most allowed, with `at_least` the least.

    `rate` is what was done in a second; where there is a `least_rate`, that is enough whatever the ratio.
    """

    title: str
    ratio: float
    limit: float
    at_least: bool = False
    cpu_ratio: float | None = None
    statements: float | None = None
    most_statements: int | None = None
    rate: float | None = None
    least_rate: int | None = None

    @property
    def met(self) -> bool:
        if self.rate is not None and self.least_rate is not None and self.rate >= self.least_rate:
            return True
        near = self.ratio >= self.limit if self.at_least else self.ratio <= self.limit
        if self.statements is None or self.most_statements is None:
            return near
        return near and self.statements <= self.most_statements


@dataclass(frozen=True)
class Growth:
    """How many times more a case costs in a large run than in a small one, and how many more statements."""

    title: str
    p50: float
    cpu: float
    statements: float | None
    limit: float | None

    @property
    def met(self) -> bool | None:
        """Judged by CPU: the two runs lie minutes apart, and times of the wall hold only within a run."""
        return None if self.limit is None else self.cpu <= self.limit and not self.statements


@dataclass(frozen=True)
class RuleCost:
    """What it adds to a page of a list, in ms, that its reader sees only a part."""

    sees: str
    more: float
    limit: float

    @property
    def met(self) -> bool:
        return self.more <= self.limit


def compare(result: RunResult) -> Iterator[Comparison]:
    """Hookline to the floor, for everything that both have measured."""
    floor, product = result.applications[FLOOR], result.applications[PRODUCT]
    for goal in GOALS:
        base, found = floor.cases.get(goal.case), product.cases.get(goal.case)
        if base and found:
            yield _compare_case(goal, base, found)
    if floor.import_rows_per_second and product.import_rows_per_second:
        rows = product.import_rows_per_second
        yield Comparison(
            title="G: Import of contacts, rows a second",
            ratio=rows / floor.import_rows_per_second,
            limit=IMPORT_SHARE,
            at_least=True,
            rate=rows,
            least_rate=IMPORT_ROWS,
        )
    memory = product.memory_megabytes / floor.memory_megabytes
    yield Comparison("Memory, 2 workers", memory, MEMORY_RATIO)
    yield Comparison(
        "Warm start to the first answer", product.start_seconds / floor.start_seconds, START_RATIO
    )


def rule_costs(result: RunResult) -> Iterator[RuleCost]:
    """Each level beside the page of those who see everything."""
    rules = result.applications[PRODUCT].rules
    for sees, milliseconds in rules.items():
        if sees != SEES_ALL:
            yield RuleCost(sees, milliseconds - rules[SEES_ALL], RULE_MS[result.engine])


def growth(small: RunResult, large: RunResult, name: str) -> Iterator[Growth]:
    """How the cases of one application grew between two runs on the same engine."""
    before, after = small.applications[name], large.applications[name]
    for goal in GOALS:
        first, last = before.cases.get(goal.case), after.cases.get(goal.case)
        if first and last:
            yield Growth(
                title=_title(goal),
                p50=last.alone.p50 / first.alone.p50,
                cpu=last.alone.total_cpu / first.alone.total_cpu,
                statements=_more_statements(first, last),
                limit=GROWTH_RATIO if goal.case in FLAT_CASES else None,
            )


def _compare_case(goal: Goal, base: CaseResult, found: CaseResult) -> Comparison:
    return Comparison(
        title=_title(goal),
        ratio=found.alone.p50 / base.alone.p50,
        limit=goal.ratio,
        cpu_ratio=found.alone.total_cpu / base.alone.total_cpu,
        statements=found.statements,
        most_statements=goal.statements,
    )


def _title(goal: Goal) -> str:
    return f"{goal.case}: {goal.title}"


def _more_statements(first: CaseResult, last: CaseResult) -> float | None:
    if first.statements is None or last.statements is None:
        return None
    return last.statements - first.statements
