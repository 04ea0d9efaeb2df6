"""What each source of requests costs and brings."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, func, select

from hookline.crm.catalogs import Source
from hookline.crm.core import core
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.crm.reports.figures import Sums, closed_in, deals_link, leads_link, linked, rate, within
from hookline.errors import Text
from hookline.kernel.gate import Gate
from hookline.kernel.shown import Asked, Chart, Link, Mark, Report, Value


@core.report("Sources", takes=("period", "pipeline", "owner"), order=60, icon="megaphone")
def sources(gate: Gate, asked: Asked) -> Report:
    """Requests that came in these days with what they cost, and deals of the same source won in these days.

    Cost per won deal is cost / won.
    """
    found: dict[int | None, _Source] = {}
    _count_requests(gate, asked, found)
    _count_won(gate, asked, found)
    names = dict(gate.rows(select(Source.id, Source.name)))
    ordered = sorted(found.items(), key=lambda item: -item[1].amount.main())
    rows: list[list[Value]] = []
    for id, source in ordered:
        rows.append([Link(_name(names, id), _requests_link(asked, id)), *source.cells(asked, id)])
    marks = [
        Mark(_name(names, id), s.amount.main(), s.amount.shown(), _won_link(asked, id)) for id, s in ordered
    ]
    return Report(_COLUMNS, rows, chart=Chart("hbar", marks, title=Text("Won amount by source")))


_COLUMNS = (
    Text("Source"),
    Text("Requests"),
    Text("Converted"),
    Text("Cost"),
    Text("Won"),
    Text("Won amount"),
    Text("Cost per won deal"),
)


@dataclass
class _Source:
    requests: int = 0
    converted: int = 0
    won: int = 0
    cost: Sums = field(default_factory=Sums)
    amount: Sums = field(default_factory=Sums)

    def cells(self, asked: Asked, id: int | None) -> list[Value]:
        came, won = _requests_link(asked, id), _won_link(asked, id)
        became = f"{came}&status=converted"
        return [
            linked(self.requests, came), linked(rate(self.converted, self.requests), became), linked(self.cost.shown(), came),
            linked(self.won, won), linked(self.amount.shown(), won), self.cost.divided(self.won),
        ]  # fmt: skip


def _count_requests(gate: Gate, asked: Asked, found: dict[int | None, _Source]) -> None:
    converted = func.count(case((Lead.status == "converted", 1)))
    columns: tuple[Any, ...] = (Lead.source, Lead.currency)
    statement = select(*columns, func.count(Lead.id), converted, func.sum(Lead.cost))
    came = within(Lead.created_at, asked.since, asked.until)
    came += [
        column == id for column, id in ((Lead.owner, asked.owner), (Lead.team, asked.team)) if id is not None
    ]
    for id, currency, count, became, cost in gate.rows(statement.where(*came).group_by(*columns)):
        source = found.setdefault(id, _Source())
        source.requests += count
        source.converted += became
        source.cost.add(currency, cost)


def _count_won(gate: Gate, asked: Asked, found: dict[int | None, _Source]) -> None:
    columns: tuple[Any, ...] = (Deal.source, Deal.currency)
    statement = select(*columns, func.count(Deal.id), func.sum(Deal.amount))
    won = [*closed_in(asked), Deal.outcome == "won"]
    for id, currency, count, amount in gate.rows(statement.where(*won).group_by(*columns)):
        source = found.setdefault(id, _Source())
        source.won += count
        source.amount.add(currency, amount)


def _requests_link(asked: Asked, id: int | None) -> str:
    return leads_link(asked, source="none" if id is None else id)


def _won_link(asked: Asked, id: int | None) -> str:
    return deals_link(asked, outcome="won", source="none" if id is None else id)


def _name(names: dict[int, str], id: int | None) -> Text:
    return Text(names[id]) if id in names else Text("No source")
