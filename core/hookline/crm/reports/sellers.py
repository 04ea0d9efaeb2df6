"""Who sold what: people and teams."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, func, select

from hookline.crm.access.actors import directory
from hookline.crm.core import core
from hookline.crm.deals import Deal
from hookline.crm.reports.figures import Sums, closed_in, days_between, deals_link, hundredths, linked, rate
from hookline.errors import Text
from hookline.kernel.gate import Gate
from hookline.kernel.shown import Asked, Chart, Link, Mark, Report, Value


@core.report("Sellers", takes=("period", "pipeline", "owner"), order=40, icon="trophy")
def sellers(gate: Gate, asked: Asked) -> Report:
    """Deals closed in these days, by owner. Win rate is won / (won + lost).

    The cycle is the mean of the days from opening to closing, of won deals.
    """
    names = {id: person.name for id, person in directory(gate).people.items()}
    return _report(gate, asked, "owner", Text("Seller"), names, title=Text("Won amount by seller"))


@core.report("Teams", takes=("period", "pipeline", "owner"), order=50, icon="users-round")
def teams(gate: Gate, asked: Asked) -> Report:
    """Deals closed in these days, by the team they belong to now; figured as for sellers."""
    return _report(gate, asked, "team", Text("Team"), directory(gate).teams, title=Text("Won amount by team"))


@dataclass
class _Record:
    won: int = 0
    lost: int = 0
    days: float = 0.0
    timed: int = 0
    sums: Sums = field(default_factory=Sums)

    def cells(self, asked: Asked, **whose: object) -> list[Value]:
        mean = hundredths(self.days / self.timed) if self.timed else None
        won, lost, both = (deals_link(asked, outcome=name, **whose) for name in ("won", "lost", "won,lost"))
        return [
            linked(self.won, won), linked(self.sums.shown(), won), linked(self.lost, lost),
            linked(rate(self.won, self.won + self.lost), both), linked(self.sums.divided(self.won), won), linked(mean, won),
        ]  # fmt: skip

    def add(self, other: "_Record") -> None:
        self.won += other.won
        self.lost += other.lost
        self.days += other.days
        self.timed += other.timed
        self.sums.add_all(other.sums)


def _report(
    gate: Gate, asked: Asked, by: str, label: Text, names: Mapping[int, str], *, title: Text
) -> Report:
    found = sorted(_records(gate, asked, by).items(), key=lambda item: -item[1].sums.main())
    whole = _Record()
    for _, record in found:
        whole.add(record)
    rows: list[list[Value]] = []
    for id, record in found:
        rows.append(
            [Link(_name(names, id), _link(asked, by, id, "won,lost")), *record.cells(asked, **_whose(by, id))]
        )
    marks = [
        Mark(_name(names, id), r.sums.main(), r.sums.shown(), _link(asked, by, id, "won"))
        for id, r in found
        if r.won
    ]
    columns = (
        label,
        Text("Won"),
        Text("Won amount"),
        Text("Lost"),
        Text("Win rate"),
        Text("Average won"),
        Text("Cycle, days"),
    )
    return Report(columns, rows, ["", *whole.cells(asked)], Chart("hbar", marks[:20], title=title))


def _records(gate: Gate, asked: Asked, by: str) -> dict[int | None, _Record]:
    whose, days = getattr(Deal, by), days_between(gate, Deal.opened_on, Deal.closed_on)
    timed = case((days.is_not(None), 1))
    columns: tuple[Any, ...] = (whose, Deal.outcome, Deal.currency)
    figures = (func.count(Deal.id), func.sum(Deal.amount), func.sum(days), func.count(timed))
    found: dict[int | None, _Record] = {}
    for id, outcome, currency, count, amount, total, number in gate.rows(
        select(*columns, *figures).where(*closed_in(asked)).group_by(*columns)
    ):
        record = found.setdefault(id, _Record())
        if outcome == "lost":
            record.lost += count
            continue
        record.won += count
        record.sums.add(currency, amount)
        record.days += float(total or 0)
        record.timed += number
    return found


def _link(asked: Asked, by: str, id: int | None, outcome: str) -> str:
    return deals_link(asked, outcome=outcome, **_whose(by, id))


def _whose(by: str, id: int | None) -> dict[str, object]:
    return {by: "none" if id is None else id}


def _name(names: Mapping[int, str], id: int | None) -> str | Text:
    return names.get(id or 0) or Text("Nobody")
