"""Finding: the best offers for a request, the buyers whom an offer fits, and what somebody said of a pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from hookline_sdk import Gate, select
from sqlalchemy import Select

from hookline_real_estate.requests.data import Match, MatchState, Request
from hookline_real_estate.requests.matching import may_fit_and_score, offers_side, requests_side, score
from hookline_real_estate.requests.offers import PROPERTIES, STOCKS, Offer, Stock
from hookline_real_estate.requests.wishes import LEAST, Verdict, weigh

# What a page shows: whoever has more to look at narrows the request.
BEST = 50
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
    key: str
    rest: str
    contact: int = 0
    who: str = ""


def best_offers(gate: Gate, request: Request, stock: Stock = PROPERTIES, limit: int = BEST) -> list[Found]:
    """What of a stock fits a request best, without what was declined; of two that fit alike the cheaper one first."""
    states = states_of_request(gate, request.id, stock)
    declined = [id for id, state in states.items() if state == MatchState.declined]
    rows = gate.rows(offers_for(request, stock, declined).limit(limit))
    return [_offered(request, stock.offer(row), row.score, states) for row in rows]


def best_requests(gate: Gate, offer: Offer, limit: int = BEST) -> list[Found]:
    """The open requests that an offer fits best, without those that declined it."""
    states = states_of_offer(gate, offer)
    declined = [id for id, state in states.items() if state == MatchState.declined]
    rows = gate.rows(requests_for(offer, declined).limit(limit))
    names = gate.titles("contact", [row.contact for row in rows])
    return [
        Found(
            row.id, row.name, row.price_to, row.score, weigh(cast(Request, row), offer).verdicts, states.get(row.id),
            f"{Request.__tablename__}:{row.id}", str(row.id), row.contact, names.get(row.contact, ""),
        )
        for row in rows
    ]  # fmt: skip


def declined_offers(gate: Gate, request: Request) -> list[Found]:
    """What somebody did not want, also what would not fit any more."""
    found = []
    for stock in STOCKS.values():
        states = states_of_request(gate, request.id, stock)
        declined = [id for id, state in states.items() if state == MatchState.declined]
        fitting = score(requests_side(request), offers_side(stock)).label("score")
        rows = gate.rows(stock.asked(fitting).where(stock.columns["id"].in_(declined)))
        found += [_offered(request, stock.offer(row), row.score, states) for row in rows]
    return sorted(found, key=lambda one: (one.title, one.id))


def offers_for(
    request: Request, stock: Stock = PROPERTIES, without: Sequence[int] = ()
) -> "Select[*tuple[Any, ...]]":
    """The question what of a stock fits a request, the best first."""
    wanted, offered = requests_side(request), offers_side(stock)
    fits, points = may_fit_and_score(wanted, offered)
    asked = stock.asked(points.label("score")).where(fits)
    if without:
        asked = asked.where(stock.columns["id"].not_in(without))
    found = asked.subquery("fitting").c
    return select(*found).where(found.score >= LEAST).order_by(found.score.desc(), found.price, found.id)


def requests_for(offer: Offer, without: Sequence[int] = ()) -> "Select[*tuple[Any, ...]]":
    """The question which requests an offer fits, the best first."""
    wanted, offered = requests_side(), offers_side(offer)
    fits, points = may_fit_and_score(wanted, offered)
    asked = select(*WANTED, points.label("score")).where(fits)
    found = (asked.where(Request.id.not_in(without)) if without else asked).subquery("fitting").c
    return select(*found).where(found.score >= LEAST).order_by(found.score.desc(), found.id)


def states_of_request(gate: Gate, id: int, stock: Stock) -> dict[int, MatchState]:
    """What has become of what of a stock was found for a request."""
    of = getattr(Match, stock.match)
    found = select(of, Match.state).where(Match.request == id, of.is_not(None))
    return {offered: MatchState(state) for offered, state in gate.rows(found)}


def states_of_offer(gate: Gate, offer: Offer) -> dict[int, MatchState]:
    """What has become of an offer with the requests that it fits."""
    found = select(Match.request, Match.state).where(getattr(Match, offer.match) == offer.id)
    return {request: MatchState(state) for request, state in gate.rows(found)}


def _offered(request: Request, offer: Offer, fitting: int, states: dict[int, MatchState]) -> Found:
    verdicts, state = weigh(request, offer).verdicts, states.get(offer.id)
    return Found(offer.id, offer.title, offer.price, fitting, verdicts, state, offer.key, offer.rest)
