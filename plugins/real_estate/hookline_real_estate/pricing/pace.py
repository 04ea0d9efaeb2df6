"""How fast the units of each layout sell against their plan, how long the rest lasts, and what that says of the price."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from hookline_sdk import Asked, Chart, Gate, Link, Mark, Month, Report, Text, Value, func, select

from hookline_real_estate.buildings.data import Layout, Unit, UnitStatus
from hookline_real_estate.plugin import plugin
from hookline_real_estate.pricing.data import SalesPlan

_SLOW, _FAST = Decimal("0.8"), Decimal("1.2")
_MOST = Decimal(5)


@dataclass(frozen=True)
class Pace:
    """A layout over some months: what was planned and sold in them, and what is left."""

    planned: int
    sold: int
    left: int
    months: int

    @property
    def lasts(self) -> Decimal | None:
        """How many months the rest lasts at this pace; None where nothing sells."""
        return (Decimal(self.left) * self.months / self.sold).quantize(Decimal("0.1")) if self.sold else None

    @property
    def change(self) -> Decimal:
        """By how many percent to re-price: a tenth of how far the sales are off the plan, five at most, by halves."""
        if not self.planned or not self.left:
            return Decimal(0)
        ratio = Decimal(self.sold) / self.planned
        if _SLOW <= ratio <= _FAST:
            return Decimal(0)
        asked = min(max((ratio - 1) * 10, -_MOST), _MOST)
        return (asked * 2).quantize(Decimal(1), ROUND_HALF_UP) / 2

    @property
    def advice(self) -> Text:
        """The same in words."""
        if not self.left:
            return Text("Sold out.")
        if not self.planned:
            return Text("There is no plan for these months.")
        if self.change < 0:
            return Text("Slower than planned: %(percent)s %% less, or a promotion.", percent=-self.change)
        if self.change > 0:
            return Text("Faster than planned: %(percent)s %% more.", percent=self.change)
        return Text("As planned.")


@plugin.report("Sales pace against plan", takes=("period",))
def sales_pace(gate: Gate, asked: Asked) -> Report:
    """For each layout: planned and sold in the period, the remaining stock, how long it lasts, and what to do about the price."""
    today = asked.reader.today if asked.reader else gate.now.date()
    end = min(asked.end or today, today)
    start = (asked.start or _months_back(end, 5)).replace(day=1)
    months = _months(start, end)
    planned, planned_by_month = _planned(gate, start, end)
    sold, sold_by_month = _sold(gate, start, end)
    left = _left(gate)
    layouts = gate.rows(select(Layout.id, Layout.name).order_by(Layout.name, Layout.id))
    rows: list[tuple[Value, ...]] = []
    for id, name in layouts:
        pace = Pace(planned[id], sold[id], left.get(id, 0), len(months))
        done = f"/real_estate/units?layout={id}&status=sold"
        rows.append(
            (
                Link(name, f"real_estate_layout:{id}"),
                pace.planned,
                Link(pace.sold, done),
                pace.left,
                pace.lasts,
                pace.advice,
            )
        )
    lines = [
        (label, [Mark(Month(month), figures[month]) for month in months])
        for label, figures in ((Text("Plan"), planned_by_month), (Text("Sold"), sold_by_month))
    ]
    return Report(
        ("Unit layout", Text("Plan"), Text("Sold"), Text("Left"), Text("Lasts, months"), Text("Advice")),
        rows,
        totals=("", sum(planned.values()), sum(sold.values()), sum(left.values()), None, None),
        chart=Chart("line", series=lines, title=Text("Units sold by month")),
    )


def _planned(gate: Gate, start: dt.date, end: dt.date) -> tuple[Counter[int], Counter[dt.date]]:
    found = select(SalesPlan.layout, SalesPlan.month, SalesPlan.units)
    return _counted(gate.rows(found.where(SalesPlan.month >= start, SalesPlan.month <= end)))


def _sold(gate: Gate, start: dt.date, end: dt.date) -> tuple[Counter[int], Counter[dt.date]]:
    found = select(Unit.layout, Unit.sold_on, func.count(Unit.id)).where(
        Unit.status == UnitStatus.sold, Unit.sold_on >= start, Unit.sold_on <= end, Unit.layout.is_not(None)
    )
    return _counted(gate.rows(found.group_by(Unit.layout, Unit.sold_on)))


def _counted(rows: object) -> tuple[Counter[int], Counter[dt.date]]:
    """By layout, and by month."""
    by_layout: Counter[int] = Counter()
    by_month: Counter[dt.date] = Counter()
    for layout, day, number in rows:  # type: ignore[attr-defined]  # rows of three, whatever they were selected from
        by_layout[layout] += number
        by_month[day.replace(day=1)] += number
    return by_layout, by_month


def _left(gate: Gate) -> dict[int, int]:
    """Of each layout what is not sold and may be."""
    found = select(Unit.layout, func.count(Unit.id)).where(
        Unit.layout.is_not(None), Unit.status.not_in((UnitStatus.sold, UnitStatus.closed))
    )
    return {row[0]: row[1] for row in gate.rows(found.group_by(Unit.layout))}


def _months(start: dt.date, end: dt.date) -> list[dt.date]:
    months = [start]
    while (following := (months[-1] + dt.timedelta(days=32)).replace(day=1)) <= end:
        months.append(following)
    return months


def _months_back(day: dt.date, number: int) -> dt.date:
    for _ in range(number):
        day = day.replace(day=1) - dt.timedelta(days=1)
    return day.replace(day=1)
