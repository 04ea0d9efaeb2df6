"""The table of a report as a file, and who may take it out of the house."""

from collections.abc import Sequence

from hookline.crm.showing import Speaker, show
from hookline.kernel.actor import Action
from hookline.kernel.kinds.cells import safe_cell
from hookline.kernel.reads import Reads
from hookline.kernel.shown import Report


def may_take(gate: Reads) -> bool:
    """Figures leave the house with those who may export records at all."""
    entities = gate.schema.entities.values()
    return any(gate.may(info.name, Action.export) for info in entities if info.owned)


def table_lines(to: Speaker, report: Report) -> tuple[list[str], list[list[object]]]:
    """Heads and lines, the totals last; text that a program could take for a formula is made safe."""
    rows: list[Sequence[object]] = [[show(to, value).plain for value in row] for row in report.rows]
    if report.totals:
        totals = [show(to, value).plain for value in report.totals]
        rows.append([totals[0] or to.say("Total"), *totals[1:]])
    lines = [[safe_cell(value) if isinstance(value, str) else value for value in row] for row in rows]
    return [to.say(label) for label in report.columns], lines
