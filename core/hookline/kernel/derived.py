"""What is worked out from other values is hidden with them: a formula with its ingredients, a rollup with what it counts.

Else a hidden amount could be read off a weighted one, and records out of sight off their sum.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from hookline.kernel.actor import Action, Actor, FieldRight
from hookline.kernel.fields import Field, Rollup
from hookline.kernel.followers import compiled
from hookline.kernel.schema import EntityInfo

if TYPE_CHECKING:
    from hookline.kernel.reads import Reads

Name = tuple[str, str]


def veiled(gate: "Reads") -> Actor:
    """The gate's actor, to whom everything is hidden that would tell of something hidden."""
    actor, waiting = gate.actor, list(gate.schema.derived)
    if not actor.fields:
        # Nothing is hidden by name: only a rollup may tell of records that are out of sight.
        waiting = [(info, spec) for info, spec in waiting if spec.rollup]
    hidden = {name for name, right in actor.fields.items() if right == FieldRight.hidden}
    found: set[Name] = set()
    while told := [(i, f) for i, f in waiting if _tells(gate, i, f, hidden | found)]:
        found |= {(info.name, spec.name) for info, spec in told}
        waiting = [each for each in waiting if each not in told]
    if not found - hidden:
        return actor
    return replace(actor, fields={**actor.fields, **dict.fromkeys(found, FieldRight.hidden)})


def _tells(gate: "Reads", info: EntityInfo, spec: Field, hidden: set[Name]) -> bool:
    if any(name in hidden for name in _ingredients(info, spec)):
        return True
    return spec.rollup is not None and _is_narrowed(gate, spec.rollup)


def _ingredients(info: EntityInfo, spec: Field) -> Iterator[Name]:
    """The fields that a value is made of."""
    yield from ((info.name, name) for name in spec.follows)
    if spec.formula:
        yield from ((info.name, name) for name in compiled(spec.formula, tuple(info.fields)).fields)
    if (rule := spec.rollup) is not None:
        yield from ((rule.entity, name) for name in (rule.via, rule.of, *rule.where) if name)


def _is_narrowed(gate: "Reads", rule: Rollup) -> bool:
    """Whether some of what is counted may be out of the actor's sight."""
    child = gate.schema.entities.get(rule.entity)
    return child is not None and bool(gate.rule(child, Action.read))
