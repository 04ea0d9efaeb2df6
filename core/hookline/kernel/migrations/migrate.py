"""Brings the tables of the core and of each plugin to where their declarations are: one history per owner.

An owner with a folder of revisions walks along them, and its place is kept in a table of its own: an owner
whose package is gone stands in nobody's way. An owner without one (a plugin of one file) only ever gets more:
missing tables, columns and indexes are added.
"""

import logging
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from alembic.script import Script
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from hookline.errors import PluginError, SettingsError, in_one_line
from hookline.kernel.db import STAMP, Database
from hookline.kernel.migrations.additions import (
    Gap,
    Step,
    close_gap,
    find_gap,
    find_unrevised,
    keep_searchable,
)
from hookline.kernel.migrations.histories import History, history_of
from hookline.kernel.migrations.owners import declared, owner_of
from hookline.kernel.migrations.settled import settle
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin

log = logging.getLogger("hookline.migrate")

# Revisions speak to Alembic's `op`, of which there is one in the process.
_one_at_a_time: Final = threading.Lock()


def plan(database: Database, host: PluginHost) -> list[Step]:
    """What `migrate` would do now. Changes nothing."""
    with database.engine.connect() as connection:
        looking = connection.execution_options(**{STAMP: "migrate"}, hookline_write=False)
        return [step for owner in _owners(host) for step in _planned(owner, looking)]


def migrate(database: Database, host: PluginHost, *, growing: Collection[str] = ()) -> list[Step]:
    """Do what `plan` names, each owner in a transaction of its own, and return what was done.

    When a plugin's part fails, that part is rolled back, the others still run, and then PluginError names it.
    When the core's fails, nothing else is tried. Two processes that start at once do not do it twice. Plugins that are
    `growing`, in the hands of who writes them, are only given what they lack; their revisions are left alone.
    """
    done: list[Step] = []
    failed: list[PluginError] = []
    with _one_at_a_time:
        for owner in _owners(host, growing):
            try:
                done += _migrate(database, host, owner)
            except Exception as error:
                if owner.plugin.name == "core":
                    raise
                log.exception("the migration of plugin %s failed and was rolled back", owner.plugin.name)
                failed.append(_as_plugin_error(owner.plugin.name, error))
                failed[-1].__cause__ = error
    if failed:
        raise failed[0]
    settle(database, host)
    return done


def drift(database: Database, host: PluginHost) -> list[Step]:
    """What declarations have beyond the end of their history: somebody forgot to write a revision."""
    with database.engine.connect() as connection:
        looking = connection.execution_options(**{STAMP: "migrate"}, hookline_write=False)
        return [step for owner in _owners(host) if owner.history for step in owner.gap(looking).steps()]


@dataclass(frozen=True)
class _Work:
    """What is to be done for an owner: its pending revisions, and what its declarations lack as long as they have not run."""

    pending: Sequence[Script]
    gap: Gap

    def steps(self) -> list[Step]:
        revisions = [Step(self.gap.owner, "revision", f"{s.revision} {s.doc}") for s in self.pending]
        return revisions + self.gap.steps()


@dataclass(frozen=True)
class _Owner:
    plugin: Plugin
    history: History | None

    def gap(self, connection: Connection) -> Gap:
        return find_gap(connection, self.plugin.name, _entities([self.plugin]))

    def work(self, connection: Connection) -> _Work:
        """What is to be done for this owner. Where no revision is pending, only what revisions do not do is looked for."""
        if self.history is None:
            return _Work((), self.gap(connection))
        pending = self.history.pending(connection)
        return _Work(pending, self.gap(connection) if pending else self._unrevised(connection))

    def run(self, connection: Connection, work: _Work) -> None:
        history = self.history
        if history is None:
            close_gap(connection, work.gap)
        elif history.current(connection) is None and self._grew_without(connection):
            close_gap(connection, work.gap)
            history.adopt(connection)
        else:
            history.upgrade(connection)
            close_gap(connection, self._unrevised(connection))

    def _unrevised(self, connection: Connection) -> Gap:
        return find_unrevised(connection, self.plugin.name, _entities([self.plugin]))

    def _grew_without(self, connection: Connection) -> bool:
        """Whether its tables were there before its history: a plugin of one file has become a package."""
        name = self.plugin.name
        own = {t.name for t in declared(name) if owner_of(t) == name}
        return bool(own & set(inspect(connection).get_table_names()))


def _planned(owner: _Owner, connection: Connection) -> list[Step]:
    try:
        return owner.work(connection).steps()
    except Exception as error:
        if owner.plugin.name == "core" or isinstance(error, DBAPIError):
            raise
        return [Step(owner.plugin.name, "revision", f"cannot be read: {in_one_line(error)}")]


def _migrate(database: Database, host: PluginHost, owner: _Owner) -> Sequence[Step]:
    with database.engine.connect() as connection:
        if not owner.work(connection.execution_options(**{STAMP: "migrate"}, hookline_write=False)).steps():
            return []
    with database.alter() as connection:
        # Asked again: another process may have been first.
        work = owner.work(connection)
        steps = work.steps()
        if steps:
            owner.run(connection, work)
            keep_searchable(connection, _entities([p.plugin for p in host.plugins.values()]))
    for step in steps:
        log.info("%s", step)
    return steps


def _owners(host: PluginHost, growing: Collection[str] = ()) -> list[_Owner]:
    plugins = [loaded.plugin for loaded in host.plugins.values()]
    return [_Owner(each, None if each.name in growing else history_of(each)) for each in plugins]


def _entities(plugins: Collection[Plugin]) -> list[str]:
    return sorted(cls.__tablename__ for plugin in plugins for cls in plugin.entities)


def _as_plugin_error(name: str, error: Exception) -> PluginError:
    if isinstance(error, SettingsError):
        return PluginError(name, "migration", str(error))
    return PluginError(
        name, "migration", in_one_line(error), "It was rolled back; the plugin's author should see this."
    )
