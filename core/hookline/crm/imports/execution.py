"""A run at work.

Each batch is one transaction together with how far the run has come, so that a run whose process was killed is carried on
with exactly the same result.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import delete, select, update

from hookline.crm.access.actors import load_actor
from hookline.crm.imports.batches import Outcome, Result, import_batch
from hookline.crm.imports.columns import SourceRow
from hookline.crm.imports.lines import Line, as_row, line_of
from hookline.crm.imports.pipelines import lay_pipelines
from hookline.crm.imports.read_ahead import ReadAhead
from hookline.crm.imports.references import Coming
from hookline.crm.imports.rows import RowReader
from hookline.crm.imports.runs import Run, RunState, digest_of, row_table, run_of, run_table
from hookline.crm.imports.writes import is_fatal
from hookline.crm.listeners import reader_of
from hookline.crm.sheets.reading import open_sheet
from hookline.errors import Forbidden, HooklineError, Invalid, NotFound, Problem, Refused, Text, in_one_line
from hookline.kernel.actor import Action, Actor, house
from hookline.kernel.db import Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.memory import configuration_version

BATCH: Final = 500
Progress = Callable[[Run], None]
T = TypeVar("T")


class RunStopped(HooklineError):
    """Somebody stopped this run, or carries it on elsewhere: this process leaves it alone."""


def carry_on(
    installation: Installation, id: int, progress: Progress | None = None, *, path: Path | None = None
) -> Run:
    """Do what is left of a run, from the beginning or from where it was left, and return it as it ended.

    `path` is where the file is now, when it has been moved; it must be the same file.
    """
    run = _begin(installation, id, path)
    work = _Work(installation, run, progress or (lambda _: None))
    try:
        work.lay_pipelines()
        ahead = ReadAhead(chunks(open_sheet(run.path, **run.opening).rows(run.cursor)), work.begin)
        for rows in ahead:
            work.import_rows(rows, ahead.look)
        work.import_waiting()
    except RunStopped:
        raise
    except BaseException as error:
        _give_up(installation, work.run, error)
        raise
    return end(installation, work.run, RunState.done)


def chunks(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The items in lists of at most this size."""
    waiting = iter(items)
    while found := list(islice(waiting, size)):
        yield found


def find_run(tx: Transaction, id: int) -> Run:
    """A run, whosever it is, for those who do the work. NotFound when there is none."""
    row = tx.run(select(run_table).where(run_table.c.id == id), why="imports").mappings().first()
    if row is None:
        raise NotFound
    return run_of(dict(row))


def refuse_finished(run: Run) -> None:
    """Raises Invalid for a run of which nothing is left to be done, or nothing left to do it from."""
    if run.cleared_at is not None:
        text = Text("The file of this import was removed on %(day)s.", day=run.cleared_at.date().isoformat())
        raise Invalid([Problem("file", text)])
    if not run.can_go_on:
        raise Invalid([Problem("", Text("This import is finished."))])


def actor_of(
    installation: Installation, tx: Transaction, user: int | None, reason: str, version: int
) -> Actor:
    """The person with the rights of this moment; the house where nobody signed in stands behind it."""
    if user is None:
        return house(reason)
    found = load_actor(tx, installation.memory, version, user, installation.clock())
    if found is None:
        raise Forbidden(Text("The person who started this may no longer sign in."))
    return found


def advance(tx: Transaction, run: Run, values: Mapping[str, Any]) -> None:
    """Change the run's row, unless it is no longer as this process knows it."""
    known = (run_table.c.id == run.id, run_table.c.step == run.step, run_table.c.state == run.state)
    if tx.run(update(run_table).where(*known).values(**values), why="imports").rowcount != 1:
        raise RunStopped(f"import {run.id} was stopped, or goes on elsewhere")


def end(installation: Installation, run: Run, state: RunState) -> Run:
    """Note that nothing is left to be done."""
    now = installation.clock()
    with installation.database.write() as tx:
        advance(tx, run, {"state": state, "finished_at": now})
    return replace(run, state=state, finished_at=now)


@dataclass
class _Work:
    """A run and the process that does it."""

    installation: Installation
    run: Run
    progress: Progress
    _actor: tuple[int, Actor] | None = None

    @cached_property
    def _rows(self) -> RowReader:
        """Reads the cells: relative dates mean the same on each day that the run takes."""
        with self.installation.database.read() as tx:
            gate = self._gate(tx)
            info = gate.schema[self.run.entity]
            return RowReader(
                info,
                self.run.mapping,
                self.run.columns,
                replace(reader_of(gate, gate.actor.user), now=self.run.created_at),
            )

    def lay_pipelines(self) -> None:
        """Make the pipelines that the mapping asks for, where they are missing."""
        if self.run.mapping.pipelines:
            with self._transaction() as (tx, gate):
                made = lay_pipelines(gate, self.run.mapping.pipelines)
                self._keep(tx, [Outcome(0, Result.made, entity, id, 1) for entity, id in made])

    def begin(self, rows: Sequence[SourceRow]) -> None:
        """Read the cells of rows whose turn comes next."""
        self._rows.begin(rows)

    def import_rows(self, rows: Sequence[SourceRow], meanwhile: Callable[[], None]) -> None:
        """One batch of the file; `meanwhile` is done while the database writes it."""

        def batch(tx: Transaction, gate: Gate, careful: bool) -> None:
            tx.meanwhile = meanwhile
            outcomes = self._import(gate, rows, Coming(self.run.entity), careful)
            self._keep(tx, outcomes, cursor=rows[-1][0])

        self._try(batch)

    def import_waiting(self) -> None:
        """The rows that name records which came later in the file: again and again, until none of them gets any further."""
        stuck = False
        while lines := self._waiting():
            rows = [(line.row, line.cells) for line in lines]
            coming = Coming(self.run.entity, {}) if stuck else self._rows.coming(rows)
            for some in chunks(lines):
                self._import_lines(some, coming)
            stuck = self.run.count(Result.waiting) == len(lines)

    def _import_lines(self, lines: Sequence[Line], coming: Coming) -> None:
        rows = [(line.row, line.cells) for line in lines]

        def batch(tx: Transaction, gate: Gate, careful: bool) -> None:
            outcomes = self._import(gate, rows, coming, careful)
            still = {o.row for o in outcomes if o.result == Result.waiting}
            gone = [line.id for line in lines if line.row not in still]
            tx.run(delete(row_table).where(row_table.c.id.in_(gone)), why="imports")
            self._keep(tx, [o for o in outcomes if o.result != Result.waiting], waited=len(gone))

        self._try(batch)

    def _waiting(self) -> Sequence[Line]:
        mine = (row_table.c.run == self.run.id, row_table.c.result == Result.waiting.value)
        with self.installation.database.read() as tx:
            found = tx.run(select(row_table).where(*mine).order_by(row_table.c.id), why="imports").mappings()
            return [line_of(dict(row)) for row in found]

    def _try(self, batch: Callable[[Transaction, Gate, bool], None]) -> None:
        """Do a batch; where something happens that no rule foresaw, once more and carefully, to find the row at fault."""
        for careful in (False, True):
            try:
                with _uncollected(), self._transaction() as (tx, gate):
                    batch(tx, gate, careful)
            except Exception as error:
                if careful or isinstance(error, HooklineError) or is_fatal(error):
                    raise
            else:
                break
        self.progress(self.run)

    @contextmanager
    def _transaction(self) -> Iterator[tuple[Transaction, Gate]]:
        """With the gate of the person whose run it is. What is changed of the run holds once it is committed."""
        before = self.run
        try:
            with self.installation.database.write(durable=False) as tx:
                yield tx, self._gate(tx)
        except BaseException:
            self.run = before
            raise

    def _gate(self, tx: Transaction) -> Gate:
        """With the rights of this moment: asked for again whenever the configuration has changed."""
        version = configuration_version(tx)
        if self._actor is None or self._actor[0] != version:
            self._actor = version, actor_of(self.installation, tx, self.run.user, self.run.cause, version)
        gate = self.installation.gate(tx, self._actor[1], version=version, cause=self.run.cause)
        gate.must(self.run.entity, Action.import_)
        gate.brings = True
        return gate

    def _import(
        self, gate: Gate, rows: Sequence[SourceRow], coming: Coming, careful: bool
    ) -> Sequence[Outcome]:
        return import_batch(gate, self.run.mapping, self._rows, rows, coming=coming, careful=careful)

    def _keep(
        self, tx: Transaction, outcomes: Sequence[Outcome], *, cursor: int | None = None, waited: int = 0
    ) -> None:
        """Write down what became of these rows and how far the run has come."""
        kept = [
            as_row(self.run.id, o) for o in outcomes if o.result not in (Result.unchanged, Result.skipped)
        ]
        if kept:
            tx.insert_all(row_table, kept, why="imports")
        counts = dict(self.run.counts)
        for outcome in outcomes:
            counts[outcome.result.value] = counts.get(outcome.result.value, 0) + 1
        if waited:
            counts[Result.waiting.value] -= waited
        run = replace(
            self.run,
            counts=counts,
            cursor=self.run.cursor if cursor is None else cursor,
            step=self.run.step + 1,
        )
        advance(tx, self.run, {"counts": counts, "cursor": run.cursor, "step": run.step})
        self.run = run


@contextmanager
def _uncollected() -> Iterator[None]:
    """The collector rests for one batch: it would go through its rows again and again, of which none is garbage yet."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _begin(installation: Installation, id: int, path: Path | None) -> Run:
    with installation.database.write() as tx:
        run = find_run(tx, id)
        refuse_finished(run)
        where = (path or run.path).resolve()
        if not where.is_file() or digest_of(where) != run.digest:
            text = Text(
                "%(name)s is no longer there, or has been changed since the import began.", name=where.name
            )
            raise Invalid([Problem("file", text)])
        changes = {"state": RunState.running, "error": None, "finished_at": None, "path": str(where)}
        tx.run(update(run_table).where(run_table.c.id == id).values(**changes), why="imports")
    return replace(run, state=RunState.running, error=None, finished_at=None, path=where)


def _give_up(installation: Installation, run: Run, error: BaseException) -> None:
    """Say why the run stands still. It can be carried on."""
    state = RunState.failed if isinstance(error, Exception) else RunState.stopped
    reason = str(error) if isinstance(error, Refused) else in_one_line(error)
    with installation.database.write() as tx:
        changes = {"state": state, "error": reason if state == RunState.failed else None}
        tx.run(
            update(run_table).where(run_table.c.id == run.id, run_table.c.step == run.step).values(**changes),
            why="imports",
        )
