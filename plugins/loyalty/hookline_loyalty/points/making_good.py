"""What comes back into a lot whose purchase was taken back meanwhile: it belongs to those who paid in its place.

Points of one purchase had been used when it was taken back, so others of the account went instead, or it was owed. Now the used
ones come back. First what is still owed for that purchase is paid, then the others get theirs back, those that end last first. So
the account stands as if what was used had come back before.
"""

from decimal import Decimal
from typing import Any

from hookline_sdk import Text, func, select

from hookline_loyalty.points.booking import NOTHING, Book, Lot
from hookline_loyalty.points.data import Entry, Kind


def make_good(book: Book, lot: Lot, source: str) -> None:
    """Let what has just come back into this lot go where it is due, and from there on, if that was taken back as well."""
    if book.owed and (part := min(lot.rest, _debt(book, lot.id), book.owed)) > 0:
        why = Text("For what was owed")
        book.write(Kind.settle, -part, source=source, why=why, lot=lot, owed=-part, reverses=lot.id)
    for payer, paid in _payers(book, lot.id):
        if (part := min(lot.rest, paid)) <= 0:
            return
        named: dict[str, Any] = {"source": source, "why": Text("Set off after a refund"), "reverses": lot.id}
        book.write(Kind.taken, -part, lot=lot, **named)
        book.write(Kind.taken, part, lot=payer, **named)
        make_good(book, payer, source)
        if payer.rest and payer.is_over(book.today):
            book.expire(payer)


def _debt(book: Book, lot: int) -> Decimal:
    """What is still owed for what this lot should have given back."""
    found = select(func.sum(Entry.owed)).where(Entry.reverses == lot, Entry.account == book.account.id)
    return book.house.scalar(found) or NOTHING


def _payers(book: Book, lot: int) -> list[tuple[Lot, Decimal]]:
    """The lots that gave something in the place of this one, and how much, those that end last first."""
    paid = func.sum(-Entry.amount)
    found = (
        select(Entry.lot, paid.label("paid"))
        .where(Entry.reverses == lot, Entry.lot != lot, Entry.account == book.account.id)
        .group_by(Entry.lot)
        .having(paid > 0)
    )
    amounts = {row.lot: row.paid for row in book.house.rows(found)}
    payers = sorted((book.lot(id) for id in amounts), key=Lot.order, reverse=True)
    return [(payer, amounts[payer.id]) for payer in payers]
