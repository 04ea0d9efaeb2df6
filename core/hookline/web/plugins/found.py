"""What plugins find for the search page and the palette, beside the records of the house."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hookline.errors import in_english
from hookline.kernel.plugins.host import Failure
from hookline.kernel.screens import SearchHit, SearchRequest
from hookline.web.plugins.shown import address, ask, is_open

if TYPE_CHECKING:
    from hookline.web.visit import Visit

_SHORTEST: Final = 2


@dataclass(frozen=True)
class Foreign:
    """A hit, ready to be drawn."""

    title: str
    url: str
    note: str


@dataclass(frozen=True)
class FoundBy:
    """What one provider has found; `failure` where it could not look."""

    label: str
    icon: str
    found: Sequence[Foreign]
    failure: Failure | None = None


def found_by_plugins(visit: "Visit", words: str, limit: int) -> list[FoundBy]:
    """Every provider's hits, at most so many of each; those that find nothing are left out."""
    if len(words.strip()) < _SHORTEST:
        return []
    providers = [c for c in visit.gate.host.contributions("search") if is_open(visit, c)]
    asked = SearchRequest(words=words.strip(), limit=limit, reader=visit.reader)
    made = []
    for provider in sorted(providers, key=lambda c: (c.options["order"], c.plugin)):
        found = ask(visit, provider, _reader(visit, limit), asked, visit.gate)
        failure = found if isinstance(found, Failure) else None
        hits = [] if isinstance(found, Failure) else found
        if hits or failure:
            made.append(FoundBy(visit.say(provider.label), provider.options["icon"], hits, failure))
    return made


def _reader(visit: "Visit", limit: int) -> Callable[[Any], list[Foreign]]:
    def read(answer: Any) -> list[Foreign]:
        hits = list(answer)
        if wrong := [hit for hit in hits if not isinstance(hit, SearchHit)]:
            raise TypeError(f"it must answer SearchHits, not {type(wrong[0]).__name__}")
        return [
            Foreign(in_english(hit.title), address(visit, hit.to), visit.say(hit.note))
            for hit in hits[:limit]
        ]

    return read
