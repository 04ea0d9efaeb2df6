"""The refused rows of a run as a file, each with the reason beside it, ready to be corrected and imported again."""

from collections.abc import Callable, Iterator
from pathlib import Path

from hookline.crm.imports.batches import Result
from hookline.crm.imports.lines import Line
from hookline.crm.imports.runs import Run, get_run, list_lines
from hookline.crm.sheets.reading import write_rejects
from hookline.crm.sheets.rows import Row, Sheet
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.reads import Reads

Say = Callable[[Text], str]


class _Kept(Sheet):
    """The header of a run's file as it was kept with the run; the file itself may be gone."""

    def __init__(self, run: Run) -> None:
        self.encoding = run.opening.get("encoding", "")
        self.delimiter = run.opening.get("delimiter", "")
        self._names = list(run.columns)

    def _find_header(self) -> Row:
        return Row(1, [*self._names])

    def _all_rows(self) -> Iterator[Row]:
        yield self._find_header()


def write_run_rejects(gate: Reads, id: int, path: Path, say: Say = str) -> int:
    """Write the refused rows of a run as CSV that reads like its source. `say` translates the reasons.

    Raises Invalid when they have been removed since.
    """
    run = get_run(gate, id)
    if run.cleared_at is not None:
        text = Text("The refused rows were removed on %(day)s.", day=run.cleared_at.date().isoformat())
        raise Invalid([Problem("", text)])
    info = gate.schema[run.entity]
    labels = {name: spec.label for name, spec in info.fields.items()}

    def complaint(problem: Problem) -> str:
        return (
            f"{say(Text(labels[problem.field]))}: {say(problem.text)}"
            if problem.field in labels
            else say(problem.text)
        )

    rows = ((line.row, line.cells, " ".join(map(complaint, line.problems))) for line in _rejected(gate, id))
    write_rejects(path, _Kept(run), rows, label=say(Text("Reason")))
    return run.count(Result.rejected)


def _rejected(gate: Reads, id: int) -> Iterator[Line]:
    after = 0
    while lines := list_lines(gate, id, (Result.rejected,), after=after, limit=1000):
        yield from lines
        after = lines[-1].id
