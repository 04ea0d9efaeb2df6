"""What is kept of the value of customers: their scores and group, and in which group each stood at the end of every month."""

import datetime as dt

from hookline_sdk import Contact, Entity, Fields, Mapped, Text, choice, day, integer, only_one, ref, text

from hookline_loyalty.plugin import plugin
from hookline_loyalty.value.rfm import ValueGroup


class Standing(Fields[Contact], plugin=plugin, label="Value"):
    """How a customer stands among all of them; 5 is best."""

    value_group: Mapped[str | None] = choice(
        "Value group", ValueGroup, read_only=True, list=True, filter=True
    )
    recency: Mapped[int | None] = integer("Recency, 1-5", read_only=True, filter=True)
    frequency: Mapped[int | None] = integer("Frequency, 1-5", read_only=True, filter=True)
    spend: Mapped[int | None] = integer("Money, 1-5", read_only=True, filter=True)


class MonthEnd(
    Entity, plugin=plugin, label="Month-end standing", icon="calendar", title="name", by_house=True
):
    """In which group a customer stood when a month was over. `month` is its first day."""

    name: Mapped[str] = text("Name", max_length=40)
    month: Mapped[dt.date] = day("Month", index=True)
    contact: Mapped[int] = ref(Contact, "Customer")
    value_group: Mapped[str] = choice("Value group", ValueGroup)


only_one(MonthEnd, "contact", "month", text=Text("This month is kept already."))
