"""What a purchase is worth: the gamma-gamma model (Fader, Hardie 2013, "The Gamma-Gamma Model of Monetary Value").

What a customer spends varies from purchase to purchase around a mean of their own (gamma, `p`), and these means vary over
customers (`q`, `gamma`). It supposes that how much somebody spends has nothing to do with how often they buy.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hookline_loyalty.forecast.climbing import lowest


class Spent(NamedTuple):
    """A customer's purchases: how many, and what one of them came to on average."""

    times: int
    mean: float


@dataclass(frozen=True)
class Spending:
    """How customers spend, as fitted."""

    p: float
    q: float
    gamma: float

    @property
    def usual(self) -> float:
        """What a purchase of somebody of whom nothing is known comes to."""
        return self.p * self.gamma / (self.q - 1)

    def expected(self, spent: Spent) -> float:
        """What a purchase of this customer comes to: between their own mean and that of all, nearer to theirs the more there were."""
        own = self.p * spent.times
        weight = own / (own + self.q - 1)
        return weight * spent.mean + (1 - weight) * self.usual


@dataclass(frozen=True)
class SpendingFit:
    """A fitted model with its log-likelihood, and how number and mean go together over customers, between -1 and 1."""

    model: Spending
    likelihood: float
    correlation: float
    settled: bool


def fit_spending(customers: Iterable[Spent]) -> SpendingFit:
    """The parameters under which what was spent is most likely. Customers without a purchase, or with one for nothing, say nothing."""
    known = [each for each in customers if each.times > 0 and each.mean > 0]
    if len(known) < 2:
        raise ValueError("there is nobody to learn from")
    usual = sum(each.mean for each in known) / len(known)
    # In units of the usual purchase all three parameters are of one size, whatever the currency.
    by_times: dict[int, list[float]] = defaultdict(list)
    for each in known:
        by_times[each.times].append(each.mean / usual)

    def unlikely(logs: Sequence[float]) -> tuple[float, list[float]]:
        if any(abs(each) > 50 for each in logs):
            return math.inf, [0.0] * 3
        model = Spending(*map(math.exp, logs))
        value, slope = likelihood(model, by_times)
        return -value, [-part * math.exp(log) for part, log in zip(slope, logs, strict=True)]

    found = lowest(unlikely, [1.0, 1.0, 0.0])
    p, q, gamma = map(math.exp, found.at)
    scale = sum(math.log(usual) for _ in known)
    return SpendingFit(
        Spending(p, q, gamma * usual), -found.value - scale, _correlation(known), found.settled and q > 1
    )


def likelihood(model: Spending, by_times: dict[int, list[float]]) -> tuple[float, tuple[float, float, float]]:
    """The log-likelihood of mean amounts by how many purchases they are of, and its slope over p, q and gamma."""
    p, q, gamma = model.p, model.q, model.gamma
    log, log_gamma = math.log, math.log(model.gamma)
    total = by_p = by_q = by_gamma = 0.0
    for times, means in by_times.items():
        own = p * times
        fixed = math.lgamma(own + q) - math.lgamma(own) - math.lgamma(q) + q * log_gamma + own * log(times)
        both, fixed_p = digamma(own + q), 0.0
        fixed_p = times * (both - digamma(own) + log(times))
        fixed_q = both - digamma(q) + log_gamma
        for mean in means:
            whole = gamma + times * mean
            log_whole, log_mean = log(whole), log(mean)
            total += fixed + (own - 1) * log_mean - (own + q) * log_whole
            by_p += fixed_p + times * (log_mean - log_whole)
            by_q += fixed_q - log_whole
            by_gamma += q / gamma - (own + q) / whole
    return total, (by_p, by_q, by_gamma)


def digamma(x: float) -> float:
    """The slope of ln(gamma(x)) for x > 0: upwards by recurrence, then the asymptotic series (Abramowitz, Stegun 6.3.18)."""
    found = 0.0
    while x < 8:
        found -= 1 / x
        x += 1
    small = 1 / (x * x)
    tail = small * (1 / 12 - small * (1 / 120 - small * (1 / 252 - small * (1 / 240 - small / 132))))
    return found + math.log(x) - 0.5 / x - tail


def _correlation(known: Sequence[Spent]) -> float:
    """Pearson's, of number and mean; 0 where one of them is the same for all."""
    count = len(known)
    times, means = sum(each.times for each in known) / count, sum(each.mean for each in known) / count
    both = sum((each.times - times) * (each.mean - means) for each in known)
    of_times = sum((each.times - times) ** 2 for each in known)
    of_means = sum((each.mean - means) ** 2 for each in known)
    return both / math.sqrt(of_times * of_means) if of_times > 0 and of_means > 1e-12 else 0.0
