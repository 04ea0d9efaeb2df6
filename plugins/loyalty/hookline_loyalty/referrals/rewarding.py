"""Rewarding a referral: both get points after the first purchase of who was brought, and lose them when it is taken back."""

from decimal import Decimal

from hookline_sdk import BeforeSave, Contact, Gate, Text, select

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.plugin import plugin
from hookline_loyalty.points.data import Unit
from hookline_loyalty.points.ledger import account_of, earn, reverse
from hookline_loyalty.programmes.terms import terms_of
from hookline_loyalty.referrals.data import Referral, ReferralState

_WHY = Text("a referral")


def reward(house: Gate, contact: int, source: str) -> None:
    """Reward who brought this customer, and the customer: with the first purchase, once."""
    one = Referral
    waiting = select(one.id, one.referrer, one.rewards).where(
        one.referred == contact, one.state == ReferralState.waiting
    )
    for id, referrer, before in house.rows(waiting):
        terms = terms_of(house)
        booked = f"loyalty_referral:{id}/{before}"
        expires = terms.expires_on(house.now.date())
        for who, points in ((referrer, terms.referrer), (contact, terms.referred)):
            if points:
                account = account_of(house, who, Unit.points)
                why = Text("Referral")
                earn(house, account, Decimal(points), source=booked, why=why, expires_on=expires)
        values = {"state": ReferralState.rewarded, "rewarded_at": house.now, "source": source}
        house.carry(Referral, {id: {**values, "rewards": before + 1}})


def take_reward_back(house: Gate, source: str) -> None:
    """The purchase that brought it was taken back: it waits for the next one."""
    found = select(Referral.id, Referral.rewards).where(
        Referral.source == source, Referral.state == ReferralState.rewarded
    )
    for id, rewards in house.rows(found):
        reverse(house, f"loyalty_referral:{id}/{rewards - 1}", why=Text("The first purchase was taken back"))
        values = {"state": ReferralState.waiting, "rewarded_at": None, "source": None}
        house.carry(Referral, {id: values})


@plugin.before_save(Referral)
def judge_referral(event: BeforeSave[Referral]) -> None:
    """Nobody brings themselves, or who brought them, or somebody who buys here already. What was said stays."""
    new, before = event.record, event.before
    if not all((new.referrer, new.referred)):
        return
    if before is not None:
        if (new.referrer, new.referred) != (before.referrer, before.referred):
            event.reject("Who brought whom stays as it is. Remove it, and say it anew.", "referrer")
        return
    if (problem := _problem(event.gate.as_house(_WHY), new.referrer, new.referred)) is not None:
        event.reject(problem, "referred")
    if referrer := event.gate.find(Contact, new.referrer):
        event.values |= {"owner": referrer.owner, "team": referrer.team}
        referred = event.gate.find(Contact, new.referred)
        event.values["note"] = f"{referrer.name} → {referred.name if referred else '—'}"[:250]


def _problem(house: Gate, referrer: int, referred: int) -> Text | None:
    """Why one cannot have brought the other."""
    if referrer == referred:
        return Text("Nobody can bring themselves.")
    if _is_same_person(house, referrer, referred):
        return Text("Both have the same phone or e-mail address.")
    back = select(Referral.id).where(Referral.referrer == referred, Referral.referred == referrer)
    if house.scalar(back):
        return Text("The other one was brought by this customer.")
    bought = select(Receipt.id).where(Receipt.contact == referred, Receipt.reversed.is_(False)).limit(1)
    return Text("This customer has bought something already.") if house.scalar(bought) else None


def _is_same_person(house: Gate, one: int, other: int) -> bool:
    """Whether two records are one customer who wants to bring themselves: by phone or e-mail."""
    first, second = house.find(Contact, one), house.find(Contact, other)
    if first is None or second is None:
        return False
    reached = [{c.phone, c.mobile, c.email and c.email.casefold()} - {None} for c in (first, second)]
    return bool(reached[0] & reached[1])
