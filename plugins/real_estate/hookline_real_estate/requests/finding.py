"""Finding: the best properties for a request, the buyers whom a property fits, and what somebody said of a pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from hookline_sdk import Gate, select
from sqlalchemy import Select

from hookline_real_estate.properties.data import Property
from hookline_real_estate.requests.data import Match, MatchState, Request
from hookline_real_estate.requests.matching import PROPERTIES, REQUESTS, Side, may_fit, score
from hookline_real_estate.requests.wishes import LEAST, Verdict, weigh

# What a page shows: whoever has more to look at narrows the request.
BEST = 50
_OFFERED = (
    Property.id, Property.address, Property.purpose, Property.kind, Property.status, Property.price,
    Property.district, Property.area, Property.rooms, Property.floor, Property.features,
)  # fmt: skip
WANTED = (
    Request.id, Request.name, Request.contact, Request.state, Request.purpose, Request.kinds, Request.strict,
    Request.price_from, Request.price_to, Request.price_least, Request.price_most,
    Request.area_from, Request.area_to, Request.area_least, Request.area_most,
    Request.rooms_from, Request.rooms_to, Request.floor_from, Request.floor_to,
    Request.within, Request.around, Request.must_have, Request.nice_to_have,
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """The other side of a match as a screen shows it, with every wish in words."""

    id: int
    title: str
    price: Decimal | None
    score: int
    verdicts: tuple[Verdict, ...]
    state: MatchState | None
    contact: int = 0
    who: str = ""


def best_properties(gate: Gate, request: Request, limit: int = BEST) -> list[Found]:
    """What fits a request best, without what was declined; of two that fit alike the cheaper one first."""
    states = states_of_request(gate, request.id)
    asked = properties_for(request, [id for id, state in states.items() if state == MatchState.declined])
    return [
        _property(request, cast(Property, row), row.id, row.address, row.score, states)
        for row in gate.rows(asked.limit(limit))
    ]


def best_requests(gate: Gate, offered: Property, limit: int = BEST) -> list[Found]:
    """The open requests that a property fits best, without those that declined it."""
    states = states_of_property(gate, offered.id)
    asked = requests_for(offered, [id for id, state in states.items() if state == MatchState.declined])
    rows = gate.rows(asked.limit(limit))
    names = gate.titles("contact", [row.contact for row in rows])
    return [
        Found(
            row.id, row.name, row.price_to, row.score, weigh(cast(Request, row), offered).verdicts,
            states.get(row.id), row.contact, names.get(row.contact, ""),
        )
        for row in rows
    ]  # fmt: skip


def declined_properties(gate: Gate, request: Request) -> list[Found]:
    """What somebody did not want, also what would not fit any more."""
    states = states_of_request(gate, request.id)
    declined = [id for id, state in states.items() if state == MatchState.declined]
    found = select(*_OFFERED, score(Side(Request, request), PROPERTIES).label("score"))
    rows = gate.rows(found.where(Property.id.in_(declined)).order_by(Property.address, Property.id))
    return [_property(request, cast(Property, row), row.id, row.address, row.score, states) for row in rows]


def properties_for(request: Request, without: Sequence[int] = ()) -> "Select[*tuple[Any, ...]]":
    """The question which properties fit a request, the best first."""
    known = Side(Request, request)
    asked = select(*_OFFERED, score(known, PROPERTIES).label("score")).where(may_fit(known, PROPERTIES))
    found = (asked.where(Property.id.not_in(without)) if without else asked).subquery("fitting").c
    return select(*found).where(found.score >= LEAST).order_by(found.score.desc(), found.price, found.id)


def requests_for(offered: Property, without: Sequence[int] = ()) -> "Select[*tuple[Any, ...]]":
    """The question which requests a property fits, the best first."""
    known = Side(Property, offered)
    asked = select(*WANTED, score(REQUESTS, known).label("score")).where(may_fit(REQUESTS, known))
    found = (asked.where(Request.id.not_in(without)) if without else asked).subquery("fitting").c
    return select(*found).where(found.score >= LEAST).order_by(found.score.desc(), found.id)


def states_of_request(gate: Gate, id: int) -> dict[int, MatchState]:
    """What has become of the properties that were found for a request."""
    return {
        of: MatchState(state)
        for of, state in gate.rows(select(Match.property, Match.state).where(Match.request == id))
    }


def states_of_property(gate: Gate, id: int) -> dict[int, MatchState]:
    """What has become of a property with the requests that it fits."""
    return {
        of: MatchState(state)
        for of, state in gate.rows(select(Match.request, Match.state).where(Match.property == id))
    }


def _property(
    request: Request, offer: Property, id: int, address: str, fitting: int, states: dict[int, MatchState]
) -> Found:
    return Found(id, address, offer.price, fitting, weigh(request, offer).verdicts, states.get(id))
