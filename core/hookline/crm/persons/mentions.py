"""Mentions: other records whose texts, as they stand or once stood, say who the person is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, cast, func, literal, or_, select
from sqlalchemy import Text as SqlText

from hookline.crm.persons.marks import WORDY, Marks, in_json, likenesses
from hookline.crm.persons.subjects import PEOPLE, Circle
from hookline.kernel.erasing import WHY, overwrite, rows_of
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Address
from hookline.kernel.kinds.keys import RecordKey
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tables import change

MOST: Final = 500
_AROUND: Final = 60


@dataclass(frozen=True)
class Mention:
    """Another record that says who the person is. `fields` are the labels of where, none when only its history does.

    `same` says that it is itself somebody of this name or address, perhaps the same person once more.
    """

    entity: str
    id: int
    title: str
    fields: Sequence[str]
    excerpt: str
    same: bool

    @property
    def key(self) -> str:
        """The record as "deal:7"."""
        return f"{self.entity}:{self.id}"


def find_mentions(gate: Gate, circle: Circle, marks: Marks) -> list[Mention]:
    """Records outside of the circle that tell who it is, at most MOST of each entity."""
    if not marks.telling:
        return []
    past = _in_history(gate, circle, marks)
    found = []
    for info in gate.schema.entities.values():
        ids = _in_fields(gate, info, circle, marks) | past.get(info.name, set())
        rows = rows_of(gate, info, sorted(ids)[:MOST])
        found += [m for id, row in sorted(rows.items()) if (m := _mention(info, id, row, marks, past))]
    return found


def clean_mentions(gate: Gate, keys: Sequence[str], marks: Marks) -> None:
    """Take what tells who it is out of these records, their history and the news of them."""
    for key in keys:
        entity, id = RecordKey.of(key)
        info = gate.schema[entity]
        for row in rows_of(gate, info, [id]).values():
            values = {
                spec.name: _cleaned(row[spec.name], marks)
                for spec in _wordy(info)
                if row.get(spec.name) and _cleaned(row[spec.name], marks) != row[spec.name]
            }
            if values:
                overwrite(
                    gate, info, id, row, {name: _fitting(info, name, value) for name, value in values.items()}
                )
        _clean_history(gate, info.name, id, marks)


def _clean_history(gate: Gate, entity: str, id: int, marks: Marks) -> None:
    mine = select(change.c.id, change.c.data).where(change.c.entity == entity, change.c.record == id)
    for row in gate.tx.run(mine, why=WHY).all():
        cleaned = marks.cleaned(row.data)
        if cleaned != row.data:
            gate.tx.run(change.update().where(change.c.id == row.id).values(data=cleaned), why=WHY)


def _in_fields(gate: Gate, info: EntityInfo, circle: Circle, marks: Marks) -> set[int]:
    texts = [cast(info.column(spec), SqlText) for spec in _wordy(info) if not spec.custom]
    custom = cast(info.table.c.custom, SqlText)
    sqlite = gate.tx.sqlite
    conditions = [
        *(alike(_together(texts), marks, sqlite=sqlite, is_json=False) if texts else ()),
        *alike(custom, marks, sqlite=sqlite, is_json=True),
    ]
    found = set(
        gate.tx.run(select(info.table.c.id).where(or_(*conditions)).limit(MOST * 2), why=WHY).scalars()
    )
    return found - circle.all.get(info.name, set())


def _in_history(gate: Gate, circle: Circle, marks: Marks) -> dict[str, set[int]]:
    data = cast(change.c.data, SqlText)
    asked = select(change.c.entity, change.c.record, change.c.data).where(
        or_(*alike(data, marks, sqlite=gate.tx.sqlite, is_json=True))
    )
    mine = set(circle.keys)
    found: dict[str, set[int]] = {}
    for row in gate.tx.run(asked, why=WHY):
        if f"{row.entity}:{row.record}" not in mine and marks.cleaned(row.data) != row.data:
            found.setdefault(row.entity, set()).add(row.record)
    return found


def alike(
    column: ColumnElement[Any], marks: Marks, *, sqlite: bool, is_json: bool
) -> Iterator[ColumnElement[bool]]:
    """Conditions that hold of every text with a mark, and of some without: the marks have the last word."""
    for text in sorted(marks.names | marks.addresses):
        # SQLite keeps JSON with every letter beyond ASCII as an escape, which has no lower case.
        spellings = {in_json(one, escaped=sqlite) for one in likenesses(text)} if is_json else {text}
        for spelling in sorted({one.lower() for one in spellings}):
            words = "%".join(_escaped(word) for word in spelling.split())
            yield _lower(column, words, sqlite=sqlite).like(f"%{words}%", escape="!")
    for phone in sorted(marks.phones):
        # Numbers are grouped in many ways, but hardly ever so that one of the last pairs is torn apart.
        digits = "".join(d for d in phone if d.isdigit())
        yield column.like(f"%{digits[-4:-2]}%{digits[-2:]}%")


def _lower(column: ColumnElement[Any], words: str, *, sqlite: bool) -> ColumnElement[Any]:
    """SQLite's own LIKE takes ASCII letters of either case for the same, and is quicker than our lower()."""
    if not sqlite:
        return func.lower(column)
    return column if words.isascii() else func.hookline_lower(column)


def _together(texts: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Several columns as one text, so that each mark is looked for once."""
    whole: ColumnElement[Any] = func.coalesce(texts[0], "")
    for text in texts[1:]:
        whole = whole + literal("\n") + func.coalesce(text, "")
    return whole


def _escaped(word: str) -> str:
    return "".join(f"!{c}" if c in "!%_" else "_" if c in "её" else c for c in word)


def _wordy(info: EntityInfo) -> list[Field]:
    return [spec for spec in info.fields.values() if spec.kind in WORDY and not spec.many]


def _mention(
    info: EntityInfo, id: int, row: Mapping[str, Any], marks: Marks, past: Mapping[str, set[int]]
) -> Mention | None:
    told = [(spec, text) for spec in _wordy(info) if marks.tells(text := _text(row.get(spec.name)))]
    if not told and id not in past.get(info.name, ()):
        return None
    same = info.name in PEOPLE and any(
        spec is info.title or spec.kind in ("email", "phone") for spec, _ in told
    )
    excerpt = _excerpt(told[0][1], marks) if told else ""
    title = _text(row.get(info.title.name)) or f"#{id}"
    return Mention(info.name, id, title, [spec.label for spec, _ in told], excerpt, same)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return " ".join(str(part) for part in value if part) if isinstance(value, tuple) else ""


def _excerpt(text: str, marks: Marks) -> str:
    at = next((i for i in range(0, len(text), _AROUND) if marks.tells(text[i : i + 3 * _AROUND])), 0)
    return " ".join(text[at : at + 3 * _AROUND].split())


def _cleaned(value: Any, marks: Marks) -> Any:
    if isinstance(value, Address):
        return Address(*(marks.without(part) if part else part for part in value))
    return marks.without(value) if isinstance(value, str) else value


def _fitting(info: EntityInfo, name: str, value: Any) -> Any:
    """A dash is no address: what has a form of its own becomes empty, where it may."""
    spec = info.fields[name]
    plain = spec.kind in ("text", "long_text", "address")
    return value if plain or not info.may_be_empty(spec) else None
