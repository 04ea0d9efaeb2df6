"""What stands in which stage now."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, cast, func, null

from hookline.crm.core import core
from hookline.crm.pipelines import PipelineInfo, StageInfo
from hookline.crm.reports.figures import Sums, chosen_pipeline, linked, open_link
from hookline.errors import Text
from hookline.kernel.gate import Gate
from hookline.kernel.glimpses import glimpse, readable_column
from hookline.kernel.prepared import ask
from hookline.kernel.shown import Asked, Chart, Link, Mark, Report, Value


@core.report("Pipeline by stage", takes=("pipeline", "owner"), order=10, icon="kanban")
def pipeline(gate: Gate, asked: Asked) -> Report:
    """The deals that stand in each stage now. Weighted is the amount times the deal's own probability.

    The sums below are those of the open stages.
    """
    line = chosen_pipeline(gate, asked)
    if line is None:
        return Report(_COLUMNS, [])
    asked = replace(asked, pipeline=None)
    figures = _figures(gate, line, asked)
    rows: list[list[Value]] = []
    for stage in line.stages:
        count, amount, weighted = figures[stage.id]
        to = open_link(asked, stage=stage.id)
        shown = (count, amount.shown(), weighted.shown())
        rows.append([Link(Text(stage.name), to), *(linked(value, to) for value in shown)])
    marks = [_mark(s, figures[s.id][1], asked) for s in line.stages if s.kind == "open"]
    return Report(
        _COLUMNS, rows, _totals(line, figures, asked), Chart("hbar", marks, title=Text("Amount by stage"))
    )


_COLUMNS = (Text("Stage"), Text("Deals"), Text("Amount"), Text("Weighted"))
Figures = dict[int, tuple[int, Sums, Sums]]


def _figures(gate: Gate, line: PipelineInfo, asked: Asked) -> Figures:
    """Count, amount and weighted amount of each stage."""
    found: Figures = {stage.id: (0, Sums(), Sums()) for stage in line.stages}
    whose = {"owner": asked.owner, "team": asked.team}
    given = {"line": line.id, **{name: id for name, id in whose.items() if id is not None}}
    name = ("report.pipeline", *sorted(given))
    rows = ask(gate, name, lambda: _statement(gate, sorted(given.keys() & whose.keys())), given)
    for stage, currency, count, amount, weighted in rows:
        if stage in found:
            known, amounts, weights = found[stage]
            amounts.add(currency, amount)
            weights.add(currency, weighted)
            found[stage] = (known + count, amounts, weights)
    return found


def _statement(gate: Gate, whose: Sequence[str]) -> Select[Any]:
    info = gate.schema["deal"]

    def column(name: str) -> ColumnElement[Any]:
        found = readable_column(gate, info, name)
        # PostgreSQL sums nothing that has no type.
        return cast(null(), info.table.c[name].type) if found is None else found

    stage, currency = info.table.c.stage, column("currency")
    figures = (func.count(), func.sum(column("amount")), func.sum(column("weighted")))
    wanted = (info.table.c[name] == bindparam(name, type_=BigInteger()) for name in whose)
    statement = glimpse(gate, info, stage, currency, *figures).where(
        info.table.c.pipeline == bindparam("line"), *wanted
    )
    return statement.group_by(stage, *([] if readable_column(gate, info, "currency") is None else [currency]))


def _totals(line: PipelineInfo, figures: Figures, asked: Asked) -> list[Value]:
    count, amount, weighted = 0, Sums(), Sums()
    for stage in line.stages:
        if stage.kind == "open":
            found = figures[stage.id]
            count += found[0]
            amount.add_all(found[1])
            weighted.add_all(found[2])
    to = open_link(asked, pipeline=line.id, outcome="open")
    return [Text("Open"), *(linked(value, to) for value in (count, amount.shown(), weighted.shown()))]


def _mark(stage: StageInfo, amount: Sums, asked: Asked) -> Mark:
    return Mark(stage.name, amount.main(), amount.shown(), open_link(asked, stage=stage.id), stage.tone)
