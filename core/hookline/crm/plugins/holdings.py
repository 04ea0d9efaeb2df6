"""What a plugin holds in the database and who stands on it: what taking it out would touch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select

from hookline.kernel.background.jobs import ENDED
from hookline.kernel.db import Transaction
from hookline.kernel.fields import field_of
from hookline.kernel.migrations.owners import declared, owner_of
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.tables import delivery, job

_WHY: Final = "plugins"


@dataclass(frozen=True)
class Held:
    """One table with its rows, or one column of another owner's table with the rows in which it is filled."""

    name: str
    rows: int


@dataclass(frozen=True)
class Holdings:
    """Everything of one plugin that stays while it is switched off. `dependants` are the plugins that stand on it."""

    tables: Sequence[Held]
    columns: Sequence[Held]
    permissions: Sequence[str]
    jobs: int
    deliveries: int
    dependants: Sequence[str]


def read_holdings(tx: Transaction, host: PluginHost, name: str) -> Holdings:
    """What a running plugin holds. KeyError when it does not run. Counts every row: for people, not for each request."""
    if name not in host.plugins:
        raise KeyError(name)
    tables = [table for table in declared(name) if owner_of(table) == name]
    return Holdings(
        tables=[Held(table.name, _count(tx, select(func.count()).select_from(table))) for table in tables],
        columns=list(_columns(tx, name)),
        permissions=sorted(c.key for c in host.all() if c.plugin == name and c.kind == "permission"),
        jobs=_count(tx, _of(name, job.c.name, job.c.state.not_in(ENDED))),
        deliveries=_count(tx, _of(name, delivery.c.subscriber, delivery.c.done_at.is_(None))),
        dependants=dependants_of(host, name),
    )


def dependants_of(host: PluginHost, name: str) -> list[str]:
    """The running plugins that stand on this one, and on those that do."""
    found = {name}
    while more := {p for p in host.plugins if p not in found and any(_stands_on(host, p, n) for n in found)}:
        found |= more
    return sorted(found - {name})


def _columns(tx: Transaction, name: str) -> Iterator[Held]:
    """The plugin's columns on the tables of others; one statement a table."""
    for table in declared(name):
        guests = [c for c in table.columns if owner_of(c) == name] if owner_of(table) != name else []
        if guests:
            filled = tx.run(select(*(func.count(column) for column in guests)), why=_WHY).one()
            yield from (Held(f"{table.name}.{c.name}", rows) for c, rows in zip(guests, filled, strict=True))


def _stands_on(host: PluginHost, other: str, name: str) -> bool:
    """Whether a plugin says that it needs this one, adds to its records or points at them."""
    plugin = host.plugins[other].plugin
    own = {entity.__tablename__ for entity in host.plugins[name].plugin.entities}
    columns = (column for table in declared(other) for column in table.columns if owner_of(column) == other)
    pointed_at = {spec.target for column in columns if (spec := field_of(column)) is not None}
    return (
        name in plugin.needs
        or any(group.target.plugin.name == name for group in plugin.groups)
        or bool(pointed_at & own)
    )


def _of(name: str, key: ColumnElement[str], open_: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).where(key.startswith(f"{name}.", autoescape=True), open_)


def _count(tx: Transaction, statement: Select[int]) -> int:
    return int(tx.run(statement, why=_WHY).scalar_one())
