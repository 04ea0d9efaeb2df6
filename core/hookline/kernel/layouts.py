"""Layouts: how an administrator arranges the fields of an entity, and when they show, are asked for or may not be changed.

Arrangement and visibility are a matter of screens and protect nothing: rights do that. What must be filled in and what
may not be changed is judged by `field_rules` at each save, whatever door it comes through.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Column, String, select

from hookline.kernel.db import Transaction
from hookline.kernel.fields import Field
from hookline.kernel.reads import Reads
from hookline.kernel.tables import house_table
from hookline.kernel.types import json_type

table: Final = house_table(
    "layout", Column("entity", String(100), primary_key=True), Column("data", json_type(), nullable=False)
)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A field in its place. Its conditions are formulas; without them it is always visible, never asked for, never locked.

    `wide` is None where the kind of the field decides.
    """

    name: str
    wide: bool | None = None
    visible: str = ""
    required: str = ""
    locked: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """Fields under a heading, which may be none."""

    title: str = ""
    collapsed: bool = False
    fields: tuple[Placed, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The arrangement of one entity. Fields that it does not name stand where they usually do; unknown ones are passed over.

    `facts` are the fields in the head of a record; none means the usual ones. `declared` are the conditions that fields
    have by their declaration: they hold where the arrangement says none of its own.
    """

    facts: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    declared: Mapping[str, Placed] = field(default_factory=dict)

    @cached_property
    def places(self) -> Mapping[str, Placed]:
        """Every field that has a place, by its name."""
        return {one.name: one for section in self.sections for one in section.fields}

    @cached_property
    def rules(self) -> Mapping[str, Placed]:
        """Every field on which something may be said by condition, with the conditions that hold."""
        return {**self.declared, **{name: self._ruled(one) for name, one in self.places.items()}}

    def of(self, name: str) -> Placed:
        """Where a field stands, with the conditions that the arrangement itself says."""
        return self.places.get(name) or Placed(name=name)

    def dumped(self) -> dict[str, Any]:
        """As it is kept."""
        return {"facts": list(self.facts), "sections": [asdict(one) for one in self.sections]}

    def _ruled(self, placed: Placed) -> Placed:
        usual = self.declared.get(placed.name)
        if usual is None:
            return placed
        return replace(
            placed, visible=placed.visible or usual.visible, required=placed.required or usual.required
        )


_STANDARD: Final = Layout()


def layout_of(gate: Reads, entity: str) -> Layout:
    """The layout of an entity; one that says nothing where nobody has made one."""
    kept = gate.remembered("layouts", _load).get(entity, _STANDARD)
    conditioned = gate.schema[entity].conditioned
    # It is asked for each record that is saved, and keeps what it has worked out.
    return gate.remembered(f"layout {entity}", lambda _: _ruled(kept, conditioned)) if conditioned else kept


def loaded(data: Mapping[str, Any]) -> Layout:
    """A layout out of what was kept."""
    return Layout(facts=tuple(data["facts"]), sections=tuple(_sections(data["sections"])))


def _ruled(kept: Layout, conditioned: Sequence[Field]) -> Layout:
    declared = {
        f.name: Placed(name=f.name, visible=f.shown_when, required=f.required_when) for f in conditioned
    }
    return replace(kept, declared=declared)


def _sections(kept: list[Mapping[str, Any]]) -> Iterator[Section]:
    for one in kept:
        fields = tuple(Placed(**placed) for placed in one["fields"])
        yield Section(title=one["title"], collapsed=one["collapsed"], fields=fields)


def _load(tx: Transaction) -> Mapping[str, Layout]:
    return {row.entity: loaded(row.data) for row in tx.run(select(table), why="layouts")}
