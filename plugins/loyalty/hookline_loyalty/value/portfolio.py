"""The page of what customers buy: all of them, or those of a segment; what goes together, and what a segment lacks."""

import datetime as dt
from typing import Final

from hookline_sdk import (
    Amounts,
    Chart,
    Gate,
    Link,
    Mark,
    NotFound,
    PageRequest,
    Panel,
    Report,
    Text,
    Value,
    select,
)

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.customers.exact import part, rounded
from hookline_loyalty.plugin import INSIGHT, plugin
from hookline_loyalty.segments.data import Segment, Subject
from hookline_loyalty.segments.people import members
from hookline_loyalty.value.baskets import Bought, Together, count_customers, of_customers, products, together
from hookline_loyalty.value.lacking import Lack, lacking

_YEAR: Final = dt.timedelta(days=365)
_SHOWN: Final = 25
_CHARTED: Final = 8
_OFFERED: Final = 12


@plugin.page("What customers buy", menu=INSIGHT, icon="package", order=24)
def portfolio(asked: PageRequest, gate: Gate) -> list[Panel | Report]:
    """The purchases of a year; an address that ends in a segment's number asks of its members alone."""
    segment = gate.get(Segment, int(asked.rest)) if asked.rest.isascii() and asked.rest.isdecimal() else None
    if segment is not None and segment.of != Subject.contact:
        raise NotFound
    year = of_customers(since=gate.now - _YEAR)
    inside = Receipt.contact.in_(members(gate, segment)) if segment is not None else None
    which = year if inside is None else [*year, inside]
    known, number = products(gate, which), count_customers(gate, which)
    found: list[Panel | Report] = [bought_report(known, number, _of_whom(segment, number))]
    if inside is not None and known:
        found.append(_lacking(lacking(gate, year, inside, known), number))
    found += [together_report(together(gate, which, known))] if known else []
    return [*found, *_others(gate, asked, segment)]


def bought_report(known: list[Bought], customers: int, note: Text) -> Report:
    """What they buy, by how many of them."""
    rows: list[tuple[Value, ...]] = [
        (
            each.product,
            each.customers,
            part(each.customers, customers),
            each.quantity.normalize() if each.quantity % 1 else int(each.quantity),
            Amounts(each.amounts),
        )
        for each in known[:_SHOWN]
    ]
    marks = [Mark(each.product, each.customers, part(each.customers, customers)) for each in known[:_CHARTED]]
    columns = (Text("Product"), Text("Customers"), Text("Of all"), Text("Quantity"), Text("Amount"))
    chart = Chart("hbar", marks, title=Text("What they buy, by share of customers"))
    return Report(columns, rows, chart=chart if marks else None, note=note)


def together_report(pairs: list[Together]) -> Report:
    """What goes together in a basket."""
    rows: list[tuple[Value, ...]] = [
        (
            each.one,
            each.other,
            each.times,
            part(each.support, 1),
            part(each.confidence, 1),
            rounded(each.lift),
        )
        for each in pairs
    ]
    columns = (Text("Who buys"), Text("takes as well"), Text("Baskets"), Text("Support"), Text("Confidence"), Text("Lift"))  # fmt: skip
    return Report(
        columns,
        rows,
        note=Text(
            "What goes together: support is the share of all baskets, confidence that of the baskets with the first one, and"
            " with a lift of 2 it is twice as often as by chance. Pairs that were seen fewer than five times do not stand here."
        ),
    )


def _lacking(lacks: list[Lack], customers: int) -> Report:
    rows: list[tuple[Value, ...]] = [
        (
            each.product,
            part(each.bought, customers),
            part(each.alike, customers),
            round(each.missing),
        )
        for each in lacks[:_SHOWN]
    ]
    columns = (
        Text("Product"),
        Text("Have bought it"),
        Text("Of others like them"),
        Text("Customers missing"),
    )
    return Report(
        columns,
        rows,
        note=Text(
            "What they lack, compared with customers outside of the segment who stand in the same value groups."
        ),
    )


def _of_whom(segment: Segment | None, number: int) -> Text:
    if segment is None:
        return Text("All customers: %(number)s of them bought something within a year.", number=number)
    return Text(
        "%(name)s: %(number)s of them bought something within a year.", name=segment.name, number=number
    )


def _others(gate: Gate, asked: PageRequest, segment: Segment | None) -> list[Panel]:
    """Of whom else it can be asked."""
    named = select(Segment.id, Segment.name).where(Segment.of == Subject.contact).order_by(Segment.name)
    links: list[tuple[Value, ...]] = [
        (Link(name, f"{asked.url}/{id}"),)
        for id, name in gate.rows(named.limit(_OFFERED))
        if segment is None or id != segment.id
    ]
    if segment is not None:
        links.insert(0, (Link(Text("All customers"), asked.url),))
    return [Panel(columns=(Text("Show the same for"),), rows=links)] if links else []
