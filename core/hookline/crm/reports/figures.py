"""Figures that several reports work out: sums by currency, rates, days between, and links to the deals behind them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, extract, func

from hookline.crm.deals import Deal
from hookline.crm.pipelines import PipelineInfo, pipelines
from hookline.kernel.reads import Reads
from hookline.kernel.shown import Amounts, Asked, Link, Percent, Value


class Sums:
    """Amounts added up by currency."""

    def __init__(self) -> None:
        self._by: dict[str | None, Decimal] = defaultdict(Decimal)

    def add(self, currency: str | None, amount: Decimal | None) -> None:
        """Add what the database summed; None when there was nothing to sum."""
        if amount is not None:
            self._by[currency] += amount

    def add_all(self, other: "Sums") -> None:
        """Add what is in another one."""
        for currency, amount in other._by.items():  # noqa: SLF001  # one of the same kind
            self._by[currency] += amount

    def shown(self) -> Amounts:
        """As a report shows them."""
        return Amounts(dict(self._by))

    def divided(self, count: int) -> Amounts | None:
        """The mean of so many, to the cent; None of none."""
        return Amounts({c: round(amount / count, 2) for c, amount in self._by.items()}) if count else None

    def main(self) -> Decimal:
        """The amount in the currency with most of it: what a chart can draw."""
        return max(self._by.values(), default=Decimal(0))


def rate(part: int, whole: int) -> Percent | None:
    """`part` in per cent of `whole`, to two places; None of nothing."""
    return Percent(round(Decimal(100 * part) / whole, 2)) if whole else None


def closed_in(asked: Asked) -> list[ColumnElement[bool]]:
    """The deals that were closed in the days asked for, in the pipeline asked for."""
    conditions: list[ColumnElement[bool]] = [Deal.outcome.in_(("won", "lost"))]
    if asked.start is not None:
        conditions.append(Deal.closed_on >= asked.start)
    if asked.end is not None:
        conditions.append(Deal.closed_on <= asked.end)
    return [*conditions, *deals_of(asked)]


def deals_of(asked: Asked) -> list[ColumnElement[bool]]:
    """The deals of the pipeline, the person and the team asked for."""
    chosen = ((Deal.pipeline, asked.pipeline), (Deal.owner, asked.owner), (Deal.team, asked.team))
    return [column == value for column, value in chosen if value is not None]


def chosen_pipeline(gate: Reads, asked: Asked) -> PipelineInfo | None:
    """The pipeline asked for, or the first one that deals have; None where there is none."""
    known = pipelines(gate)
    found = known.by_id.get(asked.pipeline or 0)
    return found if found is not None and found.entity == "deal" else next(iter(known.of("deal")), None)


def deals_link(asked: Asked | None = None, **conditions: object) -> str:
    """The list of the deals behind a figure; with `asked`, those closed in its days, of its pipeline, person and team."""
    days = {"closed_on.gte": asked.start, "closed_on.lte": asked.end} if asked is not None else {}
    return records_link("deals", conditions, asked, days)


def open_link(asked: Asked, **conditions: object) -> str:
    """As `deals_link`, of whatever day."""
    return records_link("deals", conditions, asked, {})


def leads_link(asked: Asked, **conditions: object) -> str:
    """The list of the requests that came in the days asked for."""
    return records_link(
        "leads", conditions, replace(asked, pipeline=None), {"created_at.gte": asked.start, "created_at.lte": asked.end}
    )  # fmt: skip


def records_link(
    slug: str, conditions: Mapping[str, object], asked: Asked | None, days: Mapping[str, date | None]
) -> str:
    """The list of an entity that shows just these. Of a condition's name `__` stands for the point: `amount__gte`."""
    query = {name.replace("__", "."): value for name, value in conditions.items() if value is not None}
    if asked is not None:
        whose = {"pipeline": asked.pipeline, "owner": asked.owner, "team": asked.team, **days}
        query = {**{name: value for name, value in whose.items() if value is not None}, **query}
    return f"/{slug}?{urlencode(query)}" if query else f"/{slug}"


def linked(value: Value, to: str) -> Value:
    """A figure that leads to its records; nothing leads nowhere."""
    nothing = value is None or value == 0 or (isinstance(value, Amounts) and not value.by_currency)
    return value if nothing else Link(value, to)


def days_between(gate: Reads, start: Any, end: Any) -> ColumnElement[Any]:
    """The days from one day to another, in SQL."""
    return func.julianday(end) - func.julianday(start) if gate.tx.sqlite else end - start


def long_between(gate: Reads, start: Any, end: Any) -> ColumnElement[Any]:
    """The days from one moment to another with their fractions, in SQL."""
    if gate.tx.sqlite:
        return func.julianday(end) - func.julianday(start)
    return extract("epoch", end - start) / 86_400


def within(column: Any, since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    """The moments of these days."""
    conditions = [column >= since] if since is not None else []
    return [*conditions, column < until] if until is not None else conditions


def hundredths(days: Any) -> Decimal | None:
    """Days with two decimals."""
    return None if days is None else round(Decimal(str(days)), 2)


def months(days: Iterable[date]) -> list[date]:
    """The first day of every month from the earliest of these days to the latest."""
    known = sorted({day.replace(day=1) for day in days})
    if not known:
        return []
    count = (known[-1].year - known[0].year) * 12 + known[-1].month - known[0].month + 1
    start = known[0].year * 12 + known[0].month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(start, start + count)]
