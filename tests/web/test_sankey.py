"""The geometry of a sankey chart: places hold what goes through them, bands stay between their places."""

import re
from itertools import pairwise

import pytest
from hookline.web.reports.charts import Point
from hookline.web.reports.sankey import Stream, sankey_chart
from hypothesis import given
from hypothesis import strategies as st

names = st.sampled_from(["Loyal", "New", "At risk", "Lost", "Hibernating"])
streams = st.builds(
    lambda begins, ends, step, value: Stream(begins, ends, step, Point(f"{begins} → {ends}", value, f"{value}")),
    names, names, st.integers(0, 2), st.integers(0, 10_000).map(float),
)  # fmt: skip


def flow(begins: str, ends: str, value: float, step: int = 0, tone: str = "") -> Stream:
    return Stream(begins, ends, step, Point(f"{begins} → {ends}", value, f"{value:g}", tone=tone))


@given(st.lists(streams, max_size=30))
def test_everything_stays_in_its_box(found: list[Stream]) -> None:
    chart = sankey_chart(found)
    for place in chart.places:
        assert 0 <= place.x <= 100 - chart.thick + 0.01
        assert 0 <= place.y <= place.y + place.height <= chart.height + 0.01
    for band in chart.bands:
        numbers = [float(each) for each in re.findall(r"-?\d+\.\d+", band.path)]
        assert all(-0.01 <= x <= 100.01 for x in numbers[::2])
        assert all(-0.01 <= y <= chart.height + 0.01 for y in numbers[1::2])


def test_a_place_is_as_high_as_what_goes_through_it() -> None:
    chart = sankey_chart(
        [flow("Loyal", "Loyal", 30), flow("Loyal", "Lost", 10), flow("New", "Loyal", 20)], ["Feb", "Mar"]
    )
    height = {(place.label, place.ends): place.height for place in chart.places}
    assert height["Loyal", False] == pytest.approx(2 * height["New", False], abs=0.02)
    assert height["Loyal", True] == pytest.approx(5 * height["Lost", True], abs=0.05)
    # Both sides hold sixty, and fill the chart but for the gap between two places.
    assert sum(place.height for place in chart.places if place.ends) == pytest.approx(
        chart.height - 6, abs=0.05
    )


def test_places_of_one_step_do_not_cover_each_other() -> None:
    chart = sankey_chart([flow(a, b, 5) for a in "abc" for b in "abcd"])
    for ends in (False, True):
        column = sorted((p.y, p.y + p.height) for p in chart.places if p.ends == ends)
        assert all(above[1] < below[0] for above, below in pairwise(column))


def test_a_place_in_the_middle_is_drawn_once() -> None:
    chart = sankey_chart([flow("a", "b", 5), flow("b", "c", 5, step=1)])
    assert [(place.label, place.x) for place in chart.places] == [("a", 0.0), ("b", 49.2), ("c", 98.4)]


def test_nothing_and_what_is_below_nothing_is_left_out() -> None:
    assert not sankey_chart([]).bands
    assert not sankey_chart([flow("a", "b", 0), flow("a", "b", -3)]).places


def test_a_place_has_the_tone_of_what_leaves_it() -> None:
    chart = sankey_chart([flow("a", "b", 5, tone="green"), flow("b", "a", 5, tone="red")])
    assert {(place.label, place.tone) for place in chart.places} == {("a", "green"), ("b", "red")}
