"""What a campaign brought: the interval holds the truth as often as it says, and the draw of the control group is fair."""

import math
import random
from collections.abc import Callable
from decimal import Decimal
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookline_loyalty.campaigns.control import bands, draw_control, is_control, is_held_out
from hookline_loyalty.campaigns.uplift import Outcome, Verdict, student, uplift

Spending = Callable[[random.Random, int], float]


def even(chance: random.Random, band: int) -> float:
    return max(0.0, chance.gauss(40 + 20 * band, 15))


def skewed(chance: random.Random, band: int) -> float:
    return chance.lognormvariate(3 + band / 3, 1) if chance.random() < 0.5 else 0.0


def rare(chance: random.Random, band: int) -> float:
    return chance.lognormvariate(3 + band / 3, 1) if chance.random() < 0.1 else 0.0


def run(seed: int, spending: Spending, effect: float, people: int = 600, control: int = 10) -> list[Outcome]:
    chance, found = random.Random(seed), []
    for person in range(people):
        band, is_test = person % 4, person // 4 % 100 >= control
        more = 0.0
        if is_test and chance.random() < 0.1:
            more = effect * 10
        found.append(Outcome(str(band), is_test, spending(chance, band) + more))
    return found


@pytest.mark.parametrize("spending", [even, skewed, rare], ids=["even", "skewed", "rare and skewed"])
@pytest.mark.parametrize("effect", [0.0, 4.0])
def test_the_interval_holds_the_truth_in_93_of_100_runs_at_least(spending: Spending, effect: float) -> None:
    found = [uplift(run(seed, spending, effect)) for seed in range(100)]
    assert sum(each.low <= effect <= each.high for each in found) >= 93
    # And says something: it is no wider than it has to be by half.
    middle = fmean(each.each for each in found)
    assert middle == pytest.approx(effect, abs=3)


def test_a_large_effect_is_proven_and_harm_is_called_harm() -> None:
    assert uplift(run(1, even, 20.0)).verdict == Verdict.brought
    assert uplift(run(1, even, -20.0)).verdict == Verdict.harmed
    assert uplift(run(1, even, 0.0)).verdict == Verdict.unproven
    assert uplift(run(1, even, 20.0, people=40)).verdict == Verdict.too_few


def test_strata_that_are_not_alike_do_not_pass_for_an_effect() -> None:
    """More good customers among those who were written to: the plain means differ, stratum by stratum nothing does."""
    outcomes = [Outcome("rich", n < 180, 100.0 + n % 3) for n in range(200)]
    outcomes += [Outcome("poor", n < 100, 10.0 + n % 3) for n in range(200)]
    found = uplift(outcomes)
    assert found.mean_test - found.mean_control > 20
    assert abs(found.each) < 0.2


def test_without_a_control_group_nothing_is_said() -> None:
    found = uplift([Outcome("", True, 5.0)] * 50)
    assert found.verdict == Verdict.too_few
    assert math.isinf(found.high)


@pytest.mark.parametrize(
    ("freedom", "value"), [(3, 3.1824), (5, 2.5706), (10, 2.2281), (30, 2.0423), (1e9, 1.95996)]
)
def test_students_quantiles_are_those_of_the_tables(freedom: float, value: float) -> None:
    assert student(0.975, freedom) == pytest.approx(value, abs=2e-4)
    assert student(0.025, freedom) == -student(0.975, freedom)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.integers(1, 10_000), st.sampled_from(["0", "1", "2/gold", "4"]), max_size=300),
    st.integers(0, 50),
    st.text(max_size=5),
)
def test_the_control_group_is_as_large_as_asked_and_from_every_stratum(
    strata: dict[int, str], percent: int, seed: str
) -> None:
    chosen = draw_control(seed, strata, Decimal(percent))
    assert abs(len(chosen) - len(strata) * percent / 100) <= 0.5
    for stratum in set(strata.values()):
        people = [person for person, of in strata.items() if of == stratum]
        assert abs(len(chosen & set(people)) - len(people) * percent / 100) <= 1
    assert chosen == draw_control(seed, dict(reversed(strata.items())), Decimal(percent))


def test_the_holdout_is_for_ever_and_only_grows() -> None:
    small = {person for person in range(20_000) if is_held_out(person, Decimal(2))}
    large = {person for person in range(20_000) if is_held_out(person, Decimal(5))}
    assert 300 < len(small) < 500
    assert small < large
    assert not any(is_control("campaign 1", person, Decimal(0)) for person in range(100))


def test_strata_are_quarters_of_those_who_bought_and_those_who_did_not() -> None:
    spent = {person: Decimal(person) for person in range(1, 9)}
    found = bands(range(10), spent, {8: "gold"})
    assert [found[person] for person in range(10)] == ["0", "1", "1", "2", "2", "3", "3", "4", "4/gold", "0"]
