"""Won and lost: by month, and for which reasons."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from hookline.crm.catalogs import LostReason
from hookline.crm.core import core
from hookline.crm.deals import Deal
from hookline.crm.reports.figures import Sums, closed_in, deals_link, linked, months, rate
from hookline.errors import Text
from hookline.kernel.gate import Gate
from hookline.kernel.shown import Asked, Chart, Link, Mark, Month, Report, Value


@core.report("Won and lost by month", takes=("period", "pipeline", "owner"), order=20, icon="chart-column")
def won_and_lost(gate: Gate, asked: Asked) -> Report:
    """Deals by the month in which they were closed. The win rate is won / (won + lost); open deals are in neither."""
    by_month: dict[date, Tally] = {}
    total = Tally()
    for day, outcome, currency, count, amount in _by_day(gate, asked):
        month = by_month.setdefault(day.replace(day=1), Tally())
        for tally in (month, total):
            tally.add(outcome, currency, count, amount)
    every = months(by_month)
    rows: list[list[Value]] = []
    for first in every:
        days = _days_of(first, asked)
        label = Link(Month(first), deals_link(days, outcome="won,lost"))
        rows.append([label, *by_month.get(first, Tally()).cells(days)])
    won = [_mark(month, by_month.get(month, Tally()), asked) for month in every]
    return Report(
        _COLUMNS, rows, ["", *total.cells(asked)], Chart("bar", won, title=Text("Won amount by month"))
    )


@core.report("Reasons for losing", takes=("period", "pipeline", "owner"), order=30, icon="thumbs-down")
def reasons(gate: Gate, asked: Asked) -> Report:
    """Lost deals by the reason given, in the days in which they were lost. The share is that of all lost deals."""
    names = dict(gate.rows(select(LostReason.id, LostReason.name)))
    statement = select(Deal.lost_reason, Deal.currency, func.count(Deal.id), func.sum(Deal.amount))
    found: dict[int | None, tuple[int, Sums]] = {}
    lost = [*closed_in(asked), Deal.outcome == "lost"]
    for reason, currency, count, amount in gate.rows(
        statement.where(*lost).group_by(Deal.lost_reason, Deal.currency)
    ):
        known, sums = found.get(reason, (0, Sums()))
        sums.add(currency, amount)
        found[reason] = (known + count, sums)
    whole = sum(count for count, _ in found.values())
    ordered = sorted(found.items(), key=lambda item: -item[1][0])
    rows: list[list[Value]] = []
    everything = Sums()
    for reason, (count, sums) in ordered:
        to = _lost_link(asked, reason)
        everything.add_all(sums)
        figures = (linked(count, to), rate(count, whole), linked(sums.shown(), to))
        rows.append([Link(_name(names, reason), to), *figures])
    to = deals_link(asked, outcome="lost")
    marks = [
        Mark(_name(names, reason), count, to=_lost_link(asked, reason)) for reason, (count, _) in ordered
    ]
    return Report(
        (Text("Reason"), Text("Deals"), Text("Of all"), Text("Amount")),
        rows,
        ["", linked(whole, to), None, linked(everything.shown(), to)] if rows else (),
        chart=Chart("donut", marks, title=Text("Lost deals by reason")),
    )


_COLUMNS = (
    Text("Month"),
    Text("Won"),
    Text("Lost"),
    Text("Win rate"),
    Text("Won amount"),
    Text("Lost amount"),
    Text("Average won"),
)


class Tally:
    """Won and lost deals, counted and summed."""

    def __init__(self) -> None:
        self.counts = {"won": 0, "lost": 0}
        self.sums = {"won": Sums(), "lost": Sums()}

    def add(self, outcome: str, currency: str | None, count: int, amount: Decimal | None) -> None:
        """Add some deals of one outcome and one currency."""
        self.counts[outcome] += count
        self.sums[outcome].add(currency, amount)

    def cells(self, asked: Asked) -> list[Value]:
        """The counts, the win rate and the amounts as a report shows them, each leading to its deals."""
        won, lost = self.counts["won"], self.counts["lost"]
        to = {name: deals_link(asked, outcome=name) for name in ("won", "lost", "won,lost")}
        return [
            linked(won, to["won"]), linked(lost, to["lost"]), linked(rate(won, won + lost), to["won,lost"]),
            linked(self.sums["won"].shown(), to["won"]), linked(self.sums["lost"].shown(), to["lost"]),
            linked(self.sums["won"].divided(won), to["won"]),
        ]  # fmt: skip


def _by_day(gate: Gate, asked: Asked) -> list[tuple[date, str, str | None, int, Decimal | None]]:
    columns = (Deal.closed_on, Deal.outcome, Deal.currency)
    statement = select(*columns, func.count(Deal.id), func.sum(Deal.amount)).where(*closed_in(asked))
    return [(day, *rest) for day, *rest in gate.rows(statement.group_by(*columns)) if day is not None]


def _days_of(month: date, asked: Asked) -> Asked:
    """The days of a month, as far as they are asked for."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    last = date.fromordinal(following.toordinal() - 1)
    return replace(asked, start=max(month, asked.start or month), end=min(last, asked.end or last))


def _mark(month: date, tally: Tally, asked: Asked) -> Mark:
    won, to = tally.sums["won"], deals_link(_days_of(month, asked), outcome="won")
    return Mark(Month(month), won.main(), won.shown(), to, "green")


def _lost_link(asked: Asked, reason: int | None) -> str:
    return deals_link(asked, outcome="lost", lost_reason="none" if reason is None else reason)


def _name(names: dict[int, str], reason: int | None) -> Text:
    return Text(names[reason]) if reason in names else Text("No reason given")
