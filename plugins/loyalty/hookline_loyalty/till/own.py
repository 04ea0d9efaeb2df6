"""The customer's own page: what they have in hand and the code of their card, behind a link that nobody can guess."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from hookline_sdk import (
    Act,
    Action,
    Contact,
    Gate,
    Link,
    NotFound,
    Page,
    PageRequest,
    Panel,
    Redirect,
    Text,
    house_currency,
    public_address,
    select,
)

from hookline_loyalty.plugin import plugin
from hookline_loyalty.points.data import Account, Entry, Unit
from hookline_loyalty.points.glances import said
from hookline_loyalty.till.cards import card_of
from hookline_loyalty.till.counter import accounts_of, tier_of
from hookline_loyalty.till.data import TILLS, Card
from hookline_loyalty.till.drawing import qr
from hookline_loyalty.till.numbers import spaced

_LATEST: Final = 12


@dataclass(frozen=True)
class Move:
    """Something that came or went, as the customer may know it."""

    why: Text | str
    name: str
    at: dt.datetime
    amount: Decimal
    is_money: bool


@plugin.page("Your points", public=True)
def my_points(asked: PageRequest, gate: Gate) -> Page:
    """What a customer sees of themselves: no name, no address, nothing that others wrote about them."""
    found = select(Card.id).where(Card.secret == asked.rest, Card.active.is_(True))
    id = gate.scalar(found)
    if id is None:
        raise NotFound
    card = gate.get(Card, int(id))
    values = {
        "accounts": accounts_of(gate, card.contact),
        "tier": tier_of(gate, card.contact),
        "qr": qr(card.number),
        "number": spaced(card.number),
        "moves": _moves(gate, card.contact),
        "currency": house_currency(gate),
    }
    return Page("my_points.html", values)


def link_of(gate: Gate, contact: int) -> str:
    """The address of a customer's own page, for a letter or a message."""
    return public_address(gate, "loyalty.my_points", card_of(gate, contact).secret)


@plugin.action(Contact, "Loyalty card", icon="credit-card", may=Action.read, needs=TILLS)
def open_card(act: Act[Contact], gate: Gate) -> Redirect:
    """The customer's card, made where there is none."""
    return Redirect(f"loyalty_card:{card_of(gate, act.record.id).id}")


@plugin.panel(Card, "The customer's own page", slot="record.main", needs=TILLS)
def own_page(card: Card, gate: Gate) -> Panel:
    """The link to send: it opens without signing in, and ends with the card or by New link."""
    if not card.active:
        return Panel(text=Text("This card is blocked, and its link leads nowhere."))
    address = public_address(gate, "loyalty.my_points", card.secret)
    return Panel(
        facts={
            "Card number": spaced(card.number),
            str(Text("Page")): Link(Text("Open it"), urlsplit(address).path),
            "Link": address,
        }
    )


def _moves(gate: Gate, contact: int) -> list[Move]:
    columns = (Entry.why, Entry.told, Entry.at, Entry.amount, Account.unit, Account.purpose)
    found = (
        select(*columns)
        .join(Account, Account.id == Entry.account)
        .where(Account.contact == contact, Entry.amount != 0)
        .order_by(Entry.at.desc(), Entry.id.desc())
    )
    return [
        Move(
            said(row.told, row.why), row.purpose or Unit(row.unit).label, row.at, row.amount,
            row.unit in (Unit.gift, Unit.deposit),
        )
        for row in gate.rows(found.limit(_LATEST))
    ]  # fmt: skip
