"""Properties of another program, read from the feed that it makes for Yandex.Realty."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from hookline_sdk import ForeignRow, ImportFile, Invalid, Problem, Text

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Kind, Property, Purpose

_KINDS = {
    "квартира": Kind.flat, "flat": Kind.flat, "дом": Kind.house, "house": Kind.house, "комната": Kind.room, "room": Kind.room,
    "дом с участком": Kind.house, "house with lot": Kind.house, "участок": Kind.land, "lot": Kind.land, "гараж": Kind.garage,
    "garage": Kind.garage, "коммерческая": Kind.commercial, "commercial": Kind.commercial,
}  # fmt: skip
# The columns bear the names of the fields, so that they find each other; the paths those of the portal.
_PATHS = {
    "price": "price/value", "area": "area/value", "land_area": "lot-area/value", "rooms": "rooms", "floor": "floor",
    "floors": "floors-total", "year_built": "built-year", "description": "description",
}  # fmt: skip
_NO_FEED = Text("This is no feed of Yandex.Realty.")
_PLACE = ("location/address", "location/locality-name")


@plugin.importer(Property, "Feed of Yandex.Realty", accepts=".xml")
def foreign_feed(file: ImportFile, gate: object) -> Iterator[ForeignRow]:
    """One property an offer. What the portal knows and we do not keep is left out."""
    root = _root(file.content)
    offers = [each for each in root.iter() if each.tag == "offer"]
    if not offers:
        raise Invalid([Problem("file", Text("There is no offer in this file."))])
    for offer in offers:
        yield _property(offer)


class _Plain(ET.TreeBuilder):
    """Refuses a document that brings declarations of its own, in whatever encoding, before any of them is read."""

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise Invalid([Problem("file", _NO_FEED)])


def _root(content: bytes) -> ET.Element:
    """The document without its namespaces."""
    try:
        root: ET.Element = ET.fromstring(content, ET.XMLParser(target=_Plain()))  # noqa: S314  # no declarations are read
    except ET.ParseError as error:
        raise Invalid([Problem("file", _NO_FEED)]) from error
    for each in root.iter():
        each.tag = each.tag.rpartition("}")[2]
    return root


def _property(offer: ET.Element) -> dict[str, str]:
    category = (offer.findtext("category") or "").strip().casefold()
    rented = (offer.findtext("type") or "").strip().casefold() in ("аренда", "rent")
    said: dict[str, str] = {
        "address": ", ".join(filter(None, ((offer.findtext(path) or "").strip() for path in _PLACE))),
        "kind": _KINDS.get(category, Kind.flat).value,
        "purpose": (Purpose.rent if rented else Purpose.sale).value,
    }
    return said | {name: (offer.findtext(path) or "").strip() for name, path in _PATHS.items()}
