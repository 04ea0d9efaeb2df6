"""On the page of a request what fits it, on that of a property or a unit whom it fits."""

from hookline_sdk import Badge, Gate, Link, Money, Panel, Percent, Text, Value

from hookline_real_estate.buildings.data import Unit, UnitStatus
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property, Status
from hookline_real_estate.requests.data import Request, RequestState
from hookline_real_estate.requests.finding import Found, best_offers, best_requests
from hookline_real_estate.requests.offers import PROPERTIES, UNITS, Offer, Stock
from hookline_real_estate.requests.wishes import Grade

_FEW = 6


@plugin.panel(Request, "Properties that fit", slot="record.main")
def fitting(record: Request, gate: Gate) -> Panel:
    """The best properties for a request, and what speaks against each."""
    return _offers(record, gate, PROPERTIES, "")


@plugin.panel(Request, "Units that fit", slot="record.main", order=110)
def fitting_units(record: Request, gate: Gate) -> Panel:
    """The best free units of new buildings; nothing where there are none or something else is looked for."""
    return _offers(record, gate, UNITS, "?show=units")


@plugin.panel(Property, "Buyers it fits", slot="record.main")
def buyers(record: Property, gate: Gate) -> Panel:
    """The requests that a property fits best."""
    if record.status != Status.active:
        return Panel(text=Text("It is not on the market."))
    return _buyers(gate, PROPERTIES.one(gate, record.id))


@plugin.panel(Unit, "Buyers it fits", slot="record.main")
def unit_buyers(record: Unit, gate: Gate) -> Panel:
    """The requests that a unit fits best, while it is free."""
    if record.status != UnitStatus.free:
        return Panel(text=Text("It is not free."))
    return _buyers(gate, UNITS.one(gate, record.id))


def fit_badge(score: int) -> Badge:
    """How well something fits, in the colour of it."""
    return Badge(Percent(score), "green" if score >= 90 else "blue" if score >= 70 else "amber")


def differs(found: Found) -> Text:
    """The first thing that speaks against it, in words."""
    against = [verdict.text for verdict in found.verdicts if verdict.grade < Grade.met]
    return against[0] if against else Text("everything fits")


def _offers(record: Request, gate: Gate, stock: Stock, show: str) -> Panel:
    if record.state != RequestState.open:
        return Panel(empty=None) if show else Panel(text=Text("The search is over."))
    rows = [(Link(one.title, one.key), *_line(one)) for one in best_offers(gate, record, stock, _FEW)]
    if not rows:
        none = Text("Nothing on the market fits. You will be told when something comes.")
        return Panel(empty=None) if show else Panel(text=none)
    return Panel(
        columns=("Address", Text("Fits"), "Price", Text("What differs")),
        rows=rows,
        more=f"/x/real_estate/matches/{record.id}{show}",
    )


def _buyers(gate: Gate, offer: Offer) -> Panel:
    found = best_requests(gate, offer, _FEW)
    rows: list[tuple[Value, ...]] = [(Link(one.who or one.title, one.key), *_line(one)) for one in found]
    if not rows:
        return Panel(text=Text("Nobody looks for something like this."))
    return Panel(
        columns=("For whom", Text("Fits"), "Price, to", Text("What differs")),
        rows=rows,
        more=f"/x/real_estate/buyers/{offer.rest}",
    )


def _line(found: Found) -> tuple[Value, Value, Value]:
    price = None if found.price is None else Money(found.price)
    return fit_badge(found.score), price, differs(found)
