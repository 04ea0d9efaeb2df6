"""What purchases are worth: the gamma-gamma model finds generated customers again, and stays between the two means."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookline_loyalty.forecast.spending import Spending, Spent, digamma, fit_spending

amounts = st.floats(0.5, 5000)


def spent(model: Spending, chance: random.Random) -> Spent:
    times, rate = chance.randint(1, 12), chance.gammavariate(model.q, 1 / model.gamma)
    return Spent(times, sum(chance.gammavariate(model.p, 1 / rate) for _ in range(times)) / times)


def test_generated_customers_give_the_parameters_back() -> None:
    chance, truth = random.Random(3), Spending(6.25, 3.74, 15.44)
    fitted = fit_spending(spent(truth, chance) for _ in range(3000))
    assert fitted.settled
    assert fitted.model.usual == pytest.approx(truth.usual, rel=0.04)
    # Of means alone p and gamma can hardly be told apart: their product can.
    assert fitted.model.p * fitted.model.gamma == pytest.approx(truth.p * truth.gamma, rel=0.1)
    assert fitted.model.q == pytest.approx(truth.q, rel=0.1)
    assert abs(fitted.correlation) < 0.06


def test_the_currency_does_not_matter() -> None:
    chance, truth = random.Random(3), Spending(6.25, 3.74, 15.44)
    known = [spent(truth, chance) for _ in range(500)]
    one, other = fit_spending(known), fit_spending(Spent(each.times, each.mean * 90) for each in known)
    assert other.model.usual == pytest.approx(90 * one.model.usual, rel=1e-4)
    assert other.model.p == pytest.approx(one.model.p, rel=1e-3)


@given(st.integers(0, 200), amounts)
def test_what_is_expected_lies_between_ones_own_mean_and_that_of_all(times: int, mean: float) -> None:
    model = Spending(6.25, 3.74, 15.44)
    expected = model.expected(Spent(times, mean))
    low, high = sorted((mean, model.usual))
    assert low - 1e-9 <= expected <= high + 1e-9
    assert times or expected == pytest.approx(model.usual)


@given(st.floats(0.01, 1e4))
def test_digamma_rises_by_one_part(x: float) -> None:
    assert digamma(x + 1) - digamma(x) == pytest.approx(1 / x, rel=1e-8, abs=1e-10)


def test_digamma_is_that_of_the_tables() -> None:
    assert digamma(1) == pytest.approx(-0.5772156649015329, rel=1e-12)
    assert digamma(0.5) == pytest.approx(-0.5772156649015329 - 2 * math.log(2), rel=1e-12)
