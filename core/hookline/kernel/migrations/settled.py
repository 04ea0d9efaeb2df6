"""Whose tables are known to be where their declarations are, so that a start need not look at each of them.

A migration that has brought an owner to the end of its way keeps a mark of what was declared then. Whoever declares the
same has nothing to do; for anybody else, and for `hookline doctor`, the tables themselves are looked at.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, Table, UniqueConstraint, delete, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

import hookline
from hookline.kernel.db import Database
from hookline.kernel.entity import Base
from hookline.kernel.guards import guard_names
from hookline.kernel.migrations.owners import owner_of
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.tables import settled_tables

_WHY = "settled tables"


def is_settled(database: Database, host: PluginHost) -> bool:
    """Whether every plugin that runs has been brought to what it declares now. SQLAlchemyError when nobody answers."""
    kept = _read(database)
    return all(kept.get(name) == mark for name, mark in _marks(host).items())


def settle(database: Database, host: PluginHost) -> None:
    """Keep that every plugin that runs has been brought to what it declares now."""
    kept, marks = _read(database), _marks(host)
    fresh = [{"owner": name, "mark": mark} for name, mark in marks.items() if kept.get(name) != mark]
    if fresh:
        made = (sqlite if database.sqlite else postgresql).insert(settled_tables).values(fresh)
        # Another process may have come to the end of the same way at the same time.
        made = made.on_conflict_do_update(index_elements=["owner"], set_={"mark": made.excluded.mark})
        with database.write() as tx:
            tx.run(made, why=_WHY)


def unsettle(connection: Connection, owner: str) -> None:
    """Forget it: its tables have been changed otherwise. Inside `Database.alter`."""
    connection.execute(delete(settled_tables).where(settled_tables.c.owner == owner))


def revisions_folder(plugin: Plugin) -> Path | None:
    """Where this plugin's revisions are, or would be. None for a plugin of one file."""
    if plugin.name == "core":
        return Path(hookline.__file__).parent / "migrations" / "versions"
    home = Path(plugin.file).parent if plugin.file else None
    return home / "migrations" if home is not None and (home / "__init__.py").is_file() else None


def _read(database: Database) -> Mapping[str, str]:
    with database.read() as tx:
        try:
            return {row.owner: row.mark for row in tx.run(select(settled_tables), why=_WHY)}
        except DBAPIError:
            tx.begin_again()
            there = inspect(tx.connection.execution_options(hookline_stamp=_WHY)).get_table_names()
            if settled_tables.name in there:
                raise
            return {}


def _marks(host: PluginHost) -> Mapping[str, str]:
    """By owner, what a migration would compare with the database."""
    declared: dict[str, list[object]] = {name: _revisions(p.plugin) for name, p in host.plugins.items()}
    # Their order is that in which modules were imported.
    for name, table in sorted(Base.metadata.tables.items()):
        for owner, part in _parts(table).items():
            if owner in declared:
                declared[owner].append([name, part])
    return {
        name: hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
        for name, said in declared.items()
    }


def _revisions(plugin: Plugin) -> list[object]:
    folder = revisions_folder(plugin)
    found = sorted(path.name for path in folder.glob("[!_]*.py")) if folder is not None else []
    return [found, sorted(entity.__tablename__ for entity in plugin.entities)]


def _parts(table: Table) -> Mapping[str, list[str]]:
    """The names of all that a table is made of, by whose it is."""
    parts: dict[str, list[str]] = {owner_of(table): sorted(guard_names(table))}
    uniques = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    for item in (*table.columns, *uniques, *table.indexes):
        parts.setdefault(owner_of(item), []).append(f"{type(item).__name__} {item.name}")
    return {owner: sorted(names) for owner, names in parts.items()}
