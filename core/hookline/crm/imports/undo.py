"""A run taken back: what it created is erased, what it changed is put back, what somebody has touched since is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select, update

from hookline.crm.access.actors import directory
from hookline.crm.imports.batches import Result
from hookline.crm.imports.execution import BATCH, Progress, actor_of, advance, end
from hookline.crm.imports.lines import Line, line_of, text_data
from hookline.crm.imports.runs import Run, RunState, get_run, row_table, run_table
from hookline.errors import Invalid, NotFound, Problem, Refused, Text
from hookline.kernel.db import Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.memory import configuration_version
from hookline.kernel.tables import change

_UNDO = ":undo"
_WROTE = (Result.created, Result.updated, Result.made)


class Undone(StrEnum):
    """What became of a row of a run that was taken back."""

    reversed = "reversed"
    kept = "kept"
    errored = "errored"


@dataclass(frozen=True)
class _Verdict:
    line: Line
    undone: Undone
    reason: Text | None = None


def undo_run(installation: Installation, id: int, user: int | None, progress: Progress | None = None) -> Run:
    """Take back what a run did, the latest first, with the rights of this user (None: the house), and return the run.

    A process that is still at the run stops. After a kill the same call goes on where it was left.
    """
    run = _begin(installation, id, user)
    while (run := _undo_batch(installation, run, user)).state == RunState.undoing:
        if progress is not None:
            progress(run)
    return run


def _begin(installation: Installation, id: int, user: int | None) -> Run:
    with installation.database.write() as tx:
        gate = _gate(installation, tx, user, f"undo import {id}", "")
        run = get_run(gate, id)
        if run.state == RunState.undone:
            raise Invalid([Problem("", Text("This import has been undone already."))])
        changes = {"state": RunState.undoing, "step": run.step + 1, "finished_at": None}
        tx.run(update(run_table).where(run_table.c.id == id).values(**changes), why="imports")
    return replace(run, state=RunState.undoing, step=run.step + 1, finished_at=None)


def _undo_batch(installation: Installation, run: Run, user: int | None) -> Run:
    with installation.database.write(durable=False) as tx:
        gate = _gate(installation, tx, user, run.cause, undoing(run))
        left = (row_table.c.run == run.id, row_table.c.result.in_(_WROTE), row_table.c.undone.is_(None))
        statement = select(row_table).where(*left).order_by(row_table.c.id.desc()).limit(BATCH)
        lines = [line_of(dict(row)) for row in tx.run(statement, why="imports").mappings()]
        verdicts = list(_Undoing(gate, run).judge(lines))
        for (undone, reason), ids in _grouped(verdicts).items():
            told = {"undone": undone.value, "reason": text_data(reason) if reason else None}
            tx.run(update(row_table).where(row_table.c.id.in_(ids)).values(**told), why="imports")
        counts = dict(run.counts)
        for verdict in verdicts:
            counts[verdict.undone.value] = counts.get(verdict.undone.value, 0) + 1
        advance(tx, run, {"counts": counts, "step": run.step + 1})
    run = replace(run, counts=counts, step=run.step + 1)
    return run if lines else end(installation, run, RunState.undone)


def undoing(run: Run) -> str:
    """What the history of the records names as the cause when a run is taken back."""
    return run.cause + _UNDO


def _gate(installation: Installation, tx: Transaction, user: int | None, reason: str, cause: str) -> Gate:
    version = configuration_version(tx)
    return installation.gate(
        tx, actor_of(installation, tx, user, reason, version), version=version, cause=cause
    )


def _grouped(verdicts: Sequence[_Verdict]) -> dict[tuple[Undone, Text | None], list[int]]:
    """The lines with the same verdict, by it."""
    found: dict[tuple[Undone, Text | None], list[int]] = {}
    for verdict in verdicts:
        found.setdefault((verdict.undone, verdict.reason), []).append(verdict.line.id)
    return found


@dataclass
class _Undoing:
    """Takes back some lines of a run, the latest first."""

    gate: Gate
    run: Run

    def judge(self, lines: Sequence[Line]) -> Iterator[_Verdict]:
        """Take these back as far as that can be done, and say of each what became of it."""
        for (entity, updated), together in groupby(
            lines, key=lambda line: (line.entity, line.result == Result.updated)
        ):
            group = list(together)
            free, kept = self._touched(entity, group)
            yield from kept
            if updated:
                yield from (self._revert(line) for line in free)
            else:
                yield from self._erase(entity, free)

    def _touched(self, entity: str, lines: Sequence[Line]) -> tuple[list[Line], list[_Verdict]]:
        """Those that nobody has changed since, and the others with who it was."""
        latest = self._changes_by_others(entity, [line.record for line in lines if line.record is not None])
        free, kept = [], []
        for line in lines:
            found = latest.get(line.record or 0)
            if found is not None and found.version > (line.version or 0):
                kept.append(_Verdict(line, Undone.kept, self._said(found)))
            else:
                free.append(line)
        return free, kept

    def _changes_by_others(self, entity: str, records: Sequence[int]) -> dict[int, Row[Any]]:
        """The latest change of each record that was neither this run's nor an automation's, nor has been undone itself."""
        statement = select(change.c.record, change.c.version, change.c.user, change.c.at, change.c.cause)
        statement = statement.where(
            change.c.entity == entity, change.c.record.in_(records), ~change.c.cause.startswith("event:")
        )
        latest: dict[int, Row[Any]] = {}
        undone: set[tuple[int, str]] = {(record, self.run.cause) for record in records}
        for row in self.gate.tx.run(statement.order_by(change.c.id.desc()), why="imports"):
            if row.cause.endswith(_UNDO):
                undone.add((row.record, row.cause.removesuffix(_UNDO)))
            elif (row.record, row.cause) not in undone:
                latest.setdefault(row.record, row)
        return latest

    def _said(self, found: Row[Any]) -> Text:
        person = directory(self.gate).people.get(found.user)
        who = person.name if person else found.cause
        return Text("Changed since by %(who)s on %(day)s.", who=who, day=found.at.date().isoformat())

    def _revert(self, line: Line) -> _Verdict:
        try:
            with self.gate.tx.savepoint():
                self.gate.revert(line.entity, line.record or 0, line.version or 0)
        except NotFound:
            return _Verdict(line, Undone.errored, Text("This record is no longer there."))
        except Refused as refusal:
            return _Verdict(line, Undone.errored, _reason(refusal))
        return _Verdict(line, Undone.reversed)

    def _erase(self, entity: str, lines: Sequence[Line]) -> Iterator[_Verdict]:
        """Erase these together; where that is refused, halves of them, down to the one that has to stay."""
        if not lines:
            return
        try:
            with self.gate.tx.savepoint():
                self.gate.erase_many(entity, [line.record for line in lines if line.record is not None])
        except Refused as refusal:
            if len(lines) == 1:
                yield self._not_erased(lines[0], refusal)
                return
            half = len(lines) // 2
            yield from self._erase(entity, lines[:half])
            yield from self._erase(entity, lines[half:])
            return
        yield from (_Verdict(line, Undone.reversed) for line in lines)

    def _not_erased(self, line: Line, refusal: Refused) -> _Verdict:
        """Somebody has used it since, or it may not be erased; one that is gone already needs nothing."""
        table = self.gate.schema[line.entity].table
        if self.gate.run(select(table.c.id).where(table.c.id == line.record)).first() is None:
            return _Verdict(line, Undone.reversed, Text("This record is no longer there."))
        return _Verdict(
            line, Undone.kept if isinstance(refusal, Invalid) else Undone.errored, _reason(refusal)
        )


def _reason(refusal: Refused) -> Text:
    return refusal.problems[0].text if isinstance(refusal, Invalid) and refusal.problems else refusal.text
