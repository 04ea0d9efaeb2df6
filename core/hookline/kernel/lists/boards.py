"""Boards: the records of a list in columns, one for each value of a field, with counts, sums and the first cards of each.

Two statements for the whole board, whatever it holds: one groups, the other reads the first cards of every column, each
out of an index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, select, true, union_all

from hookline.kernel.kinds import Reader
from hookline.kernel.lists.listing import Group, Listing, ListQuery, Page
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo


@dataclass(frozen=True)
class Lane:
    """One column of a board: the value of its records, None where they have none.

    With `recent` it holds only those of which this date field is not before this day or time.
    """

    value: Any
    recent: tuple[str, Any] | None = None


@dataclass(frozen=True)
class Layout:
    """The columns of a board, by the values of one field. For counting, no lanes stand for every value there is."""

    by: str
    lanes: Sequence[Lane] = ()


def count_lanes(
    gate: Reads,
    info: EntityInfo,
    query: ListQuery,
    reader: Reader,
    layout: Layout,
    *,
    sums: Sequence[str] = (),
) -> Mapping[Any, Group]:
    """Count and sums of each column that is not empty, by its value."""
    wanted = Listing(gate, info, query, reader, summed=sums, kept=_kept(layout))
    return {group.value: group for group in wanted.groups(layout.by, *_parts(wanted, layout))}


def fetch_lanes(
    gate: Reads,
    info: EntityInfo,
    query: ListQuery,
    reader: Reader,
    layout: Layout,
    *,
    labels: Sequence[str] = (),
) -> Mapping[Any, Page]:
    """The first `query.limit` records of each column, by its value. `query.after` goes on in a single column."""
    by, lanes = layout.by, layout.lanes
    assert len(lanes) == 1 or not query.after, "a cursor belongs to one column"
    if not lanes:
        return {}
    # The field itself is read along: by it the rows go to their columns.
    query = replace(query, columns=list(dict.fromkeys([*query.columns, by])))
    wanted = Listing(gate, info, query, reader, kept=_kept(layout))

    def build() -> Select[Any]:
        parts = [wanted.page_ids(_in_lane(wanted, by, lane)) for lane in lanes]
        return wanted.page(labels, (), _together(parts))

    rows = wanted.rows(("lanes", by, tuple(lanes), tuple(labels)), build)
    return {lane.value: wanted.settled([row for row in rows if row[by] == lane.value], ()) for lane in lanes}


def _kept(layout: Layout) -> list[str]:
    return [layout.by, *dict.fromkeys(lane.recent[0] for lane in layout.lanes if lane.recent)]


def _parts(wanted: Listing, layout: Layout) -> list[ColumnElement[bool]]:
    """The conditions of all columns together, as few as there are kinds of them."""
    column = wanted.column(layout.by)
    valued = [lane for lane in layout.lanes if lane.value is not None]
    kinds = dict.fromkeys(lane.recent for lane in valued)
    found = [
        column.in_([lane.value for lane in valued if lane.recent == kind]) & _recent(wanted, kind)
        for kind in kinds
    ]
    return found + [_in_lane(wanted, layout.by, lane) for lane in layout.lanes if lane.value is None]


def _in_lane(wanted: Listing, by: str, lane: Lane) -> ColumnElement[bool]:
    column = wanted.column(by)
    here = column.is_(None) if lane.value is None else column == lane.value
    return here & _recent(wanted, lane.recent)


def _recent(wanted: Listing, recent: tuple[str, Any] | None) -> ColumnElement[bool]:
    return true() if recent is None else wanted.column(recent[0]) >= recent[1]


def _together(parts: Sequence[Select[Any]]) -> Select[Any]:
    """The parts one under the other. Each is bracketed: its order and limit are its own."""
    if len(parts) == 1:
        return parts[0]
    return select(union_all(*(select(part.subquery()) for part in parts)).subquery("lanes"))
