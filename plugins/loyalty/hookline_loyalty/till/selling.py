"""Ringing up: a bill is quoted, settled once, told of as a purchase, and taken back as a whole or line by line."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from hookline_sdk import Gate, Invalid, Money, NotFound, Problem, Purchase, PurchaseItem, Text, select

from hookline_loyalty.bills.settling import quote, settle, settlement_of, take_back
from hookline_loyalty.customers.data import Receipt, ReceiptLine
from hookline_loyalty.programmes.bill import Bill
from hookline_loyalty.programmes.data import Settlement

_WHY = Text("a bill at the till")


@dataclass(frozen=True)
class Sold:
    """A line of a bill that was rung up: its place, and whether it was taken back."""

    place: int
    product: str
    amount: Decimal
    back: bool


def ring_up(gate: Gate, bill: Bill, source: str, *, due: Decimal | None = None) -> Settlement:
    """Settle a bill and tell of the purchase, once for each source. `due` is what the customer was told it comes to.

    Invalid where it comes to something else by now, so that nobody pays what they have not seen.
    """
    house = gate.as_house(_WHY)
    known = settlement_of(house, source)
    if known is not None:
        return known
    if due is not None and (now := quote(gate, bill).due) != due:
        raise Invalid([Problem("", Text("The bill comes to %(due)s by now. Look at it once more.", due=now))])
    done = settle(gate, bill, source)
    _tell(house, done)
    return done


def refund(gate: Gate, source: str, *, lines: Sequence[int] | None = None) -> Settlement:
    """Take a bill back, or these of its lines; a retry changes nothing. NotFound where nothing was rung up."""
    done = take_back(gate, source, lines=lines)
    if done is None:
        raise NotFound
    _tell(gate.as_house(_WHY), done)
    return done


def lines_of(gate: Gate, settlement: Settlement) -> list[Sold]:
    """The lines of a bill that was rung up, in their order."""
    told = json.loads(settlement.told or "{}")
    amounts, names, gone = told.get("lines", ()), told.get("products", ()), set(told.get("gone", ()))
    return [
        Sold(place, names[place] if place < len(names) else str(place + 1), Decimal(amount), place in gone)
        for place, amount in enumerate(amounts)
    ]


def _tell(house: Gate, done: Settlement) -> None:
    """The newest word on this bill, for all who hear of purchases."""
    if done.receipt is None:
        return
    receipt = house.get(Receipt, done.receipt)
    columns = (ReceiptLine.product, ReceiptLine.category, ReceiptLine.quantity, ReceiptLine.amount)
    rows = house.rows(select(*columns).where(ReceiptLine.receipt == receipt.id).order_by(ReceiptLine.id))
    items = [
        PurchaseItem(
            product=row.product, amount=row.amount, category=row.category or "", quantity=row.quantity
        )
        for row in rows
    ]
    about = f"contact:{done.contact}" if done.contact else ""
    purchase = Purchase(
        source=done.source, what=receipt.what, amount=Money(receipt.amount, receipt.currency),
        bought_at=receipt.bought_at, contact=done.contact, company=receipt.company,
        reversed=done.reversed, items=items,
    )  # fmt: skip
    house.emit(purchase, about=about)
