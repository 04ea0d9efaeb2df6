"""What a price cut would bring: how many more buyers a property would fit within their budget."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import cast

from hookline_sdk import Asked, Gate, Link, Money, Panel, Percent, Report, Text, Value, func, or_, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property, Status
from hookline_real_estate.requests.data import Request, RequestState
from hookline_real_estate.requests.finding import WANTED
from hookline_real_estate.requests.matching import may_fit_and_score, offers_side, requests_side
from hookline_real_estate.requests.offers import PROPERTIES, Offer
from hookline_real_estate.requests.wishes import LEAST, weigh

_CUTS = (1, 2, 3, 5, 7, 10)
_MOST = 50


@plugin.panel(Property, "What a price cut would bring", order=120)
def price_cuts(record: Property, gate: Gate) -> Panel:
    """How many buyers could afford it now, and how many more when it cost less."""
    if record.status != Status.active or not record.price:
        return Panel(empty=None)
    now, *then = affordable(gate, PROPERTIES.one(gate, record.id), [0, *_CUTS])
    rows: list[tuple[Value, ...]] = [
        (Percent(-cut), Money(cut_price(record.price, cut)), f"+{number - now}")
        for cut, number in zip(_CUTS, then, strict=True)
        if number > now
    ]
    if not rows:
        return Panel(
            facts={str(Text("Buyers within their budget now")): now},
            text=Text("A tenth less would add none."),
        )
    return Panel(
        facts={str(Text("Buyers within their budget now")): now},
        columns=(Text("Cut"), "Price", Text("Buyers more")),
        rows=rows,
    )


@plugin.report("Price cuts that would pay", takes=("owner",), icon="trending-up")
def paying_cuts(gate: Gate, asked: Asked) -> Report:
    """Properties on the market that more buyers could afford if they cost 3 per cent less, those with most new buyers first."""
    cut = 3
    mine = [Property.owner == asked.owner] if asked.owner is not None else []
    # Only who would come in by the cut: their budget lies between the two prices.
    more = func.count(Request.id)
    least = Property.price * (100 - cut)
    fits, points = may_fit_and_score(requests_side(), offers_side(PROPERTIES))
    found = (
        select(Property.id, Property.address, Property.price, more)
        .join(Request, (Request.price_to * 100 >= least) & (Request.price_to < Property.price))
        .where(fits, points >= LEAST, *mine)
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
        note=Text("Buyers whose request fits and whose budget lies between the two prices."),
    )


def affordable(gate: Gate, offered: Offer, cuts: Sequence[int]) -> list[int]:
    """How many open requests an offer fits within their budget, at each of these cuts in per cent."""
    if offered.price is None:
        return [0 for _ in cuts]
    prices = [cut_price(offered.price, cut) for cut in cuts]
    offers = [replace(offered, price=price) for price in prices]
    could = select(*WANTED).where(
        Request.state == RequestState.open,
        Request.purpose == offered.purpose,
        or_(Request.price_to.is_(None), Request.price_to >= min(prices)),
    )
    counts = [0 for _ in cuts]
    for row in gate.rows(could):
        wanted = cast(Request, row)
        for place, offer in enumerate(offers):
            budget = wanted.price_to is None or prices[place] <= wanted.price_to
            counts[place] += budget and weigh(wanted, offer).fits
    return counts


def cut_price(price: Decimal, cut: int) -> Decimal:
    """A price less some per cent, to the cent."""
    return (price * (100 - cut) / 100).quantize(Decimal("0.01"))
