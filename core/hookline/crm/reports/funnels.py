"""The way through a pipeline, from the intervals in which every stay in a stage is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, Select, and_, case, false, func, null, select
from sqlalchemy.sql import Subquery

from hookline.crm.core import core
from hookline.crm.deals import Deal
from hookline.crm.pipelines import PipelineInfo, StageInfo, interval
from hookline.crm.reports.figures import (
    Sums,
    chosen_pipeline,
    hundredths,
    linked,
    long_between,
    open_link,
    rate,
    within,
)
from hookline.errors import Text
from hookline.kernel.gate import Gate
from hookline.kernel.shown import Asked, Chart, Link, Mark, Report, Value


@core.report("Funnel", takes=("period", "pipeline", "owner"), order=15, icon="funnel")
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
        to = {part: cohort_link(asked, part, stage.id, way) for part in PARTS}
        rates = (rate(step.been, before) if place else None, rate(step.been, first))
        median = hundredths(medians[stage.id][0]) if stage.id in medians else None
        rows.append([
            Link(Text(stage.name), to["been"]), linked(step.been, to["been"]), *(linked(each, to["been"]) for each in rates),
            linked(step.undecided, to["open"]), linked(step.lost, to["lost"]), linked(step.lost_amount.shown(), to["lost"]),
            linked(median, stays_link(asked, line, stage.id)),
        ])  # fmt: skip
    marks = [
        Mark(s.name, found[s.id].been, to=cohort_link(asked, "been", s.id, way), tone=s.tone) for s in way
    ]
    return Report(_COLUMNS, rows, chart=Chart("funnel", marks, title=Text("Deals that came this far")))


@core.report("Time in stage", takes=("period", "pipeline", "owner"), order=18, icon="clock")
def time_in_stage(gate: Gate, asked: Asked) -> Report:
    """How long deals stayed in each stage: the median of the stays that ended in these days, beside the days expected.

    Stays that go on are not counted; a deal that came back counts once among the deals, with each of its stays in the median.
    """
    line = chosen_pipeline(gate, asked)
    if line is None:
        return Report(_TIMES, [])
    medians = _medians(gate, asked, line)
    rows: list[list[Value]] = []
    marks = []
    for stage in line.stages:
        median, count = medians.get(stage.id, (None, 0))
        to, days = stays_link(asked, line, stage.id), hundredths(median)
        rows.append([Link(Text(stage.name), to), linked(count, to), linked(days, to), stage.expected_days])
        if median is not None:
            marks.append(Mark(stage.name, float(median), days, to, stage.tone))
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
_TIMES = (Text("Stage"), Text("Deals"), Text("Median days"), Text("Expected days"))


# Of the deals of a funnel: all that have been in a stage, and those whose last open stage it was, still open or lost.
PARTS: Final = ("been", "open", "lost")


@core.selection(Deal, "of the funnel")
def cohort(gate: Gate, given: str) -> Select[Any]:
    """Deals of a funnel: "been-7-3.4.7-<since>-<until>": a part, a stage, the way, and two moments that may be missing."""
    part, stage, way, since, until = given.split("-")
    if part not in PARTS:
        raise ValueError(part)
    stages = [int(each) for each in way.split(".")]
    asked = Asked(since=_moment(since), until=_moment(until))
    of = _cohort(gate, asked, stages[0])
    if part == "been":
        been = (interval.c.entity == "deal", interval.c.stage == int(stage))
        return select(of.c.record).join(interval, interval.c.record == of.c.record).where(*been)
    stands = _last_stays(gate, of, stages)
    return stands.add_columns(of.c.record).where(
        interval.c.stage == int(stage), gate.source("deal").c.outcome == part
    )


@core.selection(Deal, "stayed here in these days")
def stayed(gate: Gate, given: str) -> Select[Any]:
    """Deals with a stay in a stage that ended in these days: "7-3-<since>-<until>": a stage, its pipeline, two moments."""
    stage, line, since, until = given.split("-")
    of_stage = _ended(int(line), Asked(since=_moment(since), until=_moment(until)))
    return select(interval.c.record).where(interval.c.stage == int(stage), *of_stage)


def cohort_link(asked: Asked, part: str, stage: int, way: Sequence[StageInfo]) -> str:
    """The deals behind a figure of the funnel."""
    # Those who never stood in an open stage stand at no step: the last one is no stage of theirs.
    stages = ".".join(str(s.id) for s in way if s.kind == "open" or s is way[0])
    given = f"{part}-{stage}-{stages}-{_written(asked.since)}-{_written(asked.until)}"
    return open_link(replace(asked, pipeline=None), id__among=f"core.cohort:{given}")


def stays_link(asked: Asked, line: PipelineInfo, stage: int) -> str:
    """The deals behind the median of a stage."""
    given = f"{stage}-{line.id}-{_written(asked.since)}-{_written(asked.until)}"
    return open_link(replace(asked, pipeline=None), id__among=f"core.stayed:{given}")


@dataclass
class _Step:
    been: int = 0
    undecided: int = 0
    lost: int = 0
    lost_amount: Sums = field(default_factory=Sums)


def _steps(gate: Gate, asked: Asked, line: PipelineInfo, way: Sequence[StageInfo]) -> dict[int, _Step]:
    found = {stage.id: _Step() for stage in line.stages}
    cohort = _cohort(gate, asked, way[0].id)
    been = select(interval.c.stage, func.count(interval.c.record.distinct())).join(
        cohort, interval.c.record == cohort.c.record
    )
    for stage, count in gate.run(been.where(interval.c.entity == "deal").group_by(interval.c.stage)):
        if stage in found:
            found[stage].been = count
    stages = [s.id for s in way if s.kind == "open" or s is way[0]]
    for stage, outcome, currency, count, amount in gate.run(_standing(gate, cohort, stages)):
        if stage in found and outcome == "open":
            found[stage].undecided += count
        elif stage in found and outcome == "lost":
            found[stage].lost += count
            found[stage].lost_amount.add(currency, amount)
    return found


def _cohort(gate: Gate, asked: Asked, first: int) -> Subquery:
    """The deals whose first entry into the first stage lies in the days asked for."""
    entered = func.min(interval.c.entered_at)
    deal = gate.source("deal")
    of_stage = select(interval.c.record).join(deal, deal.c.id == interval.c.record)
    chosen = of_stage.where(
        interval.c.entity == "deal", interval.c.stage == first, *_whose(deal, asked)
    ).group_by(interval.c.record)
    return chosen.having(and_(True, *within(entered, asked.since, asked.until))).subquery("cohort")


def _whose(deal: Subquery, asked: Asked) -> list[ColumnElement[bool]]:
    """The deals of the person and the team asked for; of a hidden field nobody has any."""
    chosen = (("owner", asked.owner), ("team", asked.team))
    return [deal.c[name] == id if name in deal.c else false() for name, id in chosen if id is not None]


def _last_stays(gate: Gate, cohort: Subquery, open_stages: Sequence[int]) -> Select[Any]:
    """The last stay of each deal of the cohort in one of these stages, beside the deal."""
    last = (
        select(interval.c.record, func.max(interval.c.id).label("last"))
        .where(interval.c.entity == "deal", interval.c.stage.in_(open_stages))
        .group_by(interval.c.record)
        .subquery("last")
    )
    deal = gate.source("deal")
    return (
        select()
        .select_from(cohort)
        .join(deal, deal.c.id == cohort.c.record)
        .join(last, last.c.record == cohort.c.record)
        .join(interval, interval.c.id == last.c.last)
    )


def _standing(gate: Gate, cohort: Subquery, open_stages: Sequence[int]) -> Executable:
    """The cohort by the last open stage each deal has been in, and how it stands."""
    deal = gate.source("deal")
    columns: tuple[Any, ...] = (interval.c.stage, deal.c.outcome, deal.c.currency)
    # Who may not see amounts is told how many deals there are.
    amount: Any = func.sum(deal.c.amount) if "amount" in deal.c else null()
    stays = _last_stays(gate, cohort, open_stages)
    return stays.add_columns(*columns, func.count(), amount).group_by(*columns)


def _ended(line: int, asked: Asked) -> list[ColumnElement[bool]]:
    """The stays of a pipeline that ended in the days asked for."""
    of_line = (interval.c.entity == "deal", interval.c.pipeline == line, interval.c.left_at.is_not(None))
    return [*of_line, *within(interval.c.left_at, asked.since, asked.until)]


def _medians(gate: Gate, asked: Asked, line: PipelineInfo) -> dict[int, tuple[Any, int]]:
    """By stage: the median of the days that stays lasted, and how many deals they are of."""
    deal = gate.source("deal")
    lasted = long_between(gate, interval.c.entered_at, interval.c.left_at)
    stays = (
        select(
            interval.c.stage,
            interval.c.record,
            lasted.label("days"),
            func.row_number().over(partition_by=interval.c.stage, order_by=lasted).label("place"),
            func.count().over(partition_by=interval.c.stage).label("number"),
        )
        .join(deal, deal.c.id == interval.c.record)
        .where(*_ended(line.id, asked), *_whose(deal, asked))
        .cte("stays")
    )
    # The middle one, or the two in the middle: 2 * place is number, number + 1 or number + 2.
    middle = case(((stays.c.place * 2).between(stays.c.number, stays.c.number + 2), stays.c.days))
    statement = select(stays.c.stage, func.avg(middle), func.count(stays.c.record.distinct()))
    return {stage: (days, number) for stage, days, number in gate.run(statement.group_by(stays.c.stage))}


def _moment(written: str) -> datetime | None:
    return datetime.fromtimestamp(int(written), UTC) if written else None


def _written(moment: datetime | None) -> str:
    return str(int(moment.timestamp())) if moment is not None else ""
