"""The cards of customers: given with the first visit, found by what the customer shows or says, blocked when lost."""

import re
import secrets
from dataclasses import dataclass
from typing import Final

from hookline_sdk import Act, Action, Contact, Gate, Invalid, NotFound, Problem, Text, or_, select

from hookline_loyalty.plugin import plugin
from hookline_loyalty.till.data import TILLS, Card
from hookline_loyalty.till.numbers import card_number, is_right, new_number

_WHY: Final = Text("a customer's card")
_MOST: Final = 8
# Fewer digits are no telephone number, more than these are its country.
_SHORTEST, _NATIONAL = 7, 10


@dataclass(frozen=True)
class Customer:
    """Whom a card stands for."""

    contact: int
    name: str
    card: Card


def card_of(gate: Gate, contact: int) -> Card:
    """A customer's card, made where there is none."""
    house = gate.as_house(_WHY)
    # Two who make it at once come one after the other.
    if not house.hold(Contact, [contact], Action.read):
        raise NotFound
    found = select(Card.id).where(Card.contact == contact, Card.active.is_(True)).order_by(Card.id).limit(1)
    id = house.scalar(found)
    if id is None:
        whose = house.get(Contact, contact)
        values = {"number": new_number(), "contact": contact, "secret": secrets.token_urlsafe(24)}
        id = house.create(Card, {**values, "owner": whose.owner, "team": whose.team})
    return house.get(Card, int(id))


def customer_of(gate: Gate, number: str) -> Customer:
    """Whom a card number stands for. NotFound for none, Invalid with the reason for one that was mistyped or is blocked."""
    card = _by_number(gate, number)
    name = gate.as_house(_WHY).titles(Contact.__tablename__, [card.contact]).get(card.contact, "")
    return Customer(card.contact, name, card)


def find_customers(gate: Gate, said: str) -> list[Customer]:
    """Whom somebody at the counter means: by the card they show, their telephone number, or as far as one may see them their name.

    Card and number are what the customer brings, so they are found whoever looks after them.
    """
    if number := card_number(said):
        return [customer_of(gate, number)]
    digits = re.sub(r"[^0-9]", "", said)
    if len(digits) >= _SHORTEST and not re.search(r"[^\W\d_]", said):
        return _known(gate, _by_phone(gate.as_house(_WHY), digits))
    words = said.split()
    named = [Contact.name.icontains(word, autoescape=True) for word in words if len(word) > 1]
    if not named:
        return []
    found = select(Contact.id).where(*named).order_by(Contact.name, Contact.id).limit(_MOST)
    return _known(gate, [id for (id,) in gate.rows(found)])


@plugin.action(
    Card, "Block", icon="ban", confirm="Is this card lost? The customer gets another number.", may=Action.read,
    needs=TILLS, when="active", order=10,
)  # fmt: skip
def block(act: Act[Card], gate: Gate) -> Text:
    """A lost card opens nothing any more, nor does its link; the points stay with the customer."""
    gate.as_house(_WHY).carry(Card, {act.record.id: {"active": False}})
    card_of(gate, act.record.contact)
    return Text("The card is blocked, and another one made.")


@plugin.action(
    Card, "New link", icon="link", confirm="End the links to the customer's page that are out?", may=Action.read,
    needs=TILLS, when="active", order=20,
)  # fmt: skip
def renew_link(act: Act[Card], gate: Gate) -> Text:
    """The links that were sent lead nowhere from now on."""
    gate.as_house(_WHY).carry(Card, {act.record.id: {"secret": secrets.token_urlsafe(24)}})
    return Text("Links that were sent before lead nowhere any more.")


def _by_number(gate: Gate, number: str) -> Card:
    if not is_right(number):
        raise Invalid([Problem("q", Text("This is no card number: a digit is wrong."))])
    house = gate.as_house(_WHY)
    id = house.scalar(select(Card.id).where(Card.number == number))
    if id is None:
        raise NotFound
    card = house.get(Card, int(id))
    if not card.active:
        raise Invalid([Problem("q", Text("This card is blocked."))])
    return card


def _by_phone(house: Gate, digits: str) -> list[int]:
    ending = f"%{digits[-_NATIONAL:]}"
    phones = (Contact.phone, Contact.mobile, Contact.whatsapp)
    found = select(Contact.id).where(or_(*(phone.like(ending) for phone in phones)))
    return [id for (id,) in house.rows(found.order_by(Contact.id).limit(_MOST))]


def _known(gate: Gate, contacts: list[int]) -> list[Customer]:
    names = gate.as_house(_WHY).titles(Contact.__tablename__, contacts)
    return [Customer(id, names.get(id, ""), card_of(gate, id)) for id in contacts]
