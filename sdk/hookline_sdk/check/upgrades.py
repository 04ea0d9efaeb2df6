"""Whether the plugin's own revisions carry rows along: from the last but two to the last, with something in every table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from hookline.kernel.migrations.histories import History, history_of
from hookline.kernel.migrations.migrate import migrate, plan
from sqlalchemy import MetaData, Table, func, insert, select

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.subject import Subject
from hookline_sdk.testing.crm import Crm

UPGRADES: Final = 2


def upgrades(subject: Subject) -> Iterator[Finding]:
    """Revisions that fail, or lose rows, when there is something in the tables."""
    history = None if subject.one_file else history_of(subject.plugin)
    steps = list(reversed(list(history.scripts.walk_revisions()))) if history else []
    if history is None or len(steps) < 2:
        return
    starts = steps[-1 - min(UPGRADES, len(steps) - 1) : -1]
    for start in starts:
        path = subject.scratch / f"upgrade-{start.revision}.db"
        yield from _from(subject, history, str(start.revision), Path(start.path), path)


def _from(subject: Subject, history: History, revision: str, file: Path, path: Path) -> Iterator[Finding]:
    with closing(Crm(f"sqlite:///{path}", subject.scratch, subject.plugins[:-1])) as crm:
        migrate(crm.home.database, crm.home.host)
        with crm.home.database.alter() as connection:
            history.upgrade(connection, revision)
            before = _fill(connection, subject.plugin.prefix)
    with closing(Crm(f"sqlite:///{path}", subject.scratch, subject.plugins)) as crm:
        try:
            migrate(crm.home.database, crm.home.host)
        except Exception as error:  # noqa: BLE001  # a revision may raise anything
            what = f"from revision {revision}, with rows in the tables, it fails: {error}"
            yield Finding(
                file, 1, what, "Give what is new and required a server default, or fill it in the revision."
            )
            return
        for step in plan(crm.home.database, crm.home.host):
            yield Finding(
                file,
                1,
                f"after an upgrade from {revision} there is still to do: {step}",
                "Write that revision.",
            )
        with crm.home.database.alter() as connection:
            after = _counted(connection, subject.plugin.prefix)
    for table, number in before.items():
        if after.get(table, 0) < number and table in after:
            what = f"from revision {revision}, {table} had {number} rows and has {after[table]}"
            yield Finding(file, 1, what, "Carry the rows along.")


def _fill(connection: Any, prefix: str) -> dict[str, int]:
    """Put a row into every table of the plugin, whatever the declarations of today say of it, and where these must point."""
    known = MetaData()
    known.reflect(connection, only=lambda name, _: name.startswith(prefix) and "_fts" not in name)
    own = [t for t in known.sorted_tables if t.name.startswith(prefix) and not t.name.endswith("_link")]
    needed = {key.column.table for table in own for key in table.foreign_keys if not key.parent.nullable}
    for table in known.sorted_tables:
        if table in own or (table in needed and not _count(connection, table)):
            row = {c.name: _value(c) for c in table.columns if not (c.nullable or c.primary_key)}
            connection.execute(insert(table).values(row))
    return _counted(connection, prefix)


def _counted(connection: Any, prefix: str) -> dict[str, int]:
    known = MetaData()
    known.reflect(connection, only=lambda name, _: name.startswith(prefix) and "_fts" not in name)
    own = [table for table in known.tables.values() if table.name.startswith(prefix)]
    return {table.name: _count(connection, table) for table in own}


def _count(connection: Any, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _value(column: Any) -> Any:
    kind = column.type.python_type
    return _VALUES.get(kind, 1 if column.foreign_keys else "x")


_VALUES: Final[dict[type, Any]] = {
    int: 1,
    bool: False,
    float: 1.0,
    dt.datetime: dt.datetime(2026, 3, 2, 10),  # noqa: DTZ001  # as SQLite keeps it
    dt.date: dt.date(2026, 3, 2),
    dict: {},
}
