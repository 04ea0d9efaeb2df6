"""Import from the command line: each function is the body of one command and says what happens through `echo`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from hookline.crm.audit.trail import note
from hookline.crm.imports.batches import Result
from hookline.crm.imports.execution import actor_of, carry_on
from hookline.crm.imports.mappings import ImportMapping
from hookline.crm.imports.plans import read_plan
from hookline.crm.imports.rehearsal import Rehearsal, rehearse
from hookline.crm.imports.rejects import write_run_rejects
from hookline.crm.imports.runs import Run, list_lines, list_runs, prepare_run
from hookline.crm.imports.undo import Undone, undo_run
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.memory import configuration_version

Echo = Callable[[str], None]
_SHOWN: Final = (
    Result.created,
    Result.updated,
    Result.unchanged,
    Result.skipped,
    Result.rejected,
    Result.made,
)


def import_files(
    installation: Installation, data: Path, mapping: Path, echo: Echo, *, user: int | None = None, dry_run: bool = False,
    opening: Mapping[str, Any] | None = None,
) -> list[Run]:  # fmt: skip
    """Import a file by a mapping, or a folder by a plan. A dry run says what would change, and changes nothing."""
    runs = []
    for path, found in read_plan(mapping, data):
        echo(f"{path.name}: {found.entity}")
        if dry_run:
            _tell_rehearsal(rehearse(installation, path, found, user=user, opening=opening), echo)
        else:
            runs.append(
                _carry_on(
                    installation, _start(installation, path, found, user, opening or {}, echo), echo, None
                )
            )
    return runs


def resume_import(installation: Installation, id: int, echo: Echo, *, path: Path | None = None) -> Run:
    """Carry on an import that was stopped, failed, or whose process was killed."""
    return _carry_on(installation, id, echo, path)


def undo_import(installation: Installation, id: int, echo: Echo, *, user: int | None = None) -> Run:
    """Take back what an import did; say what was kept and why."""
    with installation.database.write() as tx:
        note(_gate(installation, tx, user), "import.undone", number=id)
    run = undo_run(
        installation, id, user, lambda run: echo(f"  {sum(run.count(u) for u in Undone)} taken back")
    )
    echo(f"  {', '.join(f'{run.count(u)} {u.value}' for u in Undone)}")
    with installation.database.read() as tx:
        for undone in (Undone.kept, Undone.errored):
            for line in list_lines(_gate(installation, tx, user), id, undone=undone, limit=20):
                echo(f"  row {line.row}: {undone.value}: {line.entity} {line.record}: {line.reason}")
    return run


def show_imports(installation: Installation, echo: Echo, *, user: int | None = None) -> Sequence[Run]:
    """The latest imports with what became of them."""
    with installation.database.read() as tx:
        runs = list_runs(_gate(installation, tx, user))
    for run in runs:
        head = f"{run.id:>5}  {run.created_at:%Y-%m-%d %H:%M}  {run.state.value:<8} {run.entity:<12}"
        echo(f"{head} {run.file_name}  {_counted(run)}")
    return runs


def save_rejects(
    installation: Installation, id: int, target: Path, echo: Echo, *, user: int | None = None
) -> int:
    """Write the refused rows of an import into a file, each with the reason beside it. Returns how many there are."""
    with installation.database.read() as tx:
        count = write_run_rejects(_gate(installation, tx, user), id, target)
    echo(f"  {count} rows in {target}")
    return count


def _start(  # what a run is made of
    installation: Installation,
    path: Path,
    mapping: ImportMapping,
    user: int | None,
    opening: Mapping[str, Any],
    echo: Echo,
) -> int:
    with installation.database.write() as tx:
        gate = _gate(installation, tx, user)
        id, readings = prepare_run(gate, path, path.name, mapping, opening)
        note(gate, "import.made", entity=mapping.entity, file=path.name, number=id)
    for reading in readings:
        echo(f"  {reading.column}: {reading.text}{'' if reading.sure else ' (please check)'}")
    return id


def _carry_on(installation: Installation, id: int, echo: Echo, path: Path | None) -> Run:
    run = carry_on(installation, id, lambda run: echo(f"  {run.rows_done} of {run.total} rows"), path=path)
    echo(f"  import {run.id}: {_counted(run)}")
    return run


def _tell_rehearsal(found: Rehearsal, echo: Echo) -> None:
    for reading in found.readings:
        echo(f"  {reading.column}: {reading.text}{'' if reading.sure else ' (please check)'}")
    echo("  would be: " + ", ".join(f"{found.count(r)} {r.value}" for r in _SHOWN if found.count(r)))
    for preview in found.changes[:5]:
        told = "; ".join(
            f"{d.field.label}: {f'{d.before} -> ' if d.before else ''}{d.after}" for d in preview.differences
        )
        echo(f"  row {preview.row}: {preview.result.value}: {told}")
    for double in found.alike:
        why = "; ".join(str(each) for each in double.why)
        echo(f"  row {double.row}: may be here already as {double.title}: {why}")
    if found.alike_count > len(found.alike):
        echo(f"  and {found.alike_count - len(found.alike)} more that may be here already")
    for preview in found.refused:
        echo(
            f"  row {preview.row}: {'; '.join(f'{p.field}: {p.text}' if p.field else str(p.text) for p in preview.problems)}"
        )


def _counted(run: Run) -> str:
    return (
        ", ".join(f"{run.count(r)} {r.value}" for r in (*_SHOWN, *Undone) if run.count(r)) or "nothing to do"
    )


def _gate(installation: Installation, tx: Any, user: int | None) -> Gate:
    version = configuration_version(tx)
    return installation.gate(tx, actor_of(installation, tx, user, "import command", version), version=version)
