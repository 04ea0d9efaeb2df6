"""Where customers went from one month to another: how many changed from which group to which."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from hookline_sdk import Badge, Chart, Flow, Gate, Month, Report, Text, Value, func, select
from sqlalchemy.orm import aliased

from hookline_loyalty.plugin import plugin
from hookline_loyalty.value.data import MonthEnd
from hookline_loyalty.value.rfm import ValueGroup

# Three months are two steps; more would be bands without names on a telephone.
_STEPS = 2
_ORDER = list(ValueGroup)
# From which group, to which, and how many.
Move: TypeAlias = tuple[ValueGroup, ValueGroup, int]


@plugin.report("Migration between value groups", icon="users")
def migration(gate: Gate) -> Report:
    """How many customers were in which group at the end of a month, and in which a month later."""
    months = [
        month
        for (month,) in gate.rows(
            select(MonthEnd.month).distinct().order_by(MonthEnd.month.desc()).limit(_STEPS + 1)
        )
    ][::-1]
    columns = (
        Text("Value group"), Text("Before"), Text("Stayed"), Text("Came"), Text("Went"), Text("After"), Text("Most went to"),
    )  # fmt: skip
    if len(months) < 2:
        return Report(columns, [], note=Text("There is something to compare when two months are over."))
    steps = [_moves(gate, before, after) for before, after in pairwise(months)]
    flows = [
        Flow(Text(before.label), Text(after.label), number, step=step, tone=before.tone)
        for step, moves in enumerate(steps)
        for before, after, number in moves
    ]
    chart = Chart(
        "sankey",
        title=Text("Customers by value group, month by month"),
        steps=[Month(month) for month in months],
        flows=flows,
    )
    return Report(
        columns,
        [_row(group, steps[-1]) for group in _ORDER if any(group in move[:2] for move in steps[-1])],
        totals=_totals(steps[-1]),
        chart=chart,
        note=Text("In the table the last month: %(month)s.", month=Month(months[-1])),
    )


def _row(group: ValueGroup, moves: Sequence[Move]) -> tuple[Value, ...]:
    """How many a group had, kept, won and lost in a month, and where most of the lost ones are."""
    before = sum(number for was, _, number in moves if was == group)
    now = sum(number for _, becomes, number in moves if becomes == group)
    stayed = sum(number for was, becomes, number in moves if was == becomes == group)
    lost = max(((number, after) for was, after, number in moves if was == group != after), default=None)
    went = Text("%(group)s: %(number)s", group=Text(lost[1].label), number=lost[0]) if lost else None
    return (Badge(group.label, group.tone), before, stayed, now - stayed, before - stayed, now, went)


def _totals(moves: Sequence[Move]) -> tuple[Value, ...]:
    everybody = sum(number for _, _, number in moves)
    stayed = sum(number for before, after, number in moves if before == after)
    moved = everybody - stayed
    return (Text("Together"), everybody, stayed, moved, moved, everybody, None)


def _moves(gate: Gate, before: dt.date, after: dt.date) -> list[Move]:
    """Pairs of groups with the number of customers, best groups first."""
    earlier, later = aliased(MonthEnd), aliased(MonthEnd)
    asked = (
        select(earlier.value_group, later.value_group, func.count(later.id))
        .join(later, earlier.contact == later.contact)
        .where(earlier.month == before, later.month == after)
        .group_by(earlier.value_group, later.value_group)
    )
    found = [(ValueGroup(a), ValueGroup(b), number) for a, b, number in gate.rows(asked)]
    return sorted(found, key=lambda move: (_ORDER.index(move[0]), _ORDER.index(move[1])))
