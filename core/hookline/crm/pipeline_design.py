"""Designing pipelines: making them and their stages, ordering them, and taking them away without losing a record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from hookline.crm import stages
from hookline.crm.core import core
from hookline.crm.pipelines import MOST_STAGES, Pipeline, PipelineInfo, Stage, StageInfo, get_stage, pipelines
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Refused, Text
from hookline.kernel.actor import Action
from hookline.kernel.entity import Record
from hookline.kernel.followers import Saved
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.rules import BeforeDelete, BeforeSave
from hookline.kernel.schema import EntityInfo

PERMISSION: Final = "pipelines.edit"
FEWEST_STAGES: Final = 2
# More than this would keep everybody else waiting for the transaction.
MOST_MOVED: Final = 2000
# Without one of each, work could not begin or could not end.
NEEDED_KINDS: Final = ("open", "won", "lost")
_CERTAIN: Final = {"won": 100, "after": 100, "lost": 0}
_LACKING: Final = {
    "open": Text("A pipeline needs at least one open stage."),
    "won": Text("A pipeline needs at least one stage for what is won."),
    "lost": Text("A pipeline needs at least one stage for what is lost."),
}


@dataclass(frozen=True)
class StageDraft:
    """A stage that is about to be made."""

    name: str
    kind: str = "open"
    probability: int = 50
    expected_days: int | None = None
    tone: str = "blue"
    hint: str = ""


@dataclass(frozen=True)
class Template:
    """A path to begin with. Its names are sentences to translate when a pipeline is made of it."""

    name: str
    label: str
    stages: Sequence[StageDraft]


_END: Final = (StageDraft("Won", "won", 100, tone="green"), StageDraft("Lost", "lost", 0, tone="red"))
TEMPLATES: Final = (
    Template("short", "Short sale", (
        StageDraft("New", probability=20, expected_days=2),
        StageDraft("Offer", probability=60, expected_days=5, tone="amber"),
        *_END,
    )),
    Template("sale", "Sale in steps", (
        StageDraft("New", probability=10, expected_days=3),
        StageDraft("Qualified", probability=25, expected_days=7),
        StageDraft("Proposal sent", probability=50, expected_days=10, tone="amber"),
        StageDraft("Negotiation", probability=75, expected_days=14, tone="orange"),
        *_END,
    )),
    Template("project", "Sale and delivery", (
        StageDraft("New", probability=10, expected_days=3),
        StageDraft("Needs understood", probability=30, expected_days=10),
        StageDraft("Offer", probability=50, expected_days=14, tone="amber"),
        StageDraft("Contract", probability=80, expected_days=14, tone="orange"),
        _END[0],
        StageDraft("Delivery", "after", 100, 30, "violet"),
        StageDraft("Installation", "after", 100, 14, "violet"),
        StageDraft("Feedback", "after", 100, 30, "green"),
        StageDraft("Next need", "after", 100, 180, "green"),
        _END[1],
    )),
)  # fmt: skip


def create_pipeline(gate: Gate, name: str, entity: str, drafts: Sequence[StageDraft]) -> int:
    """Make a pipeline with its stages and return its id. It is offered after those that are there."""
    _allowed(gate)
    if problem := _ill_formed(drafts):
        raise Invalid([problem])
    position = 1 + max((_position(gate, p.id) for p in pipelines(gate).of(entity)), default=-1)
    line = gate.create(Pipeline, {"name": name, "entity": entity, "position": position})
    gate.create_many(Stage, [_row(line, place, draft) for place, draft in enumerate(drafts)])
    return line


def rename_pipeline(gate: Gate, id: int, name: str) -> None:
    """Give a pipeline another name."""
    _allowed(gate)
    gate.update(Pipeline, id, {"name": name})


def retire_pipeline(gate: Gate, id: int, *, retired: bool = True) -> None:
    """Offer a pipeline no longer for what is new, or again. What stands in it stays there and can go on."""
    _allowed(gate)
    gate.update(Pipeline, id, {"retired": retired})


def place_pipeline(gate: Gate, id: int, place: int) -> None:
    """Put a pipeline at a place, counted from 0, among those of its entity."""
    _allowed(gate)
    line = _line(gate, id)
    _place(
        gate, Pipeline, [p.id for p in pipelines(gate).by_id.values() if p.entity == line.entity], id, place
    )


def remove_pipeline(gate: Gate, id: int) -> None:
    """Put a pipeline in which nothing stands into the trash, with its stages."""
    _allowed(gate)
    line = _line(gate, id)
    gate.trash(Pipeline, id)
    for stage in line.stages:
        gate.trash(Stage, stage.id)


def copied(line: PipelineInfo) -> list[StageDraft]:
    """The stages of a pipeline as drafts for another."""
    return [StageDraft(s.name, s.kind, s.probability, s.expected_days, s.tone, s.hint) for s in line.stages]


def create_stage(gate: Gate, pipeline: int, values: Mapping[str, Any]) -> int:
    """Add a stage, behind the last one of its kind, and return its id."""
    _allowed(gate)
    line = _line(gate, pipeline)
    kind = values.get("kind") or "open"
    order = ("open", "won", "after", "lost")
    before = [place for place, s in enumerate(line.stages) if order.index(s.kind) <= order.index(kind)]
    id = gate.create(Stage, {**values, "pipeline": pipeline, "position": len(line.stages)})
    place_stage(gate, id, max(before, default=-1) + 1)
    return id


def change_stage(gate: Gate, id: int, values: Mapping[str, Any], *, version: int | None = None) -> int:
    """Change a stage and return its version."""
    _allowed(gate)
    return gate.update(Stage, id, values, version=version)


def place_stage(gate: Gate, id: int, place: int) -> None:
    """Put a stage at a place, counted from 0, in its pipeline."""
    _allowed(gate)
    line = _line(gate, get_stage(gate, id).pipeline)
    _place(gate, Stage, [s.id for s in line.stages], id, place)


def remove_stage(gate: Gate, id: int, *, to: int | None = None) -> int:
    """Take a stage away and return how many records were moved to the stage `to` before.

    They move as by hand: what the other stage asks, it asks of each. Without `to` the stage must be empty.
    """
    _allowed(gate)
    stage = get_stage(gate, id)
    moved = _move_out(gate, stage, get_stage(gate, to)) if to is not None else 0
    gate.trash(Stage, id)
    return moved


def count_standing(gate: Reads, entity: str) -> Mapping[int, int]:
    """How many records stand in each stage, be they seen by this actor or not. Those in the trash do not count."""
    table = gate.schema[entity].table
    found = select(table.c.stage, func.count()).where(table.c.trashed_at.is_(None)).group_by(table.c.stage)
    return {stage: int(count) for stage, count in gate.tx.run(found, why="pipelines")}


def lacking(line: PipelineInfo) -> list[Text]:
    """What a pipeline lacks to be walked from beginning to end."""
    return [_LACKING[kind] for kind in NEEDED_KINDS if line.first(kind) is None]


@core.before_save(Pipeline)
def judge_pipeline(event: BeforeSave[Pipeline]) -> None:
    """A pipeline is for an entity that has stages, has a name of its own there, and the last one offered stays."""
    line, known = event.record, pipelines(event.gate)
    info = event.gate.schema.entities.get(line.entity)
    if info is None or not info.is_staged:
        event.reject(Text("%(value)s is not one of the choices.", value=line.entity), "entity")
        return
    if event.before is not None and event.before.entity != line.entity:
        event.reject("A pipeline stays with the kind of record it was made for.", "entity")
    others = [p for p in known.by_id.values() if p.entity == line.entity and p.id != line.id]
    if "name" in event.values and _taken(line.name, others):
        event.reject("There is a pipeline of this name already.", "name")
    if event.before is not None and line.retired and not any(not p.retired for p in others):
        event.reject("This is the last pipeline that is offered. Make another one first.", "retired")


@core.before_save(Stage)
def judge_stage(event: BeforeSave[Stage]) -> None:
    """A stage fits into its pipeline: its name, its kind, what it asks and where it leads."""
    stage, known = event.record, pipelines(event.gate)
    line = known.by_id.get(stage.pipeline)
    if line is None:
        return
    if event.before is not None and event.before.pipeline != stage.pipeline:
        event.reject("A stage stays in its pipeline.", "pipeline")
    if "name" in event.values and _taken(stage.name, [s for s in line.stages if s.id != stage.id]):
        event.reject("There is a stage of this name already.", "name")
    if event.before is not None and event.before.kind != stage.kind and _is_last(line, event.before.id):
        event.reject(_LACKING[event.before.kind], "kind")
    if stage.kind in _CERTAIN and {"kind", "probability"} & event.values.keys():
        event.values["probability"] = _CERTAIN[stage.kind]
    _judge_demands(event, line)


@core.before_delete(Stage)
def keep_needed(event: BeforeDelete[Stage]) -> None:
    """A stage goes only when nothing stands there and the pipeline can be walked without it."""
    line = pipelines(event.gate).by_id.get(event.record.pipeline)
    if line is None:
        return
    if len(line.stages) <= FEWEST_STAGES:
        event.reject(Text("A pipeline has at least %(count)s stages.", count=FEWEST_STAGES))
    if _is_last(line, event.record.id):
        event.reject(_LACKING[event.record.kind])
    if count := count_standing(event.gate, line.entity).get(event.record.id, 0):
        event.reject(
            Text("Records that stand in this stage: %(count)s. Move them to another one first.", count=count)
        )


@core.before_delete(Pipeline)
def keep_walked(event: BeforeDelete[Pipeline]) -> None:
    """A pipeline goes only when nothing stands in it, and not as the last one offered."""
    known = pipelines(event.gate)
    line = known.by_id.get(event.record.id)
    if line is None:
        return
    standing = count_standing(event.gate, line.entity)
    if count := sum(standing.get(s.id, 0) for s in line.stages):
        event.reject(
            Text(
                "Records that stand in this pipeline: %(count)s. Retire it instead, or move them first.",
                count=count,
            )
        )
    if all(p.id == line.id for p in known.of(line.entity)):
        event.reject("This is the last pipeline that is offered. Make another one first.")


@core.follow(Record)
def settle_restored(gate: Gate, info: EntityInfo, what: str, saved: Saved) -> None:
    """A record that comes back from the trash after its stage was taken away begins its pipeline again."""
    if what != "restored" or not info.is_staged:
        return
    known = pipelines(gate)
    for id, _, before, _ in saved:
        if before["stage"] not in known.stages:
            line = known.by_id.get(before["pipeline"]) or next(iter(known.of(info.name)), None)
            first = line.first() if line else None
            if first is not None:
                stages.move(gate, info.name, id, first.id)


def _allowed(gate: Gate) -> None:
    if not gate.actor.may(PERMISSION):
        raise Forbidden


def _line(gate: Reads, id: int) -> PipelineInfo:
    found = pipelines(gate).by_id.get(id)
    if found is None:
        raise NotFound
    return found


def _position(gate: Gate, pipeline: int) -> int:
    return gate.get(Pipeline, pipeline).position


def _row(line: int, place: int, draft: StageDraft) -> dict[str, Any]:
    return {
        "pipeline": line, "position": place, "name": draft.name, "kind": draft.kind, "probability": draft.probability,
        "expected_days": draft.expected_days, "tone": draft.tone, "hint": draft.hint or None,
    }  # fmt: skip


def _ill_formed(drafts: Sequence[StageDraft]) -> Problem | None:
    if not FEWEST_STAGES <= len(drafts) <= MOST_STAGES:
        return Problem(
            "stages",
            Text(
                "A pipeline has between %(least)s and %(most)s stages.", least=FEWEST_STAGES, most=MOST_STAGES
            ),
        )
    missing = [kind for kind in NEEDED_KINDS if not any(d.kind == kind for d in drafts)]
    if missing:
        return Problem("stages", _LACKING[missing[0]])
    names = [d.name.strip().casefold() for d in drafts]
    return (
        Problem("stages", Text("There is a stage of this name already."))
        if len(set(names)) < len(names)
        else None
    )


def _taken(name: str | None, others: Iterable[PipelineInfo | StageInfo]) -> bool:
    return (name or "").strip().casefold() in {other.name.strip().casefold() for other in others}


def _is_last(line: PipelineInfo, stage: int) -> bool:
    """Whether this is the only stage of a kind that the pipeline needs."""
    kind = next((s.kind for s in line.stages if s.id == stage), "")
    return kind in NEEDED_KINDS and sum(s.kind == kind for s in line.stages) == 1


def _judge_demands(event: BeforeSave[Stage], line: PipelineInfo) -> None:
    info = event.gate.schema[line.entity]
    unknown = [name for name in event.values.get("required_fields") or () if not _can_ask(info, name)]
    if unknown:
        event.reject(Text("There is no field %(name)s.", name=unknown[0][:60]), "required_fields")
    kinds = event.gate.schema["activity"].fields["kind"].options
    strange = [kind for kind in event.values.get("required_kinds") or () if kind not in kinds]
    if strange:
        text = Text("%(value)s is not one of the choices.", value=strange[0][:60])
        event.reject(text, "required_kinds")
    here = {s.id for s in line.stages}
    if not set(event.values.get("next_stages") or ()) <= here:
        event.reject("Choose stages of the same pipeline.", "next_stages")


def _can_ask(info: EntityInfo, name: str) -> bool:
    spec = info.fields.get(name)
    return spec is not None and not spec.read_only and name not in ("stage", "pipeline")


def _place(gate: Gate, entity: type[Pipeline] | type[Stage], ids: list[int], id: int, place: int) -> None:
    """Put one of them at a place; only those whose number differs are written."""
    ids.remove(id)
    ids.insert(min(max(place, 0), len(ids)), id)
    stands = dict(gate.rows(select(entity.id, entity.position).where(entity.id.in_(ids))))
    for position, each in enumerate(ids):
        if stands[each] != position:
            gate.update(entity, each, {"position": position})


def _move_out(gate: Gate, stage: StageInfo, to: StageInfo) -> int:
    """Move everything that stands in a stage to another one."""
    line = _line(gate, stage.pipeline)
    if to.id == stage.id or _line(gate, to.pipeline).entity != line.entity:
        raise Invalid([Problem("to", Text("Choose another stage."))])
    table = gate.schema[line.entity].table
    here = (
        select(table.c.id)
        .where(table.c.stage == stage.id, table.c.trashed_at.is_(None))
        .order_by(table.c.id)
        .limit(MOST_MOVED + 1)
    )
    ids = list(gate.tx.run(here, why="pipelines").scalars())
    if len(ids) > MOST_MOVED:
        raise Invalid(
            [
                Problem(
                    "to",
                    Text(
                        "More than %(count)s records stand here. Move them from the list in several steps.",
                        count=MOST_MOVED,
                    ),
                )
            ]
        )
    if beyond := len(ids) - len(gate.hold(line.entity, ids, Action.edit)):
        text = Text(
            "Records that stand here and that you may not change: %(count)s. Ask somebody who may.",
            count=beyond,
        )
        raise Invalid([Problem("to", text)])
    for id in ids:
        _move(gate, line.entity, id, to)
    return len(ids)


def _move(gate: Gate, entity: str, id: int, to: StageInfo) -> None:
    try:
        stages.move(gate, entity, id, to.id)
    except Invalid as refusal:
        title = gate.titles(entity, [id]).get(id) or f"#{id}"
        raise Invalid(
            [
                Problem(
                    "to",
                    Text("%(record)s cannot go there: %(reason)s", record=title, reason=_reason(refusal)),
                )
            ]
        ) from refusal


def _reason(refusal: Refused) -> Text:
    return refusal.problems[0].text if isinstance(refusal, Invalid) and refusal.problems else refusal.text
