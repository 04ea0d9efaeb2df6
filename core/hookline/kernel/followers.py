"""What follows from a save inside the same transaction: formulas, rollups, and what the core's nouns keep beside a record."""

import operator
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, delete, func, select, update

from hookline.kernel.fields import Field
from hookline.kernel.formulas.language import Formula, parse
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tables import change

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate

Values = Mapping[str, Any]
Saved = Sequence[tuple[int, int, Values, Values]]


def work_out(gate: "Gate", info: EntityInfo, before: Values, values: dict[str, Any]) -> None:
    """Set the formula fields whose ingredients change. Formulas may use other formulas; the order follows from that."""
    for spec in _in_order(info):
        formula = compiled(spec.formula or "", tuple(info.fields))
        if not before or any(name in values for name in formula.fields):
            known = {name: values[name] if name in values else before.get(name) for name in formula.fields}
            values[spec.name] = formula.evaluate(known, gate.now.date())


def follow(gate: "Gate", info: EntityInfo, what: str, saved: Saved) -> None:
    """Renew the rollups that count these records, then let the core's followers do theirs."""
    renew_rollups(gate, info, saved)
    for keep in gate.host.followers(info.name):
        keep(gate, info, what, saved)


def renew_rollups(gate: "Gate", info: EntityInfo, saved: Saved) -> None:
    """Work out anew the figures over these records."""
    for parent, spec in gate.schema.rollups_over(info.name):
        _renew(gate, parent, spec, info, saved)


def forget(gate: "Gate", info: EntityInfo, ids: Sequence[int]) -> None:
    """Remove what is kept beside records that are being erased."""
    gate.run(delete(change).where(change.c.entity == info.name, change.c.record.in_(ids)))
    for clear in gate.host.erasers(info.name):
        clear(gate, info, ids)


@lru_cache(maxsize=512)
def compiled(source: str, names: tuple[str, ...]) -> Formula:
    """A formula, parsed once."""
    return parse(source, names)


def _in_order(info: EntityInfo) -> list[Field]:
    """Formula fields, each after those it uses."""
    waiting = {f.name: f for f in info.formulas}
    ordered: list[Field] = []
    while waiting:
        # Formulas that use each other in a circle are worked out in the order of their declaration.
        spec = next((f for f in waiting.values() if not _needs(info, f) & (waiting.keys() - {f.name})), None)
        spec = spec or next(iter(waiting.values()))
        ordered.append(waiting.pop(spec.name))
    return ordered


def _needs(info: EntityInfo, spec: Field) -> set[str]:
    return set(compiled(spec.formula or "", tuple(info.fields)).fields)


def _renew(gate: "Gate", parent: EntityInfo, spec: Field, child: EntityInfo, saved: Saved) -> None:
    via = spec.rollup.via if spec.rollup else ""
    touched = {values.get(via) for _, _, before, after in saved for values in (before, after)} - {None}
    touched |= _current_parents(gate, child, via, [id for id, *_ in saved])
    if touched:
        table = parent.table
        gate.run(
            update(table)
            .where(table.c.id.in_(sorted(touched)))
            .values({spec.name: _figure(parent, spec, child)})
        )


def _current_parents(gate: "Gate", child: EntityInfo, via: str, ids: Sequence[int]) -> set[Any]:
    found = gate.run(
        select(child.table.c[via]).where(child.table.c.id.in_(ids), child.table.c[via].is_not(None))
    )
    return set(found.scalars())


def _figure(parent: EntityInfo, spec: Field, child: EntityInfo) -> ColumnElement[Any]:
    rule = spec.rollup
    assert rule is not None
    table = child.table
    what = (
        func.count(table.c.id)
        if rule.function == "count"
        else getattr(func, rule.function)(table.c[rule.of or ""])
    )
    conditions = [operator.eq(table.c[name], value) for name, value in rule.where.items()]
    return (
        select(what)
        .where(table.c[rule.via] == parent.table.c.id, table.c.trashed_at.is_(None), *conditions)
        .scalar_subquery()
    )
