"""Preferences that change with one press: theme, language, density, and how the menu stands in this browser."""

import re
from typing import Final

from hookline.crm.access.users import set_preference
from hookline.errors import NotFound
from hookline.web import cookies, frame
from hookline.web.addresses import own_address
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.visit import Answer, Visit

door = Doors()
_YEAR: Final = 365 * 24 * 3600
_KEY: Final = re.compile(r"rail|[0-9a-f]{8}")
_MOST: Final = 40


@door("POST", "/me/theme", needs=SIGNED_IN)
def set_theme(visit: Visit) -> Answer:
    """Light, dark, or as the device has it."""
    return _set(visit, "theme")


@door("POST", "/me/language", needs=SIGNED_IN)
def set_language(visit: Visit) -> Answer:
    """The language of every page from the next one on."""
    return _set(visit, "language")


@door("POST", "/me/density", needs=SIGNED_IN)
def set_density(visit: Visit) -> Answer:
    """How much room rows take."""
    return _set(visit, "density")


@door("POST", "/me/frame", needs=SIGNED_IN)
def set_frame(visit: Visit) -> Answer:
    """Fold a group of the menu (`key`), or narrow the menu to icons (`key` "rail"): kept by this browser."""
    key, kept = visit.value("key"), frame.remembered(visit) - {""}
    if not _KEY.fullmatch(key):
        raise NotFound
    kept = kept | {key} if visit.value("on") == "on" else kept - {key}
    known = sorted(each for each in kept if _KEY.fullmatch(each))[:_MOST]
    answer = _back(visit)
    answer.cookies.append(cookies.make(visit.site.settings, frame.COOKIE, ".".join(known), _YEAR))
    return answer


def _set(visit: Visit, name: str) -> Answer:
    set_preference(visit.gate, name, visit.value(name))
    return _back(visit)


def _back(visit: Visit) -> Answer:
    """Back to the page where it was pressed; a script that asked has done the rest itself."""
    return Answer(status=204) if visit.is_htmx else visit.see(own_address(visit.value("back"), "/"))
