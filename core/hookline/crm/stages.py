"""How records move between stages: what a stage asks is asked at every door, and every stay is kept as an interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import and_, func, insert, select, update

from hookline.crm.core import core
from hookline.crm.pipelines import PipelineInfo, Pipelines, StageInfo, get_stage, interval, pipelines
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.entity import Record
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.rules import BeforeSave, BeforeStageChange
from hookline.kernel.schema import EntityInfo

Values = Mapping[str, Any]
Saved = Sequence[tuple[int, int, Values, Values]]


@dataclass(frozen=True)
class Stay:
    """A record's stay in a stage; `left_at` is None while it is there."""

    pipeline: int
    stage: int
    entered_at: datetime
    left_at: datetime | None
    by: int | None


def move(
    gate: Gate,
    entity: type[Record] | str,
    id: int,
    stage: int,
    values: Values | None = None,
    *,
    version: int | None = None,
) -> int:
    """Move a record to a stage, together with values that the stage asks for. Returns the record's version."""
    changes = {**(values or {}), "stage": stage, "pipeline": get_stage(gate, stage).pipeline}
    return gate.update(entity, id, changes, version=version)


def close(gate: Gate, entity: type[Record] | str, id: int, outcome: str, values: Values | None = None) -> int:
    """Win or lose a record: it moves to its pipeline's first stage of that kind. Returns its version."""
    record: Any = gate.get(gate.schema[entity].cls, id)
    return move(gate, entity, id, closing_stage(gate, record.pipeline, outcome).id, values)


def reopen(gate: Gate, entity: type[Record] | str, id: int) -> int:
    """Put a closed record back into the open stage it came from, or the pipeline's first. Returns its version."""
    info = gate.schema[entity]
    record: Any = gate.get(info.cls, id)
    line = pipelines(gate).by_id[record.pipeline]
    open_stages = {s.id for s in line.stages if s.kind == "open"}
    been = [stay.stage for stay in list_stays(gate, info.name, id)]
    first = line.first()
    back = next((stage for stage in reversed(been) if stage in open_stages), first.id if first else None)
    if back is None:
        raise _no_stage()
    return move(gate, entity, id, back)


def closing_stage(gate: Reads, pipeline: int, outcome: str) -> StageInfo:
    """Where a pipeline's records go that are "won" or "lost". Invalid when it has no such stage."""
    line = pipelines(gate).by_id.get(pipeline)
    found = line.first(outcome) if line is not None and outcome in ("won", "lost") else None
    if found is None:
        raise _no_stage()
    return found


def next_stages(gate: Reads, stage: int) -> list[StageInfo]:
    """The stages of the same pipeline to which a record may move on from this one, in their order."""
    known = pipelines(gate)
    source = known.stages.get(stage)
    line = known.by_id.get(source.pipeline) if source else None
    return [s for s in line.stages if s is not source and _leads_to(source, s)] if line and source else []


def missing_tasks(gate: Gate, entity: str, id: int, stage: StageInfo) -> list[str]:
    """The tasks that must be finished before a record may enter a stage."""
    finished = (
        {task.casefold() for task in _done(gate, entity, id, "subject")} if stage.required_tasks else ()
    )
    return [task for task in stage.required_tasks if task.casefold() not in finished]


def missing_kinds(gate: Gate, entity: str, id: int, stage: StageInfo) -> list[str]:
    """The kinds of activities of which one must have been done before a record may enter a stage."""
    done = _done(gate, entity, id, "kind") if stage.required_kinds else ()
    return [kind for kind in stage.required_kinds if kind not in done]


def list_stays(gate: Reads, entity: str, id: int) -> list[Stay]:
    """The stays of one record that the caller has read, oldest first."""
    row = interval.c
    statement = select(row.pipeline, row.stage, row.entered_at, row.left_at, row.by)
    found = gate.run(statement.where(row.entity == entity, row.record == id).order_by(row.id))
    return [Stay(*stay) for stay in found]


@core.before_save(Record)
def judge_move(event: BeforeSave[Any]) -> None:
    """A staged record starts in its pipeline's first stage; whoever moves it must be allowed to and bring what is asked."""
    info = event.gate.schema[event.entity]
    if not info.is_staged or not (event.is_new or {"stage", "pipeline"} & event.values.keys()):
        return
    known = pipelines(event.gate)
    target = _target(known, event)
    if target is None:
        event.reject("This stage does not belong to the pipeline.", "stage")
        return
    source = known.stages.get(event.before.stage) if event.before else None
    if source is None or source.id != target.id:
        _judge(event, info, source, target)
        _enter(event, info, source, target)


@core.before_save(Record)
def judge_days(event: BeforeSave[Any]) -> None:
    """Nothing is closed before it was opened."""
    if {"opened_on", "closed_on"} & event.values.keys():
        opened = getattr(event.record, "opened_on", None)
        closed = event.values.get("closed_on", getattr(event.record, "closed_on", None))
        if opened is not None and closed is not None and closed < opened:
            event.reject("This day lies before the day of opening.", "closed_on")


@core.follow(Record)
def keep_stays(gate: Gate, info: EntityInfo, what: str, saved: Saved) -> None:
    """Write down when a record entered a stage, and when it left the one before. A move taken back leaves no stay."""
    if not info.is_staged or what not in ("created", "changed", "reverted"):
        return
    moved = [
        (id, before, after)
        for id, _, before, after in saved
        if "stage" in after and after["stage"] != before.get("stage")
    ]
    if what == "reverted":
        _take_back(gate, info, [id for id, _, _ in moved])
        return
    left = [id for id, before, _ in moved if before]
    if left:
        open_stay = and_(
            interval.c.entity == info.name, interval.c.record.in_(left), interval.c.left_at.is_(None)
        )
        gate.run(update(interval).where(open_stay).values(left_at=gate.now))
    rows = [row for id, before, after in moved for row in _stays(gate, info, id, before, after)]
    if rows:
        gate.tx.run(insert(interval), rows, why="stages")


@core.forget(Record)
def forget_stays(gate: Gate, info: EntityInfo, ids: Sequence[int]) -> None:
    """An erased record leaves no stays."""
    if info.is_staged:
        gate.run(interval.delete().where(interval.c.entity == info.name, interval.c.record.in_(ids)))


def _take_back(gate: Gate, info: EntityInfo, ids: Sequence[int]) -> None:
    """Remove the newest stay of each record and open the one before it again."""
    gate.run(interval.delete().where(interval.c.id.in_(_newest(gate, info, ids))))
    gate.run(update(interval).where(interval.c.id.in_(_newest(gate, info, ids))).values(left_at=None))


def _newest(gate: Gate, info: EntityInfo, ids: Sequence[int]) -> list[int]:
    newest = (
        select(func.max(interval.c.id))
        .where(interval.c.entity == info.name, interval.c.record.in_(ids))
        .group_by(interval.c.record)
    )
    return list(gate.run(newest).scalars())


def _target(known: Pipelines, event: BeforeSave[Any]) -> StageInfo | None:
    """The stage to stand in; fills in pipeline and stage where one of them follows from the other."""
    values, before = event.values, event.before
    stage = known.stages.get(values["stage"]) if values.get("stage") else None
    if stage is None and values.get("stage"):
        return None
    if (
        stage is not None
        and "pipeline" not in values
        and (before is None or before.pipeline != stage.pipeline)
    ):
        values["pipeline"] = stage.pipeline
    line = known.by_id.get(values["pipeline"]) if values.get("pipeline") else _default(known, event, before)
    if line is None or line.entity != event.entity:
        return None
    if stage is None and ("pipeline" in values or before is None):
        stage = line.first()
        values["stage"] = stage.id if stage else None
    values.setdefault("pipeline", line.id)
    return stage if stage is not None and stage.pipeline == line.id else None


def _default(known: Pipelines, event: BeforeSave[Any], before: Any) -> PipelineInfo | None:
    if before is not None:
        return known.by_id.get(before.pipeline)
    return next(iter(known.of(event.entity)), None)


def _judge(event: BeforeSave[Any], info: EntityInfo, source: StageInfo | None, target: StageInfo) -> None:
    if source is not None and not _leads_to(source, target):
        text = "From %(source)s one cannot move to %(target)s."
        event.reject(Text(text, source=source.name, target=target.name), "stage")
    actor = event.gate.actor
    if target.movers and actor.user is not None and not (target.movers & actor.roles):
        event.reject(Text("Your role may not move records to %(target)s.", target=target.name), "stage")
    after = event.record
    for name in target.required_fields:
        if name in info.fields and _value(event, after, name) in (None, "", ()):
            event.reject(Text("%(target)s asks for this.", target=target.name), name)
    if event.before is not None:
        _judge_work(event, info, event.before.id, target)
    moment: BeforeStageChange[Any] = BeforeStageChange(
        info.name, after, source.id if source else None, target.id, event.gate
    )
    event.gate.host.judge("before_stage_change", info.name, moment)
    event.problems.extend(moment.problems)


def _judge_work(event: BeforeSave[Any], info: EntityInfo, id: int, target: StageInfo) -> None:
    """What must have been done about the record itself."""
    for task in missing_tasks(event.gate, info.name, id, target):
        text = "Before %(target)s, finish the task “%(task)s”."
        event.reject(Text(text, target=target.name, task=task), "stage")
    kinds = event.gate.schema["activity"].fields["kind"].options
    for kind in missing_kinds(event.gate, info.name, id, target):
        label = Text(kinds[kind].label) if kind in kinds else kind
        text = "Before %(target)s, this must have been done: %(kind)s."
        event.reject(Text(text, target=target.name, kind=label), "stage")


def _done(gate: Gate, entity: str, id: int, column: str) -> set[str]:
    """What the activities about a record that are done have in a column, be they seen by this actor or not."""
    activity = gate.schema["activity"].table
    done = select(activity.c[column]).where(
        activity.c.about == f"{entity}:{id}", activity.c.done_at.is_not(None), activity.c.trashed_at.is_(None)
    )
    return set(gate.run(done.distinct()).scalars())


def _leads_to(source: StageInfo, target: StageInfo) -> bool:
    """Whether one may go on from a stage to another. Losing is possible from everywhere."""
    return not source.next_stages or target.id in source.next_stages or target.kind == "lost"


def _value(event: BeforeSave[Any], after: Any, name: str) -> Any:
    return event.values[name] if name in event.values else getattr(after, name, None)


def _enter(event: BeforeSave[Any], info: EntityInfo, source: StageInfo | None, target: StageInfo) -> None:
    """Set what follows from standing in a stage."""
    values, before = event.values, event.before
    if "stage_since" in info.fields:
        values["stage_since"] = event.gate.now
    if "outcome" in info.fields:
        values["outcome"] = target.outcome
    if "probability" in info.fields and values.get("probability") is None:
        values["probability"] = target.probability
    if (
        "lost_reason" in info.fields
        and source is not None
        and source.kind == "lost"
        and target.kind != "lost"
    ):
        values["lost_reason"] = None
    today = event.gate.now.date()
    if "opened_on" in info.fields and before is None and values.get("opened_on") is None:
        values["opened_on"] = min(today, values.get("closed_on") or today)
    if "closed_on" in info.fields:
        _close_or_open(values, source, target, today)


def _close_or_open(values: dict[str, Any], source: StageInfo | None, target: StageInfo, today: date) -> None:
    """The day of closing: set when a record is won or lost, or the other of both; gone when it is open again."""
    if not target.is_closed:
        if source is not None and source.is_closed:
            values["closed_on"] = None
    elif (source is None or source.outcome != target.outcome) and values.get("closed_on") is None:
        values["closed_on"] = today


def _stays(gate: Gate, info: EntityInfo, id: int, before: Values, after: Values) -> list[dict[str, Any]]:
    """The stays that begin. A record that arrives already closed has spent its time in the stage before that."""
    known = pipelines(gate)
    target = known.stages[after["stage"]]
    opened, closed = after.get("opened_on"), after.get("closed_on")
    entered = gate.now
    rows = []
    if not before and target.is_closed and opened and closed:
        entered = _noon(closed, gate.now)
        last = next((s for s in reversed(known.by_id[target.pipeline].stages) if s.kind == "open"), None)
        if last is not None:
            rows.append(_stay(gate, info, id, last, _noon(opened, entered), entered))
    elif not before and opened:
        entered = _noon(opened, gate.now)
    return [*rows, _stay(gate, info, id, target, entered, None)]


def _stay(
    gate: Gate, info: EntityInfo, id: int, stage: StageInfo, entered: datetime, left: datetime | None
) -> dict[str, Any]:
    return {
        "entity": info.name, "record": id, "pipeline": stage.pipeline, "stage": stage.id, "entered_at": entered, "left_at": left,
        "by": gate.actor.user,
    }  # fmt: skip


def _noon(day: date, latest: datetime) -> datetime:
    """The middle of a day, but not after another moment: nothing leaves a stage before it has entered."""
    return min(datetime.combine(day, time(12), UTC), latest)


def _no_stage() -> Invalid:
    return Invalid([Problem("stage", Text("This pipeline has no stage for that."))])
