"""Worked-out list columns of plugins: named "<plugin>.<function>" in addresses, asked once per page of rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure
from hookline.kernel.schema import EntityInfo
from hookline.web.plugins.shown import Shown, ask, show

if TYPE_CHECKING:
    from hookline.web.visit import Visit

Row = Mapping[str, Any]
FAILED = "!"


def plugin_columns(visit: "Visit", info: EntityInfo) -> list[Contribution]:
    """The columns that plugins offer for this entity's lists, in their order: `.key` names one, `.label` heads it."""
    if info.name not in visit.plugin_columns:
        found = visit.gate.host.contributions("column", info.name)
        visit.plugin_columns[info.name] = sorted(found, key=lambda c: (c.options["order"], c.plugin))
    return visit.plugin_columns[info.name]


def fields_for(visit: "Visit", info: EntityInfo, columns: Sequence[Contribution]) -> list[str]:
    """The fields that these columns want to read along, of those that this person may see."""
    readable = {f.name for f in visit.gate.readable(info)}
    return [
        name for name in dict.fromkeys(n for c in columns for n in c.options["fields"]) if name in readable
    ]


def plugin_cells(
    visit: "Visit", columns: Sequence[Contribution], rows: Sequence[Row]
) -> dict[str, Mapping[int, Shown]]:
    """What each column shows, by record. One that fails shows a mark in every row, and the list stands.

    To be asked after everything else of the page has been read.
    """
    return {column.key: _cells(visit, column, rows) for column in columns}


def cell_renderers(visit: "Visit", info: EntityInfo, names: Sequence[str]) -> dict[str, Contribution]:
    """Who says how the values of these fields look, by field: of several the first."""
    found = [c for c in visit.gate.host.contributions("cell", info.name) if c.options["field"] in names]
    found.sort(key=lambda c: (c.options["order"], c.plugin))
    return {c.options["field"]: c for c in reversed(found)}


def rendered_cells(
    visit: "Visit", renderers: Mapping[str, Contribution], rows: Sequence[Row]
) -> dict[str, Mapping[int, Shown]]:
    """How they look, by field and record; what looks as usual is left out, and everything of one that fails."""
    found: dict[str, Mapping[int, Shown]] = {}
    for name, renderer in renderers.items():
        shown = ask(visit, renderer, _reader(visit), _given(renderer, rows), visit.gate)
        found[name] = {} if isinstance(shown, Failure) else shown
    return found


def _given(column: Contribution, rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [{"id": row["id"], **{name: row.get(name) for name in column.options["fields"]}} for row in rows]


def _cells(visit: "Visit", column: Contribution, rows: Sequence[Row]) -> Mapping[int, Shown]:
    found = ask(visit, column, _reader(visit), _given(column, rows), visit.gate)
    return {row["id"]: Shown(FAILED, tone="red") for row in rows} if isinstance(found, Failure) else found


def _reader(visit: "Visit") -> Callable[[Any], Mapping[int, Shown]]:
    def read(answer: Any) -> Mapping[int, Shown]:
        if not isinstance(answer, Mapping):
            raise TypeError(f"it must answer a mapping of ids to values, not {type(answer).__name__}")
        return {id: show(visit, value) for id, value in answer.items()}

    return read
