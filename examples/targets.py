"""Targets: how far this month's deals are from what was planned, on a page, above the list and on My day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hookline_sdk import (
    Act,
    Badge,
    Deal,
    Figure,
    Form,
    Gate,
    Invalid,
    Link,
    Mapped,
    Money,
    Month,
    PageRequest,
    Panel,
    Percent,
    Place,
    Plugin,
    Problem,
    Report,
    SearchHit,
    SearchRequest,
    Settings,
    Text,
    Value,
    func,
    integer,
    money,
    select,
)

plugin = Plugin("targets", label="Targets")
SEES = plugin.permission("see", "Targets", "Sees how far everybody is from the target.")


@plugin.settings("Targets", icon="target")
class Plan(Settings):
    """What the house wants to win each month."""

    month: Mapped[Decimal] = money("Each month", minimum=1, default=100_000)
    late: Mapped[int] = integer("Late after days", minimum=0, maximum=365, default=7)

    def check(self) -> Iterator[Problem]:
        if self.late > 90 and self.month > 1_000_000:
            yield Problem("late", Text("So much money cannot wait that long."))


def won(gate: Gate, start: object) -> Decimal:
    """What was won since a day, of all that this person may see."""
    found = gate.scalar(select(func.sum(Deal.amount)).where(Deal.outcome == "won", Deal.closed_on >= start))
    return found or Decimal(0)


@plugin.page("Target", menu="Insight", icon="target", needs=SEES)
def target(asked: PageRequest, gate: Gate) -> list[Figure | Panel | Report]:
    """The month against its target, then every deal that was won in it."""
    plan, start = Plan.of(gate), asked.reader.today.replace(day=1)
    reached = won(gate, start)
    figure = Figure(Money(reached), to="/deals?outcome=won&closed_on.within=this_month")
    facts = Panel(
        facts={"Target": Money(plan.month), "Still missing": Money(max(plan.month - reached, Decimal(0)))}
    )
    rows = gate.rows(
        select(Deal.id, Deal.name, Deal.closed_on, Deal.amount)
        .where(Deal.outcome == "won", Deal.closed_on >= start)
        .order_by(Deal.closed_on, Deal.id)
    )
    lines = [(Link(row.name, f"deal:{row.id}"), row.closed_on, Money(row.amount or 0)) for row in rows]
    table = Report(("Deal", "Closed on", "Amount"), lines, totals=(Month(start), None, Money(reached)))
    return [figure, facts, table]


plugin.menu(
    "Won this month", to="/deals?outcome=won&closed_on.within=this_month", section="Insight", icon="trophy"
)
plugin.view(
    Deal, "Late", filter={"outcome": "open", "expected_close.within": "overdue"}, sort="expected_close", name="late"
)  # fmt: skip


@plugin.cell(Deal, "expected_close", fields=("outcome",))
def expected_close(rows: list[dict[str, Any]], gate: Gate) -> Mapping[int, Value]:
    """Of an open deal that is later than the plan allows, by how much."""
    latest = gate.now.date() - timedelta(days=Plan.of(gate).late)
    late = [
        row for row in rows
        if row["outcome"] == "open" and row["expected_close"] and row["expected_close"] < latest
    ]  # fmt: skip
    days = {row["id"]: (gate.now.date() - row["expected_close"]).days for row in late}
    return {id: Badge(Text("%(days)s days late", days=number), "red") for id, number in days.items()}


@plugin.block("list.top", "This month", entity=Deal)
def this_month(at: Place, gate: Gate) -> Figure:
    """How much of the target has been reached."""
    reached = won(gate, at.reader.today.replace(day=1))
    return Figure(Percent(round(reached / Plan.of(gate).month * 100)), note=Text("of the target"))


@plugin.search("Deals by number", icon="hash")
def by_number(asked: SearchRequest, gate: Gate) -> Sequence[SearchHit]:
    """Of "#12" the deal of this number."""
    number = asked.words.removeprefix("#")
    if not asked.words.startswith("#") or not number.isascii() or not number.isdecimal():
        return []
    found = gate.find(Deal, int(number[:18]))
    return [SearchHit(found.name, f"deal:{found.id}", asked.words)] if found else []


class Delay(Form):
    """By how much."""

    days: Mapped[int] = integer("Days", minimum=1, maximum=365, default=7)


@plugin.action(Deal, "Put off", asks=Delay, icon="calendar-clock", bulk=True)
def put_off(act: Act[Deal, Delay], gate: Gate) -> Text:
    """Expect an open deal later than before."""
    if act.record.outcome != "open" or act.record.expected_close is None:
        raise Invalid([Problem("", Text("Only an open deal that has a day can be put off."))])
    day = act.record.expected_close + timedelta(days=act.form.days)
    gate.update(Deal, act.record.id, {"expected_close": day})
    return Text("Put off by %(days)s days.", days=act.form.days)
