"""What an agency sells: properties where they lie, with what they have cost, and the mandates for them."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    Address,
    Catalog,
    Choices,
    Entity,
    Mapped,
    choice,
    day,
    decimal,
    formula,
    integer,
    long_text,
    money,
    percent,
    postal_address,
    ref,
    text,
)

from hookline_real_estate.plugin import MENU, plugin


class Kind(Choices):
    """What a property is."""

    flat = "flat", "Flat", "blue"
    house = "house", "Detached house", "green"
    room = "room", "Room", "violet"
    land = "land", "Land", "amber"
    garage = "garage", "Garage"
    commercial = "commercial", "Commercial", "orange"


class Purpose(Choices):
    """What is offered of a property."""

    sale = "sale", "For sale", "blue"
    rent = "rent", "To rent", "violet"


class Status(Choices):
    """How the sale of a property stands."""

    draft = "draft", "Draft"
    active = "active", "On the market", "green"
    deposit = "deposit", "Deposit paid", "amber"
    sold = "sold", "Sold", "blue"
    withdrawn = "withdrawn", "Withdrawn"


class MandateKind(Choices):
    """Whether others may sell it too."""

    exclusive = "exclusive", "Exclusive", "violet"
    open = "open", "Not exclusive"


class District(Catalog, plugin=plugin, icon="map-pin", menu=MENU):
    """A part of town; smaller ones lie within larger ones."""

    name: Mapped[str] = text("District", search=True, list=True)
    within: Mapped[int | None] = ref("real_estate_district", "Within", back="Districts", list=True)


class Property(
    Entity, plugin=plugin, plural="Properties", slug="properties", icon="house", title="address", menu=MENU
):
    """Something that is for sale. Which measures it needs hangs on its kind."""

    address: Mapped[str] = text("Address", search=True, list=True)
    purpose: Mapped[str] = choice(
        "Offered", Purpose, default=Purpose.sale, list=True, filter=True, index=True
    )
    kind: Mapped[str] = choice("Kind", Kind, default=Kind.flat, list=True, filter=True)
    status: Mapped[str] = choice("Status", Status, default=Status.draft, list=True, filter=True, index=True)
    district: Mapped[int | None] = ref(
        "real_estate_district", "District", back="Properties", list=True, filter=True
    )
    place: Mapped[Address | None] = postal_address("Postal address")
    price: Mapped[Decimal | None] = money("Price", minimum=0, list=True, filter=True, index=True)
    area: Mapped[Decimal | None] = decimal("Area, m²", minimum=0, list=True, filter=True)
    price_per_m2: Mapped[Decimal | None] = formula("Price per m²", "price / area", filter=True)
    land_area: Mapped[Decimal | None] = decimal("Land, m²", minimum=0, filter=True)
    rooms: Mapped[int | None] = integer("Rooms", minimum=0, maximum=100, filter=True)
    floor: Mapped[int | None] = integer("Floor", minimum=-5, maximum=300)
    floors: Mapped[int | None] = integer("Floors in the house", minimum=1, maximum=300)
    year_built: Mapped[int | None] = integer("Year built", minimum=1500, maximum=2100)
    seller: Mapped[int | None] = ref("contact", "Seller", back="Properties for sale", filter=True)
    description: Mapped[str | None] = long_text("Description")


class PriceChange(Entity, plugin=plugin, icon="trending-up"):
    """What a property cost from a day on. Written with each change of its price."""

    name: Mapped[str] = text("Address", list=True)
    property: Mapped[int] = ref("real_estate_property", "Property", back="Prices", list=True)
    changed_on: Mapped[dt.date] = day("Changed on", list=True)
    price: Mapped[Decimal] = money("Price", list=True)


class Mandate(Entity, plugin=plugin, icon="file-text", title="number", menu=MENU):
    """The right to sell a property, for some time and a commission."""

    number: Mapped[str] = text("Number", max_length=60, search=True, list=True)
    property: Mapped[int] = ref("real_estate_property", "Property", back="Mandates", list=True)
    kind: Mapped[str] = choice("Kind", MandateKind, default=MandateKind.exclusive, list=True, filter=True)
    starts_on: Mapped[dt.date] = day("Starts on", list=True)
    ends_on: Mapped[dt.date] = day("Ends on", list=True, filter=True)
    commission: Mapped[Decimal | None] = percent("Commission", places=2, minimum=0, maximum=100)
