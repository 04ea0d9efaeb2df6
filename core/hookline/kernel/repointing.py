"""Repointing: whatever points at one record points at another of its kind from then on, plugins' records included."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Select, literal, select, union_all

from hookline.kernel.entity import link_table
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.schema import HOUSE_COLUMNS, EntityInfo

_AT_ONCE: Final = 500


# Which records point at one: by entity, by field.
Pointing = Mapping[str, Mapping[str, set[int]]]


def find_pointing(gate: Gate, info: EntityInfo, id: int, most: int) -> Pointing | None:
    """The records that point at this one, in the trash or not; None when they do so in more than `most` places.

    The gate must be the house's, which sees every one.
    """
    places = list(_places(gate, info, id))
    rows = gate.run(select(union_all(*places).subquery()).limit(most + 1)).all() if places else []
    if len(rows) > most:
        return None
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        found[row.entity][row.field].add(row.id)
    return found


def point_elsewhere(gate: Gate, info: EntityInfo, pointing: Pointing, old: int, new: int) -> None:
    """Change them all. No rule is asked; each change stands in its record's history.

    The gate must be the house's. A record that would point at itself points at nothing.
    """
    for entity, fields in pointing.items():
        other = gate.schema[entity]
        ids = sorted({id for held in fields.values() for id in held})
        for at in range(0, len(ids), _AT_ONCE):
            some = ids[at : at + _AT_ONCE]
            links = gate.linked(other, some)
            gate.carry(
                other.name,
                {
                    id: {
                        name: _instead(other, other.fields[name], id, info, old, new, links[id])
                        for name, held in fields.items()
                        if id in held
                    }
                    for id in some
                },
            )


def _places(gate: Gate, info: EntityInfo, id: int) -> Iterator[Select[str, str, Any]]:
    for other in gate.schema.entities.values():
        for spec in other.fields.values():
            if spec.name not in HOUSE_COLUMNS and (spec.target == info.name or spec.kind == "record"):
                yield _place(other, spec, info, id)


def _place(other: EntityInfo, spec: Field, info: EntityInfo, id: int) -> Select[str, str, Any]:
    names = literal(other.name).label("entity"), literal(spec.name).label("field")
    if spec.many:
        link = link_table(other.name, spec.name)
        return select(*names, link.c.record.label("id")).where(link.c.target == id)
    there: Any = id if spec.target == info.name else f"{info.name}:{id}"
    return select(*names, other.table.c.id).where(other.column(spec) == there)


def _instead(
    other: EntityInfo, spec: Field, id: int, info: EntityInfo, old: int, new: int, links: Mapping[str, tuple[int, ...]]
) -> Any:  # fmt: skip
    """What the field holds afterwards."""
    itself = other.name == info.name and id == new
    if spec.many:
        kept = {new if target == old else target for target in links[spec.name]}
        return tuple(sorted(kept - {id} if itself else kept))
    if itself and other.may_be_empty(spec):
        return None
    return new if spec.target == info.name else f"{info.name}:{new}"
