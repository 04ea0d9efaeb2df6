"""Taking back: what a purchase earned goes, what was used for it comes back, by entries that name those they take back.

What was earned and has been used meanwhile is taken from what else is there; what is then still missing is owed, and what comes
in next pays it. What had ended by itself is not taken once more. What comes back goes into the lot that it came from; if that
has ended meanwhile, it can be used for some days more.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from hookline_sdk import Gate, Invalid, Problem, Text, func, select

from hookline_loyalty.points.booking import LEDGER, NOTHING, Book, booking
from hookline_loyalty.points.data import Entry, Kind, Unit
from hookline_loyalty.points.joining import carry_over
from hookline_loyalty.points.making_good import make_good
from hookline_loyalty.points.terms import Keeping

_CENT: Final = Decimal("0.01")
_WHOLE: Final = {Unit.points: Decimal(1), Unit.stamps: Decimal(1)}


def reverse(gate: Gate, source: str, *, part: Decimal = Decimal(1), why: Text | None = None) -> None:
    """Take back what this source earned, and give back what was used for it.

    `part` is the share of the bill, 0 to 1, that has been taken back altogether so far: after a half and then the other half
    nothing is left, and a call that is repeated changes nothing.
    """
    if not 0 <= part <= 1:
        raise Invalid([Problem("part", Text("A share is between 0 and 1."))])
    house, said = gate.as_house(LEDGER), why or Text("Taken back")
    concerned = select(Entry.account).where(Entry.source == source, Entry.kind.in_((Kind.earn, Kind.burn)))
    for account in sorted({id for (id,) in house.rows(concerned)}):
        with booking(gate, account) as book:
            _reverse_in(book, source, part, said)
        if book.account.joined is not None:
            carry_over(gate, account, book.account.joined)


def _reverse_in(book: Book, source: str, part: Decimal, why: Text) -> None:
    """What is given back comes first, so that it covers what is taken."""
    columns = (Entry.id, Entry.kind, Entry.amount, Entry.lot, Entry.receipt)
    booked = select(*columns).where(
        Entry.account == book.account.id, Entry.source == source, Entry.kind.in_((Kind.earn, Kind.burn))
    )
    rows = book.house.rows(booked.order_by(Entry.id))
    used = [row for row in rows if row.kind == Kind.burn]
    if used:
        _give_back(book, used, source, part, why)
    for row in rows:
        if row.kind == Kind.earn:
            _take_back(book, row, source, part, why)
    book.pay_what_is_owed(source)


def _give_back(book: Book, used: Sequence[Any], source: str, part: Decimal, why: Text) -> None:
    """The lots that end last get theirs back first."""
    returned = _returned(book, [row.id for row in used])
    whole = -sum((row.amount for row in used), NOTHING)
    left = _share(book, whole, part) - sum((each.amount for each in returned.values()), NOTHING)
    for row in reversed(used):
        done = returned.get(row.id)
        amount = min(left, -row.amount - (done.amount if done else NOTHING))
        if amount <= 0:
            continue
        lot = book.lot(row.lot)
        ended = lot.is_over(book.today)
        until = book.today + dt.timedelta(days=Keeping.of(book.house).back_days) if ended else None
        book.write(
            Kind.back, amount, source=source, why=why, lot=lot, reverses=row.id, receipt=row.receipt,
            expires_on=until,
        )  # fmt: skip
        make_good(book, lot, source)
        left -= amount


def _take_back(book: Book, row: Any, source: str, part: Decimal, why: Text) -> None:
    """Out of its own lot first, then out of those that end first; the rest is owed."""
    done = _returned(book, [row.id]).get(row.id)
    gone = done.amount + done.owed if done else NOTHING
    ended = book.house.scalar(
        select(func.sum(-Entry.amount)).where(Entry.lot == row.id, Entry.kind == Kind.expire)
    )
    left = min(_share(book, row.amount, part), row.amount - (ended or NOTHING)) - gone
    if left <= 0:
        return
    named = {"source": source, "why": why, "reverses": row.id, "receipt": row.receipt}
    own = next((lot for lot in book.lots if lot.id == row.id), None)
    if own is not None:
        first = min(left, own.rest)
        book.write(Kind.taken, -first, lot=own, **named)
        left -= first
    if left > 0:
        left -= book.take(Kind.taken, left, **named)
    if left > 0:
        book.write(Kind.taken, NOTHING, lot=book.lot(row.id), owed=left, **named)


@dataclass(frozen=True)
class _Returned:
    """What has been taken back of an entry so far: out of the balance or into it, and as what is owed."""

    amount: Decimal
    owed: Decimal


def _returned(book: Book, ids: Sequence[int]) -> dict[int, _Returned]:
    found = (
        select(Entry.reverses, func.sum(Entry.amount), func.sum(Entry.owed))
        .where(Entry.reverses.in_(ids))
        .group_by(Entry.reverses)
    )
    return {id: _Returned(abs(amount), owed) for id, amount, owed in book.house.rows(found)}


def _share(book: Book, whole: Decimal, part: Decimal) -> Decimal:
    """Points and stamps are whole; all of them are all of them."""
    if part == 1:
        return whole
    step = _WHOLE.get(Unit(book.account.unit), _CENT)
    return min((whole * part).quantize(step, rounding=ROUND_HALF_UP), whole)
