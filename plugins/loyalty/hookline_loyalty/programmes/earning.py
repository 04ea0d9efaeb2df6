"""What a bill earns: by the rules of the programme, more for some tiers and in some windows, rounded once at the end."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction

from hookline_sdk import Text

from hookline_loyalty.programmes.bill import Bill, BillLine, Effect
from hookline_loyalty.programmes.book import Book, Rule, Window
from hookline_loyalty.programmes.cents import NOTHING, ONE, divide, plain
from hookline_loyalty.programmes.offers import said
from hookline_loyalty.programmes.working import Working

_ROUNDINGS = {"down": ROUND_DOWN, "nearest": ROUND_HALF_UP, "up": ROUND_UP}


def earn(bill: Bill, book: Book, work: Working) -> tuple[Decimal, list[Effect]]:
    """The points that this bill earns, and each rule's part of them: together they are what is earned."""
    if book.points is None:
        return NOTHING, []
    if bill.contact is None:
        return NOTHING, [
            Effect("earn", book.points.name, False, Text("Nobody to earn: say who the customer is."))
        ]
    total = sum((line.amount for line in bill.lines), NOTHING)
    exact = [_of_rule(rule, total, book, work) for rule in book.rules]
    whole = _rounded(sum(exact, Fraction(0)), book.points.rounding)
    parts = divide(whole, exact, ONE) if exact else []
    told = [
        Effect("earn", rule.name, part > 0, _why(rule, total, book), part, f"loyalty_earn_rule:{rule.id}")
        for rule, part in zip(book.rules, parts, strict=True)
    ]
    return (whole if exact else NOTHING), [*told, *_of_windows(book)] if whole else told


def _of_rule(rule: Rule, total: Decimal, book: Book, work: Working) -> Fraction:
    if total < rule.minimum:
        return Fraction(0)
    if rule.per == "visit":
        named = not rule.scope or any(rule.scope.covers(work.lines[at]) for at in work.places(rule.scope))
        return (
            Fraction(rule.points) * _factor(book, None) if named and work.places(rule.scope) else Fraction(0)
        )
    counted = (_count(rule, at, work) * _factor(book, work.lines[at]) for at in work.places(rule.scope))
    return sum(counted, Fraction(0)) * Fraction(rule.points)


def _count(rule: Rule, at: int, work: Working) -> Fraction:
    """How often a line earns: its whole items that are not free, or what is left of it."""
    if rule.per == "item":
        return Fraction(max(work.whole(at), 0))
    return Fraction(work.left[at]) / Fraction(rule.each)


def _factor(book: Book, line: BillLine | None) -> Fraction:
    """The tier's multiplier times the highest of the windows that are open for a line; None for the visit itself."""
    tier = Fraction(book.level.multiplier) if book.level else Fraction(1)
    return tier * max([Fraction(1), *(Fraction(window.factor) for window in _open(book.windows, line))])


def _open(windows: Sequence[Window], line: BillLine | None) -> Iterator[Window]:
    for window in windows:
        if not window.scope or (line is not None and window.scope.covers(line)):
            yield window


def _rounded(exact: Fraction, rounding: str) -> Decimal:
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    return number.quantize(ONE, _ROUNDINGS.get(rounding, ROUND_DOWN))


def _why(rule: Rule, total: Decimal, book: Book) -> Text:
    if total < rule.minimum:
        return Text("From %(least)s on", least=said(rule.minimum, book))
    points = plain(rule.points)
    if rule.per == "visit":
        return Text("%(points)s for the visit", points=points)
    if rule.per == "item":
        return Text("%(points)s for each item", points=points)
    return Text("%(points)s for each %(each)s", points=points, each=said(rule.each, book))


def _of_windows(book: Book) -> Iterator[Effect]:
    if book.level is not None and book.level.multiplier != 1:
        why = Text("Times %(factor)s for this tier", factor=plain(book.level.multiplier))
        yield Effect("tier", book.level.name, True, why, record=f"loyalty_tier:{book.level.id}")
    for window in book.windows:
        why = Text("Times %(factor)s now", factor=plain(window.factor))
        yield Effect("earn", window.name, True, why, record=f"loyalty_multiplier:{window.id}")
