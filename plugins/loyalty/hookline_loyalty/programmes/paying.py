"""What pays of a bill besides money: points within the limits, then gift cards, then the deposit."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from fractions import Fraction

from hookline_sdk import Text, plural

from hookline_loyalty.programmes.bill import Bill, CardUse, Effect
from hookline_loyalty.programmes.book import Book, Card
from hookline_loyalty.programmes.cents import NOTHING, ONE, floored, plain
from hookline_loyalty.programmes.offers import said
from hookline_loyalty.programmes.working import Working


@dataclass(frozen=True)
class PaidWithPoints:
    """How many points are used, what they are worth, and the most that could be."""

    used: Decimal = NOTHING
    worth: Decimal = NOTHING
    usable: Decimal = NOTHING
    effects: tuple[Effect, ...] = ()


def pay_with_points(bill: Bill, book: Book, work: Working) -> PaidWithPoints:
    """Use the points asked for, as far as there are any and the limit of the bill goes. Never a point more than is worth something."""
    if book.points is None or bill.contact is None or bill.paid:
        why = Text("Points can be used by known customers, while a programme of points is in force.")
        effect = Effect("points", "", False, why)
        return PaidWithPoints(effects=(effect,) if bill.points > 0 and not bill.paid else ())
    worth = book.points.worth
    most = min(work.budget, sum((work.left[at] for at, counts in enumerate(work.counts) if counts), NOTHING))
    usable, _ = _needed(book.balance, most, worth)
    asked = max(bill.points, NOTHING)
    used, paid = _needed(min(asked, book.balance), most, worth)
    if paid > 0:
        work.pay(paid)
    return PaidWithPoints(
        used, paid, usable, tuple(_said_of_points(asked, used, paid, most, book, book.points.name))
    )


def pay_with_cards(book: Book, due: Decimal) -> tuple[list[CardUse], list[Effect]]:
    """Gift cards in the order of their codes, each as far as it goes."""
    uses: list[CardUse] = []
    effects: list[Effect] = []
    for card in sorted(book.cards, key=lambda one: one.code):
        pays = NOTHING if card.problem else min(card.balance, due)
        due -= pays
        if pays > 0:
            uses.append(CardUse(card.account, card.code, pays))
        why = _of_card(card, pays, book)
        effects.append(
            Effect("gift", card.code, pays > 0, why, pays, f"loyalty_gift_card:{card.id}", card.code)
        )
    return uses, effects


def pay_with_deposit(bill: Bill, book: Book, due: Decimal) -> tuple[Decimal, list[Effect]]:
    """The deposit pays what was asked for, as far as it goes."""
    pays = (
        NOTHING if bill.contact is None or bill.paid else max(min(bill.deposit, book.deposit, due), NOTHING)
    )
    if bill.deposit <= 0 or bill.paid:
        return NOTHING, []
    if pays < bill.deposit and pays == book.deposit:
        why = Text("There are %(have)s in the deposit.", have=said(book.deposit, book))
    else:
        why = Text("Of the deposit, %(left)s are left.", left=said(book.deposit - pays, book))
    return pays, [Effect("deposit", "", pays > 0, why, pays)]


def _needed(points: Decimal, most: Decimal, worth: Decimal) -> tuple[Decimal, Decimal]:
    """So many whole points, at most, pay so much: no more of them than that takes."""
    if worth <= 0:
        return NOTHING, NOTHING
    pays = min(floored(floored(points, ONE) * worth), floored(most))
    if pays <= 0:
        return NOTHING, NOTHING
    exact = Fraction(pays) / Fraction(worth)
    whole = Decimal(exact.numerator) / Decimal(exact.denominator)
    return whole.quantize(ONE, ROUND_UP), pays


def _said_of_points(
    asked: Decimal, used: Decimal, paid: Decimal, most: Decimal, book: Book, name: str
) -> Iterator[Effect]:
    if asked <= 0:
        return
    if used >= asked:
        why = plural("%(count)s point", "%(count)s points", count=plain(used))
    elif book.balance < asked and paid < most:
        why = Text(
            "There are %(have)s points, %(asked)s were asked for.",
            have=plain(book.balance),
            asked=plain(asked),
        )
    else:
        why = Text(
            "%(used)s of %(asked)s points: discounts and points may pay %(most)s more of this bill.",
            used=plain(used), asked=plain(asked), most=said(most, book),
        )  # fmt: skip
    yield Effect("points", name, paid > 0, why, paid)


def _of_card(card: Card, pays: Decimal, book: Book) -> Text:
    if card.problem == "ended":
        return Text("The gift card has run out.")
    if card.problem:
        return Text("The gift card is blocked.")
    if card.balance <= 0:
        return Text("There is nothing left on the gift card.")
    return Text("%(left)s are left on the gift card.", left=said(card.balance - pays, book))
