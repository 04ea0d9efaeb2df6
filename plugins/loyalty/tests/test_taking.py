"""What customers have bought: every source once, as its newest event tells it."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import Contact, Gate, Money, Purchase, PurchaseItem, select
from hookline_sdk.testing import Client, Make, Outbox

from hookline_loyalty.customers.data import Receipt, ReceiptLine

COFFEE = PurchaseItem(product="Espresso", category="Coffee", amount=Decimal(6), quantity=Decimal(2))


def bought(gate: Gate, contact: int, amount: int, *items: PurchaseItem, taken_back: bool = False) -> None:
    gate.emit(
        Purchase(
            source="till:1",
            what="Two of espresso",
            amount=Money(Decimal(amount), "EUR"),
            bought_at=dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC),
            contact=contact,
            items=[*items],
            reversed=taken_back,
        )
    )


def test_the_newest_event_of_a_source_stands(gate: Gate, make: Make, outbox: Outbox) -> None:
    contact = make(Contact)
    bought(gate, contact.id, 6, COFFEE)
    bought(gate, contact.id, 9, COFFEE, PurchaseItem(product="Bun", amount=Decimal(3)))
    outbox.run()
    asked = select(Receipt.amount, Receipt.contact, Receipt.owner, Receipt.reversed)
    assert [tuple(row) for row in gate.rows(asked)] == [(Decimal(9), contact.id, contact.owner, False)]
    lines = gate.rows(select(ReceiptLine.product, ReceiptLine.quantity).order_by(ReceiptLine.id))
    assert [tuple(line) for line in lines] == [("Espresso", Decimal(2)), ("Bun", Decimal(1))]


def test_what_was_taken_back_no_longer_counts(gate: Gate, make: Make, outbox: Outbox, client: Client) -> None:
    contact = make(Contact)
    bought(gate, contact.id, 6, COFFEE)
    outbox.run()
    panel = f"/contacts/{contact.id}/panel/loyalty/value_of"
    shown = client.get(panel, htmx=True)
    assert [fact.text for fact in shown.all("dd")] == ["1", "€6", "1 Mar 2026"]
    bought(gate, contact.id, 6, taken_back=True)
    outbox.run()
    assert not client.get(panel, htmx=True).all("dd")
