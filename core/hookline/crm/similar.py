"""Similar records: those that have the same e-mail address, telephone number or name; a warning, never a refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, or_

from hookline.kernel.fields import Field
from hookline.kernel.glimpses import glimpse, readable_column
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo
from hookline.kernel.stored import sort_key

MOST: Final = 5


@dataclass(frozen=True)
class Similar:
    """A record that may be the same, and the fields that say so."""

    id: int
    title: str
    fields: Sequence[Field]


def find_similar(gate: Reads, info: EntityInfo, values: Mapping[str, Any], *, but: int = 0) -> list[Similar]:
    """The records of an entity that share a way to reach them, or the name, with these values; among what may be seen.

    Only fields with an index are compared, so that the question costs the same whatever there is.
    """
    clues = [
        (spec, values[spec.name]) for spec in info.fields.values() if _tells(spec) and values.get(spec.name)
    ]
    columns = {s.name: c for s, _ in clues if (c := readable_column(gate, info, s.name)) is not None}
    title = readable_column(gate, info, info.title.name)
    if title is None:
        return []
    conditions: list[ColumnElement[bool]] = [columns[s.name] == v for s, v in clues if s.name in columns]
    if named := values.get(info.title.name):
        conditions.append(info.table.c.sort_key == sort_key(named))
    if not conditions:
        return []
    row = info.table.c
    shown = [column.label(f"clue__{name}") for name, column in columns.items()]
    statement = glimpse(gate, info, row.id, title.label("title"), row.sort_key, *shown)
    found = gate.run(
        statement.where(or_(*conditions), row.id != but).order_by(row.id.desc()).limit(MOST)
    ).mappings()
    return [_similar(info, found_row, clues, named) for found_row in found]


def _tells(spec: Field) -> bool:
    return spec.kind in ("email", "phone") and (spec.index or spec.unique) and not spec.custom


def _similar(
    info: EntityInfo, row: Mapping[str, Any], clues: Sequence[tuple[Field, Any]], named: Any
) -> Similar:
    same = [spec for spec, value in clues if row.get(f"clue__{spec.name}") == value]
    if named and row["sort_key"] == sort_key(named):
        same.append(info.title)
    return Similar(row["id"], str(row["title"] or f"#{row['id']}"), same)
