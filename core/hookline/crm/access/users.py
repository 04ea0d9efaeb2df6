"""Users: the people who work with Hookline. What they sign in with is kept apart, in `credentials`."""

from typing import Final
from zoneinfo import available_timezones

from sqlalchemy import update
from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.entity import Catalog
from hookline.kernel.fields import Choices, choice, email_address, phone_number, ref, references, text, yes_no
from hookline.kernel.followers import Saved
from hookline.kernel.gate import Gate
from hookline.kernel.schema import EntityInfo

# What a person may change about the own account, without a right on users.
OWN: Final = frozenset({"name", "phone", "language", "time_zone", "theme", "density"})
# What the rights of people, and the lists of people to choose from, hang on.
_REMEMBERED: Final = frozenset({"name", "team", "roles", "active"})


class Language(Choices):
    """The languages of the interface."""

    en = "en", "English"
    ru = "ru", "Русский"


class Theme(Choices):
    """Light or dark; `system` follows the device."""

    system = "system", "As the device"
    light = "light", "Light"
    dark = "dark", "Dark"


class Density(Choices):
    """How much room the rows of lists take."""

    comfortable = "comfortable", "Comfortable"
    compact = "compact", "Compact"


class User(Catalog, plugin=core, icon="user-round"):
    """A person who works here. One without an e-mail address cannot sign in, but can own records."""

    name: Mapped[str] = text("Full name", max_length=120, search=True, list=True)
    email: Mapped[str | None] = email_address("E-mail", unique=True, search=True, list=True)
    phone: Mapped[str | None] = phone_number("Phone")
    job_title: Mapped[str | None] = text("Job title", max_length=120, list=True)
    team: Mapped[int | None] = ref("team", "Team", back="Members", list=True, filter=True)
    roles = references("role", "Roles")
    active: Mapped[bool] = yes_no("Active", default=True, list=True, filter=True)
    language: Mapped[str] = choice("Language", Language, default=Language.en)
    time_zone: Mapped[str] = text("Time zone", max_length=60, default="UTC")
    theme: Mapped[str] = choice("Theme", Theme, default=Theme.system)
    density: Mapped[str] = choice("Density", Density, default=Density.comfortable)


def set_preference(gate: Gate, name: str, value: str) -> None:
    """Change how one's own pages look: language, time_zone, theme or density. Everybody may, without a right on users."""
    if name not in ("language", "time_zone", "theme", "density"):
        raise NotFound
    allowed = available_timezones() if name == "time_zone" else gate.schema[User].fields[name].options
    if value not in allowed:
        raise Invalid([Problem(name, Text("%(value)s is not one of the choices.", value=value))])
    table = gate.schema[User].table
    gate.run(update(table).where(table.c.id == gate.actor.user).values({name: value}))


@core.follow(User)
def forget_remembered(gate: Gate, _info: EntityInfo, what: str, saved: Saved) -> None:
    """Who works here, and with which rights, is remembered; it no longer holds."""
    if what != "changed" or any(_REMEMBERED & after.keys() for *_, after in saved):
        gate.configured()
