"""Units that are kept for somebody."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    BeforeSave,
    Catalog,
    Choices,
    Entity,
    Mapped,
    Text,
    choice,
    integer,
    moment,
    money,
    only_one,
    person,
    ref,
    text,
    yes_no,
)

from hookline_real_estate.holds.locking import lock_unit
from hookline_real_estate.plugin import BUILDINGS, plugin


class HoldState(Choices):
    """How a hold stands."""

    waiting = "waiting", "Waiting", "blue"
    active = "active", "Active", "amber"
    sold = "sold", "Sold", "red"
    released = "released", "Released"
    expired = "expired", "Expired"


class Hold(Entity, plugin=plugin, icon="lock", title="number", menu=BUILDINGS, menu_order=40):
    """A unit that is kept for somebody until a moment, or waited for by somebody while another has it."""

    number: Mapped[str | None] = text(
        "Hold", max_length=60, search=True, list=True, help="Empty: the unit, and for whom."
    )
    unit: Mapped[int] = ref("real_estate_unit", "Unit", back="Holds", list=True, filter=True)
    contact: Mapped[int] = ref("contact", "For", back="Holds", list=True, filter=True)
    state: Mapped[str] = choice(
        "State", HoldState, default=HoldState.active, list=True, filter=True, index=True
    )
    until: Mapped[dt.datetime | None] = moment("Until", list=True, filter=True, index=True)
    paid: Mapped[bool] = yes_no("Paid", list=True, filter=True)
    deposit: Mapped[Decimal | None] = money("Deposit", minimum=0)
    paid_at: Mapped[dt.datetime | None] = moment("Paid at")
    since: Mapped[dt.datetime | None] = moment("Held since", read_only=True)
    sold_at: Mapped[dt.datetime | None] = moment("Sold at", filter=True)
    warned: Mapped[bool] = yes_no("Warned", hidden=True)


TAKING = (HoldState.active, HoldState.sold)


@plugin.before_save(Hold)
def come_one_by_one(event: BeforeSave[Hold]) -> None:
    """Whoever takes a unit waits for those who do so at the same moment, and so is judged by what they have done."""
    before, hold = event.before, event.record
    if before is None or (before.unit, before.state) != (hold.unit, hold.state):
        lock_unit(event.gate, hold.unit)


only_one(
    Hold,
    "unit",
    where={"state": TAKING},
    text=Text("This unit is held or sold already. Choose the state Waiting to be next."),
)


class Step(Choices):
    """What can happen to a hold."""

    held = "held", "Held", "amber"
    queued = "queued", "Queued", "blue"
    next_in = "next_in", "Next in the queue", "amber"
    prolonged = "prolonged", "Prolonged"
    paid = "paid", "Paid", "violet"
    sold = "sold", "Sold", "red"
    released = "released", "Released", "green"
    expired = "expired", "Expired", "green"
    removed = "removed", "Removed"


class HoldStep(
    Catalog,
    plugin=plugin,
    label="Step of a hold",
    plural="Steps of holds",
    slug="hold_steps",
    icon="history",
    title="note",
):
    """Something that happened to a hold: what, when, and whether somebody did it or it followed by itself."""

    note: Mapped[str] = text("Hold", max_length=60, list=True)
    unit: Mapped[int] = ref("real_estate_unit", "Unit", list=True, filter=True)
    hold: Mapped[int] = integer("Number of the hold", hidden=True, index=True)
    what: Mapped[str] = choice("Step", Step, list=True, filter=True)
    at: Mapped[dt.datetime] = moment("When", list=True, filter=True)
    until: Mapped[dt.datetime | None] = moment("Until", list=True)
    automatic: Mapped[bool] = yes_no("Automatic", list=True, filter=True)
    by: Mapped[int | None] = person("By", list=True, filter=True)
