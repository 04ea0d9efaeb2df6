"""How single requests become a load."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure import Round, summarize

SECONDS = st.floats(min_value=0.0001, max_value=10)


def a_round(
    *latencies: float, cpu: float = 0, database_cpu: float | None = None, seconds: float = 1
) -> Round:
    return Round(latencies=latencies, seconds=seconds, cpu=cpu, database_cpu=database_cpu)


def test_one_disturbed_round_does_not_move_the_middle() -> None:
    quiet = a_round(0.002, 0.002, 0.003)
    assert summarize([quiet, quiet, a_round(0.5, 0.5, 0.5)]).p50 == pytest.approx(2)


def test_cpu_is_shared_among_the_requests() -> None:
    load = summarize([a_round(1, 1, cpu=0.03, database_cpu=0.01), a_round(1, 1, cpu=0.01, database_cpu=0.03)])
    assert (load.cpu, load.database_cpu, load.total_cpu) == pytest.approx((10, 10, 20))


def test_an_unseen_database_server_costs_nothing_known() -> None:
    load = summarize([a_round(1, cpu=0.01)])
    assert load.database_cpu is None
    assert load.total_cpu == pytest.approx(10)


def test_requests_a_second_are_counted_over_all_rounds() -> None:
    assert summarize([a_round(1, 1, 1, seconds=1), a_round(1, seconds=3)]).per_second == pytest.approx(1)


@given(st.lists(st.lists(SECONDS, min_size=1), min_size=1))
def test_percentiles_lie_among_the_latencies(stretches: list[list[float]]) -> None:
    load = summarize([a_round(*stretch) for stretch in stretches])
    every = [latency * 1000 for stretch in stretches for latency in stretch]
    assert load.requests == len(every)
    assert min(every) * 0.999 <= load.p50 <= max(every) * 1.001
    assert load.p99 in every
    assert sum(latency > load.p99 for latency in every) <= len(every) / 100
