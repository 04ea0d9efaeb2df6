"""What comes of viewings, where buyers come from, and who is late with a payment."""

from decimal import Decimal

from hookline_sdk import (
    Amounts,
    Asked,
    Chart,
    Deal,
    Gate,
    Link,
    Mark,
    Money,
    Percent,
    Report,
    Source,
    Text,
    Value,
    case,
    func,
    select,
)

from hookline_real_estate.deals.data import OWED, DealTerms, Instalment
from hookline_real_estate.plugin import plugin
from hookline_real_estate.viewings.data import Viewing, ViewingState

_MOST = 200


@plugin.report("From viewing to deal", takes=("period",), icon="funnel")
def funnel(gate: Gate, asked: Asked) -> Report:
    """Of those who looked at a property in these days, how many have paid a deposit since, and how many have bought."""
    looked = [Viewing.state == ViewingState.done]
    looked += [Viewing.starts_at >= asked.since] if asked.since else []
    looked += [Viewing.starts_at < asked.until] if asked.until else []
    people = func.count(func.distinct(DealTerms.buyer))
    theirs = DealTerms.buyer.in_(select(Viewing.contact).where(*looked))
    came = select(func.count(func.distinct(Viewing.contact))).where(*looked)
    counts = [(Text("Looked at a property"), gate.scalar(came) or 0)]
    paid = select(people).where(theirs, DealTerms.deposit_paid_on.is_not(None))
    won = select(people).where(theirs, Deal.outcome == "won", DealTerms.deposit_paid_on.is_not(None))
    counts += [
        (Text("Paid a deposit"), gate.scalar(paid) or 0),
        (Text("Bought or rented"), gate.scalar(won) or 0),
    ]
    first = counts[0][1]
    rows: list[tuple[Value, ...]] = []
    for place, (label, number) in enumerate(counts):
        before = counts[max(place - 1, 0)][1]
        rows.append((label, number, _share(number, before), _share(number, first)))
    chart = Chart("funnel", [Mark(label, number) for label, number in counts])
    columns = (Text("Step"), Text("People"), Text("Of the step before"), Text("Of all"))
    return Report(columns, rows, chart=chart if first else None)


@plugin.report("Sources of buyers", takes=("period",), icon="megaphone")
def sources(gate: Gate, asked: Asked) -> Report:
    """Where those come from whose deals about a property or a unit were opened in these days, and what was sold to them."""
    about = (DealTerms.property.is_not(None)) | (DealTerms.unit.is_not(None))
    won = case((Deal.outcome == "won", 1), else_=0)
    sold = case((Deal.outcome == "won", DealTerms.price), else_=None)
    found = (
        select(Deal.source, Deal.currency, func.count(Deal.id), func.sum(won), func.sum(sold))
        .where(about)
        .group_by(Deal.source, Deal.currency)
    )
    found = found.where(Deal.opened_on >= asked.start) if asked.start else found
    found = found.where(Deal.opened_on <= asked.end) if asked.end else found
    told: dict[int | None, list[tuple[str | None, int, int, Decimal]]] = {}
    for source, currency, number, bought, price in gate.rows(found):
        told.setdefault(source, []).append((currency, number, bought or 0, price or Decimal(0)))
    names = gate.titles(Source.__tablename__, [source for source in told if source])
    rows: list[tuple[Value, ...]] = []
    marks = []
    for source, parts in sorted(
        told.items(), key=lambda each: (-sum(part[1] for part in each[1]), each[0] or 0)
    ):
        number, bought = sum(part[1] for part in parts), sum(part[2] for part in parts)
        name = names.get(source or 0) or Text("Not known")
        worth = Amounts({currency: price for currency, _, _, price in parts if price})
        link = Link(Text(names[source]), f"/deals?source={source}") if source in names else name
        rows.append((link, number, bought, _share(bought, number), worth))
        marks.append(Mark(name, number))
    columns = (Text("Source"), Text("Deals"), Text("Won"), Text("Share won"), Text("Sold for"))
    return Report(columns, rows, chart=Chart("hbar", marks) if marks else None)


@plugin.report("Overdue payments", icon="clock")
def overdue(gate: Gate) -> Report:
    """Lines of payment plans whose day is over and that are not paid in full, the latest first; lost deals do not count."""
    today = gate.now.date()
    left = Instalment.amount - func.coalesce(Instalment.paid, 0)
    late = (Instalment.state.in_(OWED), Instalment.due_on < today, Deal.outcome != "lost")
    found = gate.rows(
        select(
            Instalment.id,
            Instalment.number,
            Instalment.due_on,
            Instalment.amount,
            Instalment.paid,
            Deal.id.label("deal"),
            Deal.name,
            Deal.currency,
        )
        .join(Deal, Instalment.deal == Deal.id)
        .where(*late)
        .order_by(Instalment.due_on, Instalment.id)
        .limit(_MOST)
    )
    rows = [
        (
            Link(row.name, f"deal:{row.deal}"),
            Link(row.number, f"real_estate_instalment:{row.id}"),
            row.due_on,
            (today - row.due_on).days,
            Money(row.amount - (row.paid or 0), row.currency),
        )
        for row in found
    ]
    sums = select(Deal.currency, func.sum(left)).join(Deal, Instalment.deal == Deal.id).where(*late)
    total = Amounts({currency: amount or 0 for currency, amount in gate.rows(sums.group_by(Deal.currency))})
    note = Text("The first %(number)s are shown.", number=_MOST) if len(rows) == _MOST else ""
    columns = (Text("Deal"), Text("Line"), Text("Due on"), Text("Days late"), Text("Left"))
    return Report(columns, rows, totals=("", "", "", "", total) if rows else (), note=note)


def _share(part: int, whole: int) -> Percent | None:
    return Percent(Decimal(100 * part) / whole) if whole else None
