"""Search: one question over everything somebody may see, as a page; `palette` asks it too."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from hookline.crm.access.actors import hue, initials
from hookline.errors import Text
from hookline.kernel.finding import Hit, find_records
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tokens import Word, index_tokens, query_tokens
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.me.places import recent_links
from hookline.web.palette import palette, searched
from hookline.web.plugins.found import found_by_plugins
from hookline.web.visit import Answer, Visit

door = Doors()
_EACH: Final = 6
_PARTS: Final = re.compile(r"[\w@.+'’-]+|[^\w@.+'’-]+")
_LONGEST: Final = 200


@dataclass(frozen=True)
class Part:
    """A piece of text, and whether the words found it."""

    text: str
    hit: bool


@dataclass(frozen=True)
class Found:
    """A record that was found: its title in parts, and another value it was found by."""

    url: str
    title: Sequence[Part]
    initials: str
    hue: int
    field: str
    detail: Sequence[Part]


@dataclass(frozen=True)
class FoundGroup:
    """What was found of one entity. `more_url` is its list with the same words, when there may be more."""

    label: str
    icon: str
    found: Sequence[Found]
    more_url: str


@door("GET", "/search", needs=SIGNED_IN)
def search(visit: Visit) -> Answer:
    """The page; with fragment=palette the palette's lines."""
    words = visit.query.get("q", "").strip()[:_LONGEST]
    if visit.query.get("fragment") == "palette":
        return palette(visit, words)
    infos = searched(visit)
    hits = find_records(visit.gate, infos, words, _EACH + 1) if words else []
    groups = [_group(visit, info, words, [hit for hit in hits if hit.entity == info.name]) for info in infos]
    title = visit.say(Text("Search: %(words)s", words=words)) if words else visit.say("Search")
    context: dict[str, Any] = {
        "page_title": title,
        "q": words,
        "groups": [group for group in groups if group.found],
        "foreign": found_by_plugins(visit, words, _EACH),
        "recent": [] if words else recent_links(visit),
    }
    return visit.page("search/page.html", block="found", **context)


def _group(visit: Visit, info: EntityInfo, words: str, hits: Sequence[Hit]) -> FoundGroup:
    more = f"/{info.cls.slug}?{urlencode({'q': words})}" if len(hits) > _EACH else ""
    return FoundGroup(
        visit.say(info.cls.plural),
        info.cls.icon,
        [_found(visit, info, hit, words) for hit in hits[:_EACH]],
        more,
    )


def _found(visit: Visit, info: EntityInfo, hit: Hit, words: str) -> Found:
    asked = query_tokens(words)
    title = _marked(hit.title, asked)
    told = all(any(_is_found(part.text, [word], "text") for part in title) for word in asked)
    for name, text in () if told else hit.details:
        parts = _marked(text.replace("\n", ", "), asked, info.fields[name].kind)
        if any(part.hit for part in parts):
            return Found(
                _url(visit, hit),
                title,
                initials(hit.title),
                hue(hit.id),
                visit.say(info.fields[name].label),
                _cut(parts),
            )
    return Found(_url(visit, hit), title, initials(hit.title), hue(hit.id), "", ())


def _url(visit: Visit, hit: Hit) -> str:
    return f"/{visit.gate.schema[hit.entity].cls.slug}/{hit.id}"


def _marked(text: str, asked: Sequence[Word], kind: str = "text") -> list[Part]:
    """The text in parts, those marked that one of the asked words finds."""
    return [Part(part, _is_found(part, asked, kind)) for part in _PARTS.findall(text)]


def _is_found(part: str, asked: Sequence[Word], kind: str) -> bool:
    tokens = index_tokens(part, kind)
    return any(word.is_in(tokens) for word in asked)


def _cut(parts: Sequence[Part]) -> list[Part]:
    """Of a long text the part round the first word found."""
    first = next(place for place, part in enumerate(parts) if part.hit)
    start = max(0, first - 12)
    shown = list(parts[start : first + 24])
    before = [Part("…", hit=False)] if start else []
    return [*before, *shown, *([Part("…", hit=False)] if first + 24 < len(parts) else [])]
