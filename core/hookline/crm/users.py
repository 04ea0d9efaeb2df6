"""Users: the people who work with Hookline. What they sign in with is kept apart, in `credentials`."""

from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.kernel.entity import Catalog
from hookline.kernel.fields import Choices, choice, email_address, phone_number, ref, references, text, yes_no


class Language(Choices):
    """The languages of the interface."""

    en = "en", "English"
    ru = "ru", "Русский"


class Theme(Choices):
    """Light or dark; `system` follows the device."""

    system = "system", "As the device"
    light = "light", "Light"
    dark = "dark", "Dark"


class User(Catalog, plugin=core, icon="user-round"):
    """A person who works here. One without an e-mail address cannot sign in, but can own records."""

    name: Mapped[str] = text("Name", max_length=120, search=True, list=True)
    email: Mapped[str | None] = email_address("E-mail", unique=True, search=True, list=True)
    phone: Mapped[str | None] = phone_number("Phone")
    job_title: Mapped[str | None] = text("Job title", max_length=120, list=True)
    team: Mapped[int | None] = ref("team", "Team", back="Members", list=True, filter=True)
    roles = references("role", "Roles")
    active: Mapped[bool] = yes_no("Active", default=True, list=True, filter=True)
    language: Mapped[str] = choice("Language", Language, default=Language.en)
    time_zone: Mapped[str] = text("Time zone", max_length=60, default="UTC")
    theme: Mapped[str] = choice("Theme", Theme, default=Theme.system)
