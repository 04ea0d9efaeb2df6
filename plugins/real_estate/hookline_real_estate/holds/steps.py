"""What has happened to a hold and to a unit: each step, when, and who did it or that it followed by itself."""

from collections.abc import Sequence

from hookline_sdk import Badge, Gate, Link, Panel, Text, User, Value, select

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.holds.data import Hold, HoldState, HoldStep, Step
from hookline_real_estate.holds.holding import place_of
from hookline_real_estate.holds.locking import QUEUE
from hookline_real_estate.plugin import plugin

_COLUMNS = (Text("Step"), Text("When"), Text("By"), Text("Until"))


@plugin.panel(Unit, "Holds step by step", order=210)
def unit_steps(record: Unit, gate: Gate) -> Panel:
    """Who had the unit, who let it go, what happened by itself; the newest first."""
    steps = _steps(gate, unit=record.id)
    names = gate.titles(Hold.__tablename__, [hold for hold, _ in steps])
    rows = [
        (Link(names[hold], f"real_estate_hold:{hold}") if hold in names else f"#{hold}", *rest)
        for hold, rest in steps
    ]
    return Panel(columns=("Hold", *_heads(rows, 1)), rows=rows, empty=Text("Nobody has held it yet."))


@plugin.panel(Hold, "Step by step", order=90)
def hold_steps(record: Hold, gate: Gate) -> Panel:
    """Where a hold stands in the queue, and what has happened to it, the newest first."""
    facts: dict[str, Value] = {}
    if record.state == HoldState.waiting:
        facts[str(Text("Place in the queue"))] = place_of(gate.as_house(QUEUE), record.unit, record.id)
    rows = [rest for _, rest in _steps(gate, hold=record.id)]
    return Panel(facts=facts, columns=_heads(rows), rows=rows)


def _steps(gate: Gate, *, unit: int = 0, hold: int = 0) -> list[tuple[int, tuple[Value, ...]]]:
    wanted = HoldStep.hold == hold if hold else HoldStep.unit == unit
    found = select(
        HoldStep.hold, HoldStep.what, HoldStep.at, HoldStep.until, HoldStep.automatic, HoldStep.by
    ).where(wanted)
    rows = list(gate.rows(found.order_by(HoldStep.id.desc()).limit(20)))
    people = gate.titles(User.__tablename__, [row.by for row in rows if row.by is not None])
    dated = any(row.until for row in rows)
    return [
        (
            row.hold,
            (
                Badge(Step(row.what).label, Step(row.what).tone),
                row.at,
                Text("automatic") if row.automatic else people.get(row.by, ""),
                *((row.until,) if dated else ()),
            ),
        )
        for row in rows
    ]


def _heads(rows: Sequence[Sequence[Value]], before: int = 0) -> Sequence[Text]:
    """The heads of the columns there are: where no step has set an end, there is no column for it."""
    return _COLUMNS[: len(rows[0]) - before] if rows else ()
