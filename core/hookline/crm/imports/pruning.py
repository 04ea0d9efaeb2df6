"""What imports leave behind is removed after a while: files that were uploaded, and the cells of rows that were refused.

The run stays, with its figures, its mapping and everything by which it can be undone.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Select, null, select, update

from hookline.crm.imports.batches import Result
from hookline.crm.imports.runs import RunState, row_table, run_table
from hookline.kernel.db import Database, Transaction

KEPT: Final = timedelta(days=30)
_ORPHANED: Final = timedelta(days=1)
_DRAFTS: Final = (RunState.draft, RunState.checking, RunState.checked)
_AT_REST: Final = (RunState.stopped, RunState.failed, RunState.done, RunState.undone)
# Those that can no longer be carried on keep neither the rows that wait nor those that were refused.
_WITH_CELLS: Final = (Result.rejected, Result.waiting)


def upload_folder(data_dir: Path) -> Path:
    """Where uploaded files lie until their import is pruned."""
    return data_dir / "imports"


def prune_imports(database: Database, data_dir: Path, now: datetime) -> dict[str, int]:
    """Remove what imports older than 30 days have left behind, and uploaded files that belong to none. Says how many."""
    with database.write() as tx:
        drafts, cleared = _drop_drafts(tx, now), _clear_runs(tx, now)
    with database.read() as tx:
        kept = {Path(path) for path in tx.run(_with_files(), why="imports").scalars()}
    gone = [path for path in _old_files(upload_folder(data_dir), now) if path not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return {"drafts": drafts, "runs": cleared, "files": len(gone)}


def _drop_drafts(tx: Transaction, now: datetime) -> int:
    old = (run_table.c.state.in_(_DRAFTS), run_table.c.created_at < now - KEPT)
    return tx.run(run_table.delete().where(*old), why="imports").rowcount


def _clear_runs(tx: Transaction, now: datetime) -> int:
    """The cells go first: a run that is marked as cleared has none left."""
    old = (
        run_table.c.state.in_(_AT_REST),
        run_table.c.cleared_at.is_(None),
        run_table.c.created_at < now - KEPT,
    )
    ids = list(tx.run(select(run_table.c.id).where(*old).with_for_update(), why="imports").scalars())
    cells = row_table.c.run.in_(ids) & row_table.c.result.in_(_WITH_CELLS)
    tx.run(update(row_table).where(cells).values(data=null()), why="imports")
    tx.run(update(run_table).where(run_table.c.id.in_(ids)).values(cleared_at=now), why="imports")
    return len(ids)


def _with_files() -> Select[tuple[str]]:
    return select(run_table.c.path).where(run_table.c.cleared_at.is_(None))


def _old_files(folder: Path, now: datetime) -> Iterator[Path]:
    """Files that have lain here for a while: a younger one may belong to an upload that is not committed yet."""
    for path in folder.resolve().iterdir() if folder.is_dir() else ():
        if path.is_file() and datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - _ORPHANED:
            yield path
