"""What a column of a file is, told from its values."""

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hookline.kernel.kinds import KINDS, BadValue, Format, parse_with, suggest_kind
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.kind_specs import ENGLISH, FieldSpec

PIPELINE = Path(__file__).parents[3] / "shared/data/crm_sales_opportunities/sales_pipeline.csv"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["Yes", "no", ""], "yes_no"),
        (["0", "1"], "integer"),
        (["ada@acme.example", "Bob <bob@acme.example>"], "email"),
        (["www.acme.example", "https://acme.example/x"], "url"),
        (["acme.example", "other.example"], "text"),
        (["+44 20 7946 0958", "020 7946 0959"], "phone"),
        (["79161234567", "79161234568"], "phone"),
        (["8 (916) 123-45-67"], "phone"),
        (["1", "2 000"], "integer"),
        (["1.5", "2"], "decimal"),
        (["€5", "$6.50", "7 руб."], "money"),
        (["50%", "3.5 %"], "percent"),
        (["00123", "01234"], "text"),
        (["123456789012345678901234567890"], "text"),
        (["2026"], "integer"),
        (["Friday", "Monday"], "text"),
        (["May", "June"], "text"),
        (["12-34", "56-78"], "text"),
        (["one\ntwo"], "long_text"),
        (["x" * 300], "long_text"),
        (["Won", "Lost"] * 10, "choice"),
        (["Won", "Lost"], "text"),
        ([str(n) + "x" for n in range(30)], "text"),
        (["", " "], "text"),
        ([], "text"),
    ],
)
def test_kinds(values: Sequence[str], kind: str) -> None:
    assert suggest_kind(values).kind == kind


def test_one_wrong_value_in_ten_is_forgiven() -> None:
    assert suggest_kind(["1"] * 9 + ["n/a"]).kind == "integer"
    assert suggest_kind(["1"] * 8 + ["n/a"] * 2).kind == "text"


@pytest.mark.parametrize(
    ("values", "kind", "order", "sure"),
    [
        (["20-10-16", "25-10-16", "01-11-16"], "date", "dmy", True),
        (["10/20/2026", "01/02/2026"], "date", "mdy", True),
        (["03/04/2026", "05/06/2026"], "date", "dmy", False),
        (["03.04.2026", "05.06.2026"], "date", "dmy", True),
        (["16-10-01", "16-10-02", "16-10-03", "16-10-14"], "date", "ymd", True),
        (["2026-10-20", "2026-11-01"], "date", "ymd", True),
        (["2026-10-20T00:00:00", "2026-11-01T00:00:00"], "date", "ymd", True),
        (["2026-10-20 10:00", "2026-11-01 00:00"], "datetime", "ymd", True),
        (["10/20/2026 3:15 PM"], "datetime", "mdy", True),
        (["18 Dec 2026", "1 янв. 2027"], "date", "dmy", True),
        (["Dec 18, 2026"], "date", "dmy", True),
    ],
)
def test_orders_of_dates(values: Sequence[str], kind: str, order: str, sure: bool) -> None:
    found = suggest_kind(values)
    assert (found.kind, found.format.date_order, found.sure) == (kind, order, sure)


def test_the_persons_order_is_taken_where_both_fit() -> None:
    assert suggest_kind(["03/04/2026"], day_first=False).format.date_order == "mdy"


def test_the_order_is_shown_on_a_value_that_proves_it() -> None:
    found = suggest_kind(["01-02-16", "25-10-16", "02-02-17"])
    assert str(found.evidence) == "Dates are read as day-month-year: 25-10-16 is 25 Oct 2016."


@pytest.mark.parametrize(
    ("values", "language", "point", "sure"),
    [
        (["1.234,5", "2,3"], "en", ",", True),
        (["1,234.5", "2,300"], "ru", ".", True),
        (["1,234", "2,345"], "en", ".", False),
        (["1,234", "2,345"], "ru", ",", False),
        (["1234,5"], "en", ",", True),
        (["1234", "5"], "en", None, True),
    ],
)
def test_marks_of_fractions(values: Sequence[str], language: str, point: str | None, sure: bool) -> None:
    found = suggest_kind(values, language=language)
    assert (found.format.decimal, found.sure) == (point, sure)


def test_a_column_is_read_in_one_way() -> None:
    month_first = Format(date_order="mdy")
    spec = FieldSpec()
    assert parse_with(month_first, KINDS["date"], "03/04/2026", spec, ENGLISH) == date(2026, 3, 4)
    moment = parse_with(month_first, KINDS["datetime"], "03/04/2026 10:00", spec, ENGLISH)
    assert moment == datetime(2026, 3, 4, 10, tzinfo=UTC)
    for kind, word in (("date", "tomorrow"), ("date", "1 Dec"), ("datetime", "10:00"), ("datetime", "now")):
        with pytest.raises(BadValue):
            parse_with(month_first, KINDS[kind], word, spec, ENGLISH)


@given(st.lists(st.dates(date(2015, 1, 1), date(2017, 12, 31)), min_size=200, max_size=400, unique=True))
def test_two_digit_years_are_found_in_long_columns(days: list[date]) -> None:
    found = suggest_kind([f"{day:%d-%m-%y}" for day in days])
    assert found.format.date_order == "dmy"


@given(st.lists(st.text(max_size=30), max_size=30))
def test_any_column_has_a_kind(values: list[str]) -> None:
    assert suggest_kind(values).kind in KINDS


def test_a_real_pipeline() -> None:
    if not PIPELINE.exists():
        pytest.skip("the data of others is not beside this repository")
    with PIPELINE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:1000]
    found = {name: suggest_kind(row[name] for row in rows) for name in rows[0]}
    assert {name: detected.kind for name, detected in found.items()} == {
        "opportunity_id": "text",
        "sales_agent": "text",
        "product": "choice",
        "account": "text",
        "deal_stage": "choice",
        "engage_date": "date",
        "close_date": "date",
        "close_value": "integer",
        "engage_quarter": "choice",
        "close_quarter": "choice",
    }
    assert found["engage_date"].format.date_order == found["close_date"].format.date_order == "dmy"
    assert found["engage_date"].sure
