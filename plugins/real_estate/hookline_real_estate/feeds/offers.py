"""What Yandex.Realty takes: the offers of properties on the market, and in plain words what one of them still lacks."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal

from hookline_sdk import (
    Address,
    Choices,
    Gate,
    Mapped,
    Settings,
    Text,
    choice,
    email_address,
    phone_number,
    select,
    text,
)

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Kind, Property, Status

# What the portal asks of each kind besides its place and its price.
_NEEDS = {
    Kind.flat: ("area", "rooms", "floor", "floors"),
    Kind.room: ("area", "rooms", "floor", "floors"),
    Kind.house: ("area",),
    Kind.land: ("land_area",),
    Kind.garage: (),
    Kind.commercial: ("area",),
}
_MISSING = {
    "area": Text("It has no area."),
    "rooms": Text("It does not say how many rooms it has."),
    "floor": Text("It does not say on which floor it is."),
    "floors": Text("It does not say how many floors the house has."),
    "land_area": Text("It does not say how much land it is."),
}


class Currency(Choices):
    """The currencies that the portal knows."""

    RUB = "RUB", "RUB"
    EUR = "EUR", "EUR"
    USD = "USD", "USD"
    KZT = "KZT", "KZT"
    BYN = "BYN", "BYN"


@plugin.settings("Feed of Yandex.Realty", icon="globe")
class Agency(Settings):
    """Who offers, as it stands beside each offer."""

    name: Mapped[str | None] = text("Name of the agency", max_length=200)
    phone: Mapped[str | None] = phone_number("Phone")
    email: Mapped[str | None] = email_address("E-mail")
    currency: Mapped[str] = choice("Currency of the prices", Currency, default=Currency.RUB)


@dataclass(frozen=True)
class Offer:
    """A property as it is offered; the fields bear the names of the property's."""

    id: int
    address: str
    kind: str
    place: Address | None
    price: Decimal | None
    area: Decimal | None
    land_area: Decimal | None
    rooms: int | None
    floor: int | None
    floors: int | None
    year_built: int | None
    description: str | None
    created_at: dt.datetime

    @classmethod
    def of(cls, record: Property) -> "Offer":
        """The offer of a property."""
        return cls(**{field.name: getattr(record, field.name) for field in fields(cls)})


def lacks(offer: Offer, agency: Agency) -> Iterator[Text]:
    """Why the portal would refuse an offer; nothing where it would take it."""
    if not agency.phone:
        yield Text("The agency has no phone in the settings of the feed.")
    place = offer.place or Address()
    if not place.country:
        yield Text("Its postal address names no country.")
    if not place.city:
        yield Text("Its postal address names no town.")
    if not offer.price:
        yield Text("It has no price.")
    for name in _NEEDS[Kind(offer.kind)]:
        if not (value := getattr(offer, name)) and not (name in ("rooms", "floor") and value == 0):
            yield _MISSING[name]
    if offer.floor is not None and offer.floors is not None and offer.floor > offer.floors:
        yield Text("It is on a floor above the highest of the house.")


def list_offers(gate: Gate) -> list[Offer]:
    """What is on the market, as far as it is in sight."""
    columns = [getattr(Property, field.name) for field in fields(Offer)]
    found = select(*columns).where(Property.status == Status.active)
    return [Offer(*row) for row in gate.rows(found.order_by(Property.address, Property.id))]
