"""Feeds for whoever asks in no portal's own format: the same offers in plain XML and in JSON."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement

from hookline_sdk import Address, ExportRun, Gate

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.feeds.data import Agency
from hookline_real_estate.feeds.elements import moment, sound, written
from hookline_real_estate.feeds.offers import Flat, Offer, flats_of, offered, offers_of
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property

Fact = str | int | bool | None | list[str] | dict[str, str]


@plugin.exporter(Property, "Offers as XML", name="offers.xml", media_type="application/xml")
def offers_xml(run: ExportRun[Property], gate: Gate) -> Iterator[str]:
    """What is on the market, in plain XML."""
    return _xml(run.now, _properties(run, gate))


@plugin.exporter(Property, "Offers as JSON", name="offers.json", media_type="application/json")
def offers_json(run: ExportRun[Property], gate: Gate) -> Iterator[str]:
    """What is on the market, in JSON."""
    return _json(run.now, _properties(run, gate))


@plugin.exporter(Unit, "Free units as XML", name="units.xml", media_type="application/xml")
def units_xml(run: ExportRun[Unit], gate: Gate) -> Iterator[str]:
    """The free units, in plain XML."""
    return _xml(run.now, _units(run, gate))


@plugin.exporter(Unit, "Free units as JSON", name="units.json", media_type="application/json")
def units_json(run: ExportRun[Unit], gate: Gate) -> Iterator[str]:
    """The free units, in JSON."""
    return _json(run.now, _units(run, gate))


def _properties(run: ExportRun[Property], gate: Gate) -> Iterator[dict[str, Fact]]:
    currency = Agency.of(gate).currency
    return (_facts(each, currency) for page in run.pages for each in offers_of(gate, offered(page)))


def _units(run: ExportRun[Unit], gate: Gate) -> Iterator[dict[str, Fact]]:
    currency = Agency.of(gate).currency
    return (_facts(flat, currency) for page in run.pages for flat in flats_of(gate, page))


def _facts(offer: Offer | Flat, currency: str) -> dict[str, Fact]:
    """What is known of an offer, by name. What is not known is left out."""
    told = {name: _plain(value) for name, value in asdict(offer).items() if name != "id"}
    known = {name: value for name, value in told.items() if value not in (None, "", [], {})}
    return {"id": offer.key, "currency": currency, **known}


def _plain(value: object) -> Fact:
    if isinstance(value, Address):
        return {name: part for name, part in value._asdict().items() if part}
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, tuple):
        return [str(each) for each in value]
    return value if isinstance(value, int) or value is None else str(value)


def _json(now: dt.datetime, offers: Iterable[dict[str, Fact]]) -> Iterator[str]:
    yield f'{{"generated": "{moment(now)}", "offers": ['
    between = "\n"
    for offer in offers:
        yield between + json.dumps(offer, ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def _xml(now: dt.datetime, offers: Iterable[dict[str, Fact]]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<offers generated="{moment(now)}">\n'
    for offer in offers:
        found = Element("offer", {"id": str(offer.pop("id"))})
        for name, value in offer.items():
            _under(found, name, value)
        yield written(found)
    yield "</offers>\n"


def _under(to: Element, name: str, value: Fact) -> None:
    for each in value if isinstance(value, list) else [value]:
        inner = SubElement(to, name)
        if isinstance(each, dict):
            for part, said in each.items():
                _under(inner, part, said)
        else:
            inner.text = sound(str(each))
