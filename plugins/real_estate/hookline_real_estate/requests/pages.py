"""The pages of matches: what fits a request, whom an offer fits, and from a match to a viewing or a hold."""

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
    id_in,
    moment,
)

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.holds.holding import Holding, hold_for
from hookline_real_estate.plugin import MENU, plugin
from hookline_real_estate.properties.data import Property
from hookline_real_estate.requests.data import Match, MatchState, Request
from hookline_real_estate.requests.finding import best_offers, best_requests, declined_offers
from hookline_real_estate.requests.offers import PROPERTIES, UNITS, Offer, offer_at
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


@plugin.page("What fits")
def matches(asked: PageRequest, gate: Gate) -> Page | Redirect:
    """What fits a request, the best first: properties, units of new buildings; what nobody wanted can be taken back."""
    request = gate.get(Request, id_in(asked.rest) or 0)
    here = f"{asked.url}/{request.id}"
    if asked.is_post:
        return Redirect(here, _said(gate, asked, request=request))
    shown = asked.query.get("show", "")
    stock = UNITS if shown == "units" else PROPERTIES
    found = declined_offers(gate, request) if shown == "declined" else best_offers(gate, request, stock)
    return Page(
        "matches.html",
        {
            "here": here,
            "of": "offer",
            "this": request.id,
            "back": (f"/real_estate/requests/{request.id}", request.name),
            "found": found,
            "shown": shown,
            "may": _may(gate, request.id),
        },
    )


@plugin.page("Buyers it fits")
def buyers(asked: PageRequest, gate: Gate) -> Page | Redirect:
    """The open requests that an offer fits, the best first."""
    offer = offer_at(gate, asked.rest)
    here = f"{asked.url}/{offer.rest}"
    if asked.is_post:
        return Redirect(here, _said(gate, asked, offer=offer))
    slug = "units" if offer.match == UNITS.match else "properties"
    return Page(
        "matches.html",
        {
            "here": here,
            "of": "request",
            "this": offer.rest,
            "back": (f"/real_estate/{slug}/{offer.id}", offer.title),
            "found": best_requests(gate, offer),
            "shown": "",
            "may": gate.may("real_estate_request", Action.edit),
        },
    )


@plugin.page("Invite to a viewing")
def invite(asked: PageRequest, gate: Gate) -> list[Ask | Panel] | Redirect:
    """Plan a viewing of a property for whoever the request is for."""
    first, _, second = asked.rest.partition("/")
    request, offered = gate.get(Request, id_in(first) or 0), gate.get(Property, id_in(second) or 0)
    if asked.is_post:
        starts_at = asked.filled(Invitation).starts_at
        values = {"property": offered.id, "contact": request.contact, "starts_at": starts_at}
        id = gate.create(Viewing, values)
        mark(gate, request, PROPERTIES.one(gate, offered.id), MatchState.invited)
        return Redirect(f"real_estate_viewing:{id}", Text("The viewing is planned."))
    tomorrow = dt.datetime.combine(
        asked.reader.today + dt.timedelta(days=1), dt.time(11), asked.reader.zone_info
    )
    asks = Text("%(who)s comes to see %(address)s.", who=_who(gate, request), address=offered.address)
    return [Ask(Invitation(starts_at=tomorrow), submit="Plan the viewing", text=asks)]


@plugin.page("Hold for them")
def keep(asked: PageRequest, gate: Gate) -> list[Ask | Panel] | Redirect:
    """Hold a unit for whoever the request is for."""
    first, _, second = asked.rest.partition("/")
    request, unit = gate.get(Request, id_in(first) or 0), gate.get(Unit, id_in(second) or 0)
    if asked.is_post:
        offer = UNITS.one(gate, unit.id)
        done = hold_for(gate, unit, asked.filled(Holding))
        mark(gate, request, offer, MatchState.held)
        return Redirect(f"real_estate_hold:{done.hold}", done.text)
    asks = Text(
        "%(who)s gets %(unit)s for as long as you say here.", unit=unit.number, who=_who(gate, request)
    )
    return [Ask(Holding(contact=request.contact), submit="Hold", text=asks)]


def _said(
    gate: Gate, asked: PageRequest, *, request: Request | None = None, offer: Offer | None = None
) -> Text:
    """What a button of the page says of a pair; the page is one of the two, the button names the other."""
    for name, state, done in (
        ("decline", MatchState.declined, Text("It will not be offered again.")),
        ("restore", MatchState.new, Text("It is offered again.")),
    ):
        if name in asked.form:
            other = asked.form[name]
            wanted = request or gate.get(Request, id_in(other) or 0)
            mark(gate, wanted, offer or offer_at(gate, other), state)
            return done
    raise NotFound


def _may(gate: Gate, request: int) -> bool:
    return bool(gate.visible("real_estate_request", [request], action=Action.edit))


def _who(gate: Gate, request: Request) -> str:
    return gate.titles("contact", [request.contact]).get(request.contact, request.name)
