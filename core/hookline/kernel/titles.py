"""Titles: what records of many kinds are called, all asked for in one statement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import literal, select, union_all

from hookline.kernel.actor import Action
from hookline.kernel.glimpses import glimpse, readable_column
from hookline.kernel.kinds.keys import id_in, is_id, key_in
from hookline.kernel.reads import Reads
from hookline.kernel.stored import sort_key

SHORT_LIST: Final = 200


def titles_of(gate: Reads, wanted: Mapping[str, Collection[int]]) -> dict[tuple[str, int], str]:
    """The titles of those of these records that the actor may see, by (entity, id)."""
    parts = []
    for entity, ids in wanted.items():
        numbers = sorted({id for id in ids if is_id(id)})
        info = gate.schema.entities.get(entity)
        title = readable_column(gate, info, info.title.name) if info is not None else None
        if numbers and info is not None and title is not None:
            id = info.table.c.id
            statement = glimpse(
                gate, info, literal(entity).label("entity"), id.label("id"), title.label("title")
            )
            parts.append(statement.where(id.in_(numbers)))
    found = gate.run(union_all(*parts)) if parts else ()
    return {(entity, id): str(title or f"#{id}") for entity, id, title in found}


def keys_by_entity(keys: Iterable[str | None]) -> dict[str, set[int]]:
    """Ids by entity of records written "deal:7"; what is written otherwise is left out."""
    found: dict[str, set[int]] = {}
    for written in keys:
        if key := key_in(written):
            found.setdefault(key.entity, set()).add(key.id)
    return found


def offered(
    gate: Reads, entities: Sequence[str], *, limit: int = SHORT_LIST
) -> dict[str, list[tuple[int, str]]]:
    """The records of short lists (sources, reasons), as (id, title) by title, at most `limit` each; retired ones left out."""
    parts = []
    for entity in dict.fromkeys(entities):
        info = gate.schema[entity]
        title = readable_column(gate, info, info.title.name)
        if title is None or not gate.may(entity, Action.read):
            continue
        row = info.table.c
        statement = glimpse(
            gate, info, literal(entity).label("entity"), row.id.label("id"), title.label("title")
        )
        if "retired" in row:
            statement = statement.where(row.retired.is_(False))
        parts.append(select(statement.order_by(row.sort_key, row.id).limit(limit).subquery()))
    found: dict[str, list[tuple[int, str]]] = {}
    for entity, id, title in gate.run(union_all(*parts)) if parts else ():
        found.setdefault(entity, []).append((id, str(title or f"#{id}")))
    return found


def called(gate: Reads, entity: str, words: str, *, limit: int = 6) -> list[tuple[int, str]]:
    """The records called so: those whose whole title this is, else those that the words find; as (id, title).

    "#12" is the record of that number.
    """
    info = gate.schema[entity]
    if readable_column(gate, info, info.title.name) is None:
        return []
    title = info.column(info.title)
    number = id_in(words.removeprefix("#").strip())
    if number is not None:
        found = gate.run(glimpse(gate, info, info.table.c.id, title).where(info.table.c.id == number)).all()
        if found:
            return [(id, str(name or f"#{id}")) for id, name in found]
    exact = glimpse(gate, info, info.table.c.id, title).where(info.table.c.sort_key == sort_key(words))
    found = gate.run(exact.order_by(info.table.c.id).limit(limit)).all()
    if not found:
        some = gate.narrow(info, words=words).limit(limit).subquery()
        found = gate.run(select(some.c.id, some.c[info.title.name])).all()
    return [(id, str(name or f"#{id}")) for id, name in found]
