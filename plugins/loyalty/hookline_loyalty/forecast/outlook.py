"""What a fitted model says of one customer, as the values of the contact's fields."""

import datetime as dt
from functools import lru_cache
from typing import Final

from hookline_loyalty.customers.exact import rounded
from hookline_loyalty.customers.histories import History
from hookline_loyalty.forecast.data import ForecastTerms
from hookline_loyalty.forecast.fitting import seen_of, spent_of
from hookline_loyalty.forecast.returning import Returning, Seen
from hookline_loyalty.forecast.spending import Spending

_QUARTER: Final = 13
# What lies further ahead than ten years is never.
_FARTHEST: Final = 520
# What there is to say of a customer of whom nothing is known.
NOTHING: Final[dict[str, object]] = {
    "loyalty_chance": None,
    "loyalty_expected": None,
    "loyalty_purchase_value": None,
    "loyalty_lifetime_value": None,
    "loyalty_leaving_on": None,
    "loyalty_rhythm": None,
}


class Reading:
    """What one fit says, by the terms of the house, on one day."""

    def __init__(
        self, model: Returning, amounts: Spending | None, terms: ForecastTerms, today: dt.date
    ) -> None:
        self.model, self.amounts, self.terms, self.today = model, amounts, terms, today
        # Many have bought once, in the same week: what is worked out for one of them holds for all.
        self._ahead = lru_cache(maxsize=20_000)(self._purchases)

    def of(self, known: History) -> dict[str, object]:
        """The values of the fields of a customer with this history."""
        seen = seen_of(known, self.today)
        expected, discounted = self._ahead(seen)
        worth = self.amounts.expected(spent_of(known)) if self.amounts else None
        whole = None if worth is None else worth * discounted * float(self.terms.margin) / 100
        days = (known.days[-1] - known.days[0]).days
        return {
            "loyalty_chance": rounded(self.model.chance(seen) * 100, 0),
            "loyalty_expected": rounded(expected, 1),
            "loyalty_purchase_value": rounded(worth, 0),
            "loyalty_lifetime_value": rounded(whole, 0),
            "loyalty_leaving_on": self._leaving_on(known, seen),
            "loyalty_rhythm": rounded(days / seen.repeats, 1) if seen.repeats else None,
        }

    def _leaving_on(self, known: History, seen: Seen) -> dt.date | None:
        week = self.model.falls_to(seen, float(self.terms.leaving) / 100)
        if week is None or week - seen.age > _FARTHEST:
            return None
        # The first whole day on which the chance has fallen so far.
        return known.days[0] + dt.timedelta(days=-int(-week * 7 // 1))

    def _purchases(self, seen: Seen) -> tuple[float, float]:
        """Purchases in the weeks ahead, and those of the whole horizon at what they are worth today, by the quarter."""
        total, before, at = 0.0, 0.0, 0
        yearly = 1 + float(self.terms.discount) / 100
        while at < self.terms.horizon:
            step = min(_QUARTER, self.terms.horizon - at)
            upto = self.model.expected(seen, at + step)
            total += (upto - before) / yearly ** ((at + step / 2) / 52)
            before, at = upto, at + step
        return self.model.expected(seen, self.terms.weeks), total
