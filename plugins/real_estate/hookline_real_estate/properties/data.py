"""What an agency sells and lets: properties where they lie, what they were at and when, and the mandates for them."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    Address,
    Catalog,
    Entity,
    Mapped,
    attachment,
    choice,
    day,
    decimal,
    formula,
    integer,
    long_text,
    moment,
    money,
    multi_choice,
    percent,
    person,
    postal_address,
    ref,
    references,
    sequence,
    text,
    web_address,
    yes_no,
)

from hookline_real_estate.plugin import MENU, plugin
from hookline_real_estate.properties.choices import (
    CommercialKind,
    Condition,
    Feature,
    GarageKind,
    Heating,
    HouseKind,
    Kind,
    LandUse,
    MandateKind,
    Purpose,
    Status,
)

__all__ = [
    "CommercialKind", "Condition", "District", "Feature", "GarageKind", "Heating", "HouseKind", "Kind", "LandUse", "Mandate",
    "MandateKind", "PriceChange", "Property", "Purpose", "Status", "StatusChange",
]  # fmt: skip

_LIVED_IN = 'kind = "flat" or kind = "house" or kind = "room"'
_IN_A_HOUSE = 'kind = "flat" or kind = "room" or kind = "commercial"'
_BUILT = 'not kind = "land"'
_RENT = 'purpose = "rent"'
_ON_THE_MARKET = 'not (status = "draft" or status = "withdrawn")'


class District(Catalog, plugin=plugin, icon="map-pin", menu=MENU, menu_order=90, tree="within"):
    """A part of town; smaller ones lie within larger ones."""

    name: Mapped[str] = text("District", search=True, list=True)
    within: Mapped[int | None] = ref("real_estate_district", "Within", back="Districts", list=True)


class Property(
    Entity,
    plugin=plugin,
    plural="Properties",
    slug="properties",
    icon="house",
    title="address",
    menu=MENU,
    menu_order=10,
    cover="cover",
):
    """Something that is for sale or to rent. Which measures it has and needs hangs on its kind."""

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
    price: Mapped[Decimal | None] = money(
        "Price",
        minimum=0,
        list=True,
        filter=True,
        index=True,
        help="Of what is to rent: what it costs a month.",
    )
    area: Mapped[Decimal | None] = decimal(
        "Area, m²", minimum=0, list=True, filter=True, shown_when=_BUILT,
        required_when=f'{_ON_THE_MARKET} and not (kind = "land" or kind = "garage")', section="Areas")  # fmt: skip
    price_per_m2: Mapped[Decimal | None] = formula(
        "Price per m²", "price / area", filter=True, shown_when=_BUILT, section="Areas"
    )
    land_area: Mapped[Decimal | None] = decimal(
        "Land, m²", minimum=0, filter=True, shown_when='kind = "land" or kind = "house" or kind = "commercial"',
        required_when=f'{_ON_THE_MARKET} and kind = "land"', section="Areas")  # fmt: skip
    house_kind: Mapped[str | None] = choice(
        "Kind of house", HouseKind, shown_when='kind = "house"', section="What it is like"
    )
    land_use: Mapped[str | None] = choice(
        "Use of the land", LandUse, shown_when='kind = "land"', section="What it is like"
    )
    garage_kind: Mapped[str | None] = choice(
        "Kind of garage", GarageKind, shown_when='kind = "garage"', section="What it is like"
    )
    commercial_kind: Mapped[str | None] = choice(
        "For what", CommercialKind, filter=True, shown_when='kind = "commercial"', section="What it is like"
    )
    rooms: Mapped[int | None] = integer(
        "Rooms",
        minimum=0,
        maximum=100,
        filter=True,
        shown_when=f'{_LIVED_IN} or kind = "commercial"',
        section="What it is like",
    )
    living_area: Mapped[Decimal | None] = decimal(
        "Living area, m²", minimum=0, shown_when=_LIVED_IN, section="Areas"
    )
    kitchen_area: Mapped[Decimal | None] = decimal(
        "Kitchen, m²", minimum=0, shown_when=_LIVED_IN, section="Areas"
    )
    ceiling: Mapped[Decimal | None] = decimal(
        "Ceiling, m", minimum=1, maximum=30, shown_when=f'{_LIVED_IN} or kind = "commercial"', section="Areas"
    )
    floor: Mapped[int | None] = integer(
        "Floor", minimum=-5, maximum=300, shown_when=_IN_A_HOUSE, section="What it is like"
    )
    floors: Mapped[int | None] = integer(
        "Floors in the house",
        minimum=1,
        maximum=300,
        shown_when=f'{_IN_A_HOUSE} or kind = "house"',
        section="What it is like",
    )
    year_built: Mapped[int | None] = integer(
        "Year built", grouped=False, minimum=1500, maximum=2100, shown_when=_BUILT, section="What it is like"
    )
    condition: Mapped[str | None] = choice(
        "Condition", Condition, filter=True, shown_when=_BUILT, section="What it is like"
    )
    heating: Mapped[str | None] = choice("Heating", Heating, shown_when=_BUILT, section="What it is like")
    features: Mapped[tuple[str, ...]] = multi_choice(
        "Has", Feature, filter=True, shown_when=_BUILT, section="What it is like"
    )
    deposit: Mapped[Decimal | None] = money(
        "Security deposit", minimum=0, shown_when=_RENT, section="Renting"
    )
    utilities_included: Mapped[bool] = yes_no("Utilities included", shown_when=_RENT, section="Renting")
    pets: Mapped[bool] = yes_no("Pets allowed", shown_when=_RENT, section="Renting")
    children: Mapped[bool] = yes_no("Children welcome", default=True, shown_when=_RENT, section="Renting")
    available_from: Mapped[dt.date | None] = day("Free from", shown_when=_RENT, section="Renting")
    min_months: Mapped[int | None] = integer(
        "At least, months", minimum=1, maximum=600, shown_when=_RENT, section="Renting"
    )
    seller: Mapped[int | None] = ref(
        "contact", "Seller", back="Properties for sale", filter=True, section="Owners"
    )
    owners = references("contact", "Further owners", back="Properties they share", section="Owners")
    latitude: Mapped[Decimal | None] = decimal(
        "Latitude",
        places=6,
        minimum=-90,
        maximum=90,
        section="Position",
        required_when="not is_empty(longitude)",
    )
    longitude: Mapped[Decimal | None] = decimal(
        "Longitude",
        places=6,
        minimum=-180,
        maximum=180,
        section="Position",
        required_when="not is_empty(latitude)",
    )
    map: Mapped[str | None] = web_address(
        "On the map", read_only=True, follows=("latitude", "longitude"), section="Position"
    )
    listed_on: Mapped[dt.date | None] = day("On the market since", filter=True, section="On the market")
    closed_on: Mapped[dt.date | None] = day("Off the market since", filter=True, section="On the market")
    market_days: Mapped[Decimal | None] = formula(
        "Days on the market until then",
        "days_between(listed_on, closed_on)",
        places=0,
        section="On the market",
    )
    cover: Mapped[int | None] = attachment("Cover", hidden=True)
    description: Mapped[str | None] = long_text("Description", section="What it is like")
    address_key: Mapped[str | None] = text("Address, as compared", index=True, hidden=True, read_only=True)


class PriceChange(Entity, plugin=plugin, icon="trending-up"):
    """What a property cost from a day on, and who said so. Written with each change of its price."""

    name: Mapped[str] = text("Address", list=True)
    property: Mapped[int] = ref("real_estate_property", "Property", back="Prices", list=True)
    changed_on: Mapped[dt.date] = day("Changed on", list=True)
    was: Mapped[Decimal | None] = money("Before", list=True, summed=False)
    price: Mapped[Decimal] = money("Price", list=True, summed=False)
    by: Mapped[int | None] = person("Changed by", list=True)


class StatusChange(Entity, plugin=plugin, icon="history"):
    """How a property stood from a moment on, and who said so. Written with each change of its status."""

    name: Mapped[str] = text("Address", list=True)
    property: Mapped[int] = ref("real_estate_property", "Property", back="Steps", list=True)
    changed_at: Mapped[dt.datetime] = moment("Changed", list=True)
    was: Mapped[str | None] = choice("Before", Status, list=True)
    status: Mapped[str] = choice("Status", Status, list=True)
    by: Mapped[int | None] = person("Changed by", list=True)


class Mandate(Entity, plugin=plugin, icon="file-text", title="number", menu=MENU, menu_order=60):
    """The right to sell a property, for some time and a commission."""

    number: Mapped[str] = sequence("Number", "M-{year}-{n:04}")
    property: Mapped[int] = ref("real_estate_property", "Property", back="Mandates", list=True)
    kind: Mapped[str] = choice("Kind", MandateKind, default=MandateKind.exclusive, list=True, filter=True)
    starts_on: Mapped[dt.date] = day("Starts on", list=True)
    ends_on: Mapped[dt.date] = day("Ends on", list=True, filter=True, index=True)
    commission: Mapped[Decimal | None] = percent("Commission", places=2, minimum=0, maximum=100)
    warned: Mapped[bool] = yes_no("Its end was announced", hidden=True)
