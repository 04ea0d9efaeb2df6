"""What has become of a pair of request and offer: remembered once per pair, and undone."""

from hookline_sdk import Action, BeforeSave, Forbidden, Gate, Text, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.requests.data import Match, MatchState, Request
from hookline_real_estate.requests.offers import Offer
from hookline_real_estate.requests.wishes import weigh


@plugin.before_save(Match)
def check_pair(event: BeforeSave[Match]) -> None:
    """A match is of one thing: a property or a unit."""
    if bool(event.record.property) == bool(event.record.unit):
        event.reject(Text("Choose one of the two: a property or a unit."), "property")


def mark(gate: Gate, wanted: Request, offer: Offer, state: MatchState) -> None:
    """Remember what was said of a pair. Who may change the request may say it."""
    if gate.find(Request, wanted.id, action=Action.edit) is None:
        raise Forbidden
    # The match belongs to whoever has the request, also when a colleague says it.
    house = gate.as_house(Text("matching"))
    same = select(Match.id).where(Match.request == wanted.id, getattr(Match, offer.match) == offer.id)
    for (id,) in house.rows(same):
        house.update(Match, id, {"state": state})
        return
    values = {"name": offer.title, "request": wanted.id, offer.match: offer.id, "state": state}
    mine = {"owner": wanted.owner, "team": wanted.team, "told": True}
    house.create(Match, {**values, **mine, "score": weigh(wanted, offer).score})
