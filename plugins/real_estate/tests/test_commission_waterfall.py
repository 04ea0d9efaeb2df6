"""The waterfall of a commission, by what must hold of any: nothing is lost, nothing comes out of nowhere."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hookline_real_estate.commission.cents import CENT, divide
from hookline_real_estate.commission.waterfall import (
    Before,
    Earned,
    Level,
    SoFar,
    Terms,
    earn,
    gross_of,
    share_out,
    take_before,
)

money = st.integers(0, 10**12).map(lambda cents: cents * CENT)
small = st.integers(0, 10**6).map(lambda cents: cents * CENT)
percents = st.integers(0, 10_000).map(lambda hundredths: hundredths * CENT)
levels = st.dictionaries(money, percents, min_size=1, max_size=6).map(
    lambda found: tuple(
        Level(above, share) for above, share in sorted(({Decimal(0): Decimal(50)} | found).items())
    )
)
terms = st.builds(
    Terms, method=st.sampled_from(("fixed", "flat", "sliding", "progressive")), share=percents, flat=small, levels=levels,
    cap=st.none() | money, desk_fee=small, insurance=percents,
)  # fmt: skip
befores = st.lists(
    st.builds(Before, percent=st.integers(0, 2000).map(lambda n: n * CENT), flat=small, of=st.sampled_from(("gross", "left"))),
    max_size=5,
)  # fmt: skip


@st.composite
def shares(draw: st.DrawFn) -> list[Decimal]:
    """Shares of several agents, 100 per cent together at most."""
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=1, max_size=6)))
    return [(high - low) * CENT for low, high in zip([0, *cuts], cuts, strict=False)]


@given(money, st.lists(percents, min_size=1, max_size=12))
def test_parts_add_up_and_are_less_than_a_cent_from_exact(amount: Decimal, weights: list[Decimal]) -> None:
    parts = divide(amount, weights)
    assert sum(parts) == amount
    whole = sum(weights)
    if whole:
        exact = [Fraction(amount) * Fraction(weight) / Fraction(whole) for weight in weights]
        assert all(
            abs(Fraction(part) - share) < Fraction(CENT) for part, share in zip(parts, exact, strict=True)
        )


@given(money, st.lists(percents, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_who_stands_first_changes_nothing(amount: Decimal, weights: list[Decimal], chance: object) -> None:
    mixed = sorted(weights, key=lambda _: chance.random())  # type: ignore[attr-defined]  # a random.Random
    assert sorted(divide(amount, weights)) == sorted(divide(amount, mixed))


@given(money, befores, shares(), st.data())
def test_a_whole_waterfall_adds_up_in_any_order_of_splits(
    gross: Decimal, given_before: list[Before], given_shares: list[Decimal], data: st.DataObject
) -> None:
    for order in (given_before, data.draw(st.permutations(given_before))):
        amounts, left = take_before(gross, order)
        parts, rest = share_out(left, given_shares)
        earned = [
            earn(part, data.draw(money), data.draw(terms), SoFar(data.draw(money), data.draw(money)))
            for part in parts
        ]
        out = sum((each.kept + each.desk_fee + each.insurance + each.net for each in earned), Decimal(0))
        assert sum(amounts, Decimal(0)) + out + rest == gross
        assert all(amount >= 0 for each in earned for amount in _amounts(each))
        assert all(amount == amount.quantize(CENT) for each in earned for amount in _amounts(each))


@given(st.lists(percents, max_size=4).filter(lambda found: sum(found) <= 100), money, st.data())
def test_splits_of_the_gross_are_the_same_in_any_order(
    found: list[Decimal], gross: Decimal, data: st.DataObject
) -> None:
    mixed = data.draw(st.permutations(found))
    # Of shares that leave nothing, half cents that are rounded up may be missing in the end.
    assume(sum(found) < 99 or gross == 0)
    assume(gross == 0 or gross >= 1)
    first, left = take_before(gross, [Before(percent) for percent in found])
    second, other = take_before(gross, [Before(percent) for percent in mixed])
    assert (sorted(first), left) == (sorted(second), other)


@given(money, money, money, levels)
def test_progressive_is_the_sum_over_its_levels(
    part: Decimal, volume: Decimal, before: Decimal, given_levels: tuple[Level, ...]
) -> None:
    found = earn(part, volume, Terms("progressive", levels=given_levels), SoFar(before))
    assert sum((each.amount for each in found.slices), Decimal(0)) == part
    assert found.net == sum((each.agent for each in found.slices), Decimal(0))
    if volume:
        ends = [*(level.above for level in given_levels[1:]), before + volume]
        exact = Fraction(0)
        for level, end in zip(given_levels, ends, strict=True):
            inside = max(
                Fraction(min(end, before + volume)) - Fraction(max(level.above, before)), Fraction(0)
            )
            exact += Fraction(part) * inside / Fraction(volume) * Fraction(level.share) / 100
        assert abs(Fraction(found.net) - exact) <= Fraction(CENT) * len(given_levels)


@given(st.integers(1, 10**6), st.integers(1, 10**6), levels)
def test_two_deals_earn_as_one_of_both_when_progressive(
    first: int, second: int, given_levels: tuple[Level, ...]
) -> None:
    """As far as rounding goes: the commission is 2 per cent of the volume."""
    plan = Terms("progressive", levels=given_levels)
    one, two = (Decimal(volume) for volume in (first, second))
    rate = Decimal("0.02")
    together = earn((one + two) * rate, one + two, plan, SoFar()).net
    apart = earn(one * rate, one, plan, SoFar()).net + earn(two * rate, two, plan, SoFar(one)).net
    assert abs(together - apart) <= CENT * 2 * len(given_levels)


@given(st.lists(st.tuples(money, money), max_size=12), terms, money)
def test_the_cap_of_a_year_holds_in_any_order_of_deals(
    deals: list[tuple[Decimal, Decimal]], plan: Terms, cap: Decimal
) -> None:
    capped = Terms(plan.method, plan.share, plan.flat, plan.levels, cap, plan.desk_fee, plan.insurance)
    for order in (deals, deals[::-1], sorted(deals)):
        year = SoFar()
        for part, volume in order:
            found = earn(part, volume, capped, year)
            year = SoFar(year.volume + volume, year.kept + found.kept)
            assert year.kept <= cap


@pytest.mark.parametrize(
    ("plan", "year", "net", "kept"),
    [
        (Terms("fixed", share=Decimal(60)), SoFar(), "6000.00", "4000.00"),
        (Terms("flat", flat=Decimal(2500)), SoFar(), "2500.00", "7500.00"),
        (Terms("fixed", share=Decimal(60), cap=Decimal(5000)), SoFar(kept=Decimal(3000)), "8000.00", "2000.00"),
        (Terms("fixed", share=Decimal(60), cap=Decimal(5000)), SoFar(kept=Decimal(5000)), "10000.00", "0.00"),
        (Terms("fixed", share=Decimal(60), desk_fee=Decimal(300), insurance=Decimal(2)), SoFar(), "5580.00", "4000.00"),
        (Terms("fixed", share=Decimal(1), desk_fee=Decimal(300)), SoFar(), "0.00", "9900.00"),
    ],
)  # fmt: skip
def test_what_an_agent_gets_of_ten_thousand(plan: Terms, year: SoFar, net: str, kept: str) -> None:
    found = earn(Decimal(10_000), Decimal(400_000), plan, year)
    assert (found.net, found.kept) == (Decimal(net), Decimal(kept))


@pytest.mark.parametrize(
    ("method", "before", "net"),
    [
        ("sliding", 0, "5000.00"), ("sliding", 800_000, "5000.00"), ("sliding", 1_000_000, "7000.00"),
        ("progressive", 0, "5000.00"), ("progressive", 800_000, "6000.00"), ("progressive", 1_000_000, "7000.00"),
    ],
)  # fmt: skip
def test_levels_of_the_years_volume(method: str, before: int, net: str) -> None:
    plan = Terms(method, levels=(Level(Decimal(0), Decimal(50)), Level(Decimal(1_000_000), Decimal(70))))
    assert earn(Decimal(10_000), Decimal(400_000), plan, SoFar(Decimal(before))).net == Decimal(net)


def test_the_gross_is_fixed_or_a_rate_of_the_amount() -> None:
    assert gross_of(Decimal(333_333), Decimal("2.5"), None) == Decimal("8333.33")
    assert gross_of(Decimal(333_333), Decimal("2.5"), Decimal(5000)) == 5000


def test_of_what_is_left_counts_what_others_have_got() -> None:
    amounts, left = take_before(
        Decimal(10_000), [Before(Decimal(20)), Before(Decimal(10), of="left"), Before(flat=Decimal(500))]
    )
    assert (amounts, left) == ([Decimal(2000), Decimal(800), Decimal(500)], Decimal(6700))


def _amounts(earned: Earned) -> list[Decimal]:
    return [earned.part, earned.capped, earned.kept, earned.desk_fee, earned.insurance, earned.net]
