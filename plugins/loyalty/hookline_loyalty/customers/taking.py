"""Taking purchases in: each source once, as its newest event tells it, whatever comes twice or late."""

from typing import Final

from hookline_sdk import Gate, Purchase, select

from hookline_loyalty.customers.belonging import belonging
from hookline_loyalty.customers.data import Receipt, ReceiptLine
from hookline_loyalty.plugin import plugin

_LONGEST: Final = 300


@plugin.on(Purchase)
def take_in(event: Purchase, gate: Gate) -> None:
    """Keep a purchase with its lines, or take it back."""
    values = {
        "what": event.what[:_LONGEST],
        "contact": event.contact,
        "company": event.company,
        "amount": event.amount.amount,
        "currency": event.amount.currency,
        "bought_at": event.bought_at,
        "reversed": event.reversed,
        "event": event.id,
    }
    known = gate.rows(select(Receipt.id, Receipt.event).where(Receipt.source == event.source))
    if not known:
        id = gate.create(
            Receipt, {**values, **belonging(gate, event.contact, event.company), "source": event.source}
        )
    elif known[0].event < event.id:
        id = known[0].id
        gate.update(Receipt, id, values)
        gate.erase_many(
            ReceiptLine,
            [each for (each,) in gate.rows(select(ReceiptLine.id).where(ReceiptLine.receipt == id))],
        )
    else:
        return
    gate.create_many(ReceiptLine, [_line(id, event, number) for number in range(len(event.items))])


def _line(receipt: int, event: Purchase, number: int) -> dict[str, object]:
    item = event.items[number]
    return {
        "receipt": receipt,
        "product": item.product,
        "category": item.category or None,
        "quantity": item.quantity,
        "amount": item.amount,
        "currency": event.amount.currency,
    }
