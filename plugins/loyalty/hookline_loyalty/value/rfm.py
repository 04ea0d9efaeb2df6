"""Recency, frequency and money: scores from 1 to 5 by fifths of all customers, and the eleven groups that they make."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar

from hookline_sdk import Choices

T = TypeVar("T", dt.date, int, Decimal)
FIFTHS: Final = 5
# With fewer, a fifth is so small that its border says little.
LEAST_CUSTOMERS: Final = 500


class ValueGroup(Choices):
    """The groups. Each of the 125 combinations of scores belongs to exactly one."""

    champions = "champions", "Champions", "green"
    loyal = "loyal", "Loyal", "blue"
    potential = "potential", "Potential loyalists", "violet"
    new = "new", "Newcomers", "violet"
    promising = "promising", "Promising", "blue"
    attention = "attention", "Need attention", "amber"
    slipping = "slipping", "About to sleep", "amber"
    at_risk = "at_risk", "At risk", "orange"
    fading = "fading", "Fading", "red"
    lost = "lost", "Gone", "gray"
    hibernating = "hibernating", "Hibernating", "gray"


@dataclass(frozen=True)
class Worth:
    """What is scored of a customer: the day of the last purchase, how many days of purchase there were, and what was spent."""

    contact: int
    last: dt.date
    times: int
    spent: Decimal


@dataclass(frozen=True)
class Score:
    """The three scores of a customer, 5 being best."""

    recency: int
    frequency: int
    spend: int

    @property
    def group(self) -> ValueGroup:
        """The group of these scores: the first whose bounds hold them."""
        r, f, m = self.recency, self.frequency, self.spend
        return next(group for group, rs, fs, ms in _BOUNDS if r in rs and f in fs and m in ms)


_ANY, _LOW, _HIGH = range(1, 6), range(1, 3), range(4, 6)
# In this order: a combination belongs to the first that holds it.
_BOUNDS: Final[Sequence[tuple[ValueGroup, Sequence[int], Sequence[int], Sequence[int]]]] = (
    (ValueGroup.champions, (5,), (5,), _HIGH),
    (ValueGroup.champions, (5,), (4,), (5,)),
    (ValueGroup.loyal, _HIGH, _HIGH, range(3, 6)),
    (ValueGroup.new, (5,), _LOW, _LOW),
    (ValueGroup.potential, _HIGH, range(3, 5), range(2, 5)),
    (ValueGroup.promising, _HIGH, _ANY, _ANY),
    (ValueGroup.attention, (3,), range(3, 6), _ANY),
    (ValueGroup.slipping, (3,), _LOW, _ANY),
    (ValueGroup.at_risk, _LOW, _HIGH, _HIGH),
    (ValueGroup.hibernating, (1,), (1,), _ANY),
    (ValueGroup.lost, _LOW, _LOW, _LOW),
    (ValueGroup.fading, _LOW, _ANY, _ANY),
)


def scored(customers: Iterable[Worth]) -> Mapping[int, Score]:
    """The scores of these customers, each in comparison with all of them."""
    known = list(customers)
    recency = fifths({each.contact: each.last for each in known})
    frequency = fifths({each.contact: each.times for each in known})
    spend = fifths({each.contact: each.spent for each in known})
    return {
        each.contact: Score(recency[each.contact], frequency[each.contact], spend[each.contact])
        for each in known
    }


def fifths(values: Mapping[int, T]) -> dict[int, int]:
    """The fifth of each by rank, the largest in 5. Who is alike is in one fifth: that in which the middle of them stands.

    Equal widths would put nearly all into the lowest, as few spend much; and whoever is alike must not be told apart by chance,
    so that a fifth holds a fifth of all only as far as values differ.
    """
    counts: dict[T, int] = {}
    for value in values.values():
        counts[value] = counts.get(value, 0) + 1
    total, below, found = len(values), 0, {}
    for value in sorted(counts):
        middle = below + counts[value] / 2
        found[value] = min(int(middle * FIFTHS / total) + 1, FIFTHS)
        below += counts[value]
    return {id: found[value] for id, value in values.items()}
