"""Widgets of sales: what stands in the pipeline, what was won, what is to be expected, and who sold most."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import and_, func, or_, select

from hookline.crm.core import core
from hookline.crm.deals import Deal
from hookline.crm.reports.figures import Sums, closed_in, deals_link, deals_of, open_link, rate
from hookline.crm.reports.sellers import sellers
from hookline.errors import Text
from hookline.kernel.gate import Gate
from hookline.kernel.rewrite import AnySelect, rewrite
from hookline.kernel.shown import Asked, Chart, Figure, Money, Percent

_BACK: Final = 6
_SELLERS: Final = 6


@core.widget("Pipeline value", takes=("pipeline", "owner"), size="small", order=10, icon="briefcase")
def pipeline_value(gate: Gate, asked: Asked) -> Figure:
    """The amount of all open deals, and how many there are."""
    open_deals = (Deal.outcome == "open", *deals_of(asked))
    count, sums = _summed(gate, Deal.amount, *open_deals)
    return Figure(
        sums.shown() if count else Money(0), to=open_link(asked, outcome="open"), note=Text("Open deals: %(count)s", count=count)
    )  # fmt: skip


@core.widget("Won", takes=("period", "pipeline", "owner"), size="small", order=20, icon="trophy")
def won(gate: Gate, asked: Asked) -> Figure:
    """The amount of the deals won in these days, against the days before. The line shows the last six months."""
    count, sums = _summed(gate, Deal.amount, Deal.outcome == "won", *closed_in(asked))
    before = (
        _summed(gate, Deal.amount, Deal.outcome == "won", *closed_in(asked.before))[1].shown()
        if asked.before
        else None
    )
    note = Text("Deals won: %(count)s", count=count)
    to = deals_link(asked, outcome="won")
    return Figure(sums.shown() if count else Money(0), before, to, note, _by_month(gate, asked))


@core.widget("Forecast", takes=("period", "pipeline", "owner"), size="small", order=30, icon="trending-up")
def forecast(gate: Gate, asked: Asked) -> Figure:
    """What was won in these days, and of the open deals that should close in them the amount times their probability."""
    _, gained = _summed(gate, Deal.amount, Deal.outcome == "won", *closed_in(asked))
    count, expected = _summed(gate, Deal.weighted, *_expected(asked))
    whole = Sums()
    whole.add_all(gained)
    whole.add_all(expected)
    given = f"{asked.start or ''}_{asked.end or ''}"
    to = open_link(asked, id__among=f"core.foreseen:{given}")
    note = Text("Open deals that should close: %(count)s", count=count)
    return Figure(whole.shown() if whole.shown().by_currency else Money(0), None, to, note)


@core.widget("Win rate", takes=("period", "pipeline", "owner"), size="small", order=40, icon="percent")
def win_rate(gate: Gate, asked: Asked) -> Figure:
    """Won deals of those won and lost in these days, against the days before."""
    now, closed = _win_rate(gate, asked)
    before = _win_rate(gate, asked.before)[0] if asked.before else None
    note = Text("Closed deals: %(count)s", count=closed)
    return Figure(now, before, deals_link(asked, outcome="won,lost"), note)


@core.widget(
    "Top sellers", takes=("period", "pipeline", "owner"), size="medium", order=90, icon="users-round"
)
def top_sellers(gate: Gate, asked: Asked) -> Chart:
    """Who won most in these days."""
    found = sellers(gate, asked).chart
    assert found is not None, "the report always draws one"
    return replace(found, marks=found.marks[:_SELLERS])


@core.selection(Deal, "of the forecast")
def foreseen(gate: Gate, given: str) -> AnySelect:
    """The deals of a forecast: "2026-03-01_2026-03-31", two days that may be missing."""
    start, end = (date.fromisoformat(day) if day else None for day in given.split("_"))
    asked = Asked(start, end)
    gained = and_(Deal.outcome == "won", *closed_in(asked))
    return rewrite(select(Deal.id).where(or_(gained, and_(*_expected(asked)))), gate.source)


def _expected(asked: Asked) -> list[Any]:
    """Open deals that should close in these days."""
    days = [Deal.expected_close >= asked.start] if asked.start is not None else []
    days += [Deal.expected_close <= asked.end] if asked.end is not None else []
    return [Deal.outcome == "open", *days, *deals_of(asked)]


def _summed(gate: Gate, column: Any, *where: Any) -> tuple[int, Sums]:
    statement = select(Deal.currency, func.count(Deal.id), func.sum(column)).where(*where)
    count, sums = 0, Sums()
    for currency, number, amount in gate.rows(statement.group_by(Deal.currency)):
        count += number
        sums.add(currency, amount)
    return count, sums


def _win_rate(gate: Gate, asked: Asked) -> tuple[Percent | None, int]:
    statement = select(Deal.outcome, func.count(Deal.id)).where(*closed_in(asked)).group_by(Deal.outcome)
    found: dict[str, int] = dict(gate.rows(statement))
    closed = sum(found.values())
    return rate(found.get("won", 0), closed), closed


def _by_month(gate: Gate, asked: Asked) -> list[Decimal]:
    """What was won in each of the last months, up to the one in which the days asked for end."""
    last = (asked.end or (asked.reader.today if asked.reader else gate.now.date())).replace(day=1)
    index = last.year * 12 + last.month - 1
    starts = [date(n // 12, n % 12 + 1, 1) for n in range(index - _BACK + 1, index + 2)]
    days = replace(asked, start=starts[0], end=date.fromordinal(starts[-1].toordinal() - 1))
    statement = select(Deal.closed_on, Deal.currency, func.sum(Deal.amount))
    months = {start: Sums() for start in starts[:-1]}
    for day, currency, amount in gate.rows(
        statement.where(Deal.outcome == "won", *closed_in(days)).group_by(Deal.closed_on, Deal.currency)
    ):
        months[day.replace(day=1)].add(currency, amount)
    return [sums.main() for sums in months.values()]
