"""A rehearsal: what a run would do, found out by doing it on a copy that is never kept."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hookline.crm.imports.batches import Outcome, Result, import_batch
from hookline.crm.imports.checking import refuse_unusable
from hookline.crm.imports.columns import Cells, Reading, SourceRow, settle_formats
from hookline.crm.imports.execution import actor_of, chunks
from hookline.crm.imports.mappings import ImportMapping
from hookline.crm.imports.pipelines import lay_pipelines
from hookline.crm.imports.references import Coming
from hookline.crm.imports.rows import RowReader
from hookline.crm.imports.runs import row_table, run_table
from hookline.crm.listeners import reader_of
from hookline.crm.sheets.reading import open_sheet
from hookline.crm.similar import tell_alike
from hookline.errors import Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.kinds import KINDS
from hookline.kernel.memory import configuration_version
from hookline.kernel.tables import change, delivery, event, job

FIRST: Final = 20
# They grow and grow, and no row of theirs is changed by an import.
_ADDED_TO: Final = tuple(table.name for table in (change, event, delivery, job, run_table, row_table))


@dataclass(frozen=True)
class Difference:
    """One field of a row: what stands there, and what would."""

    field: Field
    before: str
    after: str


@dataclass(frozen=True)
class Preview:
    """One row and what would become of it."""

    row: int
    result: Result
    differences: Sequence[Difference]
    problems: Sequence[Problem]
    cells: Cells


@dataclass(frozen=True)
class Double:
    """A row whose record may be there already: what that is called, where it is, and what says so."""

    row: int
    record: int
    title: str
    why: Sequence[str | Text]


@dataclass
class Rehearsal:
    """What a run would do. `mapping` has the formats that were found; the lists are the first rows of each sort.

    `alike` are rows that may be there already, or twice in the file.
    """

    mapping: ImportMapping
    columns: Sequence[str]
    readings: Sequence[Reading]
    counts: Counter[str] = field(default_factory=Counter)
    changes: list[Preview] = field(default_factory=list)
    refused: list[Preview] = field(default_factory=list)
    alike: list[Double] = field(default_factory=list)
    alike_count: int = 0

    def count(self, name: str) -> int:
        """How many rows would have this result."""
        return self.counts[name]


def rehearse(
    installation: Installation, path: Path, mapping: ImportMapping, *, user: int | None = None,
    opening: Mapping[str, Any] | None = None, progress: Callable[[int], None] | None = None,
) -> Rehearsal:  # fmt: skip
    """What an import of this file would do; nothing is written. Raises Invalid when the mapping does not fit the file."""
    sheet = open_sheet(path, **(opening or {}))
    with installation.database.rehearse(but=_ADDED_TO) as tx:
        version = configuration_version(tx)
        gate = installation.gate(
            tx, actor_of(installation, tx, user, "rehearsal", version), version=version, cause="rehearsal"
        )
        gate.brings = True
        refuse_unusable(gate, mapping, sheet.columns)
        info, reader = gate.schema[mapping.entity], reader_of(gate, gate.actor.user)
        settled, readings = settle_formats(mapping, info, sheet, reader)
        found = Rehearsal(settled, sheet.columns, readings)
        found.counts[Result.made.value] += len(lay_pipelines(gate, mapping.pipelines))
        stage = _Stage(gate, RowReader(info, settled, sheet.columns, reader), found)
        for rows in chunks(sheet.rows()):
            stage.play(rows, Coming(info.name))
            if progress is not None:
                progress(rows[-1][0])
        stage.play_waiting()
        return found


@dataclass
class _Stage:
    """Where the rehearsal takes place."""

    gate: Gate
    rows: RowReader
    found: Rehearsal
    waiting: list[SourceRow] = field(default_factory=list)

    def play(self, rows: Sequence[SourceRow], coming: Coming) -> None:
        """One batch."""
        mapping = self.found.mapping
        outcomes = import_batch(self.gate, mapping, self.rows, rows, coming=coming, careful=True)
        self._warn([one for one in outcomes if one.result == Result.created])
        for outcome in outcomes:
            if outcome.result == Result.waiting:
                self.waiting.append((outcome.row, outcome.cells))
            else:
                self._note(outcome)

    def play_waiting(self) -> None:
        """The rows that wait for others, until none gets any further."""
        stuck, entity = False, self.found.mapping.entity
        while self.waiting:
            rows, self.waiting = self.waiting, []
            coming = Coming(entity, {}) if stuck else self.rows.coming(rows)
            for some in chunks(rows):
                self.play(some, coming)
            stuck = len(self.waiting) == len(rows)

    def _warn(self, created: Sequence[Outcome]) -> None:
        """What may be there already, or twice in the file: plugins are asked about all rows of the batch at once."""
        info = self.gate.schema[self.found.mapping.entity]
        drafts, ids = [one.after for one in created], [one.record or 0 for one in created]
        for outcome, found in zip(created, tell_alike(self.gate, info, drafts, ids), strict=True):
            self.found.alike_count += bool(found)
            if found and len(self.found.alike) < FIRST:
                first = found[0]
                self.found.alike.append(Double(outcome.row, first.id, first.title, first.reasons))

    def _note(self, outcome: Outcome) -> None:
        self.found.counts[outcome.result.value] += 1
        if outcome.result == Result.rejected and len(self.found.refused) < FIRST:
            self.found.refused.append(
                Preview(outcome.row, outcome.result, (), outcome.problems, outcome.cells)
            )
        elif outcome.result in (Result.created, Result.updated) and len(self.found.changes) < FIRST:
            self.found.changes.append(
                Preview(outcome.row, outcome.result, self._differences(outcome), (), outcome.cells)
            )

    def _differences(self, outcome: Outcome) -> list[Difference]:
        fields = self.gate.schema[outcome.entity].fields
        return [
            Difference(
                fields[name],
                self._shown(fields[name], outcome.before.get(name)),
                self._shown(fields[name], value),
            )
            for name, value in outcome.after.items()
        ]

    def _shown(self, spec: Field, value: Any) -> str:
        if spec.target is not None and value not in (None, ()):
            ids = value if spec.many else (value,)
            names = self.gate.titles(spec.target, ids)
            return ", ".join(names.get(id, f"#{id}") for id in ids)
        return KINDS[spec.kind].show(None if value == () else value, spec, self.rows.reader)
