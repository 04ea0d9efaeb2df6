"""A plugin's data in the database: exported, and taken out for good.

`plan_removal` says what `take_out` does: both ask the database, and both ask it the same.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Select, func, select

from hookline.crm.plugins.holdings import dependants_of
from hookline.crm.plugins.rows import rows_of
from hookline.errors import PluginError
from hookline.kernel.backups.plugin_exports import Export, write_export
from hookline.kernel.backups.stored_rows import stored_table
from hookline.kernel.db import STAMP
from hookline.kernel.installation import Installation
from hookline.kernel.migrations.removal import Removal, Rows, find_removal, hold_still, remove_from
from hookline.kernel.plugins.admitting.loader import find_sources
from hookline.kernel.plugins.admitting.switches import list_switches


@dataclass(frozen=True)
class RemovalPlan:
    """What is dropped when a plugin's data are taken out. Rows by table, by column and by table of the house."""

    removal: Removal
    tables: Mapping[str, int]
    columns: Mapping[str, int]
    house: Mapping[str, int]
    dependants: Sequence[str]


def plan_removal(home: Installation, name: str) -> RemovalPlan:
    """What taking out a plugin's data would drop. PluginError when it does not run here, or when others point at it."""
    with home.database.engine.connect() as connection:
        looking = connection.execution_options(**{STAMP: "plugins"}, hookline_write=False)
        removal, house = _found(home, looking, name)
        return _counted(home, looking, removal, house)


def take_out(home: Installation, name: str, target: Path) -> tuple[RemovalPlan, Export]:
    """Export a plugin's data into `target`, then drop them; all of it in one transaction."""
    with home.database.alter() as connection:
        removal, house = _found(home, connection, name)
        hold_still(connection, [*removal.tables, *removal.columns])
        plan = _counted(home, connection, removal, house)
        version = home.host.plugins[name].plugin.version
        made = write_export(connection, removal, house, target, of_version=version)
        for rows in reversed(house):
            connection.execute(rows.table.delete().where(rows.which))
        remove_from(connection, removal)
    return plan, made


def export_data(home: Installation, name: str, target: Path) -> Export:
    """Write a plugin's data into `target` and change nothing."""
    with home.database.engine.connect() as connection:
        # One moment for all statements that follow; SQLite's transactions have no other.
        held = (
            {}
            if home.database.sqlite
            else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        looking = connection.execution_options(**{STAMP: "plugins"}, hookline_write=False, **held)
        removal, house = _found(home, looking, name)
        return write_export(
            looking, removal, house, target, of_version=home.host.plugins[name].plugin.version
        )


def known_names(home: Installation) -> set[str]:
    """The names of all plugins that anybody here has heard of, be they on or off."""
    host = home.host
    with home.database.read() as tx:
        switched = list_switches(tx)
    sources = (source.name.replace("-", "_") for source in find_sources(home.settings.plugins))
    return {*host.plugins, *host.broken, *host.disabled, *switched, *sources} - {"core"}


def _found(home: Installation, connection: Connection, name: str) -> tuple[Removal, list[Rows]]:
    if name == "core" or name not in home.host.plugins:
        reason = home.host.broken.get(name, "no plugin of this name can be imported")
        hint = "Its data can be told from others' only while it is installed."
        raise PluginError(name, "remove", reason, hint)
    removal = find_removal(connection, name, known_names(home) - {name})
    entities = {cls.__tablename__ for cls in home.host.plugins[name].plugin.entities}
    return removal, rows_of(name, entities, removal.columns)


def _counted(
    home: Installation, connection: Connection, removal: Removal, house: Collection[Rows]
) -> RemovalPlan:
    tables = {
        t: _count(connection, select(func.count()).select_from(stored_table(connection, t)))
        for t in removal.tables
    }
    columns: dict[str, int] = {}
    for table, names in removal.columns.items():
        clause = stored_table(connection, table)
        filled = connection.execute(select(*(func.count(clause.c[name]) for name in names))).one()
        columns |= {f"{table}.{name}": int(count) for name, count in zip(names, filled, strict=True)}
    rows = {
        r.table.name: _count(connection, select(func.count()).select_from(r.table).where(r.which))
        for r in house
    }
    return RemovalPlan(
        removal, tables, columns, {name: count for name, count in rows.items() if count},
        dependants_of(home.host, removal.owner),
    )  # fmt: skip


def _count(connection: Connection, statement: Select[int]) -> int:
    return int(connection.execute(statement).scalar_one())
