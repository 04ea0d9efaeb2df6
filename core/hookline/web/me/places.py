"""Favourites and recent records: the star, the lists of both, and the note that a record was opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from hookline.crm.access.actors import hue, initials
from hookline.crm.desks.favourites import (
    VIEW,
    Place,
    add_favourite,
    list_favourites,
    list_recent,
    note_opened,
    remove_favourite,
)
from hookline.errors import NotFound, Text
from hookline.kernel.kinds.keys import key_in
from hookline.web.addresses import own_address
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.visit import Answer, Visit

door = Doors()
PAGE: Final = "/favourites"
_SHOWN: Final = 12


@dataclass(frozen=True)
class PlaceLink:
    """A favourite or recent record as a link. Records have `initials`, views an icon. `key` is "deal:7"."""

    label: str
    url: str
    icon: str
    note: str
    key: str
    initials: str = ""
    hue: int = 1


@dataclass(frozen=True)
class Star:
    """The star of a record or a view: where to post it, and whether it is set."""

    key: str
    on: bool


@door("GET", PAGE, needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """All favourites, and what was opened last."""
    favourites, recent = favourite_links(visit), recent_links(visit)
    return visit.page(
        "favourites.html", page_title=visit.say("Favourites"), favourites=favourites, recent=recent
    )


@door("POST", PAGE, needs=SIGNED_IN)
def change(visit: Visit) -> Answer:
    """Set or take away a star: `key` is "deal:7", `on` what it shall be."""
    entity, id = _read_key(visit)
    on = _sent(visit, "on") == "on"
    (add_favourite if on else remove_favourite)(visit.gate, entity, id)
    if visit.is_htmx:
        return visit.block(
            "favourites.html", "star", star=Star(f"{entity}:{id}", on), favourites=[], recent=[]
        )
    done = Text("It is among your favourites.") if on else Text("No longer among your favourites.")
    return visit.see(own_address(_sent(visit, "back"), PAGE), done=done)


@door("POST", "/recent", needs=SIGNED_IN)
def note(visit: Visit) -> Answer:
    """Remember that a record was opened: asked by its page once it is shown."""
    note_opened(visit.gate, *_read_key(visit))
    return Answer(status=204)


def favourite_links(visit: Visit) -> list[PlaceLink]:
    """The favourites that may be seen."""
    return _links(visit, list_favourites(visit.gate))


def recent_links(visit: Visit, limit: int = _SHOWN) -> list[PlaceLink]:
    """What was opened last, of what may be seen."""
    return _links(visit, list_recent(visit.gate, limit))


def star_of(visit: Visit, entity: str, id: int) -> Star | None:
    """The star of a record, known from the session; None for whoever looks through other eyes."""
    signed_in = visit.signed_in
    if signed_in is None or signed_in.viewer is not None:
        return None
    return Star(f"{entity}:{id}", f"{entity}:{id}" in signed_in.stars)


def _links(visit: Visit, places: Sequence[Place]) -> list[PlaceLink]:
    return [_link(visit, place) for place in places]


def _link(visit: Visit, place: Place) -> PlaceLink:
    key = f"{place.entity}:{place.id}"
    if place.entity == VIEW:
        info = visit.gate.schema[place.view_of]
        asked = [(name, value) for name, value in parse_qsl(place.query) if name != "view"]
        url = f"/{info.cls.slug}?{urlencode([*asked, ('view', str(place.id))])}"
        return PlaceLink(place.title, url, info.cls.icon, visit.say(info.cls.plural), key)
    info = visit.gate.schema[place.entity]
    url = f"/{info.cls.slug}/{place.id}"
    return PlaceLink(
        place.title, url, info.cls.icon, visit.say(info.cls.label), key, initials(place.title), hue(place.id)
    )


def _sent(visit: Visit, name: str) -> str:
    """As a form sends it, or the address that a menu posts to."""
    return visit.value(name) or visit.query.get(name, "")


def _read_key(visit: Visit) -> tuple[str, int]:
    key = key_in(_sent(visit, "key"))
    if key is None:
        raise NotFound
    return key
