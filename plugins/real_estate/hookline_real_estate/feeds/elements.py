"""An offer as the portal's XML: an element that is checked, and then written."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, tostring

from hookline_sdk import Address

from hookline_real_estate.feeds.data import Agency
from hookline_real_estate.feeds.offers import Flat, Offer
from hookline_real_estate.properties.data import CommercialKind, GarageKind, Kind, Purpose

_CATEGORIES = {
    Kind.flat: "квартира",
    Kind.house: "дом",
    Kind.room: "комната",
    Kind.land: "участок",
    Kind.garage: "гараж",
    Kind.commercial: "коммерческая",
}
_COMMERCIAL = {
    CommercialKind.office: "office",
    CommercialKind.shop: "retail",
    CommercialKind.warehouse: "warehouse",
    CommercialKind.production: "manufacturing",
    CommercialKind.catering: "public catering",
    CommercialKind.free: "free purpose",
}
_GARAGES = {GarageKind.garage: "гараж", GarageKind.box: "бокс", GarageKind.place: "машиноместо"}
_COUNTRIES = {"Russia": "Россия", "Russian Federation": "Россия"}
_M2 = "кв. м"


def property_element(offer: Offer, agency: Agency) -> Element:
    """A property for sale or to rent."""
    kind, rent = Kind(offer.kind), offer.purpose == Purpose.rent
    found = Element("offer", {"internal-id": offer.key})
    _say(found, "type", "аренда" if rent else "продажа")
    _say(found, "property-type", "жилая" if kind != Kind.commercial else None)
    with_land = kind == Kind.house and offer.land_area
    _say(found, "category", "дом с участком" if with_land else _CATEGORIES[kind])
    if kind == Kind.commercial:
        _say(found, "commercial-type", _COMMERCIAL[CommercialKind(offer.commercial_kind or "free")])
    if kind == Kind.garage:
        _say(found, "garage-type", _GARAGES[GarageKind(offer.garage_kind or "garage")])
    _say(found, "creation-date", moment(offer.created_at))
    _place(found, offer.place or Address(), position=(offer.latitude, offer.longitude))
    _agent(found, agency, "агентство")
    _price(found, offer.price, agency.currency, "месяц" if rent else None)
    _measure(found, "area", offer.area)
    _measure(found, "living-space", offer.living_area)
    _measure(found, "kitchen-space", offer.kitchen_area)
    _measure(found, "lot-area", offer.land_area if kind in (Kind.house, Kind.land) else None)
    if kind in (Kind.flat, Kind.room):
        _rooms(found, offer.rooms)
        _say(found, "rooms-offered", 1 if kind == Kind.room else None)
    _say(found, "floor", offer.floor)
    _say(found, "floors-total", offer.floors)
    _say(found, "built-year", offer.year_built)
    _say(found, "description", offer.description)
    _images(found, offer.photos)
    return found


def flat_element(flat: Flat, agency: Agency, today: dt.date) -> Element:
    """A flat in a new building."""
    found = Element("offer", {"internal-id": flat.key})
    _say(found, "type", "продажа")
    _say(found, "property-type", "жилая")
    _say(found, "category", "квартира")
    _say(found, "creation-date", moment(flat.created_at))
    _place(found, flat.place or Address(), apartment=flat.number)
    _agent(found, agency, "застройщик")
    _say(found, "deal-status", "первичная продажа")
    _price(found, flat.price, agency.currency, None)
    _measure(found, "area", flat.area)
    _measure(found, "living-space", flat.living)
    _images(found, flat.photos, plan=flat.plan)
    _say(found, "new-flat", "да")
    _say(found, "floor", flat.floor)
    _rooms(found, flat.rooms)
    _say(found, "floors-total", flat.floors)
    _say(found, "building-name", flat.complex)
    _say(found, "yandex-building-id", flat.complex_number)
    _say(found, "yandex-house-id", flat.house)
    if flat.ready_on is not None:
        _say(found, "built-year", flat.ready_on.year)
        _say(found, "ready-quarter", (flat.ready_on.month + 2) // 3)
        _say(found, "building-state", "built" if flat.ready_on <= today else "unfinished")
    _say(found, "building-section", flat.building)
    return found


def written(element: Element) -> str:
    """The element as text."""
    return tostring(element, encoding="unicode") + "\n"


def moment(when: dt.datetime) -> str:
    """A moment as the portal reads it."""
    return when.astimezone(dt.UTC).isoformat(timespec="seconds")


def sound(said: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(letter for letter in said if letter.isprintable() or letter in "\n\t")


def _say(to: Element, name: str, value: str | int | Decimal | None) -> None:
    """What is not known has no element."""
    if value is not None and value != "":
        SubElement(to, name).text = sound(f"{value:f}" if isinstance(value, Decimal) else str(value))


def _place(
    to: Element,
    place: Address,
    apartment: str = "",
    position: tuple[Decimal | None, Decimal | None] = (None, None),
) -> None:
    inner = SubElement(to, "location")
    _say(inner, "country", _COUNTRIES.get(place.country, place.country))
    _say(inner, "region", place.region)
    _say(inner, "locality-name", place.city)
    _say(inner, "address", place.street)
    _say(inner, "apartment", apartment)
    _say(inner, "latitude", position[0])
    _say(inner, "longitude", position[1])


def _agent(to: Element, agency: Agency, category: str) -> None:
    inner = SubElement(to, "sales-agent")
    _say(inner, "phone", agency.phone)
    _say(inner, "category", category)
    _say(inner, "organization", agency.name)
    _say(inner, "email", agency.email)


def _price(to: Element, value: Decimal | None, currency: str, period: str | None) -> None:
    inner = SubElement(to, "price")
    _say(inner, "value", value)
    _say(inner, "currency", currency)
    _say(inner, "period", period)


def _rooms(to: Element, rooms: int | None) -> None:
    """A studio has one room to the portal, and says that it is one."""
    _say(to, "studio", "да" if rooms == 0 else None)
    _say(to, "rooms", 1 if rooms == 0 else rooms)


def _measure(to: Element, name: str, value: Decimal | None) -> None:
    if value:
        inner = SubElement(to, name)
        _say(inner, "value", value)
        _say(inner, "unit", _M2)


def _images(to: Element, addresses: Iterable[str], plan: str | None = None) -> None:
    """What is the plan says so."""
    for address in addresses:
        SubElement(to, "image", {"tag": "plan"} if address == plan else {}).text = sound(address)
