"""What has become of a pair of request and property: remembered once per pair, and undone."""

from hookline_sdk import Action, Forbidden, Gate, select

from hookline_real_estate.properties.data import Property
from hookline_real_estate.requests.data import Match, MatchState, Request
from hookline_real_estate.requests.wishes import weigh


def mark(gate: Gate, wanted: Request, offered: Property, state: MatchState) -> None:
    """Remember what was said of a pair. Who may change the request may say it."""
    if gate.find(Request, wanted.id, action=Action.edit) is None:
        raise Forbidden
    # The match belongs to whoever has the request, also when a colleague says it.
    house = gate.as_house("matching")
    same = select(Match.id).where(Match.request == wanted.id, Match.property == offered.id)
    for (id,) in house.rows(same):
        house.update(Match, id, {"state": state})
        return
    values = {"name": offered.address, "request": wanted.id, "property": offered.id, "state": state}
    mine = {"owner": wanted.owner, "team": wanted.team, "told": True}
    house.create(Match, {**values, **mine, "score": weigh(wanted, offered).score})
