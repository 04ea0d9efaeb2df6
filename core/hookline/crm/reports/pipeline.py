"""What stands in which stage now."""

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, cast, func, null

from hookline.crm.core import core
from hookline.crm.pipelines import PipelineInfo, StageInfo
from hookline.crm.reports.figures import Sums, chosen_pipeline, deals_link
from hookline.errors import Text
from hookline.kernel.gate import Gate
from hookline.kernel.glimpses import glimpse, readable_column
from hookline.kernel.prepared import ask
from hookline.kernel.shown import Asked, Chart, Link, Mark, Report, Value


@core.report("Pipeline by stage", takes=("pipeline",), order=10)
def pipeline(gate: Gate, asked: Asked) -> Report:
    """The deals that stand in each stage now. Weighted is the amount times the deal's own probability.

    The sums below are those of the open stages.
    """
    line = chosen_pipeline(gate, asked)
    if line is None:
        return Report(_COLUMNS, [])
    figures = _figures(gate, line)
    rows: list[list[Value]] = []
    for stage in line.stages:
        count, amount, weighted = figures[stage.id]
        rows.append([Link(stage.name, deals_link(stage=stage.id)), count, amount.shown(), weighted.shown()])
    marks = [_mark(s, figures[s.id][1]) for s in line.stages if s.kind == "open"]
    return Report(_COLUMNS, rows, _totals(line, figures), Chart("hbar", marks, title=Text("Amount by stage")))


_COLUMNS = (Text("Stage"), Text("Deals"), Text("Amount"), Text("Weighted"))
Figures = dict[int, tuple[int, Sums, Sums]]


def _figures(gate: Gate, line: PipelineInfo) -> Figures:
    """Count, amount and weighted amount of each stage."""
    found: Figures = {stage.id: (0, Sums(), Sums()) for stage in line.stages}
    rows = ask(gate, "report.pipeline", lambda: _statement(gate), {"line": line.id})
    for stage, currency, count, amount, weighted in rows:
        if stage in found:
            known, amounts, weights = found[stage]
            amounts.add(currency, amount)
            weights.add(currency, weighted)
            found[stage] = (known + count, amounts, weights)
    return found


def _statement(gate: Gate) -> Select[Any]:
    info = gate.schema["deal"]

    def column(name: str) -> ColumnElement[Any]:
        found = readable_column(gate, info, name)
        # PostgreSQL sums nothing that has no type.
        return cast(null(), info.table.c[name].type) if found is None else found

    stage, currency = info.table.c.stage, column("currency")
    figures = (func.count(), func.sum(column("amount")), func.sum(column("weighted")))
    statement = glimpse(gate, info, stage, currency, *figures).where(
        info.table.c.pipeline == bindparam("line")
    )
    return statement.group_by(stage, *([] if readable_column(gate, info, "currency") is None else [currency]))


def _totals(line: PipelineInfo, figures: Figures) -> list[Value]:
    count, amount, weighted = 0, Sums(), Sums()
    for stage in line.stages:
        if stage.kind == "open":
            found = figures[stage.id]
            count += found[0]
            amount.add_all(found[1])
            weighted.add_all(found[2])
    return [Text("Open"), count, amount.shown(), weighted.shown()]


def _mark(stage: StageInfo, amount: Sums) -> Mark:
    return Mark(stage.name, amount.main(), amount.shown(), deals_link(stage=stage.id), stage.tone)
