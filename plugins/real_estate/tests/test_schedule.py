"""A payment plan adds up to the cent, whatever the price, the number of instalments and what goes ahead."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookline_real_estate.deals.data import LineKind
from hookline_real_estate.deals.schedule import Wish, lines_of, monthly, months_after, shares

cents = st.integers(0, 10**12).map(lambda n: Decimal(n) / 100)
days = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))


@given(st.tuples(cents, cents, cents, cents), st.integers(1, 360), st.integers(1, 12), days)
def test_the_lines_come_to_the_price_exactly(
    parts: tuple[Decimal, Decimal, Decimal, Decimal], count: int, months: int, day: dt.date
) -> None:
    deposit, first, bank, rest = parts
    price = sum(parts, Decimal(0))
    lines = lines_of(Wish(price, day, count, months, first, deposit, day, bank))
    assert sum((line.amount for line in lines), Decimal(0)) == price
    assert all(line.amount > 0 and line.amount == line.amount.quantize(Decimal("0.01")) for line in lines)
    later = [line for line in lines if line.kind == LineKind.instalment]
    assert sum((line.amount for line in later), Decimal(0)) == rest
    assert [line.due_on for line in later] == sorted({line.due_on for line in later})
    assert not later or max(e.amount for e in later) - min(e.amount for e in later) <= Decimal("0.01")


@given(cents, st.integers(1, 500))
def test_shares_are_all_of_it_and_nearly_alike(amount: Decimal, count: int) -> None:
    parts = list(shares(amount, count))
    assert (sum(parts, Decimal(0)), len(parts)) == (amount, count)
    assert max(parts) - min(parts) <= Decimal("0.01")


@given(days, st.integers(0, 360))
def test_months_later_is_the_same_day_or_the_last_of_its_month(day: dt.date, months: int) -> None:
    found = months_after(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found + dt.timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("first", "count"),
    [(Decimal(101), 3), (Decimal(50), 0)],
    ids=["too much ahead", "nothing to pay the rest in"],
)
def test_a_plan_that_cannot_come_to_the_price_is_none(first: Decimal, count: int) -> None:
    with pytest.raises(ValueError, match=r"ahead|rest"):
        lines_of(Wish(Decimal(100), dt.date(2026, 1, 31), count, first=first))


def test_a_plan_as_it_is_read() -> None:
    lines = lines_of(
        Wish(Decimal(100), dt.date(2026, 1, 31), 3, first=Decimal(20), deposit=Decimal(10), bank=Decimal(60))
    )
    assert [(str(line.amount), f"{line.due_on:%d.%m}") for line in lines] == [
        ("10", "31.01"), ("20", "31.01"), ("60", "31.01"), ("3.34", "28.02"), ("3.33", "31.03"), ("3.33", "30.04"),
    ]  # fmt: skip


def test_a_loan_costs_the_same_each_month() -> None:
    assert monthly(Decimal(120_000), Decimal(6), 240) == Decimal("859.72")
    assert monthly(Decimal(1200), Decimal(0), 12) == 100
