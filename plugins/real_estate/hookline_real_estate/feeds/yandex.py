"""The feeds of Yandex.Realty, one of properties and one of new buildings: what is offered and keeps the portal's rules."""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from hookline_sdk import ExportRun, Gate

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.feeds.checking import broken_rules
from hookline_real_estate.feeds.data import Agency
from hookline_real_estate.feeds.elements import flat_element, moment, property_element, written
from hookline_real_estate.feeds.offers import flats_of, offered, offers_of
from hookline_real_estate.feeds.rules import SCHEMA
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property


@plugin.exporter(Property, "Feed of Yandex.Realty", name="realty.xml", media_type="application/xml")
def yandex_feed(run: ExportRun[Property], gate: Gate) -> Iterator[str]:
    """What is on the market and lacks nothing. What is sold or paid for is gone with the next fetch."""
    agency = Agency.of(gate)
    offers = (offer for page in run.pages for offer in offers_of(gate, offered(page)))
    yield from _feed(run, (property_element(offer, agency) for offer in offers))


@plugin.exporter(
    Unit, "Feed of Yandex.Realty: new buildings", name="new-buildings.xml", media_type="application/xml"
)
def new_buildings(run: ExportRun[Unit], gate: Gate) -> Iterator[str]:
    """The free units that lack nothing. What is held or sold is gone with the next fetch."""
    agency, today = Agency.of(gate), run.now.date()
    flats = (flat for page in run.pages for flat in flats_of(gate, page))
    yield from _feed(run, (flat_element(flat, agency, today) for flat in flats))


def _feed(run: ExportRun[Property] | ExportRun[Unit], offers: Iterable[Element]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<realty-feed xmlns="{SCHEMA}">\n'
    yield f"<generation-date>{moment(run.now)}</generation-date>\n"
    for offer in offers:
        if not broken_rules(offer):
            yield written(offer)
    yield "</realty-feed>\n"
