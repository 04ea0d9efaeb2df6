"""Contacts: people outside, each with a main company and any number of others."""

import datetime as dt

from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.kernel.entity import Entity
from hookline.kernel.fields import (
    day,
    email_address,
    long_text,
    phone_number,
    postal_address,
    ref,
    references,
    text,
)
from hookline.kernel.kinds import Address
from hookline.kernel.rules import BeforeSave


class Contact(Entity, plugin=core, icon="users", menu="People", menu_order=10):
    """A person. `name` is made of first and last name at each save."""

    name: Mapped[str | None] = text(
        "Full name", list=True, read_only=True, follows=("first_name", "last_name")
    )
    first_name: Mapped[str | None] = text("First name", max_length=120, search=True)
    last_name: Mapped[str | None] = text("Last name", max_length=120, search=True)
    job_title: Mapped[str | None] = text("Job title", max_length=160, list=True, filter=True, index=True)
    company: Mapped[int | None] = ref("company", "Company", back="Contacts", list=True, filter=True)
    companies = references("company", "Other companies")
    email: Mapped[str | None] = email_address("E-mail", search=True, list=True, index=True)
    phone: Mapped[str | None] = phone_number("Phone", search=True, list=True, index=True)
    mobile: Mapped[str | None] = phone_number("Mobile", search=True, index=True)
    telegram: Mapped[str | None] = text("Telegram", max_length=80)
    whatsapp: Mapped[str | None] = phone_number("WhatsApp")
    birthday: Mapped[dt.date | None] = day("Birthday", filter=True)
    city: Mapped[str | None] = text("City", max_length=120, list=True, filter=True)
    address: Mapped[Address | None] = postal_address("Address")
    description: Mapped[str | None] = long_text("About")
    tags = references("tag", "Tags", filter=True)
    consents = references("consent_purpose", "Agrees to", read_only=True, filter=True)


@core.before_save(Contact)
def name_contact(event: BeforeSave[Contact]) -> None:
    """One of the two names is enough; the full name follows from them."""
    name = " ".join(part for part in (event.record.first_name, event.record.last_name) if part)
    if not name:
        event.reject("Give at least one of the names.", "first_name")
    if event.before is None or name != event.before.name:
        event.values["name"] = name
