"""`Schema`: every entity with its fields as they stand now, custom ones included; an immutable snapshot."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final
from typing import cast as typed

from sqlalchemy import BigInteger, Boolean, ColumnElement, Table, Text, cast, false, func, type_coerce
from sqlalchemy.orm import configure_mappers
from sqlalchemy.types import TypeEngine

from hookline.errors import NotFound
from hookline.kernel import fields as declare
from hookline.kernel.entity import Record
from hookline.kernel.fields import Field, field_of
from hookline.kernel.kinds import Option
from hookline.kernel.types import Duration, IsoDate, IsoMoment, Scaled, Several

CUSTOM_PREFIX: Final = "c_"
# Columns of the house: never nameable by input, left out of projections unless the kernel asks.
HOUSE_COLUMNS: Final = frozenset({"custom", "search", "sort_key", "trashed_at"})


@dataclass(frozen=True)
class EntityInfo:
    """One entity: its table, its class and its fields by name (many references and custom fields included)."""

    name: str
    cls: type[Record]
    fields: Mapping[str, Field]

    @property
    def table(self) -> Table:
        """The table behind it. Reads go through the gate, never straight here."""
        return typed(Table, self.cls.__table__)

    @property
    def owner(self) -> str:
        """The plugin it belongs to."""
        return self.cls.plugin.name

    @property
    def owned(self) -> bool:
        """Whether its records belong to somebody."""
        return self.cls.owned

    @cached_property
    def title(self) -> Field:
        """The field whose value names a record."""
        return self.fields[self.cls.title]

    @cached_property
    def searchable(self) -> tuple[Field, ...]:
        """The fields by which the search box finds it."""
        return tuple(f for f in self.fields.values() if f.search)

    @cached_property
    def is_staged(self) -> bool:
        """Whether it walks through pipelines."""
        return "stage" in self.fields and self.fields["stage"].kind == "stage"

    @cached_property
    def writable(self) -> tuple[Field, ...]:
        """The fields that people may set."""
        return tuple(f for f in self.fields.values() if not f.read_only)

    @cached_property
    def conditioned(self) -> tuple[Field, ...]:
        """The fields that are declared to show, or to be asked for, on a condition."""
        return tuple(f for f in self.fields.values() if f.shown_when or f.required_when)

    @cached_property
    def sequences(self) -> tuple[Field, ...]:
        """The fields whose values the house counts."""
        return tuple(f for f in self.fields.values() if f.sequence)

    @cached_property
    def demanding(self) -> tuple[Field, ...]:
        """The fields that must not be left, or not be made, empty."""
        return tuple(f for f in self.fields.values() if f.required or not self.may_be_empty(f))

    @cached_property
    def bounded(self) -> tuple[Field, ...]:
        """The fields that do not take every value of their kind."""
        bounds = ("minimum", "maximum", "max_length")
        return tuple(
            f
            for f in self.fields.values()
            if f.kind == "choice" or any(getattr(f, bound) is not None for bound in bounds)
        )

    @cached_property
    def beginning(self) -> tuple[Field, ...]:
        """The fields that start with a value of their own."""
        return tuple(f for f in self.fields.values() if f.default is not None)

    @cached_property
    def formulas(self) -> tuple[Field, ...]:
        """The fields that are worked out from others of the same record."""
        return tuple(f for f in self.fields.values() if f.formula)

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The names of the fields that are attributes of its class: all but the custom ones."""
        return self.columns | self.cls.many.keys()

    @cached_property
    def columns(self) -> frozenset[str]:
        """The names of the fields that are columns of the table."""
        return frozenset(f.name for f in self.fields.values() if not f.custom and not f.many)

    def may_be_empty(self, spec: Field) -> bool:
        """Whether a record may have nothing in this field. Not required is less: a default may stand in."""
        if spec.many or spec.kind == "multi_choice":
            return True
        return not spec.required if spec.custom else bool(self.table.c[spec.name].nullable)

    def column(self, spec: Field) -> ColumnElement[Any]:
        """Where a field's value is read from on the bare table: a column, or a place in the custom values."""
        return _custom_value(self.table, spec) if spec.custom else self.table.c[spec.name]


class Schema:
    """Every entity by name and by slug."""

    def __init__(self, entities: Iterable[EntityInfo]) -> None:
        # Else SQLAlchemy would ask with each record that is made whether a class has come.
        configure_mappers()
        self.entities: Mapping[str, EntityInfo] = {info.name: info for info in entities}
        self._slugs = {info.cls.slug: info for info in self.entities.values()}
        self._classes = {info.cls: info for info in self.entities.values()}
        self.tables: Mapping[str, EntityInfo] = self.entities

    def __getitem__(self, entity: str | type[Record]) -> EntityInfo:
        """The entity by its name or class; NotFound when no enabled plugin has it."""
        found = self.entities.get(entity) if isinstance(entity, str) else self._classes.get(entity)
        if found is None:
            raise NotFound
        return found

    def by_slug(self, slug: str) -> EntityInfo:
        """The entity behind an address such as "deals"."""
        found = self._slugs.get(slug)
        if found is None:
            raise NotFound
        return found

    @cached_property
    def derived(self) -> tuple[tuple[EntityInfo, Field], ...]:
        """The fields that are worked out from other values: formulas, rollups, and those that a rule makes of others."""
        return tuple(
            (info, spec)
            for info in self.entities.values()
            for spec in info.fields.values()
            if spec.formula or spec.rollup or spec.follows
        )

    def pointing_at(self, entity: str) -> Sequence[tuple[EntityInfo, Field]]:
        """Which fields of which entities refer to this one and show a related list there."""
        return self._pointing.get(entity, ())

    def rollups_over(self, entity: str) -> Sequence[tuple[EntityInfo, Field]]:
        """Which fields of which entities are figures over the records of this one."""
        return self._rollups.get(entity, ())

    @cached_property
    def _rollups(self) -> Mapping[str, list[tuple[EntityInfo, Field]]]:
        found: dict[str, list[tuple[EntityInfo, Field]]] = {}
        for info in self.entities.values():
            for spec in info.fields.values():
                if spec.rollup:
                    found.setdefault(spec.rollup.entity, []).append((info, spec))
        return found

    @cached_property
    def _pointing(self) -> Mapping[str, list[tuple[EntityInfo, Field]]]:
        found: dict[str, list[tuple[EntityInfo, Field]]] = {}
        for info in self.entities.values():
            for spec in info.fields.values():
                if spec.target and spec.back:
                    found.setdefault(spec.target, []).append((info, spec))
        return found


def build_schema(
    classes: Iterable[type[Record]],
    custom: Iterable[Field] = (),
    choices: Mapping[str, Mapping[str, Option]] | None = None,
    *,
    owners: Collection[str] | None = None,
) -> Schema:
    """The snapshot of these classes and the administrators' custom fields (`entity` set on each).

    `choices` adds options that plugins bring to fields, by "entity.field". With `owners`, fields of other plugins than
    these are left out: a plugin may have been taken out after its columns were declared.
    """
    added, more = list(custom), choices or {}
    infos = []
    for cls in classes:
        table = typed(Table, cls.__table__)
        declared = [spec for column in table.columns if (spec := field_of(column))]
        columns = [_widened(spec, more) for spec in declared if owners is None or spec.owner in owners]
        many = [
            declare.settle(m.field, name=name, entity=table.name, owner=cls.plugin.name, required=False)
            for name, m in cls.many.items()
        ]  # fmt: skip
        mine = [f for f in added if f.entity == table.name]
        infos.append(EntityInfo(table.name, cls, {f.name: f for f in [*columns, *many, *mine]}))
    return Schema(infos)


def _widened(spec: Field, choices: Mapping[str, Mapping[str, Option]]) -> Field:
    added = choices.get(f"{spec.entity}.{spec.name}")
    return replace(spec, options={**spec.options, **added}) if added else spec


def custom_type(spec: Field) -> TypeEngine[Any]:
    """The column type a custom field's value has once it is read out of the JSON."""
    return _CUSTOM_TYPES[spec.kind](spec.places)


_CUSTOM_TYPES: Final[Mapping[str, Callable[[int], TypeEngine[Any]]]] = {
    "text": lambda _: Text(),
    "long_text": lambda _: Text(),
    "integer": lambda _: BigInteger(),
    "decimal": Scaled,
    "money": lambda _: Scaled(2),
    "percent": Scaled,
    "date": lambda _: IsoDate(),
    "datetime": lambda _: IsoMoment(),
    "duration": lambda _: Duration(),
    "yes_no": lambda _: Boolean(),
    "choice": lambda _: Text(),
    "multi_choice": lambda _: Several(),
    "email": lambda _: Text(),
    "phone": lambda _: Text(),
    "url": lambda _: Text(),
}
CUSTOM_KINDS: Final = tuple(_CUSTOM_TYPES)


def _custom_value(table: Table, spec: Field) -> ColumnElement[Any]:
    element = table.c.custom[spec.name.removeprefix(CUSTOM_PREFIX)]
    kind = custom_type(spec)
    if isinstance(kind, Boolean):
        return func.coalesce(element.as_boolean(), false())
    if isinstance(kind, Scaled | Duration | BigInteger):
        return type_coerce(cast(element.as_string(), BigInteger), kind)
    return type_coerce(element.as_string(), kind)
