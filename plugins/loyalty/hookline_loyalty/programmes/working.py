"""A bill while it is worked on: what is left of each line, and how much discounts and points may still take off."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from hookline_loyalty.programmes.bill import BillLine, QuoteLine
from hookline_loyalty.programmes.book import Book, Scope
from hookline_loyalty.programmes.cents import NOTHING, divide, floored, rounded


class Working:
    """The lines of a bill in the making. What is taken off a line is remembered with it, so that all adds up."""

    def __init__(self, lines: Sequence[BillLine], book: Book) -> None:
        self.lines = lines
        self._book = book
        self.left = [line.amount for line in lines]
        self.discount = [NOTHING for _ in lines]
        self.points = [NOTHING for _ in lines]
        # Whole items that a pass or a coupon has made free.
        self.freed = [0 for _ in lines]
        excluded = book.points.excluded if book.points else Scope()
        self.counts = [not excluded.names(line) for line in lines]
        self.budget = NOTHING

    def copy(self) -> "Working":
        """The same, to try something out."""
        other = Working(self.lines, self._book)
        other.left, other.discount, other.points = [*self.left], [*self.discount], [*self.points]
        other.freed, other.budget = [*self.freed], self.budget
        return other

    def places(self, scope: Scope) -> list[int]:
        """Which lines are meant: those of a scope that are not excluded and still cost something."""
        return [at for at, line in enumerate(self.lines) if self.counts[at] and scope.covers(line)]

    def whole(self, at: int) -> int:
        """How many whole items of a line are not free yet."""
        return int(self.lines[at].quantity) - self.freed[at]

    def unit(self, at: int) -> Fraction:
        """What one item of a line costs."""
        line = self.lines[at]
        return Fraction(line.amount) / Fraction(line.quantity) if line.quantity else Fraction(0)

    def cheapest(self, places: Iterable[int]) -> list[int]:
        """Lines that still have whole items, the one with the cheapest first; of two alike the earlier by name."""
        found = [at for at in places if self.whole(at) > 0 and self.left[at] > 0]
        return sorted(
            found, key=lambda at: (self.unit(at), self.lines[at].product, self.lines[at].category, at)
        )

    def free(self, at: int, number: int) -> Decimal:
        """Make some items of a line free; says what that takes off."""
        off = min(rounded(self.unit(at) * number), self.left[at])
        if number == self.whole(at) and self.lines[at].quantity == int(self.lines[at].quantity):
            off = self.left[at]
        self.freed[at] += number
        self._off(at, off)
        return off

    def open_budget(self) -> None:
        """Say how much discounts and points may take off altogether: their share of what is left when items have been made free."""
        base = sum((left for at, left in enumerate(self.left) if self.counts[at]), NOTHING)
        self.budget = (
            floored(Fraction(base) * Fraction(self._book.points.most) / 100) if self._book.points else base
        )

    def take(self, wanted: Decimal, places: Sequence[int]) -> Decimal:
        """Take an amount off these lines, in the proportion of what is left of them, as far as there is any and the budget goes."""
        weights = [self.left[at] for at in places]
        off = min(wanted, sum(weights, NOTHING), self.budget)
        if off <= 0:
            return NOTHING
        for at, part in zip(places, divide(off, weights), strict=True):
            self._off(at, part)
        self.budget -= off
        return off

    def pay(self, worth: Decimal) -> None:
        """Pay with points: of the lines that are not excluded."""
        places = self.places(Scope())
        for at, part in zip(places, divide(worth, [self.left[at] for at in places]), strict=True):
            self.points[at] += part
            self.left[at] -= part
        self.budget -= worth

    def due(self) -> Decimal:
        """What is left to pay."""
        return sum(self.left, NOTHING)

    def quoted(self) -> list[QuoteLine]:
        """The lines with what they cost now."""
        return [
            QuoteLine(
                line.product, line.category, line.quantity, line.amount,
                self.discount[at], self.points[at], self.left[at],
            )
            for at, line in enumerate(self.lines)
        ]  # fmt: skip

    def _off(self, at: int, amount: Decimal) -> None:
        self.left[at] -= amount
        self.discount[at] += amount
