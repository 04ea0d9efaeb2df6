"""Exports: which records go into a file, what their values are there, and the trace that every export leaves."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from hookline.crm.access.actors import directory
from hookline.crm.audit.trail import note
from hookline.crm.exports.files import write_csv, write_json, write_xlsx
from hookline.crm.pipelines import pipelines
from hookline.errors import Forbidden, Text
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import KINDS, Reader
from hookline.kernel.kinds.cells import safe_cell
from hookline.kernel.lists.listing import LABEL, ListQuery, Page, fetch
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

Row = Mapping[str, Any]
Value = Callable[[Row], object]
# A statement for each of these pages; between two of them the rights are asked again.
PAGE: Final = 500
_SPOKEN: Final = 2000


@dataclass(frozen=True)
class Export:
    """What goes into a file: these fields of the records that `query` finds, of those that the actor may export.

    As JSON values stand as the API writes them, else as a spreadsheet takes them.
    """

    info: EntityInfo
    names: Sequence[str]
    query: ListQuery
    format: str

    @property
    def as_json(self) -> bool:
        """Whether values are written for programs."""
        return self.format == "json"

    @property
    def currency_after(self) -> str:
        """The first amount among the fields: the currency of all stands beside it. "" without one."""
        if self.as_json or "currency" in self.names or "currency" not in self.query.columns:
            return ""
        kinds = self.info.fields
        return next((n for n in self.names if n in kinds and kinds[n].kind == "money"), "")


def may_be_read_along(gate: Reads, info: EntityInfo, names: Sequence[str]) -> list[str]:
    """The fields to read for these columns: themselves, and the currency of amounts."""
    readable = {f.name for f in gate.readable(info)}
    return [name for name in dict.fromkeys([*names, "currency"]) if name in readable]


def must_export(gate: Reads, info: EntityInfo, names: Sequence[str]) -> None:
    """Forbidden unless the actor may export the entity's records with these fields, at this moment."""
    gate.must(info.name, Action.export)
    readable = {f.name for f in gate.readable(info)}
    if any(name in info.fields and name not in readable for name in names):
        raise Forbidden(Text("Your rights have changed meanwhile. Start the export again."))


def note_export(gate: Gate, export: Export, *, rows: int, asked: str) -> None:
    """Tell the audit log who takes what out of the house. `asked` is the list's filter as it stood in its address."""
    must_export(gate, export.info, export.names)
    told: dict[str, Any] = {
        "format": export.format,
        "rows": rows,
        "columns": list(export.names),
        "filter": asked[:_SPOKEN],
    }
    note(gate, "export.made", entity=export.info.name, **told)


def read_page(gate: Reads, export: Export, reader: Reader, after: str) -> Page:
    """The next records of an export. Forbidden when the right to them was taken away since the last ones."""
    must_export(gate, export.info, export.names)
    fields = [export.info.fields[name] for name in export.query.columns]
    labels = [f.name for f in fields if f.is_reference and f.kind not in _KNOWN and f.target != "pipeline"]
    query = replace(export.query, limit=PAGE, after=after, before="", offset=0, may=Action.export)
    return fetch(gate, export.info, query, reader, labels=labels)


def heads(export: Export, others: Mapping[str, str]) -> list[str]:
    """What the columns are called, not yet translated. `others` names those that are no fields."""
    found = list[str]()
    for name in export.names:
        found.append(export.info.fields[name].label if name in export.info.fields else others[name])
        if name == export.currency_after:
            found.append("Currency")
    return found


def lines(
    gate: Reads, export: Export, reader: Reader, rows: Sequence[Row], others: Mapping[str, Value]
) -> list[list[object]]:
    """Rows as what stands in the file; of JSON the id comes first. `others` gives the values of columns that are no fields."""
    values: list[Value] = [lambda row: row["id"]] if export.as_json else []
    for name in export.names:
        if name not in export.info.fields:
            values.append(others[name])
            continue
        spec = export.info.fields[name]
        values.append(json_value(spec) if export.as_json else file_value(gate, spec, reader))
        if name == export.currency_after:
            values.append(lambda row: row["currency"])
    return [[value(row) for value in values] for row in rows]


def written(
    export: Export, titles: Sequence[str], found: Iterable[Sequence[object]], language: str
) -> Iterator[bytes]:
    """The file, in pieces, of these lines. `titles` head its columns."""
    if export.as_json:
        return write_json(["id", *export.names], found)
    # A field may be called "=1+1" as well as a record.
    safe = [safe_cell(title) for title in titles]
    return write_csv(safe, found, language) if export.format == "csv" else write_xlsx(safe, found)


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
