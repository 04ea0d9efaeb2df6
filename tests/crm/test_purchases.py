"""Purchases: what is told of deals that are won, changed after that, and taken back."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hookline.crm import stages
from hookline.crm.catalogs import Product
from hookline.crm.deals import Deal
from hookline.crm.purchases import Purchase, PurchaseItem
from hookline.kernel.background import outbox
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.shown import Money

from tests.town import build_town


def test_a_won_deal_is_a_purchase_until_it_is_won_no_more(migrated_url: str) -> None:
    bonus, heard = Plugin("bonus"), list[Purchase]()

    @bonus.on(Purchase)
    def count(event: Purchase, gate: Gate) -> None:
        heard.append(event)

    town = build_town(migrated_url, [bonus])

    def told(act: Callable[[Gate], Any]) -> list[tuple[Decimal | int, bool]]:
        """What is told of an act: amount, and whether it is taken back."""
        with town.as_("boris") as gate:
            act(gate)
        while outbox.deliver_next(town.installation):
            pass
        found = [(event.amount.amount, event.reversed) for event in heard]
        heard.clear()
        return found

    with town.as_("ada") as gate:
        wheel = gate.create(Product, {"name": "Wheel 400"})
    values = {
        "product": wheel, "name": "A mill wheel", "company": town.ids["acme"], "amount": Decimal(900), "currency": "EUR",
        "opened_on": date(2026, 3, 1),
    }  # fmt: skip
    ids: list[int] = []
    assert told(lambda gate: ids.append(gate.create(Deal, {**values, "stage": town.ids["new"]}))) == []
    (id,) = ids
    with town.as_("boris") as gate:
        stages.move(gate, Deal, id, town.ids["won"], {"closed_on": date(2026, 3, 10)})
    while outbox.deliver_next(town.installation):
        pass
    (event,) = heard
    heard.clear()
    assert (event.source, event.what, event.amount) == (
        f"deal:{id}",
        "A mill wheel",
        Money(Decimal(900), "EUR"),
    )
    assert event.items == [PurchaseItem(product="Wheel 400", amount=Decimal(900))]
    assert (event.company, event.contact, event.bought_at.date()) == (
        town.ids["acme"],
        None,
        date(2026, 3, 10),
    )
    assert event.user == town.ids["boris"]

    assert told(lambda gate: gate.update(Deal, id, {"description": "Oak"})) == []
    assert told(lambda gate: stages.move(gate, Deal, id, town.ids["delivery"])) == []
    assert told(lambda gate: gate.update(Deal, id, {"amount": Decimal(950)})) == [(950, False)]
    assert told(lambda gate: stages.reopen(gate, Deal, id)) == [(950, True)]
    assert told(lambda gate: gate.update(Deal, id, {"amount": None})) == []
    assert told(lambda gate: stages.close(gate, Deal, id, "won")) == []
    assert told(lambda gate: gate.update(Deal, id, {"amount": Decimal(5)})) == [(5, False)]
    with town.house() as gate:
        gate.trash(Deal, id)
        gate.restore(Deal, id)
        gate.erase(Deal, id)
    assert told(lambda _: None) == [(5, True), (5, False), (5, True)]
    town.installation.database.close()
