"""Widgets of what somebody has chosen: a saved view as a number or as its first records, a report as its chart."""

from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, urlencode

from hookline.crm.core import core
from hookline.crm.desks.views import SavedView, find_view
from hookline.crm.pipelines import pipelines
from hookline.errors import NotFound, Text
from hookline.kernel.actor import Action
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.filters import read_conditions
from hookline.kernel.lists.listing import ListQuery, fetch, totals
from hookline.kernel.plugins.answers import read_by
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure
from hookline.kernel.schema import EntityInfo
from hookline.kernel.shown import Asked, Badge, Chart, Figure, Link, Money, Panel, Report, Value

_MOST: Final = 6
_COLUMNS: Final = 2
# What of a saved view is no filter.
_SHAPE: Final = frozenset({"q", "sort", "column", "view", "group", "trash"})
# What can stand in a line; the rest of a record is a click away.
_SHOWN: Final = frozenset({"stage", "choice", "money", "integer", "decimal", "percent", "date", "datetime"})


@core.widget("Number of a saved view", takes=("view",), size="small", order=200, icon="list-filter")
def view_count(gate: Gate, asked: Asked) -> Figure:
    """How many records a saved view shows."""
    view, info, query = _view(gate, asked)
    found = totals(gate, info, query, _reader(gate, asked))
    note = Text("at least") if found.capped else view.name
    return Figure(found.count - found.capped, to=_address(info, view), note=note, better="")


@core.widget("List of a saved view", takes=("view",), order=210, icon="list")
def view_list(gate: Gate, asked: Asked) -> Panel:
    """The first records of a saved view."""
    view, info, query = _view(gate, asked)
    specs = [f for f in gate.readable(info) if f.list and f.kind in _SHOWN and f.name != info.title.name]
    specs = specs[:_COLUMNS]
    names = dict.fromkeys([info.title.name, *(f.name for f in specs), "currency"])
    columns = [n for n in names if n in info.fields and n in {f.name for f in gate.readable(info)}]
    page = fetch(gate, info, replace(query, columns=columns, limit=_MOST), _reader(gate, asked))
    stages = pipelines(gate).stages
    rows = []
    for row in page.rows:
        cells: list[Value] = [Link(row.get(info.title.name) or f"#{row['id']}", f"{info.name}:{row['id']}")]
        for spec in specs:
            value = row[spec.name]
            if spec.kind == "stage":
                value = Badge(stages[value].name, stages[value].tone) if value in stages else None
            elif spec.kind == "choice":
                option = spec.options.get(value)
                value = Badge(Text(option.label), option.tone) if option else value
            elif spec.kind == "money" and value is not None:
                value = Money(value, row.get("currency"))
            cells.append(value)
        rows.append(cells)
    return Panel(text=view.name, rows=rows, more=_address(info, view))


@core.widget(
    "Chart of a report", takes=("report", "period", "pipeline", "owner"), order=220, icon="chart-column"
)
def report_chart(gate: Gate, asked: Asked) -> Chart | Report | Panel:
    """A report's chart, or its table where it has none."""
    report = _report(gate, asked.report or "")
    given = (gate, asked) if report.options["takes"] else (gate,)
    found: Report | Failure = gate.host.ask(read_by(report, _as_report), *given)
    if isinstance(found, Failure):
        gate.tx.begin_again()
        text = Text("This report could not be made. Reference: %(reference)s", reference=found.reference)
        return Panel(text=text)
    return found.chart if found.chart is not None else found


def _as_report(answer: object) -> Report:
    if not isinstance(answer, Report):
        raise TypeError(f"it must answer a Report, not {type(answer).__name__}")
    return answer


def _view(gate: Gate, asked: Asked) -> tuple[SavedView, EntityInfo, ListQuery]:
    view = find_view(gate, asked.view or 0)
    if view is None or view.entity not in gate.schema.entities:
        raise NotFound
    info = gate.schema[view.entity]
    gate.must(info.name, Action.read)
    items = parse_qsl(view.query)
    given = dict(items)
    conditions = read_conditions(gate, info, [item for item in items if item[0] not in _SHAPE])
    return view, info, ListQuery(
        conditions=conditions, words=given.get("q", "")[:200], sort=given.get("sort", ""), trash=given.get("trash") == "1"
    )  # fmt: skip


def _address(info: EntityInfo, view: SavedView) -> str:
    return f"/{info.cls.slug}?{urlencode([*parse_qsl(view.query), ('view', str(view.id))])}"


def _report(gate: Gate, key: str) -> Contribution:
    if not gate.actor.may("reports"):
        raise NotFound
    found = next((c for c in gate.host.contributions("report") if c.key == key), None)
    if found is None or (found.options["needs"] and not gate.actor.may(found.options["needs"])):
        raise NotFound
    return found


def _reader(gate: Gate, asked: Asked) -> Reader:
    return asked.reader or Reader(now=gate.now)
