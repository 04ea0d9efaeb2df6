"""Where customers went from one month to another: how many changed from which group to which."""

import datetime as dt

from hookline_sdk import Chart, Flow, Gate, Month, Report, Text, Value, func, select
from sqlalchemy.orm import aliased

from hookline_loyalty.plugin import plugin
from hookline_loyalty.value.data import MonthEnd
from hookline_loyalty.value.rfm import ValueGroup

# Three months are two steps; more would be bands without names on a telephone.
_STEPS = 2
_ORDER = list(ValueGroup)


@plugin.report("Migration between value groups", icon="users")
def migration(gate: Gate) -> Report:
    """How many customers were in which group at the end of a month, and in which a month later."""
    months = [
        month
        for (month,) in gate.rows(
            select(MonthEnd.month).distinct().order_by(MonthEnd.month.desc()).limit(_STEPS + 1)
        )
    ][::-1]
    columns = (Text("Month"), Text("Before"), Text("After"), Text("Customers"))
    if len(months) < 2:
        return Report(columns, [], note=Text("There is something to compare when two months are over."))
    flows, rows = [], list[tuple[Value, ...]]()
    for step in range(len(months) - 1):
        for before, after, number in _moves(gate, months[step], months[step + 1]):
            flows.append(Flow(Text(before.label), Text(after.label), number, step=step, tone=before.tone))
            if before != after:
                rows.append((Month(months[step + 1]), Text(before.label), Text(after.label), number))
    rows.sort(
        key=lambda row: (row[0].day if isinstance(row[0], Month) else dt.date.min, row[3]), reverse=True
    )
    chart = Chart(
        "sankey",
        title=Text("Customers by value group, month by month"),
        steps=[Month(month) for month in months],
        flows=flows,
    )
    return Report(
        columns,
        rows,
        chart=chart,
        note=Text("The table holds those who changed; the chart those who stayed, too."),
    )


def _moves(gate: Gate, before: dt.date, after: dt.date) -> list[tuple[ValueGroup, ValueGroup, int]]:
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
