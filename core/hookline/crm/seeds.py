"""Seeds: what an installation starts with. Each is laid once, and then belongs to the people who work there."""

import traceback
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, String, exists, func, insert, select

from hookline.crm.catalogs import LostReason, Source
from hookline.crm.core import core
from hookline.crm.pipelines import Pipeline, Stage
from hookline.crm.relations import RelationKind
from hookline.errors import Text
from hookline.kernel.entity import Record
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.watching.alarms import within
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment

laid_seed = house_table(
    "laid_seed", Column("name", String(200), primary_key=True), Column("laid_at", Moment(), nullable=False)
)

# What Hookline comes with is shown in the reader's language, until somebody gives it another name.
# Name, kind, probability in per cent, days a deal is expected to stay, tone.
_STAGES: Final = (
    (Text("New"), "open", 10, 3, "blue"),
    (Text("Qualified"), "open", 25, 7, "blue"),
    (Text("Proposal sent"), "open", 50, 10, "amber"),
    (Text("Negotiation"), "open", 75, 14, "orange"),
    (Text("Won"), "won", 100, None, "green"),
    (Text("Lost"), "lost", 0, None, "red"),
)
_LOST_REASONS: Final = (
    Text("Too expensive"), Text("Chose a competitor"), Text("No budget"), Text("No need any more"), Text("Wrong time"), Text("No answer"), Text("Not a fit"),
)  # fmt: skip
_SOURCES: Final = (
    Text("Web site"),
    Text("Recommendation"),
    Text("Trade fair"),
    Text("Cold call"),
    Text("Partner"),
    Text("Existing customer"),
)
_RELATIONS: Final = (
    (Text("works for"), Text("employs")),
    (Text("supplies"), Text("is supplied by")),
    (Text("advises"), Text("is advised by")),
    (Text("recommended"), Text("was recommended by")),
    (Text("knows"), Text("knows")),
)


def lay_seeds(home: Installation) -> list[str]:
    """Lay the seeds that this database has not had yet, and those of every run; their names.

    A plugin's that fails is left for the next time.
    """
    with home.database.read() as tx:
        known = set(tx.run(select(laid_seed.c.name), why="seeds").scalars())
    waiting = [seed for seed in _seeds(home) if seed.options.get("every_run") or seed.key not in known]
    return [seed.key for seed in waiting if _lay(home, seed, fresh=seed.key not in known)]


@core.seed
def lay_pipeline(gate: Gate) -> None:
    """One pipeline for deals, so that selling can begin at once."""
    if _has_any(gate, Pipeline):
        return
    line = gate.create(Pipeline, {"name": str(Text("Sales"))})
    gate.create_many(Stage, [_stage(line, place, stage) for place, stage in enumerate(_STAGES)])


@core.seed
def lay_lists(gate: Gate) -> None:
    """Reasons, sources and kinds of relation to choose from."""
    _fill(gate, LostReason, [{"name": str(name)} for name in _LOST_REASONS])
    _fill(gate, Source, [{"name": str(name)} for name in _SOURCES])
    _fill(gate, RelationKind, [{"name": str(name), "inverse": str(inverse)} for name, inverse in _RELATIONS])


def _seeds(home: Installation) -> list[Contribution]:
    """The seeds and the pipelines that plugins bring, in the order in which plugins run."""
    found = [c for c in home.host.all() if c.kind in ("seed", "pipeline") and not home.host.paused(c)]
    order = list(home.host.plugins)
    return sorted(found, key=lambda c: (order.index(c.plugin), c.kind == "seed"))


def _lay(home: Installation, seed: Contribution, *, fresh: bool) -> bool:
    try:
        with home.house(f"seed {seed.key}") as gate:
            if seed.kind == "pipeline":
                _bring(gate, seed)
            else:
                with within(home.host.watch.patience.start):
                    seed.call(gate)
            if fresh:
                gate.tx.run(insert(laid_seed).values(name=seed.key, laid_at=gate.now), why="seeds")
    except Exception:
        if seed.plugin == "core":
            raise
        home.host.failed(seed, traceback.format_exc(limit=20))
        return False
    return True


def _bring(gate: Gate, wanted: Contribution) -> None:
    """Make a plugin's pipeline, unless there is one of that name, be it in the trash."""
    table, entity = gate.schema[Pipeline].table, wanted.entity
    there = exists(select(table.c.id).where(table.c.entity == entity, table.c.name == wanted.label))
    if gate.tx.run(select(there), why="seeds").scalar():
        return
    count = gate.tx.run(select(func.count()).select_from(table), why="seeds").scalar()
    line = gate.create(Pipeline, {"name": wanted.label, "entity": entity, "position": count})
    steps = wanted.options["stages"]
    gate.create_many(Stage, [step.values(line, place) for place, step in enumerate(steps)])


def _stage(line: int, place: int, stage: tuple[Text, str, int, int | None, str]) -> dict[str, Any]:
    name, kind, probability, days, tone = stage
    return {
        "pipeline": line, "position": place, "name": str(name), "kind": kind, "probability": probability,
        "expected_days": days, "tone": tone,
    }  # fmt: skip


def _fill(gate: Gate, entity: type[Record], rows: Sequence[Mapping[str, Any]]) -> None:
    if not _has_any(gate, entity):
        gate.create_many(entity, rows)


def _has_any(gate: Gate, entity: type[Record]) -> bool:
    """Whether there is one, be it in the trash."""
    return bool(gate.tx.run(select(exists(select(gate.schema[entity].table.c.id))), why="seeds").scalar())
