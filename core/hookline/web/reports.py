"""/reports: what the core and plugins report, as a chart and a table, and as a file for those who may export."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from hookline.crm.audit import note
from hookline.crm.pipelines import pipelines
from hookline.errors import Forbidden, NotFound, Text
from hookline.kernel.actor import Action
from hookline.kernel.kinds.cells import safe_cell
from hookline.kernel.lists.ranges import days_of
from hookline.kernel.plugins.host import Failure
from hookline.kernel.plugins.plugin import Contribution
from hookline.kernel.shown import Asked, Chart, Mark, Report
from hookline.web import charts
from hookline.web.doors import Doors
from hookline.web.shown import Shown, address, ask, show
from hookline.web.visit import Answer, Visit

door = Doors()

_NEEDS: Final = "reports"
_PERIODS: Final = (
    ("", Text("All time")),
    ("this_month", Text("This month")),
    ("last_month", Text("Last month")),
    ("this_quarter", Text("This quarter")),
    ("this_year", Text("This year")),
    ("last_year", Text("Last year")),
)


@door("GET", "/reports", needs=_NEEDS)
def index(visit: Visit) -> Answer:
    """Every report, by the plugin it comes from."""
    groups: dict[str, list[Mapping[str, str]]] = {}
    offered = [c for c in visit.gate.host.contributions("report") if _is_open(visit, c)]
    for report in sorted(offered, key=_place):
        label = visit.gate.host.plugins[report.plugin].plugin.label
        line = {"label": visit.say(report.label), "text": _words(visit, report), "url": _address(report)}
        groups.setdefault(visit.say(label), []).append(line)
    found = [{"label": label, "reports": lines} for label, lines in groups.items()]
    return visit.page("reports/index.html", page_title=visit.say("Reports"), groups=found)


@door("GET", "/reports/{plugin:str}/{name:str}", needs=_NEEDS)
def show_report(visit: Visit) -> Answer:
    """One report."""
    report = _find(visit)
    asked = _asked(visit, report)
    found = _made(visit, report, asked)
    title = visit.say(report.label)
    return visit.page(
        "reports/report.html",
        block="report",
        page_title=title,
        crumbs=[{"label": visit.say("Reports"), "url": "/reports"}],
        title=title,
        formula=_words(visit, report),
        failure=found if isinstance(found, Failure) else None,
        report=None if isinstance(found, Failure) else found,
        controls=_controls(visit, report, asked),
        tick=lambda value: visit.fmt.number(int(value) if value == int(value) else Decimal(str(value))),
        file_url=visit.address(f"{visit.request.url.path}/file") if _may_take(visit) else "",
    )


@door("POST", "/reports/{plugin:str}/{name:str}/file", needs=_NEEDS)
def take_report(visit: Visit) -> Answer:
    """Its figures as a CSV file. A post, because it is told the audit log."""
    if not _may_take(visit):
        raise Forbidden
    report = _find(visit)
    found = _made(visit, report, _asked(visit, report))
    if isinstance(found, Failure):
        raise NotFound
    rows = len(found.rows)
    note(visit.gate, "export.made", report=report.key, format="csv", rows=rows, filter=urlencode(visit.query))
    return _file(report, found)


def _made(visit: Visit, report: Contribution, asked: Any) -> Any:
    given = (visit.gate, asked) if report.options["takes"] else (visit.gate,)
    return ask(visit, report, _reader(visit), *given)


@dataclass(frozen=True)
class _ShownReport:
    columns: Sequence[str]
    rows: Sequence[Sequence[Shown]]
    totals: Sequence[Shown]
    chart: Any
    shape: str
    chart_title: str
    note: str
    numbers: Sequence[bool]


def _find(visit: Visit) -> Contribution:
    key = "{plugin}.{name}".format_map(visit.request.path_params)
    found = next((c for c in visit.gate.host.all() if c.kind == "report" and c.key == key), None)
    if found is None or not _is_open(visit, found):
        raise NotFound
    return found


def _is_open(visit: Visit, report: Contribution) -> bool:
    needs = report.options.get("needs")
    return not needs or visit.gate.actor.may(needs)


def _place(report: Contribution) -> tuple[bool, str, int]:
    return report.plugin != "core", report.plugin, report.options["order"]


def _address(report: Contribution) -> str:
    return f"/reports/{report.plugin}/{report.name}"


def _words(visit: Visit, report: Contribution) -> str:
    """The formula, from the report's docstring."""
    return visit.say(" ".join((report.call.__doc__ or "").split()))


def _asked(visit: Visit, report: Contribution) -> Asked:
    takes, query = report.options["takes"], visit.query
    start, end = _days(visit) if "period" in takes else (None, None)
    zone = visit.reader.zone_info
    line = query.get("pipeline", "")
    return Asked(
        start,
        end,
        dt.datetime.combine(start, dt.time(), zone).astimezone(dt.UTC) if start else None,
        dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC) if end else None,
        int(line) if "pipeline" in takes and line.isdecimal() and len(line) < 18 else None,
    )


def _days(visit: Visit) -> tuple[dt.date | None, dt.date | None]:
    """The days asked for: a named range, or two days of which each may be missing. What cannot be read is not asked."""
    named = days_of(visit.query.get("period", ""), visit.reader.today)
    return named or (_day(visit.query.get("from", "")), _day(visit.query.get("to", "")))


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1 < day.year < 9999 else None


def _controls(visit: Visit, report: Contribution, asked: Asked) -> Mapping[str, Any]:
    """What the reader can choose: periods as links, days and a pipeline in a form."""
    takes = report.options["takes"]
    now = visit.query.get("period", "")
    free = not days_of(now, visit.reader.today)
    periods = [
        {
            "label": visit.say(label), "url": visit.address(period=name or None, **{"from": None, "to": None}), "icon": None,
            "current": name == now if name else free and asked.start is None and asked.end is None,
        }
        for name, label in _PERIODS
    ]  # fmt: skip
    lines = pipelines(visit.gate).of("deal") if "pipeline" in takes else []
    return {
        "url": _address(report),
        "periods": periods if "period" in takes else [],
        "period": now,
        "days": (asked.start.isoformat() if asked.start else "", asked.end.isoformat() if asked.end else ""),
        "pipelines": [(str(line.id), line.name) for line in lines] if len(lines) > 1 else [],
        "pipeline": str(asked.pipeline or ""),
        "all_pipelines": "period" in takes and report.name not in ("funnel", "time_in_stage"),
    }


def _reader(visit: Visit) -> Callable[[Any], _ShownReport]:
    def read(answer: Any) -> _ShownReport:
        if not isinstance(answer, Report):
            raise TypeError(f"it must answer a Report, not {type(answer).__name__}")
        rows = [[show(visit, value) for value in row] for row in answer.rows]
        width = len(answer.columns)
        if any(len(row) != width for row in rows):
            raise ValueError(f"each row must have {width} values, one for each column")
        totals = [show(visit, value) for value in answer.totals]
        numbers = [any(row[place].number for row in rows) for place in range(width)]
        drawn = _drawn(visit, answer.chart)
        title = visit.say(answer.chart.title) if answer.chart else ""
        labels = [visit.say(label) for label in answer.columns]
        shape = answer.chart.shape if answer.chart else ""
        return _ShownReport(labels, rows, totals, drawn, shape, title, visit.say(answer.note), numbers)

    return read


def _drawn(visit: Visit, chart: Chart | None) -> Any:
    if chart is None:
        return None
    if chart.shape == "line":
        series = chart.series or [("", chart.marks)]
        return charts.line_chart(
            [(visit.say(name), [_point(visit, m) for m in marks]) for name, marks in series]
        )
    points = [_point(visit, mark) for mark in chart.marks]
    draw: Mapping[str, Callable[[Sequence[charts.Point]], Any]] = {
        "bar": charts.bar_chart, "hbar": charts.hbar_chart, "funnel": charts.funnel_chart, "donut": charts.donut_chart,
    }  # fmt: skip
    return draw[chart.shape](points)


def _point(visit: Visit, mark: Mark) -> charts.Point:
    value = float(mark.value)
    text = show(visit, mark.shown).text if mark.shown is not None else visit.fmt.number(round(mark.value))
    return charts.Point(
        visit.say(mark.label), value, text, address(visit, mark.to) if mark.to else None, mark.tone
    )


def _may_take(visit: Visit) -> bool:
    """Figures leave the house with those who may export records at all."""
    entities = visit.gate.schema.entities.values()
    return any(visit.gate.may(info.name, Action.export) for info in entities if info.owned)


def _file(report: Contribution, found: _ShownReport) -> Answer:
    sheet = io.StringIO(newline="")
    csv.writer(sheet).writerows(_lines(found))
    headers = {"Content-Disposition": f'attachment; filename="{report.plugin}-{report.name}.csv"'}
    # The mark tells Excel that this is UTF-8.
    return Answer("\ufeff" + sheet.getvalue(), media_type="text/csv", headers=headers)


def _lines(found: _ShownReport) -> Iterator[list[object]]:
    yield [safe_cell(label) for label in found.columns]
    for row in found.rows:
        yield [safe_cell(value.plain) if isinstance(value.plain, str) else value.plain for value in row]
