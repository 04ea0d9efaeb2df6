"""How records move between stages: what a stage asks is asked at every door, and every stay is kept as an interval."""

from collections.abc import Mapping, Sequence
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


def move(gate: Gate, entity: type[Record] | str, id: int, stage: int, values: Values | None = None, *, version: int | None = None) -> int:
    """Move a record to a stage, together with values that the stage asks for. Returns the record's version."""
    return gate.update(entity, id, {**(values or {}), "stage": stage, "pipeline": get_stage(gate, stage).pipeline}, version=version)


def close(gate: Gate, entity: type[Record] | str, id: int, outcome: str, values: Values | None = None) -> int:
    """Win or lose a record: it moves to its pipeline's first stage of that kind."""
    record = gate.get(gate.schema[entity].cls, id)
    target = pipelines(gate).by_id[record.pipeline].first(outcome)  # type: ignore[attr-defined]  # staged entities have a pipeline
    if target is None:
        raise Invalid([Problem("stage", Text("This pipeline has no stage for that."))])
    return move(gate, entity, id, target.id, values)


def reopen(gate: Gate, entity: type[Record] | str, id: int) -> int:
    """Put a closed record back into the open stage it came from, or the pipeline's first."""
    info = gate.schema[entity]
    record = gate.get(info.cls, id)
    line = pipelines(gate).by_id[record.pipeline]  # type: ignore[attr-defined]  # staged entities have a pipeline
    been = [stay.stage for stay in list_stays(gate, info.name, id)]
    open_stages = {s.id for s in line.stages if s.kind == "open"}
    first = line.first()
    back = next((stage for stage in reversed(been) if stage in open_stages), first.id if first else None)
    if back is None:
        raise Invalid([Problem("stage", Text("This pipeline has no stage for that."))])
    return move(gate, entity, id, back, {"lost_reason": None} if "lost_reason" in info.fields else None)


def list_stays(gate: Reads, entity: str, id: int) -> Sequence[Any]:
    """The stays of one record, oldest first: stage, entered_at, left_at (None while it is there), by."""
    statement = select(interval).where(interval.c.entity == entity, interval.c.record == id).order_by(interval.c.id)
    return gate.run(statement).all()  # type: ignore[no-any-return]  # rows


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


@core.follow(Record)
def keep_stays(gate: Gate, info: EntityInfo, what: str, saved: Sequence[tuple[int, int, Values, Values]]) -> None:
    """Write down when a record entered a stage, and when it left the one before. A move taken back leaves no stay."""
    if not info.is_staged or what not in ("created", "changed", "reverted"):
        return
    moved = [(id, before, after) for id, _, before, after in saved if "stage" in after and after["stage"] != before.get("stage")]
    if what == "reverted":
        _take_back(gate, info, [id for id, _, _ in moved])
        return
    left = [id for id, before, _ in moved if before]
    if left:
        open_stay = and_(interval.c.entity == info.name, interval.c.record.in_(left), interval.c.left_at.is_(None))
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
    newest = select(func.max(interval.c.id)).where(interval.c.entity == info.name, interval.c.record.in_(ids)).group_by(interval.c.record)
    return list(gate.run(newest).scalars())


def _target(known: Pipelines, event: BeforeSave[Any]) -> StageInfo | None:
    """The stage to stand in; fills in pipeline and stage where one of them follows from the other."""
    values, before = event.values, event.before
    stage = known.stages.get(values["stage"]) if values.get("stage") else None
    if stage is not None and "pipeline" not in values and (before is None or before.pipeline != stage.pipeline):
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
    if source is not None and source.next_stages and target.id not in source.next_stages:
        event.reject(Text("From %(source)s one cannot move to %(target)s.", source=source.name, target=target.name), "stage")
    actor = event.gate.actor
    if target.movers and actor.user is not None and not (target.movers & actor.roles):
        event.reject(Text("Your role may not move records to %(target)s.", target=target.name), "stage")
    after = event.record
    for name in target.required_fields:
        if name in info.fields and _value(event, after, name) in (None, "", ()):
            event.reject(Text("%(target)s asks for this.", target=target.name), name)
    _judge_tasks(event, info, target)
    moment: BeforeStageChange[Any] = BeforeStageChange(info.name, after, source.id if source else None, target.id, event.gate)
    event.gate.host.judge("before_stage_change", info.name, moment)
    event.problems.extend(moment.problems)


def _value(event: BeforeSave[Any], after: Any, name: str) -> Any:
    return event.values[name] if name in event.values else getattr(after, name, None)


def _judge_tasks(event: BeforeSave[Any], info: EntityInfo, target: StageInfo) -> None:
    """Tasks of these names must have been done on the record before it enters."""
    if not target.required_tasks or event.before is None:
        return
    activity = event.gate.schema["activity"].table
    done = select(activity.c.subject).where(
        activity.c.about == f"{info.name}:{event.before.id}", activity.c.done_at.is_not(None), activity.c.trashed_at.is_(None)
    )
    finished = {subject.casefold() for subject in event.gate.run(done).scalars()}
    for task in target.required_tasks:
        if task.casefold() not in finished:
            event.reject(Text("Before %(target)s, finish the task “%(task)s”.", target=target.name, task=task), "stage")


def _enter(event: BeforeSave[Any], info: EntityInfo, source: StageInfo | None, target: StageInfo) -> None:
    """Set what follows from standing in a stage."""
    values, today = event.values, event.gate.now.date()
    values["stage_since"] = event.gate.now
    if "outcome" in info.fields:
        values["outcome"] = target.outcome
    if "probability" in info.fields and values.get("probability") is None:
        values["probability"] = target.probability
    if "opened_on" in info.fields and event.before is None and values.get("opened_on") is None:
        values["opened_on"] = min(today, values.get("closed_on") or today)
    if "closed_on" not in info.fields:
        return
    if target.is_closed and (source is None or not source.is_closed):
        values.setdefault("closed_on", today)
    elif not target.is_closed and source is not None and source.is_closed:
        values["closed_on"] = None


def _stays(gate: Gate, info: EntityInfo, id: int, before: Values, after: Values) -> list[dict[str, Any]]:
    """The stays that begin. A record that arrives already closed has spent its time in the stage before that."""
    known = pipelines(gate)
    target = known.stages[after["stage"]]
    opened, closed = after.get("opened_on"), after.get("closed_on")
    entered = gate.now
    rows = []
    if not before and target.is_closed and opened and closed:
        entered = _noon(closed)
        last = next((s for s in reversed(known.by_id[target.pipeline].stages) if s.kind == "open"), None)
        if last is not None:
            rows.append(_stay(gate, info, id, last, _noon(opened), entered))
    elif not before and opened:
        entered = min(_noon(opened), gate.now)
    return [*rows, _stay(gate, info, id, target, entered, None)]


def _stay(gate: Gate, info: EntityInfo, id: int, stage: StageInfo, entered: datetime, left: datetime | None) -> dict[str, Any]:
    return {
        "entity": info.name, "record": id, "pipeline": stage.pipeline, "stage": stage.id, "entered_at": entered, "left_at": left,
        "by": gate.actor.user,
    }  # fmt: skip


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
