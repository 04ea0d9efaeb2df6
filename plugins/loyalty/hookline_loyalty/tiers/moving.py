"""Moving between tiers: up at once when a tier is earned, down by the job of the night when the time and its grace are over."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from hookline_sdk import Contact, Gate, JobRun, Text, func, house_currency, or_, select

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.plugin import plugin
from hookline_loyalty.programmes.cents import NOTHING
from hookline_loyalty.programmes.data import Settlement, Terms
from hookline_loyalty.programmes.windows import here
from hookline_loyalty.tiers.data import Membership, Reason, Tier, TierChange

MOVING = Text("tiers follow from purchases")
_BATCH = 200


@dataclass(frozen=True)
class Rung:
    """A tier as far as it matters to who has it."""

    id: int
    name: str
    amount: Decimal
    points: Decimal | None
    keep_amount: Decimal | None
    keep_points: Decimal | None

    def is_earned(self, done: "Done") -> bool:
        """Whether so much earns it."""
        return done.spent >= self.amount or (self.points is not None and done.points >= self.points)

    def is_kept(self, done: "Done") -> bool:
        """Whether so much keeps it: by its own rule of keeping, or as it was earned where there is none."""
        if self.keep_amount is None and self.keep_points is None:
            return self.is_earned(done)
        by_amount = self.keep_amount is not None and done.spent >= self.keep_amount
        return by_amount or (self.keep_points is not None and done.points >= self.keep_points)


@dataclass(frozen=True)
class Done:
    """What a customer has spent and earned within the period."""

    spent: Decimal = NOTHING
    points: Decimal = NOTHING


@dataclass(frozen=True)
class Had:
    """What a customer has."""

    contact: int
    tier: int | None


def move_up(gate: Gate, contact: int) -> None:
    """Give a customer the highest tier that has been earned, when it is above the one there is."""
    house = gate.as_house(MOVING)
    rungs = ladder(house)
    if not rungs:
        return
    today = today_of(house)
    done = _done(house, [contact], today)[contact]
    has = house.scalar(select(Membership.tier).where(Contact.id == contact))
    earned = [at for at, rung in enumerate(rungs) if rung.is_earned(done)]
    current = next((at for at, rung in enumerate(rungs) if rung.id == has), -1)
    if earned and earned[-1] > current:
        change(house, Had(contact, has), rungs[earned[-1]], Reason.earned, done, today=today)


@plugin.job(cron="20 3 * * *")
def mind_tiers(run: JobRun) -> None:
    """Each night: tiers whose time and grace are over are kept, or changed for one that is kept."""
    kept = moved = behind = 0
    while True:
        with run.transaction() as gate:
            today = today_of(gate)
            over = _over(gate, today, behind)
            rungs, done = ladder(gate), _done(gate, [had.contact for had in over], today)
            for had in over:
                if _mind(gate, had, rungs, done[had.contact], today):
                    kept += 1
                else:
                    moved += 1
        if not over:
            break
        behind = over[-1].contact
    run.result = {"kept": kept, "moved": moved}


def ladder(gate: Gate) -> list[Rung]:
    """The tiers, the lowest first."""
    found = select(
        Tier.id, Tier.name, Tier.from_amount, Tier.from_points, Tier.keep_amount, Tier.keep_points
    ).order_by(Tier.from_amount, Tier.id)
    return [Rung(*row) for row in gate.rows(found)]


def change(
    gate: Gate,
    had: Had,
    to: Rung | None,
    reason: Reason,
    done: Done,
    *,
    today: dt.date,
    until: dt.date | None = None,
) -> None:
    """Give a customer a tier, or none, and keep why."""
    months = Terms.of(gate).tier_months
    ends = until or today + relativedelta(months=months)
    values = {"loyalty_tier": to.id if to else None, "loyalty_tier_until": ends if to else None}
    if to is None or to.id != had.tier:
        values["loyalty_tier_since"] = today if to else None
    gate.carry(Contact, {had.contact: values})
    whose = gate.get(Contact, had.contact)
    gate.create(
        TierChange,
        {
            "what": f"{to.name if to else '—'}: {whose.name}"[:200], "contact": had.contact,
            "changed_at": gate.now, "reason": reason, "before": had.tier, "after": to.id if to else None,
            "spent": done.spent, "points": done.points, "owner": whose.owner, "team": whose.team,
        },
    )  # fmt: skip


def done_by(gate: Gate, contact: int) -> Done:
    """What a customer has spent and earned within the period that ends today."""
    return _done(gate, [contact], today_of(gate))[contact]


def _mind(gate: Gate, had: Had, rungs: Sequence[Rung], done: Done, today: dt.date) -> bool:
    """Keep or change one tier; whether it was kept."""
    place = next((at for at, rung in enumerate(rungs) if rung.id == had.tier), -1)
    if place >= 0 and rungs[place].is_kept(done):
        change(gate, had, rungs[place], Reason.kept, done, today=today)
        return True
    below = [rung for rung in rungs[: max(place, 0)] if rung.is_kept(done)]
    change(gate, had, below[-1] if below else None, Reason.missed, done, today=today)
    return False


def _over(gate: Gate, today: dt.date, behind: int) -> list[Had]:
    """Customers whose tier has run out, its grace too."""
    last = today - dt.timedelta(days=Terms.of(gate).grace_days)
    found = select(Contact.id, Membership.tier).where(
        Membership.tier.is_not(None), Membership.tier_until < last, Contact.id > behind
    )
    return [Had(id, tier) for id, tier in gate.rows(found.order_by(Contact.id).limit(_BATCH))]


def _done(gate: Gate, contacts: Sequence[int], today: dt.date) -> Mapping[int, Done]:
    """What these customers have spent and earned within the period that ends today: two statements for all of them."""
    since = dt.datetime.combine(today - relativedelta(months=Terms.of(gate).tier_months), dt.time(), dt.UTC)
    own = or_(Receipt.currency.is_(None), Receipt.currency == house_currency(gate))
    spent = select(Receipt.contact, func.sum(Receipt.amount)).where(
        Receipt.contact.in_(contacts), Receipt.reversed.is_(False), own, Receipt.bought_at >= since
    )
    earned = select(Settlement.contact, func.sum(Settlement.earned)).where(
        Settlement.contact.in_(contacts), Settlement.reversed.is_(False), Settlement.settled_at >= since
    )
    amounts = _by_contact(gate.rows(spent.group_by(Receipt.contact)))
    points = _by_contact(gate.rows(earned.group_by(Settlement.contact)))
    return {id: Done(amounts.get(id, NOTHING), points.get(id, NOTHING)) for id in contacts}


def _by_contact(rows: Iterable[tuple[int, Decimal | None]]) -> dict[int, Decimal]:
    return {contact: amount or NOTHING for contact, amount in rows}


def today_of(gate: Gate) -> dt.date:
    """The day that it is where the house is."""
    return here(gate.now, Terms.of(gate).zone).date()
