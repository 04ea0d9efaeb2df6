"""Exports: what a list's values are in a file, and the trace that every export leaves."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from hookline.crm.actors import directory
from hookline.crm.pipelines import pipelines
from hookline.kernel import history
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import KINDS, Reader
from hookline.kernel.kinds.cells import safe_cell
from hookline.kernel.listing import LABEL
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

EXPORTED: Final = "exported"
Row = Mapping[str, Any]
Value = Callable[[Row], object]


def remember_export(
    gate: Gate, info: EntityInfo, *, rows: int, format: str, columns: Sequence[str], query: str
) -> None:
    """Write down who took what out of the house, in the history of the entity as a whole (record 0)."""
    gate.must(info.name, Action.export)
    told = {"rows": rows, "format": format, "columns": list(columns), "query": query[:2000]}
    changes = {name: (None, value) for name, value in told.items()}
    history.write(gate, [history.row(gate, info, 0, 0, action=EXPORTED, changes=changes)])


def file_value(gate: Reads, spec: Field, reader: Reader) -> Value:
    """What turns a row into a field's value for a file: a number, a day, or text that no program takes for a formula.

    Made once per column, called once per row.
    """
    name = spec.name
    if spec.kind in _KNOWN:
        names = _KNOWN[spec.kind](gate)
        return lambda row: _text(names.get(row[name]))
    if spec.target == "pipeline":
        lines = pipelines(gate).by_id
        return lambda row: _text(lines[row[name]].name if row[name] in lines else None)
    if spec.many or (spec.target is not None and spec.kind == "reference"):
        return lambda row: _text(row.get(name + LABEL))
    if spec.kind == "datetime":
        return lambda row: _moment(row[name], reader)
    if spec.kind == "yes_no":
        return lambda row: KINDS["yes_no"].show(bool(row[name]), spec, reader)
    kind = KINDS[spec.kind]
    return lambda row: kind.cell(row[name] or None if spec.kind == "multi_choice" else row[name], spec)


def json_value(spec: Field) -> Value:
    """What turns a row into a field's value as the API writes it."""
    name, kind = spec.name, KINDS[spec.kind]
    if spec.many:
        return lambda row: row.get(name + LABEL)
    return lambda row: None if row[name] is None else kind.dump(row[name], spec)


def _people(gate: Reads) -> Mapping[int, str]:
    return {id: person.name for id, person in directory(gate).people.items()}


def _teams(gate: Reads) -> Mapping[int, str]:
    return directory(gate).teams


def _stages(gate: Reads) -> Mapping[int, str]:
    return {id: stage.name for id, stage in pipelines(gate).stages.items()}


_KNOWN: Final[Mapping[str, Callable[[Reads], Mapping[int, str]]]] = {
    "user": _people,
    "team": _teams,
    "stage": _stages,
}


def _text(value: str | None) -> str | None:
    return safe_cell(value) if value else None


def _moment(value: dt.datetime | None, reader: Reader) -> str | None:
    """On the person's own clock; seconds only where there are some."""
    if value is None:
        return None
    local = value.astimezone(reader.zone_info).replace(tzinfo=None, microsecond=0)
    return local.isoformat(" ", timespec="seconds" if local.second else "minutes")
