"""Buying until one stops for good: BG/NBD (Fader, Hardie, Lee 2005) and MBG/NBD (Batislam, Denizel, Filiztekin 2007).

While active a customer buys at random with a rate of their own, gamma-distributed over customers (`r`, `alpha`); after a
purchase they stop with a probability of their own, beta-distributed (`a`, `b`). In BG/NBD nobody stops before the first repeat
purchase; in MBG/NBD somebody may stop after the very first one. Time is in weeks.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from hookline_sdk import Choices

from hookline_loyalty.forecast.climbing import lowest

_MOST_TERMS: Final = 200_000
_BEYOND: Final = 700.0
# Parameters beyond these say that the data does not tell them apart.
_SMALLEST, _LARGEST = 1e-3, 1e3
# With a and b as large as this together customers leave alike, as far as so much of log-likelihood for each of them shows.
_ALIKE: Final = 500.0
_NO_DIFFERENCE: Final = 1e-3


class Family(Choices):
    """What is supposed of when customers stop."""

    bg = "bg", "BG/NBD"
    mbg = "mbg", "MBG/NBD"


class Seen(NamedTuple):
    """A customer as the model sees one: repeat purchases, the week of the last one, and how many weeks there are by now."""

    repeats: int
    last: float
    age: float


@dataclass(frozen=True)
class Returning:
    """How customers come back, as fitted: what can be said of one of them."""

    family: str
    r: float
    alpha: float
    a: float
    b: float

    def chance(self, seen: Seen, weeks: float = 0) -> float:
        """How likely it is that this customer is still active, or would be in so many weeks in which nothing was bought."""
        if not seen.repeats and self.family == Family.bg:
            return 1.0
        repeats, last, age = seen
        odds = math.log(self.a / self._stays(repeats))
        odds += (self.r + repeats) * math.log((self.alpha + age + weeks) / (self.alpha + last))
        return _share(-odds)

    def expected(self, seen: Seen, weeks: float) -> float:
        """How many purchases of this customer are to be expected within the next weeks."""
        return self.chance(seen) * self._bought_while_active(seen.repeats, self.alpha + seen.age, weeks)

    def expected_anew(self, weeks: float) -> float:
        """How many repeat purchases are to be expected within so many weeks of somebody of whom nothing is known yet."""
        begins = self.b / (self.a + self.b) if self.family == Family.mbg else 1.0
        return begins * self._bought_while_active(0, self.alpha, weeks)

    def falls_to(self, seen: Seen, chance: float) -> float | None:
        """The week of their own in which the chance falls to this one, if nothing is bought; None where it never does.

        It is never before the last purchase: each one is a sign of life.
        """
        if not seen.repeats and self.family == Family.bg:
            return None
        odds = math.log((1 - chance) / chance) + math.log(self._stays(seen.repeats) / self.a)
        stretched = odds / (self.r + seen.repeats)
        if stretched > _BEYOND:
            return None
        return max((self.alpha + seen.last) * math.exp(stretched) - self.alpha, seen.last)

    def _stays(self, repeats: int) -> float:
        return self.b + repeats - (0 if self.family == Family.mbg else 1)

    def _bought_while_active(self, repeats: int, known: float, weeks: float) -> float:
        """The expectation of who is active: equation (10) of Fader, Hardie and Lee, in another form.

        Theirs is (c / (a - 1)) * (1 - (1 - z)^(r + x) * F(r + x, b + x; c; z)) with c = a + b + x - 1 and z = t / (alpha + T + t),
        F being Gauss's hypergeometric function. By Euler's transformation (1 - z)^(r + x) * F(r + x, b + x; c; z) is
        (1 - z)^(a - 1) * F(a + b - 1 - r, a - 1; c; z): its terms stay small however much was bought, and both a = 1 and
        c = 0, where theirs is 0 / 0, can be taken out. MBG/NBD is the same with b + 1.
        """
        stop = self.a - 1
        first = self.a + self._stays(0) - self.r
        whole = self.a + self._stays(repeats)
        ahead = weeks / (known + weeks)
        shrunk = math.log1p(-ahead)
        powered = -math.expm1(stop * shrunk) / stop if stop else -shrunk
        return whole * powered - math.exp(stop * shrunk) * _series(first, stop, whole, ahead)


@dataclass(frozen=True)
class ReturningFit:
    """A fitted model with its log-likelihood. One that is not `settled` is not to be relied upon."""

    model: Returning
    likelihood: float
    steps: int
    settled: bool


def fit_returning(family: str, customers: Iterable[Seen]) -> ReturningFit:
    """The parameters under which what was seen is most likely, by a quasi-Newton search over their logarithms."""
    counted = sorted(Counter(customers).items())
    if not counted:
        raise ValueError("there is nobody to learn from")
    usual = sum(seen.age * times for seen, times in counted) / sum(times for _, times in counted)
    start = [0.0, math.log(max(usual, 1e-3) / 2), 0.0, 0.5]

    def unlikely(logs: Sequence[float]) -> tuple[float, list[float]]:
        if any(abs(each) > _BEYOND / 10 for each in logs):
            return math.inf, [0.0] * 4
        model = Returning(family, *map(math.exp, logs))
        value, slope = likelihood(model, counted)
        # The slope over logarithms is that over the parameters times these.
        return -value, [-part * math.exp(log) for part, log in zip(slope, logs, strict=True)]

    found = lowest(unlikely, start)
    fit = ReturningFit(Returning(family, *map(math.exp, found.at)), -found.value, found.steps, found.settled)
    fit = _held(fit, counted)
    model = fit.model
    sane = all(
        _SMALLEST < each < _LARGEST for each in (model.r, model.alpha / max(usual, 1), model.a, model.b)
    )
    return replace(fit, settled=fit.settled and sane)


def _held(fit: ReturningFit, counted: Sequence[tuple[Seen, int]]) -> ReturningFit:
    """A fit whose a and b ran away together, held where they make no difference any more.

    Where all customers leave alike, only the ratio of a and b means anything, and both grow without an end.
    """
    model = fit.model
    if model.a + model.b <= _ALIKE:
        return fit
    share = _ALIKE / (model.a + model.b)
    held = replace(model, a=model.a * share, b=model.b * share)
    known, _ = likelihood(held, counted)
    if fit.likelihood - known > _NO_DIFFERENCE * sum(times for _, times in counted):
        return fit
    return ReturningFit(held, known, fit.steps, settled=True)


def likelihood(
    model: Returning, counted: Sequence[tuple[Seen, int]]
) -> tuple[float, tuple[float, float, float, float]]:
    """The log-likelihood of customers, each kind as often as is said, and its slope over r, alpha, a and b.

    Ratios of gamma and beta functions at whole distances are products, so that no special function is needed.
    """
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    late = model.family == Family.bg
    growth = _growth(r, max(seen.repeats for seen, _ in counted))
    staying = _staying(a, b, max(seen.repeats for seen, _ in counted) + 1)
    log, log_alpha = math.log, math.log(alpha)
    total = by_r = by_alpha = by_a = by_b = 0.0
    for (repeats, last, age), times in counted:
        power, end = r + repeats, alpha + age
        log_end = log(end)
        grown, grown_r = growth[repeats]
        stayed, stayed_a, stayed_b = staying[repeats if late else repeats + 1]
        one = grown + r * log_alpha + stayed - power * log_end
        slope_r, slope_alpha = grown_r + log_alpha - log_end, r / alpha - power / end
        if repeats or not late:
            stays = b + repeats - (1 if late else 0)
            since = log_end - log(alpha + last)
            odds = log(a / stays) + power * since
            gone = _share(odds)
            one += odds - log(gone) if odds > 0 else math.log1p(math.exp(odds))
            slope_r += gone * since
            slope_alpha += gone * power * (1 / end - 1 / (alpha + last))
            stayed_a += gone / a
            stayed_b -= gone / stays
        total += times * one
        by_r += times * slope_r
        by_alpha += times * slope_alpha
        by_a += times * stayed_a
        by_b += times * stayed_b
    return total, (by_r, by_alpha, by_a, by_b)


def _growth(r: float, most: int) -> list[tuple[float, float]]:
    """ln(gamma(r + x) / gamma(r)) with its slope over r, for x = 0, 1, ..., most."""
    found = [(0.0, 0.0)]
    for step in range(most):
        value, slope = found[-1]
        found.append((value + math.log(r + step), slope + 1 / (r + step)))
    return found


def _staying(a: float, b: float, most: int) -> list[tuple[float, float, float]]:
    """ln(B(a, b + n) / B(a, b)) with its slopes over a and b, for n = 0, 1, ..., most."""
    found = [(0.0, 0.0, 0.0)]
    for step in range(most):
        value, by_a, by_b = found[-1]
        whole = a + b + step
        found.append(
            (value + math.log((b + step) / whole), by_a - 1 / whole, by_b + 1 / (b + step) - 1 / whole)
        )
    return found


def _series(first: float, stop: float, whole: float, z: float) -> float:
    """The sum of (first)_n * (stop + 1)_(n-1) / ((whole + 1)_(n-1) * n!) * z^n over n = 1, 2, ...

    It is (F(first, stop; whole; z) - 1) * whole / stop, which holds where stop or whole is 0 as well.
    """
    term = total = first * z
    for n in range(1, _MOST_TERMS):
        term *= (first + n) * (stop + n) / ((whole + n) * (n + 1)) * z
        total += term
        if abs(term) <= 1e-15 * abs(total):
            break
    return total


def _share(odds: float) -> float:
    """A probability of its log-odds."""
    if odds > _BEYOND:
        return 1.0
    grown = math.exp(-abs(odds))
    return 1 / (1 + grown) if odds >= 0 else grown / (1 + grown)
