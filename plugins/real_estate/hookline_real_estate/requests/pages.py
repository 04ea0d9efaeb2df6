"""The pages of matches: what fits a request, whom a property fits, and from a match to a viewing."""

import datetime as dt

from hookline_sdk import (
    Action,
    Ask,
    Form,
    Gate,
    Mapped,
    NotFound,
    Page,
    PageRequest,
    Panel,
    Redirect,
    Text,
    moment,
)

from hookline_real_estate.plugin import MENU, plugin
from hookline_real_estate.properties.data import Property
from hookline_real_estate.requests.data import Match, MatchState, Request
from hookline_real_estate.requests.finding import best_properties, best_requests, declined_properties
from hookline_real_estate.requests.pairs import mark
from hookline_real_estate.viewings.data import Viewing

plugin.view(Match, "New ones", filter={"state": "new"}, sort="-created_at", name="new")
plugin.view(
    Match, "Cheaper now", filter={"news": "cheaper", "state": "new"}, sort="-updated_at", name="cheaper"
)
plugin.view(Request, "Open ones", filter={"state": "open"}, sort="deadline", name="open")
plugin.menu(
    "New matches", to="/real_estate/matches?state=new&owner=me", section=MENU, icon="handshake", order=30
)


class Invitation(Form):
    """When somebody comes to see a property."""

    starts_at: Mapped[dt.datetime] = moment("When")


@plugin.page("Properties that fit")
def matches(asked: PageRequest, gate: Gate) -> Page | Redirect:
    """What fits a request, the best first; what nobody wanted can be taken back."""
    request = gate.get(Request, _number(asked.rest))
    here = f"{asked.url}/{request.id}"
    if asked.is_post:
        return Redirect(here, _said(gate, asked, request=request))
    declined = asked.query.get("show") == "declined"
    found = declined_properties(gate, request) if declined else best_properties(gate, request)
    return Page(
        "matches.html",
        {
            "here": here,
            "of": "property",
            "this": request.id,
            "back": (f"/real_estate/requests/{request.id}", request.name),
            "found": found,
            "declined": declined,
            "may": _may(gate, request.id),
        },
    )


@plugin.page("Buyers it fits")
def buyers(asked: PageRequest, gate: Gate) -> Page | Redirect:
    """The open requests that a property fits, the best first."""
    offered = gate.get(Property, _number(asked.rest))
    here = f"{asked.url}/{offered.id}"
    if asked.is_post:
        return Redirect(here, _said(gate, asked, offered=offered))
    return Page(
        "matches.html",
        {
            "here": here,
            "of": "request",
            "this": offered.id,
            "back": (f"/real_estate/properties/{offered.id}", offered.address),
            "found": best_requests(gate, offered),
            "declined": False,
            "may": gate.may("real_estate_request", Action.edit),
        },
    )


@plugin.page("Invite to a viewing")
def invite(asked: PageRequest, gate: Gate) -> list[Ask | Panel] | Redirect:
    """Plan a viewing of a property for whoever the request is for."""
    first, _, second = asked.rest.partition("/")
    request, offered = gate.get(Request, _number(first)), gate.get(Property, _number(second))
    if asked.is_post:
        starts_at = asked.filled(Invitation).starts_at
        values = {"property": offered.id, "contact": request.contact, "starts_at": starts_at}
        id = gate.create(Viewing, values)
        mark(gate, request, offered, MatchState.invited)
        return Redirect(f"real_estate_viewing:{id}", Text("The viewing is planned."))
    who = gate.titles("contact", [request.contact]).get(request.contact, request.name)
    tomorrow = dt.datetime.combine(
        asked.reader.today + dt.timedelta(days=1), dt.time(11), asked.reader.zone_info
    )
    asks = Text("%(who)s comes to see %(address)s.", who=who, address=offered.address)
    return [Ask(Invitation(starts_at=tomorrow), submit="Plan the viewing", text=asks)]


def _said(
    gate: Gate, asked: PageRequest, *, request: Request | None = None, offered: Property | None = None
) -> Text:
    """What a button of the page says of a pair; the page is one of the two, the button names the other."""
    for name, state, done in (
        ("decline", MatchState.declined, Text("It will not be offered again.")),
        ("restore", MatchState.new, Text("It is offered again.")),
    ):
        if name in asked.form:
            other = _number(asked.form[name])
            mark(gate, request or gate.get(Request, other), offered or gate.get(Property, other), state)
            return done
    raise NotFound


def _may(gate: Gate, request: int) -> bool:
    return bool(gate.visible("real_estate_request", [request], action=Action.edit))


def _number(said: str) -> int:
    """An id out of an address; 0, which no record has, for anything else."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0
