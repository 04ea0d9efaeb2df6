"""Every figure of every report of the core leads to its records: as many rows as it counts, of the sum that it says."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from hookline.crm.reports.asking import read_asked
from hookline.errors import Invalid
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.listing import totals
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.shown import Amounts, Link, Report
from hookline.web.records.addresses import ListAddress, read_query

from tests.crm.sales_story import tell
from tests.town import NOW, Town

READER = Reader(now=NOW, zone="Europe/Helsinki", currency="EUR")
GIVEN: tuple[dict[str, str], ...] = (
    {},
    {"from": f"{(NOW - timedelta(days=41)).date()}", "to": f"{(NOW - timedelta(days=1)).date()}"},
    {"period": "last_90_days", "whose": "me"},
    {"period": "this_year", "whose": "my_team"},
)


@pytest.fixture
def story(town: Town) -> Town:
    """Four deals in the hands of two sellers."""
    return tell(town)


def asked_reports(gate: Gate) -> Iterator[tuple[Contribution, Report]]:
    """Every report with everything it can be asked."""
    for report in gate.host.contributions("report"):
        for given in GIVEN:
            takes = report.options["takes"]
            yield (
                report,
                report.call(gate, read_asked(gate, takes, given, READER)) if takes else report.call(gate),
            )


def links(report: Report) -> Iterator[tuple[str, Link]]:
    """Every figure that leads somewhere, with where it stands."""
    for place, row in enumerate([*report.rows, report.totals]):
        for column, value in zip(report.columns, row, strict=bool(row)):
            if isinstance(value, Link):
                yield f"{column} of row {place}", value


def counted(gate: Gate, link: Link) -> tuple[int, Decimal]:
    """How many records the list behind a link has, and the sum of their amounts."""
    parts = urlsplit(link.to)
    info = next(i for i in gate.schema.entities.values() if f"/{i.cls.slug}" == parts.path)
    asked = ListAddress("", tuple(parse_qsl(parts.query)))
    money = "amount" if info.name == "deal" else "cost"
    found = totals(gate, info, read_query(gate, info, asked), READER, [money])
    return found.count, sum((found.sums or {}).get(money, {}).values(), Decimal(0))


@pytest.mark.parametrize("who", ["ada", "boris"])
def test_every_figure_leads_to_exactly_its_records(story: Town, who: str) -> None:
    seen = 0
    with story.as_(who) as gate:
        for report, answer in asked_reports(gate):
            for place, link in links(answer):
                count, amount = counted(gate, link)
                if isinstance(link.text, int):
                    assert count == link.text, f"{report.name}, {place}: {link}"
                    seen += 1
                elif isinstance(link.text, Amounts) and "Weighted" not in place and "Average" not in place:
                    assert amount == sum(link.text.by_currency.values()), f"{report.name}, {place}: {link}"
                    seen += 1
            for mark in answer.chart.marks if answer.chart else ():
                if mark.to and mark.shown is None and answer.chart:
                    assert counted(gate, Link("", mark.to))[0] == mark.value, f"{report.name}, {mark.label}"
    assert seen > 40


def test_no_figure_of_the_core_stands_without_its_records(story: Town) -> None:
    with story.as_("ada") as gate:
        for report, answer in asked_reports(gate):
            for row in answer.rows:
                numbers = [v for v in row[1:] if isinstance(v, int) and not isinstance(v, bool) and v]
                # Expected days are a stage's own, not a figure of deals.
                assert not numbers or report.name == "time_in_stage", f"{report.name}: {row}"


def test_relative_days_are_compared_with_as_many_before(story: Town) -> None:
    with story.as_("ada") as gate:
        now = read_asked(gate, ("period",), {"period": "this_month"}, READER)
        assert (now.start, now.end) == (date(2026, 3, 1), date(2026, 3, 31))
        assert now.before
        assert (now.before.start, now.before.end) == (date(2026, 2, 1), date(2026, 2, 17))
        over = read_asked(gate, ("period",), {"period": "last_quarter"}, READER)
        assert over.before
        assert (over.before.start, over.before.end) == (date(2025, 7, 1), date(2025, 9, 30))
        week = read_asked(gate, ("period",), {"from": "2026-03-02", "to": "2026-03-08"}, READER)
        assert week.before
        assert (week.before.start, week.before.end) == (date(2026, 2, 23), date(2026, 3, 1))
        assert read_asked(gate, ("period",), {}, READER).before is None
        assert read_asked(gate, ("owner",), {"whose": "team:999"}, READER).team == 0


@pytest.mark.one_engine
def test_a_set_that_nobody_has_put_together_is_refused(story: Town) -> None:
    late = "core.stayed:1-1-9" + "9" * 40 + "-"
    with story.as_("ada") as gate:
        for given in (
            "core.cohort:",
            "core.cohort:all-1-1--",
            "core.cohort:been-x-1--",
            "core.nothing:1",
            late,
        ):
            with pytest.raises(Invalid):
                counted(gate, Link("", f"/deals?id.among={given}"))
