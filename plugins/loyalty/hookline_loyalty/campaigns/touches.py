"""How often somebody was written to lately, by whatever campaign or survey: the cap is one for all."""

import datetime as dt
from collections import Counter

from hookline_sdk import Contact, Gate, Text, func, or_, select

from hookline_loyalty.campaigns.data import Fate, Recipient, Suppression
from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.plugin import plugin

_GONE = (Fate.sent, Fate.unclear, Fate.claimed)


@plugin.point
def touches(since: dt.datetime, gate: Gate) -> dict[int, int]:
    """How often was each contact written to since then? Whoever writes to customers answers; the counts are added up."""
    raise NotImplementedError


@plugin.provides("loyalty.touches")
def letters_of_campaigns(since: dt.datetime, gate: Gate) -> dict[int, int]:
    """Letters that have gone, or may have."""
    found = select(Recipient.contact, func.count(Recipient.id)).where(
        Recipient.fate.in_(_GONE), Recipient.gone_at > since
    )
    return dict(gate.rows(found.group_by(Recipient.contact)))


def worn_out(gate: Gate) -> set[int]:
    """Who has had as many letters as anybody may, of late."""
    terms, house = Mailing.of(gate), gate.as_house(Text("the frequency cap counts all letters"))
    counts: Counter[int] = Counter()
    for answer in touches.answers(gate.now - dt.timedelta(days=terms.within), house):
        counts.update(answer.value)
    return {contact for contact, number in counts.items() if number >= terms.most}


def suppressed(gate: Gate) -> tuple[set[str], set[int]]:
    """The addresses and the people on the suppression list."""
    house = gate.as_house(Text("the suppression list holds for everybody"))
    rows = house.rows(select(Suppression.address, Suppression.contact))
    return {address for address, _ in rows}, {contact for _, contact in rows if contact}


def is_suppressed(gate: Gate, contact: Contact) -> bool:
    """Whether this person, or one of their addresses, is on the list now."""
    ways = [way.casefold() for way in (contact.email, contact.mobile, contact.phone) if way]
    house = gate.as_house(Text("the suppression list holds for everybody"))
    asked = select(Suppression.id).where(
        or_(Suppression.contact == contact.id, Suppression.address.in_(ways))
    )
    return house.scalar(asked.limit(1)) is not None
