"""The way through a pipeline, from the intervals in which every stay in a stage is kept."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Executable, and_, func, null, select
from sqlalchemy.sql import Subquery

from hookline.crm.core import core
from hookline.crm.pipelines import PipelineInfo, StageInfo, interval
from hookline.crm.reports.figures import (
    Sums,
    chosen_pipeline,
    deals_link,
    hundredths,
    long_between,
    rate,
    within,
)
from hookline.errors import Text
from hookline.kernel.gate import Gate
from hookline.kernel.shown import Asked, Chart, Link, Mark, Report, Value


@core.report("Funnel", takes=("period", "pipeline"), order=15)
def funnel(gate: Gate, asked: Asked) -> Report:
    """The deals that entered the pipeline's first stage in these days, counted once in every stage they have been in.

    Step is the share of the stage before, whole that of the first stage. Open deals are not decided yet: they and the
    lost ones are counted at the last open stage in which they stood.
    """
    line = chosen_pipeline(gate, asked)
    way = [s for s in line.stages if s.kind in ("open", "won")] if line is not None else []
    if line is None or not way:
        return Report(_COLUMNS, [])
    found = _steps(gate, asked, line, way)
    medians = _medians(gate, asked, line)
    rows: list[list[Value]] = []
    for place, stage in enumerate(way):
        step, first, before = found[stage.id], found[way[0].id].been, found[way[max(place - 1, 0)].id].been
        link = Link(stage.name, deals_link(stage=stage.id))
        rates = (rate(step.been, before) if place else None, rate(step.been, first))
        median = hundredths(medians[stage.id][0]) if stage.id in medians else None
        rows.append([link, step.been, *rates, step.undecided, step.lost, step.lost_amount.shown(), median])
    marks = [Mark(s.name, found[s.id].been, tone=s.tone) for s in way]
    return Report(_COLUMNS, rows, chart=Chart("funnel", marks, title=Text("Deals that came this far")))


@core.report("Time in stage", takes=("period", "pipeline"), order=18)
def time_in_stage(gate: Gate, asked: Asked) -> Report:
    """How long deals stayed in each stage: the median of the stays that ended in these days, beside the days expected.

    Stays that go on are not counted.
    """
    line = chosen_pipeline(gate, asked)
    if line is None:
        return Report(_TIMES, [])
    medians = _medians(gate, asked, line)
    rows: list[list[Value]] = []
    marks = []
    for stage in line.stages:
        median, count = medians.get(stage.id, (None, 0))
        rows.append(
            [Link(stage.name, deals_link(stage=stage.id)), count, hundredths(median), stage.expected_days]
        )
        if median is not None:
            marks.append(
                Mark(stage.name, float(median), hundredths(median), deals_link(stage=stage.id), stage.tone)
            )
    return Report(_TIMES, rows, chart=Chart("hbar", marks, title=Text("Median days in stage")))


_COLUMNS = (
    Text("Stage"),
    Text("Deals"),
    Text("Step"),
    Text("Whole"),
    Text("Not decided"),
    Text("Lost here"),
    Text("Lost amount"),
    Text("Median days"),
)
_TIMES = (Text("Stage"), Text("Stays"), Text("Median days"), Text("Expected days"))


@dataclass
class _Step:
    been: int = 0
    undecided: int = 0
    lost: int = 0
    lost_amount: Sums = field(default_factory=Sums)


def _steps(gate: Gate, asked: Asked, line: PipelineInfo, way: list[StageInfo]) -> dict[int, _Step]:
    found = {stage.id: _Step() for stage in line.stages}
    cohort = _cohort(gate, asked, way[0])
    been = select(interval.c.stage, func.count(interval.c.record.distinct())).join(
        cohort, interval.c.record == cohort.c.record
    )
    for stage, count in gate.run(been.where(interval.c.entity == "deal").group_by(interval.c.stage)):
        if stage in found:
            found[stage].been = count
    for stage, outcome, currency, count, amount in gate.run(
        _standing(gate, cohort, [s.id for s in way if s.kind == "open"])
    ):
        if stage in found and outcome == "open":
            found[stage].undecided += count
        elif stage in found and outcome == "lost":
            found[stage].lost += count
            found[stage].lost_amount.add(currency, amount)
    return found


def _cohort(gate: Gate, asked: Asked, first: StageInfo) -> Subquery:
    """The deals whose first entry into the first stage lies in the days asked for."""
    entered = func.min(interval.c.entered_at)
    deal = gate.source("deal")
    of_stage = select(interval.c.record).join(deal, deal.c.id == interval.c.record)
    chosen = of_stage.where(interval.c.entity == "deal", interval.c.stage == first.id).group_by(
        interval.c.record
    )
    return chosen.having(and_(True, *within(entered, asked.since, asked.until))).subquery("cohort")


def _standing(gate: Gate, cohort: Subquery, open_stages: list[int]) -> Executable:
    """The cohort by the last open stage each deal has been in, and how it stands."""
    last = (
        select(interval.c.record, func.max(interval.c.id).label("last"))
        .where(interval.c.entity == "deal", interval.c.stage.in_(open_stages))
        .group_by(interval.c.record)
        .subquery("last")
    )
    deal = gate.source("deal")
    columns: tuple[Any, ...] = (interval.c.stage, deal.c.outcome, deal.c.currency)
    # Who may not see amounts is told how many deals there are.
    amount: Any = func.sum(deal.c.amount) if "amount" in deal.c else null()
    return (
        select(*columns, func.count(), amount)
        .select_from(cohort)
        .join(deal, deal.c.id == cohort.c.record)
        .join(last, last.c.record == cohort.c.record)
        .join(interval, interval.c.id == last.c.last)
        .group_by(*columns)
    )


def _medians(gate: Gate, asked: Asked, line: PipelineInfo) -> dict[int, tuple[Any, int]]:
    """By stage: the median of the days that stays lasted, and how many stays there were."""
    deal = gate.source("deal")
    lasted = long_between(gate, interval.c.entered_at, interval.c.left_at)
    stays = (
        select(
            interval.c.stage,
            lasted.label("days"),
            func.row_number().over(partition_by=interval.c.stage, order_by=lasted).label("place"),
            func.count().over(partition_by=interval.c.stage).label("number"),
        )
        .join(deal, deal.c.id == interval.c.record)
        .where(interval.c.entity == "deal", interval.c.pipeline == line.id, interval.c.left_at.is_not(None))
        .where(*within(interval.c.left_at, asked.since, asked.until))
        .subquery("stays")
    )
    # The middle one, or the two in the middle: 2 * place is number, number + 1 or number + 2.
    middle = (stays.c.place * 2).between(stays.c.number, stays.c.number + 2)
    statement = (
        select(stays.c.stage, func.avg(stays.c.days), func.max(stays.c.number))
        .where(middle)
        .group_by(stays.c.stage)
    )
    return {stage: (days, number) for stage, days, number in gate.run(statement)}
