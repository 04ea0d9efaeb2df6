"""How long properties are on the market: the report by district and by kind, and the widget of what stands for long."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from hookline_sdk import Asked, Chart, Figure, Gate, Link, Mark, Report, Text, Value, func, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import District, Kind, Property, Status

LONG = 90
_LIST = "/real_estate/properties"


@plugin.report("Time on the market", takes=("period",))
def exposure(gate: Gate, asked: Asked) -> Report:
    """Of what left the market in these days: the days from coming to leaving, by district and kind; beside it what is there now."""
    named: dict[object, str] = dict(gate.rows(select(District.id, District.name).order_by(District.name)))
    districts = [*_lines(gate, asked, Property.district, named, "district")]
    kinds = [*_lines(gate, asked, Property.kind, {kind.value: kind.label for kind in Kind}, "kind")]
    marks = [Mark(name, days, days) for _, name, days, _ in districts if days is not None]
    return Report(
        (Text("District or kind"), Text("Gone"), Text("Days on average"), Text("There now"), Text("Days so far")),
        [row for row, *_ in (*districts, *kinds)],
        chart=Chart("hbar", marks, title=Text("Days on average")),
    )  # fmt: skip


@plugin.widget("On the market for long", icon="clock")
def standing(gate: Gate) -> Figure:
    """How many properties have been on the market for more than 90 days."""
    before = gate.now.date() - dt.timedelta(days=LONG)
    there = (Property.status == Status.active, Property.listed_on < before)
    number = gate.scalar(select(func.count(Property.id)).where(*there))
    to = f"{_LIST}?status=active&listed_on.lte={before - dt.timedelta(days=1)}"
    return Figure(number or 0, to=to, note=Text("more than %(days)s days", days=LONG), better="down")


def _lines(
    gate: Gate, asked: Asked, by: Any, names: Mapping[object, str], field: str
) -> Iterator[tuple[tuple[Value, ...], str, Decimal | None, int]]:
    """A line for each district or kind: what left and after how many days, what is there and since when."""
    left = select(by, func.count(Property.id), func.sum(Property.market_days)).where(
        Property.market_days.is_not(None), by.is_not(None)
    )
    left = left.where(Property.closed_on >= asked.start) if asked.start else left
    left = left.where(Property.closed_on <= asked.end) if asked.end else left
    gone = {key: (number, Decimal(days)) for key, number, days in gate.rows(left.group_by(by))}
    there = _there(gate, by)
    for key, name in names.items():
        if key in gone or key in there:
            number, days = gone.get(key, (0, Decimal()))
            now, so_far = there.get(key, (0, 0))
            mean = _mean(days, number)
            link = Link(Text(name) if field == "kind" else name, f"{_LIST}?{field}={key}")
            yield (link, number, mean, now, _mean(Decimal(so_far), now)), name, mean, now


def _there(gate: Gate, by: Any) -> dict[object, tuple[int, int]]:
    """What is on the market now: how many, and for how many days together. By the day they came, which are few."""
    today = gate.now.date()
    asked = select(by, Property.listed_on, func.count(Property.id)).where(
        Property.status == Status.active, Property.listed_on.is_not(None)
    )
    found: dict[object, tuple[int, int]] = {}
    for key, since, number in gate.rows(asked.group_by(by, Property.listed_on)):
        known, days = found.get(key, (0, 0))
        found[key] = (known + number, days + number * max(0, (today - since).days))
    return found


def _mean(days: Decimal, number: int) -> Decimal | None:
    return (days / number).quantize(Decimal("0.1")) if number else None
