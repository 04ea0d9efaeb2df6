"""What a developer builds: complexes, down to the unit that is sold."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    Catalog,
    Choices,
    Mapped,
    attachment,
    choice,
    day,
    decimal,
    formula,
    integer,
    money,
    multi_choice,
    ref,
    text,
)

from hookline_real_estate.plugin import BUILDINGS, plugin
from hookline_real_estate.properties.choices import Feature


class UnitStatus(Choices):
    """How a unit of a new building stands; it follows from its holds."""

    free = "free", "Free", "green"
    held = "held", "Held", "amber"
    paid = "paid", "Paid hold", "violet"
    sold = "sold", "Sold", "red"
    closed = "closed", "Not for sale", "gray"


class WindowView(Choices):
    """What the windows of a unit look at."""

    yard = "yard", "Yard", "green"
    street = "street", "Street side"
    park = "park", "Park", "teal"
    water = "water", "Water", "blue"
    city = "city", "City", "violet"


class Complex(Catalog, plugin=plugin, plural="Complexes", icon="building-2", menu=BUILDINGS, menu_order=80):
    """What a developer builds in one place."""

    name: Mapped[str] = text("Complex", search=True, list=True)
    developer: Mapped[int | None] = ref("company", "Developer", back="Complexes", list=True, filter=True)
    district: Mapped[int | None] = ref("real_estate_district", "District", list=True, filter=True)


class Building(Catalog, plugin=plugin, icon="building-2"):
    """One of the buildings of a complex."""

    name: Mapped[str] = text("Building", search=True, list=True)
    complex: Mapped[int] = ref("real_estate_complex", "Complex", back="Buildings", list=True, filter=True)
    ready_on: Mapped[dt.date | None] = day("Ready on", list=True, filter=True)


class Section(Catalog, plugin=plugin, label="Building section", slug="sections", icon="building-2"):
    """The part of a building that has an entrance of its own."""

    name: Mapped[str] = text("Building section", list=True)
    building: Mapped[int] = ref("real_estate_building", "Building", back="Sections", list=True, filter=True)
    floors: Mapped[int] = integer("Floors", minimum=1, maximum=300, list=True)


class Layout(
    Catalog, plugin=plugin, label="Unit layout", slug="layouts", icon="layers", menu=BUILDINGS, menu_order=90
):
    """A plan by which many units of a complex are built alike."""

    name: Mapped[str] = text("Unit layout", max_length=60, search=True, list=True)
    complex: Mapped[int] = ref("real_estate_complex", "Complex", back="Unit layouts", list=True, filter=True)
    rooms: Mapped[int | None] = integer("Rooms", minimum=0, maximum=100, list=True, filter=True)
    area: Mapped[Decimal | None] = decimal("Area, m²", minimum=0, maximum=1_000_000, list=True, filter=True)
    features: Mapped[tuple[str, ...]] = multi_choice("Has", Feature)
    plan: Mapped[int | None] = attachment("Plan")


class Unit(Catalog, plugin=plugin, icon="house", title="number", menu=BUILDINGS, menu_order=30):
    """A flat, or whatever else is sold of a building on its own."""

    number: Mapped[str] = text("Unit", max_length=40, search=True, list=True)
    section: Mapped[int] = ref(
        "real_estate_section", "Building section", back="Units", list=True, filter=True
    )
    floor: Mapped[int] = integer("Floor", minimum=-5, maximum=300, list=True, filter=True)
    layout: Mapped[int | None] = ref(
        "real_estate_layout", "Unit layout", back="Units", list=True, filter=True
    )
    rooms: Mapped[int | None] = integer("Rooms", minimum=0, maximum=100, list=True, filter=True)
    area: Mapped[Decimal | None] = decimal("Area, m²", minimum=0, maximum=1_000_000, list=True, filter=True)
    views: Mapped[tuple[str, ...]] = multi_choice("Windows look at", WindowView, filter=True)
    features: Mapped[tuple[str, ...]] = multi_choice(
        "Has", Feature, filter=True, help="That of its layout, when this stays empty."
    )
    price: Mapped[Decimal | None] = money("Price", minimum=0, list=True, filter=True)
    to_pay: Mapped[Decimal | None] = money(
        "To pay", read_only=True, filter=True, help="The price with the best promotion of today."
    )
    price_per_m2: Mapped[Decimal | None] = formula("Price per m²", "price / area", filter=True)
    status: Mapped[str] = choice(
        "Status", UnitStatus, default=UnitStatus.free, list=True, filter=True, index=True
    )
    sold_on: Mapped[dt.date | None] = day("Sold on", filter=True, index=True)
    repricing: Mapped[int | None] = ref("real_estate_repricing", "Price set by", filter=True)
