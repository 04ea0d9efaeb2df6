"""Hookline against the floor, and large against small."""

import pytest

from bench.comparisons import PRODUCT, Comparison, compare, growth
from bench.results import ApplicationResult, CaseResult
from tests.bench.result_specs import a_case, a_run, an_application


def _first(floor: ApplicationResult, product: ApplicationResult) -> Comparison:
    return next(compare(a_run(floor, product)))


def test_time_and_cpu_are_told_as_multiples_of_the_floor() -> None:
    found = _first(an_application(A=a_case(2, cpu=1)), an_application(A=a_case(5, cpu=3)))
    assert (found.title, found.ratio, found.cpu_ratio) == ("A: List of 50 contacts by name", 2.5, 3.0)


@pytest.mark.parametrize(
    ("case", "met"),
    [
        (a_case(2.5, statements=5), True),
        (a_case(2.6, statements=5), False),
        (a_case(2.5, statements=5.2), False),
        (a_case(2.5, statements=None), True),
    ],
)
def test_a_goal_is_met_by_time_and_statements_together(case: CaseResult, met: bool) -> None:
    assert _first(an_application(A=a_case(1)), an_application(A=case)).met is met


def test_cases_that_only_one_side_has_are_left_out() -> None:
    floor = an_application(A=a_case(), B=a_case())
    titles = [found.title for found in compare(a_run(floor, an_application(B=a_case(), E=a_case())))]
    assert titles[0].startswith("B: ")
    assert not any(title.startswith(("A", "E")) for title in titles)


@pytest.mark.parametrize(
    ("rows", "of_the_floor", "met"),
    [(5_000, 20_000, True), (4_999, 20_000, False), (5_000, 30_000, True), (4_000, 16_000, True)],
)
def test_an_import_needs_its_share_or_its_rows(rows: float, of_the_floor: float, met: bool) -> None:
    found = _first(an_application(rows=of_the_floor), an_application(rows=rows))
    assert (found.title[:2], found.ratio, found.met) == ("G:", rows / of_the_floor, met)


def test_memory_and_start_come_last() -> None:
    memory, start = compare(a_run(an_application(memory=100, start=1), an_application(memory=160, start=1.5)))
    assert (memory.ratio, memory.met) == (1.6, False)
    assert (start.ratio, start.met) == (1.5, True)


def test_growth_is_judged_by_cpu_and_statements_where_a_page_must_stay_flat() -> None:
    small = a_run(an_application(), an_application(A=a_case(3), E=a_case(3), D=a_case(3)))
    large = a_run(
        an_application(), an_application(A=a_case(9, cpu=1.1), E=a_case(cpu=9), D=a_case(statements=2))
    )
    by_case = {found.title[0]: found for found in growth(small, large, PRODUCT)}
    assert (by_case["A"].p50, by_case["A"].cpu, by_case["A"].met) == (3, 1.1, True)
    assert (by_case["E"].cpu, by_case["E"].met) == (9, None)
    assert (by_case["D"].statements, by_case["D"].met) == (1, False)
