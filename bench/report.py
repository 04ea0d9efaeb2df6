"""Results as Markdown: every number for the person at the terminal, ratios to the floor for docs/speed.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence

from bench.comparisons import PRODUCT, Comparison, Growth, RuleCost, compare, growth, rule_costs
from bench.results import ApplicationResult, CaseResult, RunResult

START_MARK = "<!-- measured: start -->"
END_MARK = "<!-- measured: end -->"
NOTHING = "–"

NUMBERS = (
    *("case", "application", "p50", "p99", "CPU", "database CPU"),
    *("p50 of 8", "p99 of 8", "requests/s of 8", "all CPU of 8", "statements", "KB"),
)
RATIOS = ("what", "time", "goal", "", "CPU", "statements", "at most")
RULES = ("H: who sees", "ms more than for who sees all", "goal", "")
GROWTHS = ("case", "time", "CPU", "goal", "", "more statements")


def show_numbers(result: RunResult) -> str:
    """All numbers of one run, times in ms; what they mean is said in docs/speed.md."""
    cases = dict.fromkeys(case for found in result.applications.values() for case in found.cases)
    rows = [
        _numbers(case, name, found.cases[case])
        for case in cases
        for name, found in result.applications.items()
        if case in found.cases
    ]
    others = [_others(name, found) for name, found in result.applications.items()]
    return "\n\n".join([_heading(result), _table(NUMBERS, rows), "\n".join(others)])


def show_ratios(results: Sequence[RunResult]) -> str:
    """One table a run, then how Hookline grew from the smallest to the largest size on each engine."""
    parts = [f"Measured with Python {platform.python_version()} on {os.cpu_count()} cores."]
    for result in results:
        parts += [_heading(result), _table(RATIOS, map(_ratio, compare(result)))]
        if result.applications[PRODUCT].rules:
            parts.append(_table(RULES, map(_rule, rule_costs(result))))
    for engine in dict.fromkeys(result.engine for result in results):
        runs = sorted((result for result in results if result.engine == engine), key=lambda run: run.contacts)
        small, large = runs[0], runs[-1]
        if small is not large:
            heading = f"### {large.version}: from {small.contacts:,} to {large.contacts:,} contacts"
            parts += [heading, _table(GROWTHS, map(_growth, growth(small, large, PRODUCT)))]
    return "\n\n".join(parts)


def replace_measured(page: str, tables: str) -> str:
    """The page with the tables between its marks."""
    before, start, rest = page.partition(START_MARK)
    _, end, after = rest.partition(END_MARK)
    if not start or not end:
        raise ValueError(f"The page needs the lines {START_MARK} and {END_MARK}, in this order")
    return f"{before}{start}\n\n{tables}\n\n{end}{after}"


def _heading(result: RunResult) -> str:
    return f"### {result.version}, {result.contacts:,} contacts"


def _numbers(case: str, name: str, result: CaseResult) -> Sequence[str]:
    alone, crowded = result.alone, result.crowded
    return (
        case,
        name,
        f"{alone.p50:.2f}",
        f"{alone.p99:.2f}",
        f"{alone.cpu:.2f}",
        _optional(alone.database_cpu, ".2f"),
        f"{crowded.p50:.1f}",
        f"{crowded.p99:.1f}",
        f"{crowded.per_second:.0f}",
        f"{crowded.total_cpu:.2f}",
        _optional(result.statements, "g"),
        f"{result.kilobytes:.0f}",
    )


def _others(name: str, result: ApplicationResult) -> str:
    rows = _optional(result.import_rows_per_second, ",.0f")
    memory, start = result.memory_megabytes, result.start_seconds
    rules = "".join(f", page for who sees {sees} {ms:.2f} ms" for sees, ms in result.rules.items())
    return f"{name}: import {rows} rows/s, memory {memory:.0f} MB, warm start {start:.2f} s{rules}"


def _ratio(comparison: Comparison) -> Sequence[str]:
    bound = "≥" if comparison.at_least else "≤"
    time, goal = _times(comparison.ratio), f"{bound} {comparison.limit:g}x"
    if comparison.least_rate is not None:
        time, goal = f"{time}, {comparison.rate:,.0f}", f"{goal} or ≥ {comparison.least_rate:,}"
    return (
        comparison.title,
        time,
        goal,
        _verdict(comparison.met),
        _times(comparison.cpu_ratio),
        _optional(comparison.statements, "g"),
        _optional(comparison.most_statements, "d"),
    )


def _rule(cost: RuleCost) -> Sequence[str]:
    return cost.sees, f"{cost.more:.1f}", f"≤ {cost.limit:g}", _verdict(cost.met)


def _growth(grown: Growth) -> Sequence[str]:
    limit = NOTHING if grown.limit is None else f"≤ {grown.limit:g}x"
    more = _optional(grown.statements, "g")
    return grown.title, _times(grown.p50), _times(grown.cpu), limit, _verdict(grown.met), more


def _verdict(met: bool | None) -> str:
    return {True: "met", False: "**missed**", None: ""}[met]


def _times(ratio: float | None) -> str:
    return NOTHING if ratio is None else f"{ratio:.2f}x"


def _optional(value: float | None, form: str) -> str:
    return NOTHING if value is None else format(value, form)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
