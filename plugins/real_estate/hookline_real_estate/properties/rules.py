"""What is asked of properties and mandates before they are saved, in forms, imports and the API alike."""

import re

from hookline_sdk import BeforeSave, Text, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Mandate, MandateKind, Property, Status

OVER = (Status.sold, Status.let, Status.withdrawn)
_MAP = "https://www.openstreetmap.org/?mlat={north}&mlon={east}#map=17/{north}/{east}"
_NO_WORD = re.compile(r"[\W_]+")
# What stands in an address for the same thing, as it is written short or in full.
_SHORT = {
    "street": "st", "str": "st", "strasse": "st", "straße": "st", "road": "rd", "avenue": "ave", "lane": "ln", "square": "sq",
    "flat": "apt", "apartment": "apt", "квартира": "кв", "улица": "ул", "дом": "д", "корпус": "к", "корп": "к",
    "проспект": "пр", "просп": "пр", "переулок": "пер", "площадь": "пл", "город": "г",
}  # fmt: skip


def compared(address: str) -> str:
    """An address as it is compared: without case and signs, long words as the short ones."""
    words = _NO_WORD.sub(" ", address.casefold().replace("ё", "е")).split()
    return " ".join(_SHORT.get(word, word) for word in words)[:255]


@plugin.before_save(Property)
def keep_address(event: BeforeSave[Property]) -> None:
    """Keep the address as it is compared with others."""
    if "address" in event.values:
        event.values["address_key"] = compared(event.record.address or "")


@plugin.before_save(Property)
def keep_days(event: BeforeSave[Property]) -> None:
    """Since when it is on the market, and since when no longer; both may be written, the order of the two is judged."""
    offered, values = event.record, event.values
    today = event.gate.now.date()
    if "status" in values and offered.status in (Status.active, Status.deposit):
        if values.get("listed_on", offered.listed_on) is None:
            values["listed_on"] = today
        if values.get("closed_on") is None and offered.closed_on is not None:
            values["closed_on"] = None
    elif "status" in values and offered.status in OVER and values.get("closed_on", offered.closed_on) is None:
        values["closed_on"] = today
    since, until = (values.get(name, getattr(offered, name)) for name in ("listed_on", "closed_on"))
    if since is not None and until is not None and until < since:
        event.reject("It cannot have left the market before it came.", "closed_on")


@plugin.before_save(Property)
def keep_map(event: BeforeSave[Property]) -> None:
    """Lead from a position to a map. Nothing is asked of the map's house before somebody follows the link."""
    if {"latitude", "longitude"} & event.values.keys():
        north, east = event.record.latitude, event.record.longitude
        known = north is not None and east is not None
        event.values["map"] = _MAP.format(north=north, east=east) if known else None


@plugin.before_save(Property)
def check_areas(event: BeforeSave[Property]) -> None:
    """No part is larger than the whole."""
    offered = event.record
    for name in ("living_area", "kitchen_area"):
        part = getattr(offered, name)
        if part is not None and offered.area is not None and part > offered.area:
            event.reject("This is larger than the whole area.", name)


@plugin.before_save(Mandate)
def announce_anew(event: BeforeSave[Mandate]) -> None:
    """A mandate whose end was moved is announced anew."""
    if "ends_on" in event.values and event.before is not None:
        event.values["warned"] = False


@plugin.before_save(Mandate)
def check_mandate(event: BeforeSave[Mandate]) -> None:
    """A mandate ends after it starts, and an exclusive one has no other beside it."""
    mandate = event.record
    if not all((mandate.starts_on, mandate.ends_on)):
        return
    if mandate.ends_on < mandate.starts_on:
        event.reject("It ends before it starts.", "ends_on")
    together = select(Mandate.id, Mandate.kind, Mandate.number).where(
        Mandate.property == mandate.property,
        Mandate.starts_on <= mandate.ends_on,
        Mandate.ends_on >= mandate.starts_on,
    )
    for id, kind, number in event.gate.rows(together):
        if id != mandate.id and MandateKind.exclusive in (kind, mandate.kind):
            event.reject(
                Text("The mandate %(number)s covers some of these days.", number=number), "starts_on"
            )
            return
