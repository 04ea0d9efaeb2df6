"""Runs of imports as they stand in the database: one file with one mapping each, and what became of its rows."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    insert,
    select,
    true,
    update,
)
from sqlalchemy import Text as SqlText

from hookline.crm.imports.batches import Result
from hookline.crm.imports.checking import refuse_unusable
from hookline.crm.imports.columns import Reading, settle_formats
from hookline.crm.imports.lines import Line, line_of
from hookline.crm.imports.mappings import ImportMapping, as_data, from_data
from hookline.crm.listeners import reader_of
from hookline.crm.sheets.reading import Sheet, open_sheet
from hookline.errors import NotFound
from hookline.kernel.entity import Id
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment, json_type

SEES_ALL: Final = "admin.imports"

run_table: Final = house_table(
    "import_run",
    Column("id", Id, primary_key=True),
    Column("entity", String(100), nullable=False),
    Column("state", String(20), nullable=False),
    Column("user", BigInteger),
    Column("file_name", String(255), nullable=False),
    Column("path", SqlText, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("opening", json_type(), nullable=False),
    Column("columns", json_type(), nullable=False),
    Column("mapping", json_type(), nullable=False),
    Column("total", Integer),
    Column("cursor", BigInteger, nullable=False),
    Column("step", Integer, nullable=False),
    Column("counts", json_type(), nullable=False),
    Column("preview", json_type()),
    Column("error", SqlText),
    Column("created_at", Moment(), nullable=False),
    Column("finished_at", Moment()),
    Column("cleared_at", Moment()),
    Index("ix_import_run_user", "user", "id"),
)

# One line for each row that changed something or was refused, in the order in which it was done.
row_table: Final = house_table(
    "import_row",
    Column("id", Id, primary_key=True),
    Column("run", BigInteger, ForeignKey("import_run.id", ondelete="CASCADE"), nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("result", String(20), nullable=False),
    Column("entity", String(100), nullable=False),
    Column("record", BigInteger),
    Column("version", Integer),
    Column("data", json_type()),
    Column("undone", String(20)),
    Column("reason", json_type()),
    Index("ix_import_row_run", "run", "result", "id"),
)


class RunState(StrEnum):
    """Where a run stands.

    A draft waits for its mapping, is rehearsed (checking) and then waits to be begun (checked). One that is running
    without a process behind it, stopped or failed can be carried on.
    """

    draft = "draft"
    checking = "checking"
    checked = "checked"
    running = "running"
    stopped = "stopped"
    failed = "failed"
    done = "done"
    undoing = "undoing"
    undone = "undone"


@dataclass(frozen=True)
class Run:
    """A run as it stands. `cursor` is the number of the last row that was read, `step` grows with each batch.

    At `cleared_at` its file and the cells of refused rows were removed.
    `counts` are by `Result`, and after an undo also by what became of each row: reversed, kept, errored.
    """

    id: int
    entity: str
    state: RunState
    user: int | None
    file_name: str
    path: Path
    digest: str
    opening: Mapping[str, Any]
    columns: Sequence[str]
    mapping: ImportMapping
    total: int | None
    cursor: int
    step: int
    counts: Mapping[str, int]
    preview: Mapping[str, Any] | None
    error: str | None
    created_at: datetime
    finished_at: datetime | None
    cleared_at: datetime | None

    def count(self, name: str) -> int:
        """How many rows had this result."""
        return self.counts.get(name, 0)

    @property
    def rows_done(self) -> int:
        """How many rows have been dealt with."""
        return sum(self.count(r) for r in Result if r != Result.made)

    @property
    def is_draft(self) -> bool:
        """Whether it has not begun, so that its mapping can still be changed."""
        return self.state in (RunState.draft, RunState.checking, RunState.checked)

    @property
    def is_busy(self) -> bool:
        """Whether somebody is at it."""
        return self.state in (RunState.checking, RunState.running, RunState.undoing)

    @property
    def can_go_on(self) -> bool:
        """Whether there is something left to be done."""
        return self.state in (RunState.running, RunState.stopped, RunState.failed) and not self.cleared_at

    @property
    def can_be_undone(self) -> bool:
        """Whether there is something to take back."""
        return self.state in (RunState.done, RunState.stopped, RunState.failed) and self.step > 0

    @property
    def cause(self) -> str:
        """What the history of the records names as the cause."""
        return f"import:{self.id}"


def prepare_run(
    gate: Gate, path: Path, file_name: str, mapping: ImportMapping, opening: Mapping[str, Any] | None = None
) -> tuple[int, Sequence[Reading]]:
    """Write down a run of this file; `carry_on` does it. Returns its id and how its dates and numbers will be read.

    Raises Invalid when the mapping does not fit the file, Forbidden without the rights.
    """
    sheet = open_sheet(path, **(opening or {}))
    refuse_unusable(gate, mapping, sheet.columns)
    mapping, readings = settle_formats(
        mapping, gate.schema[mapping.entity], sheet, reader_of(gate, gate.actor.user)
    )
    return write_run(gate, path, file_name, mapping, sheet=sheet, state=RunState.stopped), readings


def write_run(
    gate: Gate,
    path: Path,
    file_name: str,
    mapping: ImportMapping,
    *,
    sheet: Sheet,
    state: RunState,
) -> int:
    """The row of a run. The same file will be opened in the same way again."""
    row = {
        "entity": mapping.entity, "state": state, "user": gate.actor.user, "file_name": file_name[:255],
        "path": str(path.resolve()), "digest": digest_of(path),
        "opening": opening_of(sheet),
        "columns": list(sheet.columns), "mapping": as_data(mapping), "total": sheet.count,
        "cursor": 0, "step": 0, "counts": {}, "created_at": gate.now,
    }  # fmt: skip
    statement = insert(run_table).values(**row).returning(run_table.c.id)
    return int(gate.tx.run(statement, why="imports").scalar_one())


def opening_of(sheet: Sheet) -> dict[str, str]:
    """How this table was opened, as `open_sheet` takes it: what was found out once is not found out again."""
    found = {"encoding": sheet.encoding, "delimiter": sheet.delimiter, "sheet": sheet.name}
    return {name: value for name, value in found.items() if value}


def stop_run(gate: Gate, id: int) -> None:
    """Stop a run after the batch it is at. It can be carried on."""
    run = get_run(gate, id)
    running = (run_table.c.id == run.id, run_table.c.state == RunState.running)
    gate.tx.run(update(run_table).where(*running).values(state=RunState.stopped), why="imports")


def get_run(gate: Reads, id: int) -> Run:
    """A run that this actor may see: one's own, or with the permission to see all of them. NotFound otherwise."""
    found = _runs(gate, run_table.c.id == id, limit=1)
    if not found:
        raise NotFound
    return found[0]


def list_runs(gate: Reads, limit: int = 50) -> Sequence[Run]:
    """The runs that this actor may see, newest first."""
    return _runs(gate, true(), limit=limit)


def list_lines(
    gate: Reads,
    id: int,
    results: Sequence[Result] = (),
    *,
    undone: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> Sequence[Line]:
    """What became of the rows of a run, in the order in which it was done."""
    run = get_run(gate, id)
    statement = (
        select(row_table)
        .where(row_table.c.run == run.id, row_table.c.id > after)
        .order_by(row_table.c.id)
        .limit(limit)
    )
    if results:
        statement = statement.where(row_table.c.result.in_([r.value for r in results]))
    if undone is not None:
        statement = statement.where(row_table.c.undone == undone)
    return [line_of(dict(row)) for row in gate.tx.run(statement, why="imports").mappings()]


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, by which it is known again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _runs(gate: Reads, condition: ColumnElement[bool], *, limit: int) -> Sequence[Run]:
    statement = select(run_table).where(condition).order_by(run_table.c.id.desc()).limit(limit)
    if not gate.actor.may(SEES_ALL):
        statement = statement.where(run_table.c.user == gate.actor.user)
    return [run_of(dict(row)) for row in gate.tx.run(statement, why="imports").mappings()]


def run_of(row: Mapping[str, Any]) -> Run:
    """A run from its row."""
    found = {name: row[name] for name in row}
    changed = {
        "state": RunState(row["state"]),
        "path": Path(row["path"]),
        "mapping": from_data(row["mapping"]),
    }
    return Run(**{**found, **changed})
