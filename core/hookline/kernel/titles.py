"""Titles: what records of many kinds are called, all asked for in one statement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import func, literal, select, union_all

from hookline.kernel.actor import Action
from hookline.kernel.reads import Reads

SHORT_LIST: Final = 200


def titles_of(gate: Reads, wanted: Mapping[str, Collection[int]]) -> dict[tuple[str, int], str]:
    """The titles of those of these records that the actor may see, by (entity, id)."""
    parts = []
    for entity, ids in wanted.items():
        numbers = sorted({id for id in ids if 0 < id < 2**63})
        if not numbers or entity not in gate.schema.entities:
            continue
        source, name = gate.source(entity), gate.schema[entity].title.name
        if name in source.c:
            title = source.c[name].label("title")
            parts.append(
                select(literal(entity).label("entity"), source.c.id, title).where(source.c.id.in_(numbers))
            )
    found = gate.run(union_all(*parts)) if parts else ()
    return {(entity, id): str(title or f"#{id}") for entity, id, title in found}


def keys_by_entity(keys: Iterable[str | None]) -> dict[str, set[int]]:
    """Ids by entity of records written "deal:7"; what is written otherwise is left out."""
    found: dict[str, set[int]] = {}
    for key in keys:
        entity, _, id = (key or "").partition(":")
        if entity and id.isdecimal():
            found.setdefault(entity, set()).add(int(id))
    return found


def offered(
    gate: Reads, entities: Sequence[str], *, limit: int = SHORT_LIST
) -> dict[str, list[tuple[int, str]]]:
    """The records of short lists (sources, reasons), as (id, title) by title, at most `limit` each; retired ones left out."""
    parts = []
    for entity in dict.fromkeys(entities):
        source, name = gate.source(entity), gate.schema[entity].title.name
        if name not in source.c or not gate.may(entity, Action.read):
            continue
        title = source.c[name].label("title")
        statement = select(literal(entity).label("entity"), source.c.id, title)
        if "retired" in source.c:
            statement = statement.where(source.c.retired.is_(False))
        some = statement.order_by(func.lower(source.c[name]), source.c.id).limit(limit).subquery()
        parts.append(select(some))
    found: dict[str, list[tuple[int, str]]] = {}
    for entity, id, title in gate.run(union_all(*parts)) if parts else ():
        found.setdefault(entity, []).append((id, str(title or f"#{id}")))
    return found
