"""Drafts: an import from the upload of its file until it is begun; each step can be left and come back to."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import update

from hookline.crm.audit.trail import note
from hookline.crm.imports.checking import refuse_unusable
from hookline.crm.imports.columns import settle_formats
from hookline.crm.imports.execution import refuse_finished
from hookline.crm.imports.mappings import ImportMapping, Source, as_data
from hookline.crm.imports.references import KEY_KINDS
from hookline.crm.imports.runs import (
    Run,
    RunState,
    get_run,
    opening_of,
    run_table,
    write_run,
)
from hookline.crm.listeners import reader_of
from hookline.crm.sheets.column_matching import suggest_mapping
from hookline.crm.sheets.reading import open_sheet
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.schema import EntityInfo

LARGEST: Final = 50 * 1024 * 1024


def receive_file(
    gate: Gate,
    folder: Path,
    name: str,
    content: bytes,
    entity: str,
    opening: Mapping[str, str] | None = None,
) -> int:
    """Keep an uploaded file and begin a draft with a suggested mapping. Raises Invalid for what is no table.

    `opening` says how to open it, as far as that shall not be found out: encoding, delimiter, sheet.
    """
    gate.must(entity, Action.import_)
    if len(content) > LARGEST:
        text = Text("This file is larger than %(limit)s MB.", limit=LARGEST // 1024 // 1024)
        raise Invalid([Problem("file", text)])
    path = folder / secrets.token_hex(20)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    try:
        sheet = open_sheet(path, **(opening or {}))
        mapping = suggested(gate, gate.schema[entity], sheet.columns)
        clean = Path(name.replace("\\", "/")).name or "file"
        return write_run(gate, path, clean, mapping, sheet=sheet, state=RunState.draft)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def suggested(gate: Gate, info: EntityInfo, columns: Sequence[str]) -> ImportMapping:
    """What each column seems to be meant for. References are looked up by the name of what they point at."""
    fields = {field.name: field for field in gate.importable(info)}
    names = suggest_mapping(columns, list(fields.values()))
    sources = {
        name: _source(gate, fields[name], column) for column, name in names.items() if name is not None
    }
    # SQLAlchemy's names are a kind of text of their own.
    return ImportMapping(
        entity=str(info.name), fields={str(n): s for n, s in sources.items() if s is not None}
    )


def open_again(gate: Gate, id: int, opening: Mapping[str, str]) -> None:
    """Open the file of a draft in another way. Raises Invalid, and changes nothing, when it cannot be opened so.

    The mapping stays where it still fits; otherwise one is suggested anew.
    """
    run = _draft(gate, id)
    sheet = open_sheet(run.path, **opening)
    same = tuple(run.columns) == sheet.columns
    mapping = run.mapping if same else suggested(gate, gate.schema[run.entity], sheet.columns)
    _set(
        gate, run, opening=opening_of(sheet), columns=list(sheet.columns), total=sheet.count,
        mapping=as_data(mapping), state=RunState.draft, preview=None, error=None,
    )  # fmt: skip


def set_mapping(gate: Gate, id: int, mapping: ImportMapping) -> None:
    """Change the mapping of a draft. Raises Invalid with everything that is wrong with it."""
    run = _draft(gate, id)
    if mapping.entity != run.entity:
        text = Text("This mapping is for %(what)s.", what=mapping.entity)
        raise Invalid([Problem("mapping", text)])
    refuse_unusable(gate, mapping, run.columns)
    _set(gate, run, mapping=as_data(mapping), state=RunState.draft, preview=None, error=None)


def ask_rehearsal(gate: Gate, id: int) -> None:
    """Leave the rehearsal of a draft to the worker; its outcome is then the run's `preview`."""
    run = _draft(gate, id)
    refuse_unusable(gate, run.mapping, run.columns)
    _set(gate, run, state=RunState.checking, preview=None, error=None)
    _leave(gate, "rehearse_import", run)


def begin_run(gate: Gate, id: int) -> None:
    """Leave a draft, or a run that stands still, to the worker. How its dates are read is fixed now."""
    run = get_run(gate, id)
    if run.is_draft:
        refuse_unusable(gate, run.mapping, run.columns)
        sheet = open_sheet(run.path, **run.opening)
        mapping, _ = settle_formats(
            run.mapping, gate.schema[run.entity], sheet, reader_of(gate, gate.actor.user)
        )
        _set(gate, run, state=RunState.running, mapping=as_data(mapping))
    else:
        refuse_finished(run)
        _set(gate, run, state=RunState.running, error=None)
    _leave(gate, "run_import", run)
    note(gate, "import.made", entity=run.entity, file=run.file_name, rows=run.total, number=run.id)


def ask_undo(gate: Gate, id: int) -> None:
    """Leave the undoing of a run to the worker."""
    run = get_run(gate, id)
    if not run.can_be_undone:
        raise Invalid([Problem("", Text("There is nothing to undo."))])
    _set(gate, run, state=RunState.undoing)
    _leave(gate, "undo_import", run)
    note(gate, "import.undone", entity=run.entity, file=run.file_name, number=run.id)


def drop_draft(gate: Gate, id: int) -> None:
    """Forget a draft and its file."""
    run = _draft(gate, id)
    gate.tx.run(run_table.delete().where(run_table.c.id == run.id), why="imports")
    gate.tx.after_commit(lambda: run.path.unlink(missing_ok=True))


def _draft(gate: Gate, id: int) -> Run:
    run = get_run(gate, id)
    if not run.is_draft:
        raise Invalid([Problem("", Text("This import has begun already."))])
    return run


def _set(gate: Gate, run: Run, **values: Any) -> None:
    gate.tx.run(update(run_table).where(run_table.c.id == run.id).values(**values), why="imports")


def _leave(gate: Gate, job: str, run: Run) -> None:
    enqueue(gate.tx, f"core.{job}", {"run": run.id}, now=gate.now, user=gate.actor.user)


def _source(gate: Gate, spec: Field, column: str) -> Source | None:
    if spec.target is None:
        return Source(column=column) if spec.kind != "record" else None
    target = gate.schema.entities.get(spec.target)
    usable = target is not None and target.title.kind in KEY_KINDS
    return Source(column=column, find=str(target.title.name)) if target is not None and usable else None
