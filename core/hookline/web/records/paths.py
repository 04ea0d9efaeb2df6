"""The stage path: where a record stands in its pipeline, how long it stayed in each stage, and what helps it on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hookline.crm.pipelines import PipelineInfo, StageInfo
from hookline.crm.stages import Stay
from hookline.kernel.whole import Whole
from hookline.web.records.words import counted

if TYPE_CHECKING:
    from hookline.web.visit import Visit


@dataclass(frozen=True)
class Step:
    """One stage. `state` is done, now, todo, won or lost; `age` how long the record stayed, `old` longer than expected."""

    name: str
    label: str
    state: str
    age: str = ""
    old: bool = False


def stage_path(visit: "Visit", record: Whole, stays: Sequence[Stay]) -> tuple[list[Step], str]:
    """The steps of a record's path by its stays, and the hint for the stage it stands in."""
    known = visit.pipelines
    stage = known.stages.get(record.values.get("stage") or 0)
    line = known.by_id.get(stage.pipeline) if stage else None
    if stage is None or line is None:
        return [], ""
    spent = _spent(visit, [stay for stay in stays if stay.pipeline == line.id])
    shown = _shown(line, stage, spent)
    return [_step(visit, s, stage, spent.get(s.id)) for s in shown], stage.hint


def _spent(visit: "Visit", stays: Sequence[Stay]) -> dict[int, timedelta]:
    """How long the record stayed in each stage, over all its stays."""
    found: dict[int, timedelta] = {}
    for stay in stays:
        length = (stay.left_at or visit.gate.now) - stay.entered_at
        found[stay.stage] = found.get(stay.stage, timedelta()) + max(length, timedelta())
    return found


def _shown(line: PipelineInfo, now: StageInfo, spent: dict[int, timedelta]) -> list[StageInfo]:
    """The way to the sale; once it is won what follows it, if anything does; where it was lost only when it was."""
    if now.kind == "lost":
        return [*(s for s in line.stages if s.kind == "open" and s.id in spent), now]
    follows = now.is_closed and any(s.kind == "after" for s in line.stages)
    return [s for s in line.stages if s.kind in (("won", "after") if follows else ("open", "won"))]


def _step(visit: "Visit", stage: StageInfo, now: StageInfo, spent: timedelta | None) -> Step:
    days = spent.days if spent is not None else 0
    age = (
        counted(visit, "%(num)d d", "%(num)d d", days)
        if spent is not None and (days or stage.id == now.id)
        else ""
    )
    if stage.id == now.id:
        state = {"won": "won", "lost": "lost"}.get(stage.kind, "now")
        old = stage.kind == "open" and stage.expected_days is not None and days > stage.expected_days
        return Step(str(stage.id), stage.name, state, age if stage.kind in ("open", "after") else "", old)
    done = now.kind == "lost" or stage.position < now.position
    return Step(str(stage.id), stage.name, "done" if done else "todo", age)
