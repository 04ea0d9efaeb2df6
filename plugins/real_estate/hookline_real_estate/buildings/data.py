"""What a developer builds: complexes, down to the unit that is sold."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import Catalog, Choices, Mapped, choice, day, decimal, formula, integer, money, ref, text

from hookline_real_estate.plugin import MENU, plugin


class UnitStatus(Choices):
    """How a unit of a new building stands; it follows from its holds."""

    free = "free", "Free", "green"
    held = "held", "Held", "amber"
    sold = "sold", "Sold", "red"
    closed = "closed", "Not for sale", "gray"


class Complex(Catalog, plugin=plugin, plural="Complexes", icon="building-2", menu=MENU):
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


class Unit(Catalog, plugin=plugin, icon="house", title="number", menu=MENU):
    """A flat, or whatever else is sold of a building on its own."""

    number: Mapped[str] = text("Unit", max_length=40, search=True, list=True)
    section: Mapped[int] = ref(
        "real_estate_section", "Building section", back="Units", list=True, filter=True
    )
    floor: Mapped[int] = integer("Floor", minimum=-5, maximum=300, list=True, filter=True)
    rooms: Mapped[int | None] = integer("Rooms", minimum=0, maximum=100, list=True, filter=True)
    area: Mapped[Decimal | None] = decimal("Area, m²", minimum=0, list=True, filter=True)
    price: Mapped[Decimal | None] = money("Price", minimum=0, list=True, filter=True)
    price_per_m2: Mapped[Decimal | None] = formula("Price per m²", "price / area", filter=True)
    status: Mapped[str] = choice(
        "Status", UnitStatus, default=UnitStatus.free, list=True, filter=True, index=True
    )
