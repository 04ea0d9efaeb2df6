"""Agencies that bring buyers, and the clients they have named."""

import datetime as dt

from hookline_sdk import (
    Choices,
    Entity,
    Mapped,
    Settings,
    Text,
    choice,
    email_address,
    integer,
    moment,
    only_one,
    phone_number,
    ref,
    sequence,
    text,
    yes_no,
)

from hookline_real_estate.plugin import MENU, plugin


class FixationState(Choices):
    """How a fixation stands."""

    valid = "valid", "Valid", "amber"
    client = "client", "Became a client", "green"
    expired = "expired", "Expired"
    withdrawn = "withdrawn", "Withdrawn"


@plugin.settings("Partner agencies", icon="handshake")
class Partnerships(Settings):
    """How long a client belongs to the partner who named them first."""

    days: Mapped[int] = integer("A fixation holds, days", minimum=1, maximum=365, default=30)


class Partner(Entity, plugin=plugin, icon="handshake", menu=MENU, menu_order=80):
    """An agency that brings buyers. While it is active it may name clients, by its program or through us."""

    name: Mapped[str] = text("Partner", max_length=160, search=True, list=True)
    company: Mapped[int | None] = ref("company", "Company", back="Partnership", list=True, filter=True)
    active: Mapped[bool] = yes_no("Active", default=True, list=True, filter=True)
    days: Mapped[int | None] = integer(
        "A fixation holds, days", minimum=1, maximum=365, help="Empty: as long as the settings say."
    )
    phone: Mapped[str | None] = phone_number("Phone", search=True)
    email: Mapped[str | None] = email_address("E-mail", search=True)


class Fixation(Entity, plugin=plugin, icon="user-check", title="client", menu=MENU, menu_order=85):
    """A client whom a partner has named: until a moment, whoever else brings them comes too late."""

    number: Mapped[str] = sequence("Fixation", "F-{year}-{n:05}")
    partner: Mapped[int] = ref("real_estate_partner", "Partner", back="Fixations", list=True, filter=True)
    client: Mapped[str] = text("Client", max_length=160, search=True, list=True)
    phone: Mapped[str] = phone_number("Phone", search=True, list=True, index=True)
    complex: Mapped[int | None] = ref(
        "real_estate_complex", "Complex", help="Empty: whichever.", list=True, filter=True
    )
    state: Mapped[str] = choice(
        "State", FixationState, default=FixationState.valid, list=True, filter=True, index=True
    )
    until: Mapped[dt.datetime | None] = moment("Until", list=True, filter=True, index=True)
    contact: Mapped[int | None] = ref("contact", "Contact", back="Fixations")


only_one(
    Fixation,
    "phone",
    where={"state": (FixationState.valid,)},
    text=Text("A client with this phone is fixed already."),
)

plugin.view(Fixation, "Running out", filter={"state": "valid"}, sort="until", name="running_out")
