"""Scores by fifths and the groups of their combinations."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from hookline_loyalty.value.rfm import Score, ValueGroup, Worth, fifths, scored

CELLS = [Score(*each) for each in product(range(1, 6), repeat=3)]


def cells(group: ValueGroup) -> set[str]:
    return {f"{each.recency}{each.frequency}{each.spend}" for each in CELLS if each.group == group}


def test_every_combination_belongs_to_one_group_and_no_group_is_empty() -> None:
    counted = Counter(each.group for each in CELLS)
    assert sum(counted.values()) == 125
    assert set(counted) == set(ValueGroup)


def test_the_groups_are_those_that_everybody_knows() -> None:
    assert cells(ValueGroup.champions) == {"555", "554", "545"}
    assert cells(ValueGroup.new) == {"511", "512", "521", "522"}
    assert cells(ValueGroup.at_risk) == {f"{r}{f}{m}" for r in "12" for f in "45" for m in "45"}
    assert cells(ValueGroup.hibernating) == {f"11{m}" for m in range(1, 6)}
    assert cells(ValueGroup.loyal) < {f"{r}{f}{m}" for r in "45" for f in "45" for m in "345"}


@given(st.lists(st.integers(0, 10_000), min_size=5, max_size=300, unique=True))
def test_a_fifth_is_a_fifth_where_all_differ(values: list[int]) -> None:
    found = Counter(fifths(dict(enumerate(values))).values())
    assert max(found.values()) - min(found.values()) <= 1
    assert set(found) == {1, 2, 3, 4, 5}


@given(st.lists(st.integers(0, 6), min_size=1, max_size=200))
def test_who_is_alike_has_the_same_score_and_who_has_more_no_lower_one(values: list[int]) -> None:
    found = fifths(dict(enumerate(values)))
    by_value = {value: {found[id] for id, other in enumerate(values) if other == value} for value in values}
    assert all(len(scores) == 1 for scores in by_value.values())
    order = [by_value[value].pop() for value in sorted(by_value)]
    assert order == sorted(order)
    assert all(1 <= score <= 5 for score in order)


def test_the_best_of_all_are_champions() -> None:
    day = dt.date(2026, 1, 1)
    known = [Worth(n, day + dt.timedelta(days=n), n, Decimal(n * 10)) for n in range(1, 101)]
    scores = scored(known)
    assert scores[100] == Score(5, 5, 5)
    assert scores[1] == Score(1, 1, 1)
    assert sum(1 for each in scores.values() if each.group == ValueGroup.champions) == 20
