"""In the background: what comes on the market, changes or gets cheaper finds the requests it fits."""

from decimal import Decimal

from hookline_sdk import Change, Gate, NotFound, func, select

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property
from hookline_real_estate.requests.data import Match, MatchState, News, Request
from hookline_real_estate.requests.finding import requests_for
from hookline_real_estate.requests.offers import PROPERTIES, UNITS, Offer, Stock
from hookline_real_estate.requests.telling import PriceCut

# Of more buyers than these nobody could be told in person.
_MOST = 200
# Units come by the hundred, and many are alike: a request with so many new ones that nobody has looked at gets no more.
_ENOUGH = 20
_WATCHED = ("status", "purpose", "kind", "price", "district", "area", "rooms", "floor", "features")


@plugin.after_commit(Property, fields=_WATCHED)
def find_requests(event: Change, gate: Gate) -> None:
    """Remember for each request that a property fits that there is something new, or that it is cheaper now."""
    _follow(PROPERTIES, event, gate)


@plugin.after_commit(Unit, fields=("status", "to_pay", "section", "area", "rooms", "floor", "features"))
def find_requests_of_unit(event: Change, gate: Gate) -> None:
    """The same of a unit: it is new when it is there, or free again; a promotion makes it cheaper."""
    _follow(UNITS, event, gate)


def _follow(stock: Stock, event: Change, gate: Gate) -> None:
    try:
        offer = stock.one(gate, event.record)
    except NotFound:
        return
    if offer.on_offer:
        _remember(gate, offer, cheaper=_is_cheaper(event, "to_pay" if stock is UNITS else "price"))


def _remember(gate: Gate, offer: Offer, *, cheaper: bool) -> None:
    """A match for each request that the offer fits; of a pair that was declined nothing is told."""
    asked = select(Match.id, Match.request, Match.state, Match.score)
    known = {row.request: row for row in gate.rows(asked.where(getattr(Match, offer.match) == offer.id))}
    wanted = list(gate.rows(requests_for(offer).limit(_MOST)))
    fitting = {row.id: row.score for row in wanted}
    new = [id for id in fitting if id not in known]
    if offer.match == UNITS.match:
        new = _not_full(gate, new)
    owners = select(Request.id, Request.owner, Request.team).where(Request.id.in_(new))
    gate.create_many(
        Match,
        [
            {
                "name": offer.title,
                "request": row.id,
                offer.match: offer.id,
                "score": fitting[row.id],
                "owner": row.owner,
                "team": row.team,
            }
            for row in gate.rows(owners.order_by(Request.id))
        ],
    )
    for id, score in fitting.items():
        match = known.get(id)
        if match is None or match.state == MatchState.declined:
            continue
        news = {"news": News.cheaper, "told": False} if cheaper else {}
        if news or match.score != score:
            gate.update(Match, match.id, {"score": score, **news})
    if cheaper:
        unwanted = {id for id, match in known.items() if match.state == MatchState.declined}
        cuts = [row for row in wanted if row.id not in unwanted]
        gate.emit(
            *(PriceCut(contact=r.contact, request=r.id, offer=offer.title, price=offer.price) for r in cuts)
        )


def _not_full(gate: Gate, requests: list[int]) -> list[int]:
    """Those of these requests that have not enough new units waiting."""
    waiting = select(Match.request).where(
        Match.request.in_(requests), Match.unit.is_not(None), Match.state == MatchState.new
    )
    full = waiting.group_by(Match.request).having(func.count(Match.id) >= _ENOUGH)
    return sorted(set(requests) - {id for (id,) in gate.rows(full)}) if requests else []


def _is_cheaper(event: Change, price: str) -> bool:
    """Whether this price went down."""
    before, after = event.changes.get(price, (None, None))
    return before is not None and after is not None and Decimal(str(after)) < Decimal(str(before))
