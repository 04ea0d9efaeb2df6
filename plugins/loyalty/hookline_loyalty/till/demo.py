"""Its part of the demo: a till, cards, and what customers have been given, used and not used in time."""

import datetime as dt
from decimal import Decimal
from typing import Final

from hookline_sdk import Contact, Gate, Story, Text, select

from hookline_loyalty.plugin import plugin
from hookline_loyalty.points.data import Unit
from hookline_loyalty.points.ledger import account_of, adjust, burn, earn, reverse
from hookline_loyalty.till.cards import card_of
from hookline_loyalty.till.data import Till

_CUSTOMERS: Final = 40
# Since how many days, how many points, and how many of them were used how many days ago.
_GIVEN: Final = ((330, 120, 80, 200), (250, 60, 0, 0), (150, 90, 45, 60), (75, 40, 15, 20), (20, 150, 0, 0))
_LASTS: Final = 365


@plugin.demo
def counter(story: Story, gate: Gate) -> None:
    """A counter in use: who carries a card, and what went on in their accounts."""
    first = next(iter(story.people.values()))
    place = story.say(first, "Market square", "Рыночная площадь")
    gate.create(Till, {"name": story.say(first, "Counter", "Стойка"), "place": place})
    people = [id for (id,) in gate.rows(select(Contact.id).order_by(Contact.id).limit(_CUSTOMERS))]
    for number, contact in enumerate(people):
        card_of(gate, contact)
        _points(story, gate, number, contact)
        if number % 4 == 0:
            _deposit(story, gate, number, contact)


def _points(story: Story, gate: Gate, number: int, contact: int) -> None:
    account = account_of(gate, contact, Unit.points)
    for place, (since, amount, used, used_since) in enumerate(_GIVEN[: 1 + number % len(_GIVEN)]):
        given_at, source = story.at(since + number % 9, 10), f"welcome:{contact}/{place}"
        ends_on = (given_at + dt.timedelta(days=_LASTS)).date()
        earn(
            gate,
            account,
            Decimal(amount),
            source=source,
            why=Text("A present"),
            expires_on=ends_on,
            at=given_at,
        )
        if used:
            paid_at = story.at(used_since, 12)
            burn(gate, account, Decimal(used), source=source, why=Text("Paid with points"), at=paid_at)
    if number % 11 == 5:
        reverse(gate, f"welcome:{contact}/0")
    if number % 13 == 3:
        source, why = f"correction:{account}/demo", Text("A present")
        adjust(gate, account, Decimal(25), source=source, why=why)


def _deposit(story: Story, gate: Gate, number: int, contact: int) -> None:
    account, source = account_of(gate, contact, Unit.deposit), f"deposit:{contact}"
    earn(gate, account, Decimal(50), source=source, why=Text("Paid in"), at=story.at(120 + number, 9))
    burn(gate, account, Decimal("18.40"), source=source, why=Text("Paid with it"), at=story.at(30, 13))
