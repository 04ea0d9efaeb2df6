"""The engine: a bill and the book that decides about it give a quote. No records here, and nothing that is not exact.

The order in which things apply is fixed:

1. Passes make items free, the cheapest first.
2. Coupons that make an item free.
3. The discount of the customer's tier, then coupons of a percentage, then coupons of an amount.
   2 and 3 stop where discounts and points may pay no more of the bill: items that are free do not count into that.
   Coupons that combine go together, one that does not stands alone; the cheapest of these choices for the customer is taken.
4. Points, within what the limit has left.
5. Gift cards, then the deposit: they are money, and pay whatever is due.
6. Points are earned on what is left after 4, stamps on items that are not free.
"""

from hookline_sdk import Text

from hookline_loyalty.programmes.bill import Bill, Effect, Quote
from hookline_loyalty.programmes.book import Book
from hookline_loyalty.programmes.cents import NOTHING
from hookline_loyalty.programmes.earning import earn
from hookline_loyalty.programmes.offers import discount
from hookline_loyalty.programmes.passing import stamp
from hookline_loyalty.programmes.paying import pay_with_cards, pay_with_deposit, pay_with_points
from hookline_loyalty.programmes.working import Working


def work_out(bill: Bill, book: Book) -> Quote:
    """What a bill costs now, what it earns, and why."""
    work = Working(bill.lines, book)
    if bill.currency not in (None, book.currency):
        why = Text("Programmes count in %(currency)s.", currency=book.currency)
        return Quote(work.quoted(), [Effect("programme", "", False, why)], balance=book.balance)
    passes = list(stamp(book, work, paid=bill.paid)) if bill.contact is not None else []
    effects = [effect for effect, _ in passes]
    if bill.paid:
        work.open_budget()
    else:
        work, discounts = discount(bill, book, work)
        effects += discounts
    points = pay_with_points(bill, book, work)
    cards, of_cards = pay_with_cards(book, work.due()) if not bill.paid else ([], [])
    deposit, of_deposit = pay_with_deposit(bill, book, work.due() - sum((c.amount for c in cards), NOTHING))
    earned, of_rules = earn(bill, book, work)
    return Quote(
        lines=work.quoted(),
        effects=[*effects, *points.effects, *of_cards, *of_deposit, *_unknown(bill, book), *of_rules],
        discount=sum(work.discount, NOTHING),
        points_used=points.used,
        points_worth=points.worth,
        points_usable=points.usable,
        balance=book.balance,
        earned=earned,
        stamps=[stamps for _, stamps in passes if stamps is not None],
        cards=cards,
        deposit=deposit,
        coupons={
            _id(effect): effect.amount for effect in effects if effect.kind == "coupon" and effect.applied
        },
    )


def _unknown(bill: Bill, book: Book) -> list[Effect]:
    """Codes that mean nothing here."""
    known = {offer.code for offer in book.offers} | {card.code for card in book.cards}
    said = dict.fromkeys(code for code in bill.codes if code and code not in known)
    spare, strange = Text("Another code of this coupon was given."), Text("Nobody knows this code.")
    return [Effect("code", code, False, spare if code in book.spare else strange, code=code) for code in said]


def _id(effect: Effect) -> int:
    return int(effect.record.rpartition(":")[2])
