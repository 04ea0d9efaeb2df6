"""Pipelines and their stages: the way that deals, and any other entity with stages, go from first word to done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from sqlalchemy import BigInteger, Column, Index, String, select
from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.errors import NotFound
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Catalog, Id, link_table
from hookline.kernel.fields import (
    Choices,
    choice,
    integer,
    long_text,
    multi_choice,
    percent,
    ref,
    references,
    text,
    yes_no,
)
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.rules import BeforeSave
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment

MOST_STAGES: Final = 100


class StageKind(Choices):
    """What standing in a stage means."""

    open = "open", "Open", "blue"
    won = "won", "Won", "green"
    after = "after", "After the sale", "green"
    lost = "lost", "Lost", "red"


class Tone(Choices):
    """The colours a stage can have."""

    gray = "gray", "Grey"
    blue = "blue", "Blue"
    violet = "violet", "Violet"
    amber = "amber", "Amber"
    orange = "orange", "Orange"
    green = "green", "Green"
    red = "red", "Red"


class NoChoices(Choices):
    """A list whose values are names given elsewhere."""


class Pipeline(Catalog, plugin=core, icon="kanban"):
    """One way of working, for one entity. Its stages are offered in their order."""

    name: Mapped[str] = text("Name", max_length=120, list=True)
    entity: Mapped[str] = text("For", max_length=100, default="deal", list=True)
    position: Mapped[int] = integer("Order", default=0)
    retired: Mapped[bool] = yes_no("No longer offered", list=True)


class Stage(Catalog, plugin=core, icon="milestone", sort="position"):
    """A step of a pipeline, with what is expected there and asked of those who want to enter it."""

    name: Mapped[str] = text("Name", max_length=120, list=True)
    pipeline: Mapped[int] = ref("pipeline", "Pipeline", back="Stages", list=True)
    position: Mapped[int] = integer("Order", default=0, list=True)
    kind: Mapped[str] = choice("Kind", StageKind, default=StageKind.open, list=True)
    probability: Mapped[Decimal] = percent("Probability", default=50, minimum=0, maximum=100, list=True)
    expected_days: Mapped[int | None] = integer("Expected days", minimum=0, maximum=3650, list=True)
    tone: Mapped[str] = choice("Colour", Tone, default=Tone.blue)
    hint: Mapped[str | None] = long_text("Hint for the seller", max_length=1000)
    required_fields: Mapped[tuple[str, ...]] = multi_choice("Fields required to enter", NoChoices)
    required_tasks: Mapped[str | None] = long_text(
        "Tasks required to enter", max_length=2000, help="One task on each line."
    )
    required_kinds: Mapped[tuple[str, ...]] = multi_choice(
        "Activities required to enter", NoChoices, help="One of each kind must have been done."
    )
    next_stages = references("stage", "May move on to", help="Empty: to any stage.")
    movers = references("role", "Who may move here", help="Empty: everybody who may edit.")


interval = house_table(
    "stage_interval",
    Column("id", Id, primary_key=True),
    Column("entity", String(100), nullable=False),
    Column("record", BigInteger, nullable=False),
    Column("pipeline", BigInteger, nullable=False),
    Column("stage", BigInteger, nullable=False),
    Column("entered_at", Moment(), nullable=False),
    Column("left_at", Moment()),
    Column("by", BigInteger),
    Index("ix_stage_interval_record", "entity", "record", "id"),
    Index("ix_stage_interval_stage", "stage", "entered_at"),
)


@dataclass(frozen=True)
class StageInfo:
    """A stage as it stands in memory. Durations are in days, probability in per cent."""

    id: int
    pipeline: int
    name: str
    position: int
    kind: str
    probability: int
    expected_days: int | None
    tone: str
    hint: str
    required_fields: tuple[str, ...]
    required_tasks: tuple[str, ...]
    required_kinds: tuple[str, ...]
    next_stages: frozenset[int]
    movers: frozenset[int]

    @property
    def is_closed(self) -> bool:
        """Whether a record here is no longer being worked on for the sale."""
        return self.kind != "open"

    @property
    def outcome(self) -> str:
        """open, won or lost."""
        return "won" if self.kind == "after" else self.kind


@dataclass(frozen=True)
class PipelineInfo:
    """A pipeline with its stages in their order."""

    id: int
    name: str
    entity: str
    retired: bool
    stages: tuple[StageInfo, ...]

    def first(self, kind: str = "open") -> StageInfo | None:
        """The first stage of a kind."""
        return next((s for s in self.stages if s.kind == kind), None)


@dataclass(frozen=True)
class Pipelines:
    """All pipelines and stages by id."""

    by_id: Mapping[int, PipelineInfo]
    stages: Mapping[int, StageInfo]

    def of(self, entity: str) -> list[PipelineInfo]:
        """The pipelines offered for an entity, in their order."""
        return [p for p in self.by_id.values() if p.entity == entity and not p.retired]


def pipelines(gate: Reads) -> Pipelines:
    """All pipelines, remembered while the configuration stands."""
    return gate.remembered("pipelines", _load)


def spoken_pipelines(gate: Reads, language: str, say: Callable[[str], str]) -> Pipelines:
    """The same in a language: what Hookline has a word for, such as the stages it comes with, is called by that word."""
    return gate.remembered(f"pipelines in {language}", lambda _tx: _spoken(pipelines(gate), say))


def get_stage(gate: Reads, id: int) -> StageInfo:
    """A stage by id, or NotFound."""
    found = pipelines(gate).stages.get(id)
    if found is None:
        raise NotFound
    return found


@core.before_save(Stage)
def limit_stages(event: BeforeSave[Stage]) -> None:
    """A pipeline takes at most a hundred stages."""
    line = pipelines(event.gate).by_id.get(event.record.pipeline) if event.is_new else None
    if line is not None and len(line.stages) >= MOST_STAGES:
        event.reject("A pipeline has at most 100 stages.", "pipeline")


@core.follow(Pipeline)
@core.follow(Stage)
def forget_remembered(gate: Gate, _info: EntityInfo, _what: str, _saved: object) -> None:
    """What was remembered of pipelines no longer holds."""
    gate.configured()


def _spoken(known: Pipelines, say: Callable[[str], str]) -> Pipelines:
    stages = {s.id: replace(s, name=say(s.name), hint=say(s.hint)) for s in known.stages.values()}
    lines = {
        p.id: replace(p, name=say(p.name), stages=tuple(stages[s.id] for s in p.stages))
        for p in known.by_id.values()
    }
    return Pipelines(lines, stages)


def _load(tx: Transaction) -> Pipelines:
    stages = _load_stages(tx)
    table = Pipeline.__table__
    found = tx.run(
        select(table).where(table.c.trashed_at.is_(None)).order_by(table.c.position, table.c.id),
        why="pipelines",
    ).mappings()
    infos = {
        p["id"]: PipelineInfo(
            p["id"], p["name"], p["entity"], p["retired"], tuple(s for s in stages if s.pipeline == p["id"])
        )
        for p in found
    }
    return Pipelines(infos, {s.id: s for s in stages if s.pipeline in infos})


def _load_stages(tx: Transaction) -> list[StageInfo]:
    table = Stage.__table__
    following, movers = _links(tx, "next_stages"), _links(tx, "movers")
    found = tx.run(
        select(table).where(table.c.trashed_at.is_(None)).order_by(table.c.position, table.c.id),
        why="pipelines",
    ).mappings()
    return [
        StageInfo(
            id=s["id"],
            pipeline=s["pipeline"],
            name=s["name"],
            position=s["position"],
            kind=s["kind"],
            probability=int(s["probability"]),
            expected_days=s["expected_days"],
            tone=s["tone"],
            hint=s["hint"] or "",
            required_fields=s["required_fields"] or (),
            required_tasks=_lines(s["required_tasks"]),
            required_kinds=s["required_kinds"] or (),
            next_stages=frozenset(following.get(s["id"], ())),
            movers=frozenset(movers.get(s["id"], ())),
        )
        for s in found
    ]


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def _links(tx: Transaction, name: str) -> dict[int, list[int]]:
    link = link_table("stage", name)
    found: dict[int, list[int]] = {}
    for record, target in tx.run(select(link.c.record, link.c.target), why="pipelines"):
        found.setdefault(record, []).append(target)
    return found
