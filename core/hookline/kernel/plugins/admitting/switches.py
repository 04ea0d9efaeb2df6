"""Which plugins are switched off: kept in the database, so that it holds for every process on every machine.

Read with one statement before anything of a plugin is imported.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from hookline.kernel.db import Database, Transaction
from hookline.kernel.memory import configuration_changed
from hookline.kernel.tables import plugin_switch

_WHY = "plugin switches"


@dataclass(frozen=True)
class Switch:
    """One plugin that is off. `source` is where it comes from, by which it is left out before anybody knows its name."""

    name: str
    source: str
    reason: str
    since: datetime
    by: int | None


def read_switches(database: Database) -> Mapping[str, Switch]:
    """The plugins that are off, by name; none while the database has no tables yet. SQLAlchemyError when it does not answer."""
    with database.read() as tx:
        try:
            return list_switches(tx)
        except DBAPIError:
            tx.begin_again()
            # Before the first migration, or the one that brings this table, nothing can have been switched off.
            there = inspect(tx.connection.execution_options(hookline_stamp=_WHY)).get_table_names()
            if plugin_switch.name in there:
                raise
            return {}


def list_switches(tx: Transaction) -> Mapping[str, Switch]:
    """The plugins that are off, by name."""
    rows = tx.run(select(plugin_switch).order_by(plugin_switch.c.name), why=_WHY).mappings()
    return {row["name"]: Switch(**row) for row in rows}


def switch_off(tx: Transaction, switches: Sequence[Switch]) -> None:
    """Leave these plugins out from every process's next start on. One that is off already keeps its first reason."""
    known = list_switches(tx)
    fresh = [switch for switch in switches if switch.name not in known]
    if fresh:
        tx.run(insert(plugin_switch), [vars(switch) for switch in fresh], why=_WHY)
        configuration_changed(tx)


def switch_on(tx: Transaction, name: str) -> bool:
    """Let a plugin run again from every process's next start on; False when it was not off."""
    gone = tx.run(delete(plugin_switch).where(plugin_switch.c.name == name), why=_WHY).rowcount > 0
    if gone:
        configuration_changed(tx)
    return gone
