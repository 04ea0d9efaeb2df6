"""Mappings: what of a file goes into which field, in the words of a TOML or JSON file; kept ones can be used again."""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

import msgspec
from sqlalchemy import BigInteger, Column, Index, String, delete, insert, or_, select

from hookline.errors import Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Actor
from hookline.kernel.entity import Id
from hookline.kernel.gate import Gate
from hookline.kernel.kinds.characters import clean_line
from hookline.kernel.reads import Reads
from hookline.kernel.tables import house_table
from hookline.kernel.types import json_type

Mode = Literal["create", "update", "both"]
Dates = Literal["day-month-year", "month-day-year", "year-month-day"]

SHARE: Final = "imports.share"
_LONGEST_NAME: Final = 120
_BRACES: Final = re.compile(r"\{([^{}]*)\}")

kept_mapping: Final = house_table(
    "import_mapping",
    Column("id", Id, primary_key=True),
    Column("entity", String(100), nullable=False),
    Column("name", String(120), nullable=False),
    Column("shared_with", String(10), nullable=False),
    Column("owner", BigInteger),
    Column("mapping", json_type(), nullable=False),
    Index("ix_import_mapping_entity", "entity"),
)


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where one field's value comes from: a `column`, a `text` made of several columns, or one `value` for all rows.

    `text` names columns in braces: "{first} {last}". `values` translates cells before anything else is done with them.
    Numbers can be multiplied: `times = 1000` where a file counts in thousands, `times = 0.3048` where it measures in feet.
    A reference is looked up by the field `find` of the record it means (without: by its number), and with `create` made
    when it is not there, `make` being what else the new record gets. `entity` says what a field that may point at
    anything points at.
    """

    column: str | None = None
    text: str | None = None
    value: str | None = None
    default: str | None = None
    values: Mapping[str, str] = {}
    find: str | None = None
    create: bool = False
    make: Mapping[str, str] = {}
    entity: str | None = None
    dates: Dates | None = None
    decimal: Literal[".", ","] | None = None
    times: Decimal | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the value comes from."""
        if self.text is not None:
            return tuple(_BRACES.findall(self.text))
        return (self.column,) if self.column is not None else ()


class StagePlan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A stage of a pipeline that an import needs."""

    name: str
    kind: Literal["open", "won", "after", "lost"] = "open"
    probability: int = 50
    expected_days: int | None = None


class PipelinePlan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A pipeline that an import needs: made where there is none of this name."""

    name: str
    entity: str = "deal"
    stages: tuple[StagePlan, ...] = ()


class ImportMapping(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """How a file becomes records of `entity`.

    `key` is the field by which a row finds the record it is about: with mode "create" such a row is left alone, with
    "update" only such rows are used, with "both" it is updated. `empty` says what an empty cell does to it.
    """

    entity: str
    mode: Mode = "create"
    key: str | None = None
    fields: Mapping[str, Source | str] = {}
    empty: Literal["keep", "clear"] = "keep"
    pipelines: tuple[PipelinePlan, ...] = ()

    @property
    def sources(self) -> Mapping[str, Source]:
        """The source of each field; a bare word is the name of a column."""
        return {name: Source(column=s) if isinstance(s, str) else s for name, s in self.fields.items()}

    @property
    def columns(self) -> frozenset[str]:
        """The columns of a file that values come from."""
        return frozenset(column for source in self.sources.values() for column in source.columns)


class KeptMapping(msgspec.Struct, frozen=True):
    """A mapping kept under a name. `owner` may remove it; shared with "all", everybody may use it."""

    id: int
    entity: str
    name: str
    shared_with: str
    owner: int | None
    mapping: ImportMapping

    def fits(self, columns: Collection[str]) -> bool:
        """Whether a file with these columns has all that it takes values from."""
        used = self.mapping.columns
        return bool(used) and used <= set(columns)

    def is_kept_by(self, actor: Actor) -> bool:
        """Whether this actor may remove it: one's own, and shared ones with the right to share."""
        return self.owner == actor.user or (self.shared_with == "all" and actor.may(SHARE))


def read_mapping(content: bytes, name: str) -> ImportMapping:
    """The mapping in a TOML or JSON file, told apart by the file's name. Raises Invalid."""
    try:
        if name.endswith(".json"):
            return msgspec.json.decode(content, type=ImportMapping)
        return msgspec.toml.decode(content, type=ImportMapping)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise unreadable(name, error) from error


def read_mapping_file(path: Path) -> ImportMapping:
    """The mapping in this file. Raises Invalid."""
    try:
        return read_mapping(path.read_bytes(), path.name)
    except OSError as error:
        raise unreadable(path.name, error) from error


def unreadable(name: str, error: Exception) -> Invalid:
    """What is said of a file that is not what it should be."""
    return Invalid([Problem("mapping", Text("%(name)s cannot be used: %(reason)s", name=name, reason=error))])


def as_data(mapping: ImportMapping) -> dict[str, object]:
    """A mapping as JSON."""
    found: dict[str, object] = msgspec.to_builtins(mapping)
    return found


def from_data(data: object) -> ImportMapping:
    """A mapping that was kept as JSON."""
    return msgspec.convert(data, ImportMapping)


def keep_mapping(gate: Gate, name: str, mapping: ImportMapping, shared_with: str = "private") -> int:
    """Keep a mapping under a name, in the place of one's own of that name: for oneself, or for "all".

    Raises Forbidden for "all" without the right to share.
    """
    short = clean_line(name)[:_LONGEST_NAME]
    if not short:
        raise Invalid([Problem("name", Text("Please fill this in."))])
    if shared_with == "all" and not gate.actor.may(SHARE):
        raise Forbidden(Text("You may not share mappings with everybody."))
    table = kept_mapping
    mine = (table.c.entity == mapping.entity, table.c.name == short, table.c.owner == gate.actor.user)
    gate.tx.run(delete(table).where(*mine), why="imports")
    row = {
        "entity": mapping.entity, "name": short, "shared_with": "all" if shared_with == "all" else "private",
        "owner": gate.actor.user, "mapping": as_data(mapping),
    }  # fmt: skip
    return int(gate.tx.run(insert(table).values(**row).returning(table.c.id), why="imports").scalar_one())


def drop_mapping(gate: Gate, id: int) -> None:
    """Remove a mapping: one's own, or a shared one with the right to share. NotFound for any other."""
    if not get_mapping(gate, id).is_kept_by(gate.actor):
        raise NotFound
    gate.tx.run(delete(kept_mapping).where(kept_mapping.c.id == id), why="imports")


def get_mapping(gate: Reads, id: int) -> KeptMapping:
    """A kept mapping that this actor may use."""
    found = [kept for kept in list_mappings(gate) if kept.id == id]
    if not found:
        raise NotFound
    return found[0]


def list_fitting(gate: Reads, entity: str, columns: Collection[str]) -> Sequence[KeptMapping]:
    """The mappings that a file with these columns can be imported by: those first that use most of it."""
    fitting = [kept for kept in list_mappings(gate, entity) if kept.fits(columns)]
    return sorted(fitting, key=lambda kept: -len(kept.mapping.columns))


def list_mappings(gate: Reads, entity: str | None = None) -> Sequence[KeptMapping]:
    """The mappings that this actor may use, by name."""
    usable = or_(kept_mapping.c.owner == gate.actor.user, kept_mapping.c.shared_with == "all")
    statement = select(kept_mapping).where(usable).order_by(kept_mapping.c.name, kept_mapping.c.id)
    if entity is not None:
        statement = statement.where(kept_mapping.c.entity == entity)
    found = gate.tx.run(statement, why="imports").mappings()
    return [
        KeptMapping(r["id"], r["entity"], r["name"], r["shared_with"], r["owner"], from_data(r["mapping"]))
        for r in found
    ]
