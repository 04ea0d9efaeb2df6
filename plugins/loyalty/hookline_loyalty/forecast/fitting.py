"""Fitting the models to what customers have bought, and trying them on what they did not know."""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from hookline_loyalty.customers.histories import History
from hookline_loyalty.forecast.data import Doubt
from hookline_loyalty.forecast.returning import Family, Returning, ReturningFit, Seen, fit_returning
from hookline_loyalty.forecast.spending import Spending, SpendingFit, Spent, fit_spending

# With fewer the parameters say more about chance than about customers.
LEAST_CUSTOMERS: Final = 100
LEAST_RETURNED: Final = 30
_RELATED: Final = 0.3
_FAR_OFF: Final = 0.2
_LONGEST_TEST: Final = 39 * 7
# Those with this many repeat purchases and more are one group of the back-test.
MANY: Final = 7
_FATAL: Final = {Doubt.few, Doubt.few_returned, Doubt.unsettled}


@dataclass(frozen=True)
class Group:
    """Customers with the same number of repeat purchases before: how many, and their purchases after, expected and real."""

    repeats: int
    customers: int
    expected: float
    real: int


@dataclass(frozen=True)
class Test:
    """A model fitted to what was known on a day, beside what was bought in the days after it."""

    until: dt.date
    days: int
    groups: tuple[Group, ...]

    @property
    def expected(self) -> float:
        return sum(group.expected for group in self.groups)

    @property
    def real(self) -> int:
        return sum(group.real for group in self.groups)

    @property
    def off(self) -> float:
        """How far off, as a part of what was real."""
        return (self.expected - self.real) / self.real if self.real else 0.0


@dataclass
class Fitted:
    """What has been fitted, how well, and what speaks against relying on it."""

    family: str
    customers: int = 0
    returned: int = 0
    since: dt.date | None = None
    returning: ReturningFit | None = None
    other: ReturningFit | None = None
    spending: SpendingFit | None = None
    test: Test | None = None
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        return self.returning is not None and not _FATAL.intersection(self.doubts)

    @property
    def model(self) -> Returning | None:
        return self.returning.model if self.returning and self.usable else None

    @property
    def amounts(self) -> Spending | None:
        return self.spending.model if self.spending and Doubt.no_spending not in self.doubts else None


def fit(
    family: str, known: Sequence[History], today: dt.date, between: Callable[[], None] = lambda: None
) -> Fitted:
    """Fit both models to these histories as of a day. `between` is called between the longer pieces of work."""
    found = Fitted(family, len(known), sum(1 for each in known if len(each.days) > 1))
    found.since = min((each.days[0] for each in known), default=None)
    found.doubts = [
        *([Doubt.few] if found.customers < LEAST_CUSTOMERS else []),
        *([Doubt.few_returned] if found.returned < LEAST_RETURNED else []),
        *([Doubt.foreign] if any(each.foreign for each in known) else []),
    ]
    if not found.usable and _FATAL.intersection(found.doubts):
        return found
    seen = [seen_of(each, today) for each in known]
    found.returning = fit_returning(family, seen)
    between()
    found.other = fit_returning(Family.bg if family == Family.mbg else Family.mbg, seen)
    between()
    if not found.returning.settled:
        found.doubts.append(Doubt.unsettled)
    _fit_amounts(found, known)
    between()
    found.test = back_test(family, known, today)
    if found.test and abs(found.test.off) > _FAR_OFF:
        found.doubts.append(Doubt.off)
    return found


def seen_of(known: History, today: dt.date) -> Seen:
    """A history as the models see it, in weeks since the first purchase."""
    first = known.days[0]
    return Seen(len(known.days) - 1, (known.days[-1] - first).days / 7, (today - first).days / 7)


def spent_of(known: History) -> Spent:
    """What the repeat purchases came to; the first one is left out, as it is of the number."""
    worth = [float(each) for each in known.amounts[1:] if each > 0]
    return Spent(len(worth), sum(worth) / len(worth) if worth else 0.0)


def back_test(family: str, known: Sequence[History], today: dt.date) -> Test | None:
    """Fit to the first half of the time (the rest being at most 39 weeks) and foretell the second.

    None where too few customers had bought, or come back, by then.
    """
    first = min(each.days[0] for each in known)
    days = min((today - first).days // 2, _LONGEST_TEST) // 7 * 7
    until = today - dt.timedelta(days=days)
    before = [(each, past) for each in known if (past := each.until(until))]
    came_back = sum(1 for _, past in before if len(past.days) > 1)
    if not days or len(before) < LEAST_CUSTOMERS or came_back < LEAST_RETURNED:
        return None
    fitted = fit_returning(family, [seen_of(past, until) for _, past in before])
    return tried(fitted.model, before, until, days)


def tried(model: Returning, before: Sequence[tuple[History, History]], until: dt.date, days: int) -> Test:
    """What a model foretells for the days after `until`, beside what was bought in them: (whole, until then) each."""
    counted: dict[int, tuple[int, float, int]] = {}
    for whole, past in before:
        seen = seen_of(past, until)
        number, expected, real = counted.get(min(seen.repeats, MANY), (0, 0.0, 0))
        after = len(whole.days) - len(past.days)
        counted[min(seen.repeats, MANY)] = (
            number + 1,
            expected + model.expected(seen, days / 7),
            real + after,
        )
    return Test(until, days, tuple(Group(repeats, *counted[repeats]) for repeats in sorted(counted)))


def written(test: Test) -> str:
    """A back-test as JSON."""
    groups = [[g.repeats, g.customers, round(g.expected, 3), g.real] for g in test.groups]
    return json.dumps({"until": test.until.isoformat(), "days": test.days, "groups": groups})


def read(text: str) -> Test:
    """What `written` wrote."""
    found = json.loads(text)
    groups = tuple(Group(*each) for each in found["groups"])
    return Test(dt.date.fromisoformat(found["until"]), found["days"], groups)


def _fit_amounts(found: Fitted, known: Sequence[History]) -> None:
    spent = [each for each in map(spent_of, known) if each.times]
    if len(spent) >= LEAST_RETURNED:
        found.spending = fit_spending(spent)
        if abs(found.spending.correlation) > _RELATED:
            found.doubts.append(Doubt.related)
    if found.spending is None or not found.spending.settled:
        found.doubts.append(Doubt.no_spending)
