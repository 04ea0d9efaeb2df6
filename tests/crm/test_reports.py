"""The core's reports: each figure follows from the deals by the formula that its page states."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hookline.crm.reports.figures import months
from hookline.crm.reports.funnels import funnel, time_in_stage
from hookline.crm.reports.outcomes import reasons, won_and_lost
from hookline.crm.reports.pipeline import pipeline
from hookline.crm.reports.sellers import sellers, teams
from hookline.crm.reports.sources import sources
from hookline.errors import Text
from hookline.kernel.shown import Amounts, Asked, Link, Month, Percent, Report, Value

from tests.crm.sales_story import tell
from tests.town import NOW, Town

ALL = Asked()


def plain(value: Value) -> object:
    """A value without its link; sums of one currency as their amount."""
    if isinstance(value, Link):
        return plain(value.text)
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, Month):
        return f"{value.day:%Y-%m}"
    if isinstance(value, Amounts):
        return sum(value.by_currency.values(), Decimal(0))
    return value.value if isinstance(value, Percent) else value


def table(report: Report) -> dict[object, list[object]]:
    """The rows by their first value."""
    return {plain(row[0]): [plain(value) for value in row[1:]] for row in report.rows}


@pytest.fixture
def story(town: Town) -> Town:
    """Four deals: one won in ten days, one lost at the offer, one still new, one that stands at qualified."""
    return tell(town)


def test_the_funnel_counts_each_deal_once_in_each_stage(story: Town) -> None:
    with story.house() as gate:
        days = Asked(
            since=NOW - timedelta(days=41), until=NOW - timedelta(days=39), pipeline=story.ids["sales"]
        )
        found = table(funnel(gate, days))
    assert found["New"][:5] == [4, None, Decimal(100), 1, 0]
    assert found["Qualified"][:5] == [3, Decimal(75), Decimal(75), 1, 0]
    assert found["Offer"][:6] == [2, Decimal("66.67"), Decimal(50), 0, 1, Decimal(500)]
    assert found["Won"][:3] == [1, Decimal(50), Decimal(25)]


def test_deals_that_came_in_other_days_are_not_in_the_funnel(story: Town) -> None:
    with story.house() as gate:
        later = Asked(
            since=NOW + timedelta(days=1), until=NOW + timedelta(days=2), pipeline=story.ids["sales"]
        )
        assert [row[0] for row in table(funnel(gate, later)).values()] == [0, 0, 0, 0]


def test_time_in_stage_is_the_median_of_ended_stays(story: Town) -> None:
    with story.house() as gate:
        found = table(time_in_stage(gate, Asked(pipeline=story.ids["sales"])))
    assert found["New"][:2] == [3, Decimal(4)]
    assert found["Qualified"][:2] == [2, Decimal(2)]
    assert found["Offer"][:2] == [2, Decimal(5)]


def test_the_win_rate_is_won_of_won_and_lost(story: Town) -> None:
    with story.house() as gate:
        report = won_and_lost(gate, ALL)
        total = [plain(value) for value in report.totals]
        assert total[1:4] == [1, 1, Decimal(50)]
        assert total[4:] == [Decimal(1000), Decimal(500), Decimal(1000)]
        nothing = won_and_lost(gate, Asked(start=date(2020, 1, 1), end=date(2020, 12, 31)))
        assert nothing.rows == []


def test_reasons_sellers_and_teams(story: Town) -> None:
    with story.house() as gate:
        assert table(reasons(gate, ALL)) == {"Price alone": [1, Decimal(100), Decimal(500)]}
        found = table(sellers(gate, ALL))
        assert found["Boris"] == [1, Decimal(1000), 0, Decimal(100), Decimal(1000), Decimal(10)]
        assert found["Clara"][:4] == [0, Decimal(0), 1, Decimal(0)]
        assert set(table(teams(gate, ALL))) == {"North", "South"}


def test_sources_know_what_they_cost_and_bring(story: Town) -> None:
    with story.house() as gate:
        found = table(sources(gate, ALL))["Village fair"]
    assert found == [1, Decimal(0), Decimal(40), 1, Decimal(1000), Decimal(40)]


def test_the_pipeline_adds_up_to_what_may_be_seen(story: Town) -> None:
    with story.house() as gate:
        everything = table(pipeline(gate, Asked(pipeline=story.ids["sales"])))
    with story.as_("clara") as gate:
        own = table(pipeline(gate, Asked(pipeline=story.ids["sales"])))
    assert everything["Qualified"] == [1, Decimal(30), Decimal(9)]
    assert own["Qualified"] == [0, Decimal(0), Decimal(0)]
    assert own["Lost"][0] == 1


def test_months_go_on_without_a_gap() -> None:
    days = [date(2025, 11, 30), date(2026, 2, 1)]
    assert [f"{month:%Y-%m}" for month in months(days)] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert months([]) == []
