"""What the tests of imports share: files, mappings, runs, and a digest of all that an undo must leave as it was."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hookline.crm.imports.execution import Progress, carry_on
from hookline.crm.imports.mappings import ImportMapping
from hookline.crm.imports.rehearsal import Rehearsal, rehearse
from hookline.crm.imports.runs import Run, list_lines, prepare_run
from hookline.crm.imports.undo import undo_run
from hookline.kernel.db import Database
from hookline.kernel.tables import change
from sqlalchemy import Table, not_, or_, select

from tests.town import Town, columns_of_the_core, tables_of_the_core

# What tells of imports and of other work, and the numbers that only ever grow.
_TELLING = frozenset(
    {
        "configuration",
        "event",
        "delivery",
        "job",
        "import_run",
        "notification",
        "import_row",
        "import_mapping",
        "audit",
        "audit_head",
    }
)
_GROWING = frozenset({"version", "updated_at", "updated_by"})


def csv(folder: Path, *lines: str, name: str = "rows.csv") -> Path:
    """A file of these lines."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def mapped(entity: str, fields: Mapping[str, Any], **how: Any) -> ImportMapping:
    """A mapping in few words."""
    return ImportMapping(entity=entity, fields=fields, **how)


def prepared(town: Town, path: Path, mapping: ImportMapping, *, by: str = "ada") -> int:
    """A run that has not begun."""
    with town.as_(by) as gate:
        return prepare_run(gate, path, path.name, mapping)[0]


def imported(
    town: Town, path: Path, mapping: ImportMapping, *, by: str = "ada", progress: Progress | None = None
) -> Run:
    """A run that was carried through."""
    return carry_on(town.installation, prepared(town, path, mapping, by=by), progress)


def rehearsed(town: Town, path: Path, mapping: ImportMapping, *, by: str = "ada") -> Rehearsal:
    """What a run would do."""
    return rehearse(town.installation, path, mapping, user=town.ids[by])


def undone(town: Town, run: Run, *, by: str = "ada") -> Run:
    """A run that was taken back."""
    return undo_run(town.installation, run.id, town.ids[by])


def complaints(town: Town, run: Run) -> list[tuple[int, str, str]]:
    """The refused rows: (number, field, sentence)."""
    with town.house() as gate:
        lines = list_lines(gate, run.id)
    return [(line.row, p.field, str(p.text)) for line in lines for p in line.problems]


def rows_of(town: Town, entity: str, *names: str) -> list[tuple[Any, ...]]:
    """These fields of every living record, oldest first."""
    with town.house() as gate:
        source = gate.source(entity)
        found = gate.run(select(*(source.c[n] for n in names)).order_by(source.c.id)).all()
    return [tuple(row) for row in found]


def digest(database: Database) -> dict[str, str]:
    """A hash of the rows of every table that holds data. Of histories only what is not of an import."""
    with database.read() as tx:
        tables = [t for t in tables_of_the_core() if t.name not in _TELLING]
        return {t.name: _hash(tx.run(_rows(t), why="digest").all()) for t in tables}


def _rows(table: Table) -> Any:
    columns = [c for c in columns_of_the_core(table) if c.name not in _GROWING or table is change]
    statement = select(*columns).order_by(*table.primary_key.columns)
    told_by_import = or_(change.c.cause.like("import:%"), change.c.action == "erased")
    return statement.where(not_(told_by_import)) if table is change else statement


def _hash(rows: Sequence[Any]) -> str:
    found = hashlib.sha256()
    for row in rows:
        found.update(repr(tuple(row)).encode())
    return f"{len(rows)} {found.hexdigest()}"
