"""The models of who comes back: what must hold of them exactly, and what they find again in generated customers."""

import math
import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookline_loyalty.forecast.climbing import lowest
from hookline_loyalty.forecast.returning import Family, Returning, Seen, fit_returning, likelihood

sizes = st.floats(0.05, 20)
models = st.builds(Returning, st.sampled_from(list(Family)), sizes, sizes, sizes, sizes)
weeks = st.floats(0, 300)


@st.composite
def customers(draw: st.DrawFn) -> Seen:
    repeats = draw(st.integers(0, 60))
    last = draw(st.floats(0.1, 150)) if repeats else 0.0
    return Seen(repeats, last, last + draw(weeks))


def gauss(a: float, b: float, c: float, z: float) -> float:
    """Gauss's hypergeometric function as its plain series."""
    term = total = 1.0
    for n in range(5000):
        term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z
        total += term
    return total


def bought(model: Returning, chance: random.Random, age: float) -> Seen:
    """A customer of a world in which the model is true."""
    rate, stops = chance.gammavariate(model.r, 1 / model.alpha), chance.betavariate(model.a, model.b)
    repeats, last, at = 0, 0.0, 0.0
    if model.family == Family.mbg and chance.random() < stops:
        return Seen(0, 0.0, age)
    while (at := at + chance.expovariate(max(rate, 1e-9))) < age:
        repeats, last = repeats + 1, at
        if chance.random() < stops:
            break
    return Seen(repeats, last, age)


@given(models, customers())
def test_a_chance_is_between_nothing_and_certainty(model: Returning, seen: Seen) -> None:
    assert 0 <= model.chance(seen) <= 1
    assert model.chance(seen, 10) <= model.chance(seen) + 1e-12
    if not seen.repeats:
        assert (model.chance(seen) == 1) == (model.family == Family.bg)


@given(models, customers(), weeks, weeks)
def test_nothing_is_expected_in_no_time_and_more_in_more(
    model: Returning, seen: Seen, one: float, more: float
) -> None:
    assert model.expected(seen, 0) == 0
    assert model.expected_anew(0) == 0
    soon, late = model.expected(seen, one), model.expected(seen, one + more)
    assert -1e-9 <= soon <= late + 1e-6 * max(1, late)


@given(models, customers(), st.floats(0.01, 0.99))
def test_the_chance_falls_to_what_was_asked_for_and_never_before_the_last_purchase(
    model: Returning, seen: Seen, chance: float
) -> None:
    week = model.falls_to(seen, chance)
    if week is None:
        return
    assert week >= seen.last
    then = model.chance(Seen(seen.repeats, seen.last, week))
    assert then == pytest.approx(chance, rel=1e-6) if week > seen.last else then <= chance + 1e-9


def test_who_bought_once_is_never_given_up_by_bg() -> None:
    model = Returning(Family.bg, 0.243, 4.414, 0.793, 2.426)
    assert model.falls_to(Seen(0, 0, 30), 0.5) is None


@pytest.mark.parametrize("family", list(Family))
def test_the_expectation_is_that_of_the_published_formula(family: Family) -> None:
    model, (repeats, last, age), ahead = (
        Returning(family, 0.243, 4.414, 0.793, 2.426),
        Seen(3, 20.0, 38.0),
        39.0,
    )
    b, r = model.b + (family == Family.mbg), model.r
    c, z = model.a + b + repeats - 1, ahead / (model.alpha + age + ahead)
    shrunk = ((model.alpha + age) / (model.alpha + age + ahead)) ** (r + repeats)
    published = c / (model.a - 1) * (1 - shrunk * gauss(r + repeats, b + repeats, c, z))
    known = Seen(repeats, last, age)
    assert model.expected(known, ahead) == pytest.approx(published * model.chance(known), rel=1e-10)


def test_nothing_breaks_where_the_published_formula_divides_by_nothing() -> None:
    seen, at_one = Seen(2, 10.0, 20.0), Returning(Family.bg, 0.5, 4.0, 1.0, 2.0)
    beside = [Returning(Family.bg, 0.5, 4.0, 1 + sign * 1e-7, 2.0).expected(seen, 20) for sign in (-1, 1)]
    assert at_one.expected(seen, 20) == pytest.approx(sum(beside) / 2, rel=1e-6)
    assert Returning(Family.bg, 0.5, 4.0, 0.4, 0.6).expected_anew(20) > 0


@pytest.mark.parametrize("family", list(Family))
def test_the_slope_is_that_of_the_likelihood(family: Family) -> None:
    counted = [(Seen(0, 0.0, 30.0), 5), (Seen(2, 12.0, 38.5), 3), (Seen(7, 30.1, 31.0), 1)]
    at = (0.4, 5.0, 0.8, 2.2)
    slope = likelihood(Returning(family, *at), counted)[1]
    for place in range(4):
        step = [value + (1e-6 if n == place else 0) for n, value in enumerate(at)]
        back = [value - (1e-6 if n == place else 0) for n, value in enumerate(at)]
        rise = (
            likelihood(Returning(family, *step), counted)[0]
            - likelihood(Returning(family, *back), counted)[0]
        )
        assert slope[place] == pytest.approx(rise / 2e-6, rel=1e-5)


@pytest.mark.parametrize(
    "truth", [Returning(Family.bg, 0.6, 5.0, 0.9, 3.0), Returning(Family.mbg, 0.8, 5.0, 0.9, 2.5)]
)
def test_generated_customers_give_the_parameters_back(truth: Returning) -> None:
    chance = random.Random(11)
    seen = [bought(truth, chance, chance.uniform(30, 60)) for _ in range(4000)]
    fitted = fit_returning(truth.family, seen)
    assert fitted.settled
    found, more = fitted.model, truth.expected_anew(52)
    assert found.r / found.alpha == pytest.approx(truth.r / truth.alpha, rel=0.1)
    assert found.a / (found.a + found.b) == pytest.approx(truth.a / (truth.a + truth.b), rel=0.15)
    assert found.expected_anew(52) == pytest.approx(more, rel=0.05)


def test_expectations_come_true_in_the_long_run() -> None:
    chance, truth = random.Random(5), Returning(Family.mbg, 0.8, 5.0, 0.9, 2.5)
    mean = sum(bought(truth, chance, 40).repeats for _ in range(20_000)) / 20_000
    assert mean == pytest.approx(truth.expected_anew(40), rel=0.03)


def test_customers_without_any_difference_do_not_settle_on_nonsense() -> None:
    assert not fit_returning(Family.mbg, [Seen(0, 0.0, 10.0)] * 200).settled


@pytest.mark.parametrize("family", list(Family))
def test_customers_who_all_leave_alike_are_no_reason_to_say_nothing(family: Family) -> None:
    truth, chance = Returning(family, 0.8, 5.0, 4000.0, 96_000.0), random.Random(3)
    found = fit_returning(family, [bought(truth, chance, 60.0) for _ in range(1500)])
    assert found.settled
    assert found.model.a / (found.model.a + found.model.b) == pytest.approx(0.04, abs=0.015)


def test_the_lowest_place_of_a_bent_valley_is_found() -> None:
    def rosenbrock(at: Sequence[float]) -> tuple[float, list[float]]:
        x, y = at
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2, [
            -2 * (1 - x) - 400 * x * (y - x * x),
            200 * (y - x * x),
        ]

    found = lowest(rosenbrock, [-1.2, 1.0])
    assert found.settled
    assert all(math.isclose(place, 1, abs_tol=1e-4) for place in found.at)


def test_growing_silence_never_raises_a_chance() -> None:
    model = Returning(Family.mbg, 0.525, 6.183, 0.891, 1.614)
    chances = [model.chance(Seen(4, 20, age)) for age in range(20, 120, 5)]
    assert all(later < sooner for sooner, later in pairwise(chances))
