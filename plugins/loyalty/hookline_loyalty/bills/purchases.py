"""Purchases that others tell of earn too, in the background: once for each source, anew when they are corrected."""

from collections.abc import Sequence
from decimal import Decimal

from hookline_sdk import Gate, Purchase, Text, select

from hookline_loyalty.bills.settling import settle, settlement_of, take_back
from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.customers.taking import take_in
from hookline_loyalty.plugin import plugin
from hookline_loyalty.programmes.bill import Bill, BillLine
from hookline_loyalty.programmes.cents import NOTHING


@plugin.on(Purchase)
def earn_for_purchase(event: Purchase, gate: Gate) -> None:
    """Let the newest event of a source earn, and take back what an earlier one had earned."""
    # The receipt first: what a tier needs counts it. Whoever hears of the event later finds it taken in.
    take_in(event, gate)
    house = gate.as_house(Text("a purchase was told"))
    receipt = house.rows(select(Receipt.id, Receipt.event).where(Receipt.source == event.source))[0]
    known = settlement_of(house, event.source)
    if receipt.event > event.id or (known is not None and known.event >= event.id):
        return
    if known is not None and not known.event:
        # A till has settled it, and tells of it afterwards.
        return
    if known is not None:
        take_back(house, event.source, keep_receipt=True)
    if event.reversed or event.contact is None or event.amount.amount <= 0:
        return
    bill = Bill(lines_of(event), event.bought_at, event.contact, currency=event.amount.currency, paid=True)
    settle(house, bill, event.source, what=event.what, receipt=receipt.id, event=event.id)


def lines_of(event: Purchase) -> Sequence[BillLine]:
    """The lines of a purchase. What its items do not account for is a line of its own; less than they say is one for all."""
    items = [
        BillLine(item.product, item.amount, item.quantity, item.category)
        for item in event.items
        if item.amount >= 0 and item.quantity > 0
    ]
    rest = Decimal(event.amount.amount) - sum((item.amount for item in items), NOTHING)
    if rest < 0:
        return [BillLine(event.what, Decimal(event.amount.amount))]
    return [*items, BillLine(event.what, rest)] if rest or not items else items
