"""Campaigns that go to one person when something happens: a birthday, the first purchase, a long absence, a price cut, leaving.

Each occasion has a key: the same occasion writes to the same person once, however often it is heard of.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from hookline_sdk import Change, Contact, Event, Gate, JobRun, NotFound, func, select

from hookline_loyalty.campaigns.audience import Person, reasons_against, seed_of, strata_of
from hookline_loyalty.campaigns.control import is_control
from hookline_loyalty.campaigns.data import Campaign, Group, Occasion, State
from hookline_loyalty.campaigns.launching import LAUNCHING, put_down, set_going
from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.plugin import plugin
from hookline_loyalty.segments.people import people_in

# Whoever crossed the line longer ago, such as before the campaign was live, is not written to for it.
_NEWS_FOR: Final = dt.timedelta(days=3)
_LEAP_DAY: Final = (2, 29)


class PriceCut(Event, of="real_estate.price_cut"):
    """What fits somebody's request has become cheaper; told by whatever plugin sells such things."""

    contact: int
    offer: str
    price: Decimal | None = None


class LeavingSoon(Event, of="loyalty.leaving_soon"):
    """Somebody is about to leave, as the forecast sees it."""

    contact: int
    last_bought: dt.date


@plugin.on(PriceCut)
def hear_of_price_cut(event: PriceCut, gate: Gate) -> None:
    """Write to whoever looks for it."""
    price = f": {event.price:,.0f}" if event.price is not None else ""
    _happen(gate, Occasion.price_cut, {event.contact: str(event.id)}, f"{event.offer}{price}"[:300])


@plugin.on(LeavingSoon)
def hear_of_leaving(event: LeavingSoon, gate: Gate) -> None:
    """Write to whoever is about to leave, once after each purchase."""
    _happen(gate, Occasion.leaving_soon, {event.contact: event.last_bought.isoformat()})


@plugin.after_commit(Receipt)
def hear_of_first_purchase(event: Change, gate: Gate) -> None:
    """Write to whoever has bought for the first time."""
    if not event.name.endswith(".created") or not _live(gate, Occasion.first_purchase):
        return
    try:
        receipt = gate.get(Receipt, event.record)
    except NotFound:
        return
    if receipt.contact is None or receipt.reversed or gate.now - receipt.bought_at > _NEWS_FOR:
        return
    earlier = select(func.count(Receipt.id)).where(
        Receipt.contact == receipt.contact, Receipt.bought_at < receipt.bought_at, Receipt.reversed.is_(False)
    )
    if gate.scalar(earlier) == 0:
        _happen(gate, Occasion.first_purchase, {receipt.contact: "first"}, receipt.what[:300])


@plugin.job(cron="10 * * * *")
def watch_occasions(run: JobRun) -> None:
    """Each hour: whose birthday it is, and who has not bought anything for as long as a campaign says."""
    with run.transaction() as gate:
        for campaign in _live(gate, Occasion.birthday):
            _choose(gate, campaign, _birthdays(gate, campaign.days or 0))
        for campaign in _live(gate, Occasion.no_visit):
            _choose(gate, campaign, _absent(gate, campaign.days or 1))


def _live(gate: Gate, occasion: Occasion) -> Sequence[Campaign]:
    """The campaigns that wait for such an occasion."""
    asked = select(Campaign.id).where(Campaign.state == State.live, Campaign.occasion == occasion)
    return gate.as_house(LAUNCHING).several(
        Campaign, [id for (id,) in gate.rows(asked.order_by(Campaign.id))]
    )


def _happen(gate: Gate, occasion: Occasion, keys: dict[int, str], told: str = "") -> None:
    for campaign in _live(gate, occasion):
        _choose(gate, campaign, keys, told)


def _choose(gate: Gate, campaign: Campaign, keys: dict[int, str], told: str = "") -> None:
    """Let those in who may be written to, each with their own draw of the control group."""
    if not keys:
        return
    asked = select(Contact.id, Contact.email, Contact.mobile, Contact.phone, Contact.owner, Contact.team)
    asked = asked.where(Contact.id.in_(sorted(keys)))
    if campaign.segment is not None:
        asked = asked.where(Contact.id.in_(people_in(campaign.segment)))
    rows = gate.rows(asked)
    left_out = reasons_against(gate, campaign, rows)
    strata = strata_of(gate, [row.id for row in rows])
    for row in rows:
        if row.id in left_out:
            continue
        group = Group.control if is_control(seed_of(campaign), row.id, campaign.control) else Group.test
        person = Person(row.id, row.owner, row.team, strata[row.id].partition("/")[0])
        put_down(gate, campaign, [(person, group)], gate.now, told, keys[row.id])
    set_going(gate, campaign.id, Mailing.of(gate).loud_at(gate.now))


def _birthdays(gate: Gate, before: int) -> dict[int, str]:
    """Whose birthday is so many days ahead, where the house is; those of 29 February have it on the 28th in other years."""
    day = Mailing.of(gate).today(gate.now) + dt.timedelta(days=before)
    wanted = {(day.month, day.day)}
    if wanted == {(2, 28)} and (day + dt.timedelta(days=1)).day == 1:
        wanted.add(_LEAP_DAY)
    found = gate.rows(select(Contact.id, Contact.birthday).where(Contact.birthday.is_not(None)))
    return {id: f"birthday {day.year}" for id, born in found if (born.month, born.day) in wanted}


def _absent(gate: Gate, days: int) -> dict[int, str]:
    """Who bought something exactly so long ago, or up to three days longer, and nothing since: once for each absence."""
    last = func.max(Receipt.bought_at)
    line = gate.now - dt.timedelta(days=days)
    found = (
        select(Receipt.contact, last)
        .where(Receipt.reversed.is_(False), Receipt.contact.is_not(None))
        .group_by(Receipt.contact)
        .having(last <= line, last > line - _NEWS_FOR)
    )
    return {contact: f"since {at:%Y-%m-%d}" for contact, at in gate.rows(found)}
