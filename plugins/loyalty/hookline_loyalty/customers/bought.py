"""What a customer has bought so far, kept on the contact so that lists, filters and segments can ask for it."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hookline_sdk import (
    Contact,
    Fields,
    Gate,
    Mapped,
    Text,
    day,
    func,
    house_currency,
    integer,
    money,
    or_,
    select,
)

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.plugin import plugin

Saved = Sequence[tuple[int, int, Mapping[str, Any], Mapping[str, Any]]]


class Bought(Fields[Contact], plugin=plugin, label="Purchases"):
    """How often and how much. Other currencies than the house's count as purchases, and not in the sum."""

    purchases: Mapped[int | None] = integer("Purchases", read_only=True, filter=True)
    spent: Mapped[Decimal | None] = money("Spent", read_only=True, filter=True)
    first_bought: Mapped[dt.date | None] = day("First purchase", read_only=True, filter=True)
    last_bought: Mapped[dt.date | None] = day("Last purchase", read_only=True, filter=True)


@plugin.follow(Receipt)
def renew_after(gate: Gate, info: object, what: str, saved: Saved) -> None:
    """Each purchase changes what its customer has bought: of who it was and of who it is."""
    touched: set[int] = {
        contact for _, _, *each in saved for values in each if (contact := values.get("contact")) is not None
    }
    renew(gate.as_house(Text("what a customer has bought follows from the purchases")), touched)


def renew(gate: Gate, contacts: Collection[int]) -> None:
    """Work out anew what these customers have bought."""
    if not contacts:
        return
    house = house_currency(gate)
    in_house = or_(Receipt.currency.is_(None), Receipt.currency == house)
    asked = (
        select(
            Receipt.contact,
            func.count(Receipt.id),
            func.sum(Receipt.amount).filter(in_house),
            func.min(Receipt.bought_at),
            func.max(Receipt.bought_at),
        )
        .where(Receipt.contact.in_(contacts), Receipt.reversed.is_(False))
        .group_by(Receipt.contact)
    )
    found: dict[int, dict[str, object]] = {id: _told(0, None, None, None) for id in contacts}
    for contact, number, spent, first, last in gate.rows(asked):
        found[contact] = _told(number, spent, first, last)
    gate.derive(Contact, found)


def _told(
    number: int, spent: Decimal | None, first: dt.datetime | None, last: dt.datetime | None
) -> dict[str, object]:
    names = Bought.names
    return {
        names["purchases"]: number or None,
        names["spent"]: spent,
        names["first_bought"]: first.date() if first else None,
        names["last_bought"]: last.date() if last else None,
    }
