"""The answers of reports and widgets as templates take them: figures with their change, tables, charts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hookline.errors import Text
from hookline.kernel.shown import (
    Amounts,
    Chart,
    Figure,
    Flow,
    Link,
    Mark,
    Money,
    Month,
    Panel,
    Percent,
    Picture,
    Report,
    Value,
)
from hookline.web.plugins.shown import Shown, address, show
from hookline.web.reports import charts
from hookline.web.reports.sankey import Stream, sankey_chart

if TYPE_CHECKING:
    from hookline.web.visit import Visit


@dataclass(frozen=True)
class ShownChart:
    """A chart's geometry, its shape and its name."""

    drawn: Any
    shape: str
    title: str
    total: str = ""


@dataclass(frozen=True)
class ShownReport:
    """A table with its totals, a chart beside it, and a note. `numbers` says which columns are of numbers."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Shown]]
    totals: Sequence[Shown]
    numbers: Sequence[bool]
    chart: ShownChart | None
    note: str


@dataclass(frozen=True)
class Change:
    """How a figure has moved: in words, up or down, and whether that is good news ("green", "red" or "")."""

    text: str
    icon: str
    tone: str


@dataclass(frozen=True)
class ShownFigure:
    """A figure; `path` is its small line."""

    text: str
    url: str
    note: str
    change: Change | None
    before: str
    path: str


@dataclass(frozen=True)
class ShownPicture:
    """A picture: where it is drawn from, where it is looked at, and what is to be seen."""

    source: str
    url: str
    text: str


@dataclass(frozen=True)
class ShownList:
    """Facts and lines."""

    text: str
    facts: Sequence[tuple[str, Shown]]
    columns: Sequence[str]
    rows: Sequence[Sequence[Shown]]
    more: str
    chart: "ShownChart | None" = None
    pictures: Sequence[ShownPicture] = ()
    empty: str | None = ""
    running: bool = False

    @cached_property
    def numbers(self) -> set[int]:
        """The places of the columns that hold numbers."""
        return {place for row in self.rows for place, value in enumerate(row) if value.number}


def read_report(visit: "Visit") -> Callable[[Any], ShownReport]:
    """What reads a report's answer. TypeError or ValueError when it is none."""

    def read(answer: Any) -> ShownReport:
        if not isinstance(answer, Report):
            raise TypeError(f"it must answer a Report, not {type(answer).__name__}")
        return _report(visit, answer)

    return read


def read_panel(visit: "Visit") -> Callable[[Any], ShownList]:
    """What reads a panel's answer. TypeError or ValueError when it is none."""

    def read(answer: Any) -> ShownList:
        if not isinstance(answer, Panel):
            raise TypeError(f"it must answer a Panel, not {type(answer).__name__}")
        return _panel(visit, answer)

    return read


def read_widget(visit: "Visit") -> Callable[[Any], tuple[str, Any]]:
    """What reads a widget's answer: of which kind it is, and it itself."""

    def read(answer: Any) -> tuple[str, Any]:
        for kind, name, draw in _WIDGETS:
            if isinstance(answer, kind):
                return name, draw(visit, answer)
        raise TypeError(f"it must answer a Figure, a Panel, a Chart or a Report, not {type(answer).__name__}")

    return read


def scale(visit: "Visit") -> Callable[[float], str]:
    """How the numbers beside a chart are written: whole ones without what stands behind the point."""
    return lambda value: visit.fmt.number(int(value) if value == int(value) else Decimal(str(value)))


def changed(visit: "Visit", now: Value, before: Value, better: str = "up") -> Change | None:
    """How a value has moved since the days before; None where the two cannot be compared."""
    new, old = _number(now), _number(before)
    if new is None or old is None or (new == old == 0):
        return None
    if isinstance(_bare(now), Percent):
        text = visit.say(Text("%(number)s points", number=_signed(visit, new - old)))
    elif old == 0:
        text = visit.say("new")
    else:
        text = f"{_signed(visit, (new - old) / abs(old) * 100)} %"
    way = (new > old) - (new < old)
    good = {"up": 1, "down": -1, "": 0}[better] * way
    icon = {1: "arrow-up", 0: "arrow-right", -1: "arrow-down"}[way]
    return Change(text, icon, {1: "green", 0: "", -1: "red"}[good])


def _report(visit: "Visit", answer: Report) -> ShownReport:
    rows = [[show(visit, value) for value in row] for row in answer.rows]
    width = len(answer.columns)
    if any(len(row) != width for row in rows):
        raise ValueError(f"each row must have {width} values, one for each column")
    totals = [show(visit, value) for value in answer.totals]
    numbers = [any(row[place].number for row in rows) for place in range(width)]
    chart = drawn_chart(visit, answer.chart) if answer.chart else None
    labels = [visit.say(label) for label in answer.columns]
    return ShownReport(labels, rows, totals, numbers, chart, visit.say(answer.note))


def _figure(visit: "Visit", answer: Figure) -> ShownFigure:
    value = show(visit, answer.value)
    return ShownFigure(
        value.text or "—", address(visit, answer.to) if answer.to else "", visit.say(answer.note),
        changed(visit, answer.value, answer.before, answer.better), show(visit, answer.before).text,
        charts.sparkline([float(each) for each in answer.trend]) if any(answer.trend) else "",
    )  # fmt: skip


def _panel(visit: "Visit", answer: Panel) -> ShownList:
    if not isinstance(answer.facts, Mapping):
        raise TypeError("Panel.facts must be a mapping of names to values")
    return ShownList(
        visit.say(answer.text), [(visit.say(label), show(visit, value)) for label, value in answer.facts.items()],
        [visit.say(label) for label in answer.columns], [[_near(visit, value) for value in row] for row in answer.rows],
        address(visit, answer.more) if answer.more else "", drawn_chart(visit, answer.chart) if answer.chart else None,
        [_picture(visit, picture) for picture in answer.pictures], None if answer.empty is None else visit.say(answer.empty),
        answer.running is True,
    )  # fmt: skip


def _near(visit: "Visit", value: Value) -> Shown:
    """A value in a column that has little room: a moment as lists write it, by how near it is."""
    shown = show(visit, value)
    if not isinstance(value, datetime):
        return shown
    text = visit.fmt.when(value)[0] if value > visit.gate.now else visit.fmt.ago(value)
    return replace(shown, text=text, full=shown.text)


def _picture(visit: "Visit", picture: Picture) -> ShownPicture:
    base = f"/files/{int(picture.file)}"
    return ShownPicture(f"{base}/view", f"{base}/preview", visit.say(picture.text))


def drawn_chart(visit: "Visit", chart: Chart) -> ShownChart:
    """A chart as `macros/charts.html` draws it."""
    title = visit.say(chart.title)
    if chart.shape in ("line", "step"):
        series = chart.series or [("", chart.marks)]
        lines = [(visit.say(name), [_point(visit, m) for m in marks]) for name, marks in series]
        return ShownChart(charts.line_chart(lines, steps=chart.shape == "step"), "line", title)
    if chart.shape == "sankey":
        names = [
            show(visit, name).text if isinstance(name, Month) else visit.say(name) for name in chart.steps
        ]
        return ShownChart(
            sankey_chart([_stream(visit, flow) for flow in chart.flows], names), "sankey", title
        )
    points = [_point(visit, mark) for mark in chart.marks]
    draw: Mapping[str, Callable[[Sequence[charts.Point]], Any]] = {
        "bar": charts.bar_chart, "hbar": charts.hbar_chart, "funnel": charts.funnel_chart, "donut": charts.donut_chart,
        "waterfall": charts.waterfall_chart,
    }  # fmt: skip
    whole = all(isinstance(mark.value, int) for mark in chart.marks)
    total = visit.fmt.number(sum(int(mark.value) for mark in chart.marks)) if whole else ""
    return ShownChart(draw[chart.shape](points), chart.shape, title, total)


def _point(visit: "Visit", mark: Mark) -> charts.Point:
    text = show(visit, mark.shown).text if mark.shown is not None else visit.fmt.number(round(mark.value))
    url = address(visit, mark.to) if mark.to else None
    return charts.Point(_label(visit, mark.label), float(mark.value), text, url, mark.tone)


def _label(visit: "Visit", label: str | Text | Month | date) -> str:
    if isinstance(label, date):
        return visit.fmt.short_day(label)
    return show(visit, label).text if isinstance(label, Month) else visit.say(label)


def _stream(visit: "Visit", flow: Flow) -> Stream:
    text = show(visit, flow.shown).text if flow.shown is not None else visit.fmt.number(round(flow.value))
    url = address(visit, flow.to) if flow.to else None
    begins, ends = visit.say(flow.begins), visit.say(flow.ends)
    return Stream(
        begins, ends, flow.step, charts.Point(f"{begins} → {ends}", float(flow.value), text, url, flow.tone)
    )


def _bare(value: Value) -> Value:
    return _bare(value.text) if isinstance(value, Link) else value


def _number(value: Value) -> Decimal | None:
    value = _bare(value)
    if isinstance(value, Money):
        return Decimal(value.amount)
    if isinstance(value, Percent):
        return Decimal(value.value)
    if isinstance(value, Amounts):
        # Sums of several currencies are no number.
        amounts = list(value.by_currency.values())
        return Decimal(sum(amounts)) if len(amounts) < 2 else None
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _signed(visit: "Visit", number: Decimal) -> str:
    rounded = round(number)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{visit.fmt.number(abs(rounded))}"


_WIDGETS: Sequence[tuple[type, str, Callable[["Visit", Any], Any]]] = (
    (Figure, "figure", _figure),
    (Panel, "list", _panel),
    (Chart, "chart", drawn_chart),
    (Report, "report", _report),
)
