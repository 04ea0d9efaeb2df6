"""The audience of a campaign: who gets it, who stands beside it as the control group, and who is left out and why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from hookline_sdk import Choices, Contact, Gate, Text, func, house_currency, or_, select, who_agrees

from hookline_loyalty.campaigns.control import bands, draw_control, is_held_out
from hookline_loyalty.campaigns.data import Campaign, Channel, Recipient
from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.campaigns.touches import suppressed, worn_out
from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.segments.data import Segment
from hookline_loyalty.segments.people import members
from hookline_loyalty.tiers.data import Membership

# What somebody has spent within so many days decides their stratum.
LOOKED_BACK: Final = timedelta(days=365)


class LeftOut(Choices):
    """Why somebody of the segment gets nothing."""

    no_address = "no_address", "No address or number"
    no_consent = "no_consent", "Has not agreed"
    suppressed = "suppressed", "On the suppression list"
    cap = "cap", "Written to often enough"
    holdout = "holdout", "Permanent holdout"


@dataclass(frozen=True)
class Person:
    """Somebody who could be written to."""

    id: int
    owner: int | None
    team: int | None
    stratum: str = ""


@dataclass(frozen=True)
class Audience:
    """Who gets it, who is of the control group, and how many are left out for which reason."""

    test: list[Person] = field(default_factory=list)
    control: list[Person] = field(default_factory=list)
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Everybody of the segment."""
        return len(self.test) + len(self.control) + sum(self.left_out.values())


def audience_of(gate: Gate, campaign: Campaign) -> Audience:
    """Whom a campaign would reach now, of those whom the actor may see. Who is in it already is passed over."""
    candidates = _candidates(gate, campaign)
    reasons = reasons_against(gate, campaign, candidates)
    people = [row for row in candidates if row.id not in reasons]
    strata = strata_of(gate, [row.id for row in people])
    control = draw_control(seed_of(campaign), strata, campaign.control)
    found = [Person(row.id, row.owner, row.team, strata[row.id]) for row in people]
    return Audience(
        [person for person in found if person.id not in control],
        [person for person in found if person.id in control],
        Counter(reasons.values()),
    )


def seed_of(campaign: Campaign) -> str:
    """What the draw of the control group hangs on."""
    return f"campaign {campaign.id}"


def reasons_against(gate: Gate, campaign: Campaign, people: Any) -> dict[int, LeftOut]:
    """Why those of these people get nothing who get nothing: the first reason that there is."""
    terms = Mailing.of(gate)
    agreed, (addresses, listed), worn = who_agrees(gate, campaign.purpose), suppressed(gate), worn_out(gate)
    found: dict[int, LeftOut] = {}
    for row in people:
        ways = [way.casefold() for way in (row.email, row.mobile, row.phone) if way]
        if not (row.email if campaign.channel == Channel.email else row.mobile or row.phone):
            found[row.id] = LeftOut.no_address
        elif row.id not in agreed:
            found[row.id] = LeftOut.no_consent
        elif row.id in listed or any(way in addresses for way in ways):
            found[row.id] = LeftOut.suppressed
        elif is_held_out(row.id, terms.holdout):
            found[row.id] = LeftOut.holdout
        elif row.id in worn:
            found[row.id] = LeftOut.cap
    return found


def strata_of(gate: Gate, people: list[int]) -> dict[int, str]:
    """The stratum of each, by what they spent in the last year and by their tier, in the house's currency."""
    house = gate.as_house(Text("strata go by all purchases"))
    since = gate.now - LOOKED_BACK
    spent = (
        select(Receipt.contact, func.sum(Receipt.amount))
        .where(Receipt.reversed.is_(False), Receipt.bought_at > since, in_house_currency(gate))
        .group_by(Receipt.contact)
    )
    amounts: dict[int, Decimal] = {contact: amount for contact, amount in house.rows(spent) if contact}
    tiers = house.rows(select(Contact.id, Membership.tier).where(Membership.tier.is_not(None)))
    return bands(people, amounts, {contact: str(tier) for contact, tier in tiers})


def in_house_currency(gate: Gate) -> Any:
    """The condition that a receipt is in the house's currency: amounts of others are not added to it."""
    return or_(Receipt.currency.is_(None), Receipt.currency == house_currency(gate))


def _candidates(gate: Gate, campaign: Campaign) -> Any:
    asked = select(
        Contact.id, Contact.email, Contact.mobile, Contact.phone, Contact.owner, Contact.team
    ).order_by(Contact.id)
    if campaign.segment is not None:
        asked = asked.where(Contact.id.in_(members(gate, gate.get(Segment, campaign.segment))))
    known = select(Recipient.contact).where(Recipient.campaign == campaign.id)
    return gate.rows(asked.where(Contact.id.not_in(known)))
