"""The pipelines that a mapping asks for: made where there are none of their names."""

from collections.abc import Iterator, Sequence

from hookline.crm.imports.mappings import PipelinePlan
from hookline.crm.pipelines import Pipeline, Stage, pipelines
from hookline.kernel.gate import Gate


def lay_pipelines(gate: Gate, plans: Sequence[PipelinePlan]) -> list[tuple[str, int]]:
    """Make those of these pipelines that are missing. Returns what was made: (entity, id)."""
    return [made for plan in missing_pipelines(gate, plans) for made in _lay(gate, plan)]


def missing_pipelines(gate: Gate, plans: Sequence[PipelinePlan]) -> list[PipelinePlan]:
    """Those for whose entity there is no pipeline of that name."""
    known = {(p.entity, p.name.casefold()) for p in pipelines(gate).by_id.values()}
    return [plan for plan in plans if (plan.entity, plan.name.casefold()) not in known]


def _lay(gate: Gate, plan: PipelinePlan) -> Iterator[tuple[str, int]]:
    line = gate.create(
        Pipeline, {"name": plan.name, "entity": plan.entity, "position": len(pipelines(gate).by_id)}
    )
    yield "pipeline", line
    stages = [
        {
            "name": stage.name, "pipeline": line, "position": position, "kind": stage.kind, "probability": stage.probability,
            "expected_days": stage.expected_days, "tone": _TONES[stage.kind],
        }
        for position, stage in enumerate(plan.stages)
    ]  # fmt: skip
    for id in gate.create_many(Stage, stages):
        yield "stage", id


_TONES = {"open": "blue", "won": "green", "after": "green", "lost": "red"}
