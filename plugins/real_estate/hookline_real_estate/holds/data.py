"""Units that are kept for somebody."""

import datetime as dt

from hookline_sdk import Choices, Entity, Mapped, Text, choice, moment, only_one, ref, text, yes_no

from hookline_real_estate.plugin import MENU, plugin


class HoldState(Choices):
    """How a hold stands."""

    waiting = "waiting", "Waiting", "blue"
    active = "active", "Active", "amber"
    sold = "sold", "Sold", "red"
    released = "released", "Released"
    expired = "expired", "Expired"


class Hold(Entity, plugin=plugin, icon="lock", title="number", menu=MENU):
    """A unit that is kept for somebody until a moment, or waited for by somebody while another has it."""

    number: Mapped[str] = text("Hold", max_length=60, search=True, list=True)
    unit: Mapped[int] = ref("real_estate_unit", "Unit", back="Holds", list=True, filter=True)
    contact: Mapped[int] = ref("contact", "For", back="Holds", list=True, filter=True)
    state: Mapped[str] = choice(
        "State", HoldState, default=HoldState.active, list=True, filter=True, index=True
    )
    until: Mapped[dt.datetime | None] = moment("Until", list=True, filter=True, index=True)
    paid: Mapped[bool] = yes_no("Paid", list=True)
    warned: Mapped[bool] = yes_no("Warned", hidden=True)


only_one(
    Hold,
    "unit",
    where={"state": (HoldState.active, HoldState.sold)},
    text=Text("This unit is held or sold already. Choose the state Waiting to be next."),
)
