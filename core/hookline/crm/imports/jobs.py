"""The work of imports in the background: rehearsed, carried out and undone by the worker, seen while it runs."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import update

from hookline.crm.core import core
from hookline.crm.imports.execution import RunStopped, carry_on, find_run
from hookline.crm.imports.lines import text_data
from hookline.crm.imports.pruning import prune_imports
from hookline.crm.imports.rehearsal import Double, Preview, Rehearsal, rehearse
from hookline.crm.imports.runs import Run, RunState, run_table
from hookline.crm.imports.undo import Undone, undo_run
from hookline.crm.notifications.inbox import IMPORT
from hookline.crm.notifications.tables import Kind
from hookline.crm.notifications.telling import News, tell
from hookline.errors import Refused, Text, in_one_line
from hookline.kernel.background.runs import JobRun


@core.job(attempts=1)
def rehearse_import(run: JobRun) -> None:
    """Find out what a draft would do and keep that beside it."""
    id = run.args["run"]
    with run.database.read() as tx:
        draft = find_run(tx, id)
    found: dict[str, Any]

    def progress(done: int) -> None:
        run.progress(done, draft.total)
        _keep(run, id, {"preview": {"done": done}}, durable=False)

    try:
        rehearsal = rehearse(
            run.home, draft.path, draft.mapping, user=run.user, opening=draft.opening, progress=progress
        )
        found = {"state": RunState.checked, "preview": _preview_data(rehearsal)}
    except Refused as refusal:
        found = {"state": RunState.draft, "error": str(refusal)}
    except Exception as error:
        _keep(run, id, {"state": RunState.draft, "error": in_one_line(error)})
        raise
    _keep(run, id, found)


@core.job()
def run_import(run: JobRun) -> None:
    """Carry an import on, from the beginning or from where a killed worker left it."""

    def progress(done: Run) -> None:
        run.progress(done.rows_done, done.total)

    # Stopped by somebody, or refused with a reason that stands on the run's page: trying again changes nothing.
    with suppress(RunStopped, Refused):
        carry_on(run.home, run.args["run"], progress)
    _tell_end(run)


@core.job()
def undo_import(run: JobRun) -> None:
    """Take an import back."""

    def progress(done: Run) -> None:
        run.progress(sum(done.count(u) for u in Undone))

    with run.database.read() as tx:
        if find_run(tx, run.args["run"]).state == RunState.undone:
            return
    undo_run(run.home, run.args["run"], run.user, progress)


@core.job(cron="41 3 * * *")
def forget_imported_files(run: JobRun) -> None:
    """Remove the files and the refused rows of old imports; what they did can still be seen and undone."""
    run.result = prune_imports(run.database, run.home.settings.data_dir, run.now)


def _tell_end(run: JobRun) -> None:
    """Let whoever has started it know, unless somebody has stopped it."""
    with run.database.read() as tx:
        state = find_run(tx, run.args["run"]).state
    if run.user is not None and state in (RunState.done, RunState.failed):
        word = "done" if state == RunState.done else "failed"
        with run.transaction() as gate:
            tell(gate.tx, News(run.user, Kind.finished, IMPORT, run.args["run"], run.now, word=word))


def _keep(run: JobRun, id: int, values: dict[str, Any], *, durable: bool = True) -> None:
    checking = (run_table.c.id == id, run_table.c.state == RunState.checking)
    with run.database.write(durable=durable) as tx:
        tx.run(update(run_table).where(*checking).values(**values), why="imports")


def _preview_data(found: Rehearsal) -> dict[str, Any]:
    readings = [
        {"field": r.field, "column": r.column, "sure": r.sure, **text_data(r.text)} for r in found.readings
    ]
    return {
        "counts": dict(found.counts), "readings": readings,
        "changes": _rows_data(found.changes), "refused": _rows_data(found.refused),
        "alike": [_double_data(one) for one in found.alike], "alike_count": found.alike_count,
    }  # fmt: skip


def _double_data(one: Double) -> dict[str, Any]:
    why = [text_data(each if isinstance(each, Text) else Text("%(what)s", what=each)) for each in one.why]
    return {"row": one.row, "record": one.record, "title": one.title, "why": why}


def _rows_data(previews: Sequence[Preview]) -> list[dict[str, Any]]:
    return [
        {
            "row": p.row,
            "result": p.result.value,
            "differences": [[d.field.name, d.before, d.after] for d in p.differences],
            "problems": [{"field": problem.field, **text_data(problem.text)} for problem in p.problems],
        }
        for p in previews
    ]
