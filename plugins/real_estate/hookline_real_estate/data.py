"""What is kept: properties with their prices and mandates, buildings down to the unit, holds, what buyers look for."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    Address,
    Catalog,
    Choices,
    Contact,
    Entity,
    Fields,
    Mapped,
    Text,
    choice,
    day,
    decimal,
    formula,
    integer,
    long_text,
    moment,
    money,
    multi_choice,
    only_one,
    percent,
    postal_address,
    ref,
    sequence,
    text,
    yes_no,
)

from hookline_real_estate.plugin import plugin

MENU = "Real estate"


class Kind(Choices):
    """What a property is."""

    flat = "flat", "Flat", "blue"
    house = "house", "Detached house", "green"
    room = "room", "Room", "violet"
    land = "land", "Land", "amber"
    garage = "garage", "Garage"
    commercial = "commercial", "Commercial", "orange"


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


class UnitStatus(Choices):
    """How a unit of a new building stands; it follows from its holds."""

    free = "free", "Free", "green"
    held = "held", "Held", "amber"
    sold = "sold", "Sold", "red"
    closed = "closed", "Not for sale", "gray"


class HoldState(Choices):
    """How a hold stands."""

    waiting = "waiting", "Waiting", "blue"
    active = "active", "Active", "amber"
    sold = "sold", "Sold", "red"
    released = "released", "Released"
    expired = "expired", "Expired"


class ViewingState(Choices):
    """How a viewing stands."""

    planned = "planned", "Planned", "gray"
    confirmed = "confirmed", "Confirmed", "blue"
    done = "done", "Took place", "green"
    cancelled = "cancelled", "Cancelled"


class Liking(Choices):
    """What came of a viewing on the buyer's side."""

    wants = "wants", "Wants it", "green"
    thinks = "thinks", "Thinks about it", "amber"
    no = "no", "Not for them", "red"


class District(Catalog, plugin=plugin, icon="map-pin", menu=MENU):
    """A part of town; smaller ones lie within larger ones."""

    name: Mapped[str] = text("District", search=True, list=True)
    within: Mapped[int | None] = ref("real_estate_district", "Within", back="Districts", list=True)


class Property(
    Entity, plugin=plugin, plural="Properties", slug="properties", icon="house", title="address", menu=MENU
):
    """Something that is for sale. Which measures it needs hangs on its kind."""

    address: Mapped[str] = text("Address", search=True, list=True)
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


class Viewing(Entity, plugin=plugin, icon="eye", title="number", menu=MENU):
    """Somebody looks at a property with whoever the viewing belongs to; what both sides said of it afterwards."""

    number: Mapped[str] = sequence("Viewing", "V-{year}-{n:04}")
    property: Mapped[int] = ref("real_estate_property", "Property", back="Viewings", list=True, filter=True)
    contact: Mapped[int] = ref("contact", "Who comes", back="Viewings", list=True, filter=True)
    starts_at: Mapped[dt.datetime] = moment("Starts", list=True, filter=True, index=True)
    state: Mapped[str] = choice("State", ViewingState, default=ViewingState.planned, list=True, filter=True)
    liking: Mapped[str | None] = choice("Liking", Liking, list=True, filter=True)
    buyer_says: Mapped[str | None] = long_text("What the buyer says")
    seller_says: Mapped[str | None] = long_text("What the seller says")


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


class Hold(Entity, plugin=plugin, icon="lock", title="number", menu=MENU):
    """A unit that is kept for somebody until a moment, or waited for by somebody while another has it."""

    number: Mapped[str] = text("Hold", max_length=60, search=True, list=True)
    unit: Mapped[int] = ref("real_estate_unit", "Unit", back="Holds", list=True, filter=True)
    contact: Mapped[int] = ref("contact", "For", back="Holds", list=True, filter=True)
    state: Mapped[str] = choice(
        "State", HoldState, default=HoldState.active, list=True, filter=True, index=True
    )
    until: Mapped[dt.datetime | None] = moment("Until", list=True, filter=True, index=True)
    paid: Mapped[bool] = yes_no("Paid", list=True)
    warned: Mapped[bool] = yes_no("Warned", hidden=True)


only_one(
    Hold,
    "unit",
    where={"state": (HoldState.active, HoldState.sold)},
    text=Text("This unit is held or sold already. Choose the state Waiting to be next."),
)


class Buyer(Fields[Contact], plugin=plugin, label="What they look for"):
    """What a contact would buy."""

    budget: Mapped[Decimal | None] = money("Budget", minimum=0, list=True, filter=True, index=True)
    wants: Mapped[tuple[str, ...]] = multi_choice("Looks for", Kind, filter=True)
    wants_rooms: Mapped[int | None] = integer("Rooms, at least", minimum=0, maximum=100, filter=True)
    wants_area: Mapped[Decimal | None] = decimal("Area, m², at least", minimum=0)
    wants_district: Mapped[int | None] = ref("real_estate_district", "In the district", filter=True)
