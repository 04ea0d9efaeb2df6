"""On the page of a request what fits it, on that of a property whom it fits, and on that of a contact both."""

from hookline_sdk import Badge, Gate, Link, Money, Panel, Text, Value

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property, Status
from hookline_real_estate.requests.data import Request, RequestState
from hookline_real_estate.requests.finding import Found, best_properties, best_requests
from hookline_real_estate.requests.wishes import Grade

_FEW = 6


@plugin.panel(Request, "Properties that fit", slot="record.main")
def fitting(record: Request, gate: Gate) -> Panel:
    """The best properties for a request, and what speaks against each."""
    if record.state != RequestState.open:
        return Panel(text=Text("The search is over."))
    found = best_properties(gate, record, _FEW)
    rows = [(Link(one.title, f"real_estate_property:{one.id}"), *_line(one)) for one in found]
    if not rows:
        return Panel(text=Text("Nothing on the market fits. You will be told when something comes."))
    return Panel(
        columns=("Address", Text("Fits"), "Price", Text("What differs")),
        rows=rows,
        more=f"/x/real_estate/matches/{record.id}",
    )


@plugin.panel(Property, "Buyers it fits", slot="record.main")
def buyers(record: Property, gate: Gate) -> Panel:
    """The requests that a property fits best."""
    if record.status != Status.active:
        return Panel(text=Text("It is not on the market."))
    found = best_requests(gate, record, _FEW)
    rows: list[tuple[Value, ...]] = [
        (Link(one.who or one.title, f"real_estate_request:{one.id}"), *_line(one)) for one in found
    ]
    if not rows:
        return Panel(text=Text("Nobody looks for something like this."))
    return Panel(
        columns=("For whom", Text("Fits"), "Price, to", Text("What differs")),
        rows=rows,
        more=f"/x/real_estate/buyers/{record.id}",
    )


def fit_badge(score: int) -> Badge:
    """How well something fits, in the colour of it."""
    return Badge(f"{score}%", "green" if score >= 90 else "blue" if score >= 70 else "amber")


def _line(found: Found) -> tuple[Value, Value, Value]:
    price = None if found.price is None else Money(found.price)
    against = [verdict.text for verdict in found.verdicts if verdict.grade < Grade.met]
    return fit_badge(found.score), price, against[0] if against else Text("everything fits")
