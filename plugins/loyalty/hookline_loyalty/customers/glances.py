"""What a customer has bought, at a glance."""

from hookline_sdk import Contact, Gate, Money, Panel, func, select

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.plugin import plugin


@plugin.panel(Contact, "Purchases", order=40)
def purchases_of(contact: Contact, gate: Gate) -> Panel:
    """How often, for how much, and when last."""
    bought = (
        select(
            Receipt.currency, func.count(Receipt.id), func.sum(Receipt.amount), func.max(Receipt.bought_at)
        )
        .where(Receipt.contact == contact.id, Receipt.reversed.is_(False))
        .group_by(Receipt.currency)
        .order_by(Receipt.currency)
    )
    rows = [(count, Money(total, currency), last) for currency, count, total, last in gate.rows(bought)]
    return Panel(columns=("Purchases", "Sum", "Last"), rows=rows, empty="Nothing was bought yet.")
