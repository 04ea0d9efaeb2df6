"""The geometry of charts: nothing leaves its box, values keep their order, odd input draws nothing wrong."""

import math
import re
from itertools import pairwise

import pytest
from hookline.web.reports.charts import (
    MAX_LABELS,
    Point,
    bar_chart,
    donut_chart,
    funnel_chart,
    hbar_chart,
    line_chart,
    nice_ticks,
    sparkline,
    waterfall_chart,
)
from hypothesis import given
from hypothesis import strategies as st

amounts = st.floats(min_value=-1e9, max_value=1e12, allow_nan=False)
counts = st.floats(min_value=0, max_value=1e9, allow_nan=False)


def points(*values: float) -> list[Point]:
    return [Point(f"p{i}", v, f"{v:g}", url=f"/deals?p={i}") for i, v in enumerate(values)]


def places(path: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", path)]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 97, (0, 25, 50, 75, 100)),
        (0, 3, (0, 1, 2, 3)),
        (0, 0.8, (0, 0.2, 0.4, 0.6, 0.8)),
        (-30, 70, (-50, -25, 0, 25, 50, 75)),
        (0, 0, (0, 0.25, 0.5, 0.75, 1)),
        (0, 84_600, (0, 25_000, 50_000, 75_000, 100_000)),
    ],
)
def test_scale_is_made_of_round_numbers(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert nice_ticks(low, high) == expected


@given(low=st.floats(-1e9, 0), width=st.floats(0.01, 1e12))
def test_scale_encloses_its_values_with_few_lines(low: float, width: float) -> None:
    ticks = nice_ticks(low, low + width)
    assert ticks[0] <= low + width * 1e-6
    assert ticks[-1] >= low + width * (1 - 1e-6)
    assert 3 <= len(ticks) <= 8
    assert list(ticks) == sorted(set(ticks))


@given(st.lists(amounts, min_size=1, max_size=40))
def test_bars_stay_inside_and_keep_their_order(values: list[float]) -> None:
    chart = bar_chart(points(*values))
    for bar in chart.bars:
        assert bar.x >= -0.01
        assert bar.x + bar.width <= 100.01
        assert bar.y >= -0.01
        assert bar.y + bar.height <= chart.plot + 0.01
    ups = sorted((b for b in chart.bars if b.point.value > 0), key=lambda b: b.point.value)
    assert all(a.height <= b.height + 0.001 for a, b in pairwise(ups))
    assert sum(b.named for b in chart.bars) <= MAX_LABELS


def test_negative_bar_hangs_from_zero() -> None:
    up, down = bar_chart(points(50, -50)).bars
    assert up.height == down.height
    assert up.y + up.height == down.y


def test_bar_chart_of_nothing_has_a_scale_and_no_bars() -> None:
    chart = bar_chart([])
    assert chart.bars == ()
    assert len(chart.ticks) > 1


@given(st.lists(amounts, min_size=1, max_size=20))
def test_lying_bars_fit_their_row(values: list[float]) -> None:
    for row in hbar_chart(points(*values)):
        assert row.x >= -0.01
        assert row.x + row.width <= 100.01


def test_lying_bars_measure_against_the_longest() -> None:
    assert [row.width for row in hbar_chart(points(50, 200, 0))] == [25, 100, 0]


def test_lying_bars_with_a_loss_share_one_zero() -> None:
    gain, loss = hbar_chart(points(75, -25))
    assert (loss.x, loss.width) == (0, 25)
    assert (gain.x, gain.width) == (25, 75)


def test_a_waterfall_falls_from_where_it_stands_to_the_ground() -> None:
    sales, goods, wages, left = waterfall_chart(points(200, -50, -110, 40))
    assert (sales.x, sales.width) == (0, 100)
    assert (goods.x, goods.width) == (75, 25)
    assert (wages.x, wages.width) == (20, 55)
    assert (left.x, left.width) == (0, 20)


@given(st.lists(amounts, min_size=1, max_size=20))
def test_a_waterfall_stays_in_its_rows(values: list[float]) -> None:
    for row in waterfall_chart(points(*values)):
        assert row.x >= -0.01
        assert row.width >= 0
        assert row.x + row.width <= 100.01


def test_funnel_is_centred_and_tells_what_came_through() -> None:
    first, second, third = funnel_chart(points(200, 50, 25))
    assert (first.x, first.width, first.rate) == (0, 100, None)
    assert (second.x, second.width, second.rate) == (37.5, 25, 0.25)
    assert third.rate == 0.5


def test_funnel_after_an_empty_stage_has_no_rate() -> None:
    assert [row.rate for row in funnel_chart(points(10, 0, 5))] == [None, 0, None]


@given(st.lists(amounts, min_size=1, max_size=30))
def test_line_stays_in_the_plot(values: list[float]) -> None:
    chart = line_chart([("Won", points(*values))])
    (line,) = chart.lines
    assert len(line.dots) == len(values)
    for dot in line.dots:
        assert 0 <= dot.x <= 100
        assert -0.01 <= dot.y <= chart.plot + 0.01


def test_series_share_one_scale_and_differ_in_tone() -> None:
    won, lost = line_chart([("Won", points(10, 100)), ("Lost", points(10, 20))]).lines
    assert won.dots[0].y == lost.dots[0].y
    assert won.dots[1].y < lost.dots[1].y
    assert won.tone != lost.tone


def test_line_of_nothing_draws_nothing() -> None:
    (line,) = line_chart([("Won", [])]).lines
    assert (line.path, line.area, line.dots) == ("", "", ())


@given(st.lists(counts, max_size=12))
def test_shares_of_a_donut_add_up(values: list[float]) -> None:
    arcs = donut_chart(points(*values))
    assert len(arcs) == sum(v > 0 for v in values)
    if arcs:
        assert math.isclose(sum(a.share for a in arcs), 1)
        assert all(-0.01 <= n <= 120.01 for a in arcs for n in places(a.path))


def test_single_share_is_a_whole_ring() -> None:
    (arc,) = donut_chart(points(7))
    assert arc.share == 1
    # Start and end differ, or the browser would draw nothing.
    start, end = re.findall(r"[MA](?:60 60 0 1 1 )?(\S+ \S+?)(?=[AL])", arc.path)[:2]
    assert start != end


def test_two_halves_meet() -> None:
    first, second = donut_chart(points(1, 1))
    assert first.path.startswith("M60 0A60 60 0 0 1 60 120L60 102")
    assert second.path.startswith("M60 120A60 60 0 0 1 ")


@given(st.lists(amounts, min_size=2, max_size=60))
def test_sparkline_fills_its_box(values: list[float]) -> None:
    numbers = places(sparkline(values))
    xs, ys = numbers[::2], numbers[1::2]
    assert math.isclose(xs[0], 0)
    assert math.isclose(xs[-1], 96, abs_tol=0.01)
    assert all(0 <= y <= 24 for y in ys)


@pytest.mark.parametrize("values", [[], [5]])
def test_sparkline_needs_two_values(values: list[float]) -> None:
    assert sparkline(values) == ""


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_what_is_not_a_number_counts_as_nothing(odd: float) -> None:
    assert [b.height for b in bar_chart(points(odd)).bars] == [0]
    assert [r.width for r in hbar_chart(points(odd, 4))] == [0, 100]
    assert len(donut_chart(points(odd, 4))) == 1
    assert "nan" not in sparkline([1, odd, 3])
