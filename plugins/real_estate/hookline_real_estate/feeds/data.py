"""What portals are told besides the offers themselves: who offers, and what only they ask for."""

from decimal import Decimal

from hookline_sdk import (
    Address,
    Choices,
    Fields,
    Mapped,
    Settings,
    choice,
    decimal,
    email_address,
    integer,
    long_text,
    phone_number,
    postal_address,
    text,
    web_address,
)

from hookline_real_estate.buildings.data import Building, Complex, Unit
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property


class Currency(Choices):
    """The currencies that the portal knows."""

    RUB = "RUB", "RUB"
    EUR = "EUR", "EUR"
    USD = "USD", "USD"


@plugin.settings("Feed of Yandex.Realty", icon="globe")
class Agency(Settings):
    """Who offers, as it stands beside each offer."""

    name: Mapped[str | None] = text("Name of the agency", max_length=200)
    phone: Mapped[str | None] = phone_number("Phone")
    email: Mapped[str | None] = email_address("E-mail")
    currency: Mapped[str] = choice("Currency of the prices", Currency, default=Currency.RUB)


class Pictures(Fields[Property], plugin=plugin, label="On portals"):
    """Where portals find the photos of a property."""

    photos: Mapped[str | None] = long_text(
        "Further photos on the web",
        max_length=4000,
        help="One address a line; they come after its own pictures.",
    )


class ComplexOnPortals(Fields[Complex], plugin=plugin, label="On portals"):
    """How portals know a complex."""

    yandex_complex: Mapped[int | None] = integer(
        "Number of the complex at Yandex.Realty", grouped=False, minimum=1
    )


class BuildingOnPortals(Fields[Building], plugin=plugin, label="On portals"):
    """How portals know a building."""

    yandex_house: Mapped[int | None] = integer(
        "Number of the building at Yandex.Realty", grouped=False, minimum=1
    )
    portal_place: Mapped[Address | None] = postal_address("Postal address")
    portal_picture: Mapped[str | None] = web_address("Picture on the web")


class UnitOnPortals(Fields[Unit], plugin=plugin, label="On portals"):
    """What portals ask of a unit."""

    living: Mapped[Decimal | None] = decimal("Living area, m²", minimum=0)
    plan: Mapped[str | None] = web_address("Plan on the web")
