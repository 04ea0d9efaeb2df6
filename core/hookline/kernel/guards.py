"""Guards: triggers by which the database itself refuses what nobody may do to a table of the house."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Table, text

from hookline.kernel.db import STAMP

_GUARDS: Final = "guards"
_FUNCTION: Final = "hookline_refuse"
_REFUSE: Final = f"""
CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION USING MESSAGE = 'the table ' || TG_TABLE_NAME || ' is only added to', ERRCODE = 'insufficient_privilege';
END $$
"""


@dataclass(frozen=True)
class Guard:
    """A trigger that refuses `event` on rows of `table` for which `when` holds; "" is every row.

    `engine` says where it is needed, "" is everywhere. All of it is our own words, never input.
    """

    table: str
    event: str
    when: str = ""
    engine: str = ""

    @property
    def name(self) -> str:
        """The name of the trigger."""
        return f"{self.table}_refuse_{self.event.lower()}"


def append_only(table: Table, *, may_vanish: Collection[str]) -> None:
    """Let rows of this table only be added. What stands in the columns `may_vanish` can become nothing, once and for all."""
    key = next(iter(table.primary_key)).name
    kept = [
        f"NEW.{_quoted(c.name)} IS NOT DISTINCT FROM OLD.{_quoted(c.name)}"
        for c in table.columns
        if c.name not in may_vanish
    ]
    gone = [
        f"(NEW.{_quoted(name)} IS NULL OR NEW.{_quoted(name)} IS NOT DISTINCT FROM OLD.{_quoted(name)})"
        for name in sorted(may_vanish)
    ]
    taken = f"EXISTS (SELECT 1 FROM {_quoted(table.name)} WHERE {_quoted(key)} = NEW.{_quoted(key)})"  # noqa: S608  # names of our own tables
    table.info[_GUARDS] = (
        Guard(table.name, "UPDATE", f"NOT ({' AND '.join([*kept, *gone])})"),
        Guard(table.name, "DELETE"),
        Guard(table.name, "TRUNCATE", engine="postgresql"),
        # SQLite's INSERT OR REPLACE takes a row away without asking the trigger of deletions.
        Guard(table.name, "INSERT", taken, engine="sqlite"),
    )


def only_growing(table: Table, column: str) -> None:
    """Let rows of this table be changed only when this number grows, and never be removed."""
    grows = f"NEW.{_quoted(column)} <= OLD.{_quoted(column)}"
    table.info[_GUARDS] = (
        Guard(table.name, "UPDATE", grows),
        Guard(table.name, "DELETE"),
        Guard(table.name, "TRUNCATE", engine="postgresql"),
    )


def guard_names(table: Table) -> list[str]:
    """The guards that are declared for a table, on any engine."""
    return [guard.name for guard in table.info.get(_GUARDS, ())]


def missing_guards(connection: Connection, tables: Iterable[Table]) -> list[Guard]:
    """Which guards of these tables the database does not have."""
    engine = connection.dialect.name
    declared = [g for t in tables for g in t.info.get(_GUARDS, ()) if g.engine in ("", engine)]
    if not declared:
        return []
    asked = text(_TRIGGERS[engine])
    there = set(connection.execute(asked, execution_options={STAMP: "guards"}).scalars())
    return [guard for guard in declared if guard.name not in there]


def set_guards(connection: Connection, guards: Sequence[Guard]) -> None:
    """Make these triggers."""
    sqlite = connection.dialect.name == "sqlite"
    if guards and not sqlite:
        connection.exec_driver_sql(_REFUSE)
    for guard in guards:
        connection.exec_driver_sql(_on_sqlite(guard) if sqlite else _on_postgres(guard))


def _on_sqlite(guard: Guard) -> str:
    when = f"WHEN {guard.when} " if guard.when else ""
    refuse = f"BEGIN SELECT RAISE(ABORT, 'the table {guard.table} is only added to'); END"
    return (
        f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" FOR EACH ROW {when}{refuse}'
    )


def _on_postgres(guard: Guard) -> str:
    each = "STATEMENT" if guard.event == "TRUNCATE" else "ROW"
    when = f"WHEN ({guard.when}) " if guard.when else ""
    return (
        f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" FOR EACH {each} '
        f"{when}EXECUTE FUNCTION {_FUNCTION}()"
    )


def _quoted(name: str) -> str:
    return f'"{name}"'


_TRIGGERS: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
    ),
}
