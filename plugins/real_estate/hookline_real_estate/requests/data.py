"""What buyers and tenants look for, and what was found for them."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    Choices,
    Entity,
    Mapped,
    Text,
    choice,
    day,
    decimal,
    formula,
    integer,
    long_text,
    money,
    multi_choice,
    only_one,
    ref,
    references,
    text,
    yes_no,
)

from hookline_real_estate.plugin import MENU, plugin
from hookline_real_estate.properties.data import Feature, Kind, Purpose


class Wish(Choices):
    """What somebody may want of a property, beside what kind it is."""

    price = "price", "Price"
    district = "district", "District"
    area = "area", "Area"
    rooms = "rooms", "Rooms"
    floor = "floor", "Floor"
    features = "features", "Features"


class RequestState(Choices):
    """How the search for somebody stands."""

    open = "open", "Open", "blue"
    found = "found", "Found", "green"
    closed = "closed", "Closed"


class Request(Entity, plugin=plugin, icon="search", title="name", menu=MENU, menu_order=20):
    """What a buyer or a tenant looks for. Ranges include their ends; what stays empty does not matter."""

    name: Mapped[str] = text(
        "Request", search=True, list=True, help="In a few words: two rooms near the park"
    )
    contact: Mapped[int] = ref("contact", "For whom", back="Requests", list=True, filter=True)
    state: Mapped[str] = choice(
        "State", RequestState, default=RequestState.open, list=True, filter=True, index=True
    )
    purpose: Mapped[str] = choice("Offered", Purpose, default=Purpose.sale, list=True, filter=True)
    kinds: Mapped[tuple[str, ...]] = multi_choice("Kinds", Kind, list=True, filter=True)
    districts = references(
        "real_estate_district", "Districts", help="With all that lie within them", filter=True
    )
    price_from: Mapped[Decimal | None] = money("Price, from", minimum=0, section="Ranges")
    price_to: Mapped[Decimal | None] = money(
        "Price, to", minimum=0, list=True, filter=True, index=True, summed=False, section="Ranges"
    )
    area_from: Mapped[Decimal | None] = decimal("Area from, m²", minimum=0, filter=True, section="Ranges")
    area_to: Mapped[Decimal | None] = decimal("Area to, m²", minimum=0, section="Ranges")
    rooms_from: Mapped[int | None] = integer(
        "Rooms, from", minimum=0, maximum=100, filter=True, section="Ranges"
    )
    rooms_to: Mapped[int | None] = integer("Rooms, to", minimum=0, maximum=100, section="Ranges")
    floor_from: Mapped[int | None] = integer("Floor, from", minimum=-5, maximum=300, section="Ranges")
    floor_to: Mapped[int | None] = integer("Floor, to", minimum=-5, maximum=300, section="Ranges")
    strict: Mapped[tuple[str, ...]] = multi_choice(
        "Must fit exactly", Wish, help="Of the others, what nearly fits is shown too.", section="Musts"
    )
    must_have: Mapped[tuple[str, ...]] = multi_choice("Must have", Feature, filter=True, section="Musts")
    nice_to_have: Mapped[tuple[str, ...]] = multi_choice("Nice to have", Feature, section="Musts")
    deadline: Mapped[dt.date | None] = day("Needed by", list=True, filter=True)
    notes: Mapped[str | None] = long_text("Notes")

    # What still nearly fits, and the districts with all below them: kept, so that a search asks columns alone.
    price_least: Mapped[Decimal | None] = formula("Least price", "price_from * 0.9", hidden=True)
    price_most: Mapped[Decimal | None] = formula("Highest price", "price_to * 1.1", hidden=True)
    area_least: Mapped[Decimal | None] = formula("Least area", "area_from * 0.9", hidden=True)
    area_most: Mapped[Decimal | None] = formula("Largest area", "area_to * 1.1", hidden=True)
    within: Mapped[str | None] = long_text("Districts that fit", hidden=True)
    around: Mapped[str | None] = long_text("Districts beside them", hidden=True)


class MatchState(Choices):
    """What has become of what was found for a request."""

    new = "new", "New", "blue"
    sent = "sent", "Sent", "violet"
    invited = "invited", "Viewing planned", "green"
    held = "held", "Held for them", "amber"
    declined = "declined", "Not interested"


class News(Choices):
    """Why a match is worth telling."""

    new = "new", "New on the market", "blue"
    cheaper = "cheaper", "Cheaper now", "green"


class Match(Entity, plugin=plugin, icon="handshake", title="name", plural="Matches"):
    """A request and a property or a unit that fits it: what was found in the background, and what people said of the pair."""

    name: Mapped[str] = text("Address", list=True)
    request: Mapped[int] = ref("real_estate_request", "Request", back="Matches", list=True, filter=True)
    property: Mapped[int | None] = ref(
        "real_estate_property", "Property", back="Matches", list=True, filter=True
    )
    unit: Mapped[int | None] = ref("real_estate_unit", "Unit", back="Matches", list=True, filter=True)
    score: Mapped[int] = integer("Fits, %", minimum=0, maximum=100, default=0, list=True, filter=True)
    state: Mapped[str] = choice(
        "State", MatchState, default=MatchState.new, list=True, filter=True, index=True
    )
    news: Mapped[str] = choice("News", News, default=News.new, list=True, filter=True)
    told: Mapped[bool] = yes_no("Told", hidden=True)


_TWICE = Text("These two have been brought together already.")
only_one(Match, "request", "property", text=_TWICE)
only_one(Match, "request", "unit", text=_TWICE)
