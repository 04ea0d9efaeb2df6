"""The bench of hooks: calls what it says it calls, and tells it as a table."""

from bench.hooks import GOAL_US, measure, show


def test_each_way_of_calling_hooks_is_measured() -> None:
    assert set(measure(calls=3, rounds=1)) == {"a rule", "a follower", "a panel"}


def test_the_table_says_what_was_met() -> None:
    table = show({"a rule": GOAL_US, "a panel": GOAL_US + 1})
    assert "| a rule | 5.0 µs | ≤ 5 µs | met |" in table
    assert "| a panel | 6.0 µs | ≤ 5 µs | **missed** |" in table
