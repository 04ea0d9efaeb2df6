"""What a price cut would bring: how many more buyers a property would fit within their budget."""

from decimal import Decimal

from hookline_sdk import Asked, Gate, Link, Money, Panel, Percent, Report, Text, Value, case, func, select
from sqlalchemy import ColumnElement

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property, Status
from hookline_real_estate.requests.data import Request, RequestState
from hookline_real_estate.requests.matching import PROPERTIES, REQUESTS, Side, fits, within_budget

_CUTS = (1, 2, 3, 5, 7, 10)
_MOST = 50


@plugin.panel(Property, "What a price cut would bring", order=120)
def price_cuts(record: Property, gate: Gate) -> Panel:
    """How many buyers could afford it now, and how many more when it cost less."""
    if record.status != Status.active or not record.price:
        return Panel()
    now, *then = affordable(gate, record, [0, *_CUTS])
    rows: list[tuple[Value, ...]] = [
        (Percent(-cut), Money(cut_price(record.price, cut)), f"+{number - now}")
        for cut, number in zip(_CUTS, then, strict=True)
        if number > now
    ]
    if not rows:
        return Panel(facts={"Buyers within their budget now": now}, text=Text("A tenth less would add none."))
    return Panel(
        facts={"Buyers within their budget now": now}, columns=("Cut", "Price", "Buyers more"), rows=rows
    )


@plugin.report("Price cuts that would pay", takes=("owner",), icon="trending-down")
def paying_cuts(gate: Gate, asked: Asked) -> Report:
    """Properties on the market that more buyers could afford if they cost 3 per cent less, those with most new buyers first."""
    cut = 3
    mine = [Property.owner == asked.owner] if asked.owner is not None else []
    # Only who would come in by the cut: their budget lies between the two prices.
    more = func.count(Request.id)
    least = Property.price * (100 - cut)
    found = (
        select(Property.id, Property.address, Property.price, more)
        .join(Request, (Request.price_to * 100 >= least) & (Request.price_to < Property.price))
        .where(fits(REQUESTS, PROPERTIES), *mine)
        .group_by(Property.id, Property.address, Property.price)
        .order_by(more.desc(), Property.id)
        .limit(_MOST)
    )
    return Report(
        ("Property", "Price", Text("Price at %(cut)s%% less", cut=cut), "Buyers more"),
        [
            (Link(address, f"real_estate_property:{id}"), Money(price), Money(cut_price(price, cut)), number)
            for id, address, price, number in gate.rows(found)
        ],
        note="Buyers whose request fits and whose budget lies between the two prices.",
    )


def affordable(gate: Gate, offered: Property, cuts: list[int]) -> list[int]:
    """How many open requests a property fits within their budget, at each of these cuts in per cent: one statement."""
    counts: list[ColumnElement[int]] = []
    for cut in cuts:
        cheaper = Side(Property, offered, price=cut_price(offered.price or Decimal(0), cut))
        suits = fits(REQUESTS, cheaper) & within_budget(REQUESTS, cheaper)
        counts.append(func.count(case((suits, Request.id))))
    return list(*gate.rows(select(*counts).where(Request.state == RequestState.open)))


def cut_price(price: Decimal, cut: int) -> Decimal:
    """A price less some per cent, to the cent."""
    return (price * (100 - cut) / 100).quantize(Decimal("0.01"))
