"""Properties that are shown, and what both sides said of them."""

import datetime as dt

from hookline_sdk import Choices, Entity, Mapped, choice, long_text, moment, ref, sequence, text, yes_no

from hookline_real_estate.plugin import MENU, plugin


class ViewingState(Choices):
    """How a viewing stands."""

    planned = "planned", "Planned", "gray"
    confirmed = "confirmed", "Confirmed", "blue"
    done = "done", "Took place", "green"
    cancelled = "cancelled", "Cancelled"


OPEN = (ViewingState.planned, ViewingState.confirmed)


class Liking(Choices):
    """What came of a viewing on the buyer's side."""

    wants = "wants", "Wants it", "green"
    thinks = "thinks", "Thinks about it", "amber"
    no = "no", "Not for them", "red"


class Viewing(Entity, plugin=plugin, icon="eye", title="number", menu=MENU, menu_order=40):
    """Somebody looks at a property with whoever the viewing belongs to; what both sides said of it afterwards."""

    number: Mapped[str] = sequence("Viewing", "V-{year}-{n:04}")
    property: Mapped[int] = ref("real_estate_property", "Property", back="Viewings", list=True, filter=True)
    contact: Mapped[int] = ref("contact", "Who comes", back="Viewings", list=True, filter=True)
    starts_at: Mapped[dt.datetime] = moment("Starts", list=True, filter=True, index=True)
    state: Mapped[str] = choice("State", ViewingState, default=ViewingState.planned, list=True, filter=True)
    liking: Mapped[str | None] = choice("Liking", Liking, list=True, filter=True)
    buyer_says: Mapped[str | None] = long_text("What the buyer says")
    seller_says: Mapped[str | None] = long_text("What the seller says")
    cancelled_because: Mapped[str | None] = text("Cancelled because", max_length=200)
    task: Mapped[int | None] = ref("activity", "Task to show it", hidden=True)
    buyer_reminded: Mapped[bool] = yes_no("The buyer was reminded", hidden=True)
