"""In the background: a property that comes on the market, changes or gets cheaper finds the requests it fits."""

from decimal import Decimal

from hookline_sdk import Change, Gate, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property, Status
from hookline_real_estate.requests.data import Match, MatchState, News, Request
from hookline_real_estate.requests.finding import requests_for

# Of more buyers than these nobody could be told in person.
_MOST = 200
_WATCHED = ("status", "purpose", "kind", "price", "district", "area", "rooms", "floor", "features")


@plugin.after_commit(Property, fields=_WATCHED)
def find_requests(event: Change, gate: Gate) -> None:
    """Remember for each request that it fits that there is something new, or that what was there is cheaper now."""
    offered = gate.find(Property, event.record)
    if offered is None or offered.status != Status.active:
        return
    known = {
        row.request: row
        for row in gate.rows(
            select(Match.id, Match.request, Match.state, Match.score).where(Match.property == offered.id)
        )
    }
    fitting = {row.id: row.score for row in gate.rows(requests_for(offered).limit(_MOST))}
    new = [id for id in fitting if id not in known]
    owners = select(Request.id, Request.owner, Request.team).where(Request.id.in_(new))
    gate.create_many(
        Match,
        [
            {
                "name": offered.address,
                "request": row.id,
                "property": offered.id,
                "score": fitting[row.id],
                "owner": row.owner,
                "team": row.team,
            }
            for row in gate.rows(owners.order_by(Request.id))
        ],
    )
    cheaper = _is_cheaper(event)
    for id, score in fitting.items():
        match = known.get(id)
        if match is None or match.state == MatchState.declined:
            continue
        news = {"news": News.cheaper, "told": False} if cheaper else {}
        if news or match.score != score:
            gate.update(Match, match.id, {"score": score, **news})


def _is_cheaper(event: Change) -> bool:
    """Whether the price went down."""
    before, after = event.changes.get("price", (None, None))
    return before is not None and after is not None and Decimal(str(after)) < Decimal(str(before))
