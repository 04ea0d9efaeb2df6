"""Finding: records of many entities by words, in one statement of bounded cost."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, String, case, cast, literal, null, select, union_all
from sqlalchemy import Text as SqlText

from hookline.kernel.actor import Action, FieldRight
from hookline.kernel.fields import Field
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo
from hookline.kernel.stored import sort_key

# Of one entity no more matches are looked at than this. Whoever means a rarer one adds a word.
LOOKED_AT: Final = 300
_DETAILS: Final = 4


class Hit(NamedTuple):
    """A record that was found. `details` are other values it may have been found by, as (field, text)."""

    entity: str
    id: int
    title: str
    details: Sequence[tuple[str, str]]


def find_records(
    gate: Reads, infos: Sequence[EntityInfo], words: str, each: int, *, offered: bool = False
) -> list[Hit]:
    """At most `each` records of every entity that all the words find, those first whose title begins with them.

    Without words the newest. `offered` leaves out what is no longer offered (people who left, retired entries).
    """
    # PostgreSQL takes no NUL in a text.
    words = words.replace("\x00", " ").strip()
    arms = [
        _arm(gate, info, words, each, offered=offered) for info in infos if _is_findable(gate, info, words)
    ]
    if not arms:
        return []
    rows = gate.run(union_all(*(select(arm.subquery()) for arm in arms))).all()
    known = {info.name: [spec.name for spec in _details(gate, info)] for info in infos}
    return [_hit(row, known[row[0]]) for row in rows]


def _is_findable(gate: Reads, info: EntityInfo, words: str) -> bool:
    title = gate.actor.right(info.name, info.title.name) > FieldRight.hidden
    return title and gate.may(info.name, Action.read) and bool(info.searchable or not words)


def _arm(
    gate: Reads, info: EntityInfo, words: str, each: int, *, offered: bool
) -> "Select[*tuple[Any, ...]]":
    table, where = info.table, gate.conditions(info, words=words)
    if offered:
        where += [
            _still_offered(info, name, value)
            for name, value in (("active", True), ("retired", False))
            if name in info.fields
        ]
    details: list[ColumnElement[Any]] = [cast(info.column(spec), SqlText) for spec in _details(gate, info)]
    details += [cast(null(), SqlText)] * (_DETAILS - len(details))
    named = [column.label(f"detail{place}") for place, column in enumerate(details)]
    columns = (
        literal(info.name, String).label("entity"),
        table.c.id,
        cast(info.column(info.title), SqlText).label("title"),
    )
    if not words:
        return select(*columns, *named).where(*where).order_by(table.c.id.desc()).limit(each)
    some = (
        select(table.c.sort_key.label("key"), *columns, *named)
        .where(*where)
        .limit(LOOKED_AT)
        .subquery("some")
    )
    first = case((some.c.key.startswith(sort_key(words), autoescape=True), 0), else_=1)
    return select(*(c for c in some.c if c.name != "key")).order_by(first, some.c.key, some.c.id).limit(each)


def _still_offered(info: EntityInfo, name: str, value: bool) -> ColumnElement[bool]:
    return info.column(info.fields[name]).is_(value)


def _details(gate: Reads, info: EntityInfo) -> list[Field]:
    """What else the words may have found the record by."""
    found = (
        f
        for f in info.searchable
        if f.name != info.title.name and gate.actor.right(info.name, f.name) > FieldRight.hidden
    )
    return list(found)[:_DETAILS]


def _hit(row: Any, names: Sequence[str]) -> Hit:
    details = [(name, text) for name, text in zip(names, row[3:], strict=False) if text]
    return Hit(row[0], row[1], row[2] or f"#{row[1]}", details)
