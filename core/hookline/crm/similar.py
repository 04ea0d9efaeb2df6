"""Similar records: those that have the same e-mail address, telephone number or name; a warning, never a refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, bindparam, or_

from hookline.kernel.fields import Field
from hookline.kernel.glimpses import glimpse, readable_column
from hookline.kernel.prepared import ask
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
    told = [spec for spec in info.fields.values() if _tells(spec) and values.get(spec.name)]
    found = [(spec, readable_column(gate, info, spec.name)) for spec in told]
    readable = {spec.name: column for spec, column in found if column is not None}
    clues = [(spec, values[spec.name]) for spec in told if spec.name in readable]
    title = readable_column(gate, info, info.title.name)
    named = sort_key(values[info.title.name]) if values.get(info.title.name) else None
    if title is None or not (clues or named):
        return []

    def build() -> Select[Any]:
        row = info.table.c
        conditions = [column == bindparam(f"is__{name}") for name, column in readable.items()]
        if named:
            conditions.append(row.sort_key == bindparam("named"))
        shown = [column.label(f"clue__{name}") for name, column in readable.items()]
        statement = glimpse(gate, info, row.id, title.label("title"), row.sort_key, *shown)
        return (
            statement.where(or_(*conditions), row.id != bindparam("but")).order_by(row.id.desc()).limit(MOST)
        )

    question = ("similar", info.name, tuple(readable), named is None)
    given = {"but": but, **({"named": named} if named else {}), **{f"is__{s.name}": v for s, v in clues}}
    rows = ask(gate, question, build, given).mappings()
    return [_similar(info, dict(row), clues, named) for row in rows]


def _tells(spec: Field) -> bool:
    return spec.kind in ("email", "phone") and (spec.index or spec.unique) and not spec.custom


def _similar(
    info: EntityInfo, row: Mapping[str, Any], clues: Sequence[tuple[Field, Any]], named: str | None
) -> Similar:
    same = [spec for spec, value in clues if row.get(f"clue__{spec.name}") == value]
    if named and row["sort_key"] == named:
        same.append(info.title)
    return Similar(row["id"], str(row["title"] or f"#{row['id']}"), same)
