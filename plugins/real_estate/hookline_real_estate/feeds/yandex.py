"""The feed of Yandex.Realty: offers as the portal's XML, what keeps some out of it, and a look at that by `hookline doctor`."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from html import escape

from hookline_sdk import Address, ExportRun, Finding, Gate, Link, Report, Text

from hookline_real_estate.feeds.offers import Agency, Offer, lacks, list_offers
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Kind, Property, Status

_SCHEMA = "http://webmaster.yandex.ru/schemas/feed/realty/2010-06"
_CATEGORIES = {
    Kind.flat: "квартира",
    Kind.house: "дом",
    Kind.room: "комната",
    Kind.land: "участок",
    Kind.garage: "гараж",
    Kind.commercial: "коммерческая",
}
_MOST_WRONG = 500


@plugin.exporter(Property, "Feed of Yandex.Realty", name="realty.xml", media_type="application/xml")
def yandex_feed(run: ExportRun[Property], gate: Gate) -> Iterator[str]:
    """What is on the market and lacks nothing. What is sold or paid for is gone with the next fetch."""
    agency = Agency.of(gate)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<realty-feed xmlns="{_SCHEMA}">\n'
    yield _element("generation-date", _moment(run.now))
    for record in run.records:
        if record.status != Status.active:
            continue
        offer = Offer.of(record)
        if not any(lacks(offer, agency)):
            yield "".join(_offer(offer, agency))
    yield "</realty-feed>\n"


@plugin.report("Offers that the feed leaves out")
def left_out(gate: Gate) -> Report:
    """Properties on the market that Yandex.Realty would refuse, and what each of them lacks."""
    agency = Agency.of(gate)
    rows = [
        (Link(offer.address, f"real_estate_property:{offer.id}"), problem)
        for offer in list_offers(gate)
        for problem in lacks(offer, agency)
    ]
    return Report(("Property", Text("What it lacks")), rows[:_MOST_WRONG])


@plugin.health("Feed of Yandex.Realty")
def feed_errors(gate: Gate) -> Finding:
    """How many offers the feed leaves out."""
    agency, offers = Agency.of(gate), list_offers(gate)
    wrong = sum(any(lacks(offer, agency)) for offer in offers)
    if not wrong:
        return Finding("", Text("every offer is in it"))
    return Finding(
        "",
        Text("%(wrong)s of %(number)s offers are left out", wrong=wrong, number=len(offers)),
        Text("The report “Offers that the feed leaves out” says what each of them lacks."),
    )


def _offer(offer: Offer, agency: Agency) -> Iterator[str]:
    kind, commercial = Kind(offer.kind), offer.kind == Kind.commercial
    yield f'<offer internal-id="{offer.id}">\n'
    yield _element("type", "продажа")
    yield "" if commercial else _element("property-type", "жилая")
    yield _element(
        "category", "дом с участком" if kind == Kind.house and offer.land_area else _CATEGORIES[kind]
    )
    yield _element("commercial-type", "free purpose") if commercial else ""
    yield _element("garage-type", "гараж") if kind == Kind.garage else ""
    yield _element("creation-date", _moment(offer.created_at))
    yield from _place(offer.place or Address())
    yield from _agent(agency)
    yield f"<price>{_element('value', offer.price)}{_element('currency', agency.currency)}</price>\n"
    yield _measure("area", offer.area)
    yield _measure("lot-area", offer.land_area) if kind in (Kind.house, Kind.land) else ""
    if kind in (Kind.flat, Kind.room):
        yield _element("studio", "да") if offer.rooms == 0 else _element("rooms", offer.rooms)
        yield _element("rooms-offered", 1) if kind == Kind.room else ""
    yield _element("floor", offer.floor)
    yield _element("floors-total", offer.floors)
    yield _element("built-year", offer.year_built)
    yield _element("description", offer.description)
    yield "</offer>\n"


def _place(place: Address) -> Iterator[str]:
    yield "<location>"
    yield _element("country", place.country)
    yield _element("region", place.region)
    yield _element("locality-name", place.city)
    yield _element("address", place.street)
    yield "</location>\n"


def _agent(agency: Agency) -> Iterator[str]:
    yield "<sales-agent>"
    yield _element("phone", agency.phone)
    yield _element("category", "агентство")
    yield _element("organization", agency.name)
    yield _element("email", agency.email)
    yield "</sales-agent>\n"


def _measure(name: str, value: Decimal | None) -> str:
    return f"<{name}>{_element('value', value)}{_element('unit', 'кв. м')}</{name}>\n" if value else ""


def _element(name: str, value: str | int | Decimal | None) -> str:
    """An element; what is not known has none. A control character, which XML cannot hold, is left out."""
    if value is None or value == "":
        return ""
    said = f"{value:f}" if isinstance(value, Decimal) else str(value)
    sound = "".join(letter for letter in said if letter.isprintable() or letter in "\n\t")
    return f"<{name}>{escape(sound, quote=False)}</{name}>\n"


def _moment(when: dt.datetime) -> str:
    return when.astimezone(dt.UTC).isoformat(timespec="seconds")
