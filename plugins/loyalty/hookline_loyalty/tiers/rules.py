"""What must hold of tiers, and giving one by hand."""

import datetime as dt

from hookline_sdk import Act, BeforeDelete, BeforeSave, Contact, Form, Gate, Mapped, Text, day, ref, select

from hookline_loyalty.plugin import plugin
from hookline_loyalty.programmes.rights import PROGRAMMES, judge_right
from hookline_loyalty.tiers.data import Membership, Reason, Tier
from hookline_loyalty.tiers.moving import MOVING, Had, change, done_by, ladder, today_of


class Given(Form):
    """Which tier, and until when at least."""

    tier: Mapped[int] = ref(Tier, "Tier")
    until: Mapped[dt.date | None] = day("Until")


@plugin.before_save(Tier)
def judge_tier(event: BeforeSave[Tier]) -> None:
    """It is not harder to keep a tier than to earn it."""
    judge_right(event, PROGRAMMES)
    tier = event.record
    if tier.keep_amount is not None and tier.keep_amount > (tier.from_amount or 0):
        event.reject("To keep it is harder than to earn it.", "keep_amount")


@plugin.before_delete(Tier)
def keep_tier(event: BeforeDelete[Tier]) -> None:
    """A tier that somebody has stays."""
    judge_right(event, PROGRAMMES)
    has = select(Contact.id).where(Membership.tier == event.record.id).limit(1)
    if event.gate.as_house(MOVING).scalar(has):
        event.reject("Somebody has this tier.")


@plugin.action(Contact, "Give a tier", asks=Given, icon="trophy", needs=PROGRAMMES, order=61)
def give_tier(act: Act[Contact, Given], gate: Gate) -> Text:
    """Give a customer a tier by hand, whatever was spent. It is kept or lost like any other when its time is over."""
    house = gate.as_house(MOVING)
    rung = next((one for one in ladder(house) if one.id == act.form.tier), None)
    has = house.scalar(select(Membership.tier).where(Contact.id == act.record.id))
    change(
        gate.as_house(Text("given by hand")), Had(act.record.id, has), rung, Reason.given,
        done_by(house, act.record.id), today=today_of(house), until=act.form.until,
    )  # fmt: skip
    return Text("Given.")
