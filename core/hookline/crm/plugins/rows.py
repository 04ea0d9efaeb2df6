"""The house's own rows that exist because of one plugin: what roles may do with its records, history, jobs, settings.

They leave with its data and come back with them. What merely mentions the plugin, such as a view of somebody else's
records by one of its fields, stays: names that nobody knows are tolerated everywhere.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, String, Table, false, or_, select, tuple_
from sqlalchemy.schema import sort_tables

from hookline.kernel.entity import Base
from hookline.kernel.migrations.owners import owner_of
from hookline.kernel.migrations.removal import Rows

# Named "<plugin>.<thing>" in these columns.
_BY_NAME: Final = {
    "permission": "name", "laid_seed": "name", "job": "name", "delivery": "subscriber", "setting": "name",
}  # fmt: skip
# What was done to persons, and how selling goes, are records of the house whoever caused them.
_KEPT: Final = frozenset({"audit", "erasure", "pipeline"})


def rows_of(name: str, entities: Collection[str], columns: Mapping[str, Sequence[str]]) -> list[Rows]:
    """What there may be of this plugin with these entities and these columns on others' tables; each table once.

    A row comes after those that it points at.
    """
    found = {table.name: condition for table, condition in _direct(name, entities, columns)}
    for table in _house_tables():
        for key in table.foreign_keys:
            above = key.column.table
            if key.ondelete == "CASCADE" and above.name in found:
                beneath = key.parent.in_(select(key.column).where(found[above.name]))
                found[table.name] = or_(found.get(table.name, false()), beneath)
    return [Rows(table, found[table.name]) for table in _house_tables() if table.name in found]


def _direct(
    name: str, entities: Collection[str], columns: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    for table in _house_tables():
        conditions: list[ColumnElement[bool]] = []
        if table.name in _BY_NAME:
            conditions.append(table.c[_BY_NAME[table.name]].startswith(f"{name}.", autoescape=True))
        if "entity" in table.c and table.name not in _KEPT and entities:
            conditions.append(table.c.entity.in_(sorted(entities)))
        if {"entity", "field"} <= set(table.c.keys()):
            pairs = [(t, column) for t, names in columns.items() for column in names]
            conditions += (
                [tuple_(table.c.entity, table.c.field, types=[String(), String()]).in_(pairs)]
                if pairs
                else []
            )
        if table.name == "sequence":
            own = [
                *(table.c.name.startswith(f"{entity}.", autoescape=True) for entity in sorted(entities)),
                *(table.c.name == f"{t}.{column}" for t, names in columns.items() for column in names),
            ]
            conditions += own
        if conditions:
            yield table, or_(*conditions)


def _house_tables() -> list[Table]:
    tables = [t for t in Base.metadata.tables.values() if owner_of(t) == "core"]
    # What plugins add to them may point anywhere.
    return list(sort_tables(tables, skip_fn=lambda key: owner_of(key.parent) != "core"))
