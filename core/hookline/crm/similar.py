"""Similar records: those with the same e-mail address, telephone number or name, and what plugins say; a warning, never a refusal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

from sqlalchemy import Select, bindparam, or_

from hookline.errors import Text
from hookline.kernel.entity import Record
from hookline.kernel.fields import Field
from hookline.kernel.glimpses import glimpse, readable_column
from hookline.kernel.kinds.keys import LARGEST_ID
from hookline.kernel.plugins.answers import read_by
from hookline.kernel.plugins.host import Failure
from hookline.kernel.prepared import ask
from hookline.kernel.reads import Reads
from hookline.kernel.rules import Alike, Draft
from hookline.kernel.schema import EntityInfo
from hookline.kernel.stored import sort_key

MOST: Final = 5


@dataclass(frozen=True)
class Similar:
    """A record that may be the same, the fields that say so, and what plugins say."""

    id: int
    title: str
    fields: Sequence[Field]
    told: Sequence[str | Text] = ()

    @property
    def reasons(self) -> list[str | Text]:
        """What says so, to be shown."""
        return [*(spec.label for spec in self.fields), *self.told]


def find_similar(gate: Reads, info: EntityInfo, values: Mapping[str, Any], *, but: int = 0) -> list[Similar]:
    """The records of an entity that share a way to reach them, or the name, with these values; among what may be seen.

    Only fields with an index are compared, so that the question costs the same whatever there is. What plugins find
    comes after, each record once.
    """
    found = _sharing(gate, info, values, but)
    known = {one.id for one in found}
    (told,) = tell_alike(gate, info, [values], [but])
    return [*found, *(one for one in told if one.id not in known)][: 2 * MOST]


def watched_fields(gate: Reads, info: EntityInfo) -> set[str]:
    """The fields whose values plugins look at."""
    return {name for who in gate.host.contributions("similar", info.name) for name in who.options["fields"]}


def tell_alike(
    gate: Reads, info: EntityInfo, drafts: Sequence[Mapping[str, Any]], but: Sequence[int]
) -> list[list[Similar]]:
    """What plugins take for the same as each of these, among what may be seen; `but` are the records that they have become."""
    told: list[dict[int, list[str | Text]]] = [{} for _ in drafts]
    asked = [Draft[Record](info.name, values) for values in drafts]
    for who in gate.host.contributions("similar", info.name) if drafts else ():
        answer = gate.host.ask(read_by(who, partial(_alike, len(drafts))), asked, gate)
        if isinstance(answer, Failure):
            gate.tx.begin_again()
            continue
        for one in answer:
            reasons = told[one.draft].setdefault(one.record, [])
            if one.record != but[one.draft] and one.why not in reasons:
                reasons.append(one.why)
    titles = gate.titles(info.name, [*dict.fromkeys(id for found in told for id in found)])
    return [
        [Similar(id, titles[id], (), why) for id, why in found.items() if why and id in titles][:MOST]
        for found in told
    ]


def _alike(count: int, answer: object) -> list[Alike]:
    found = list(answer) if isinstance(answer, Iterable) else [answer]
    for one in found:
        if not isinstance(one, Alike):
            raise TypeError(f"each must be an Alike, not {type(one).__name__}")
        if not (0 <= one.draft < count and 0 < one.record <= LARGEST_ID):
            raise ValueError(f"{one} is of none of the {count} drafts, or of no record")
    return cast(list[Alike], found)


def _sharing(gate: Reads, info: EntityInfo, values: Mapping[str, Any], but: int) -> list[Similar]:
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
