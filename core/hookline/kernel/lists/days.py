"""Days: the records of a list by one of their dates, at most so many of each day, in one statement whatever there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Subquery, func, literal, select, union_all

from hookline.kernel.kinds import Reader
from hookline.kernel.lists.listing import Listing, ListQuery
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

COUNT: Final = "__count"
_PLACE: Final = "__place"


@dataclass(frozen=True)
class Day:
    """One day: its first records by time, and how many it has in all."""

    rows: Sequence[Mapping[str, Any]]
    count: int


def fetch_days(
    gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, days: Sequence[date], *, labels: Sequence[str] = ()
) -> Mapping[date, Day]:  # fmt: skip
    """The first `query.limit` records of each of these days, which follow each other; `query.sort` names the date.

    A day begins and ends on the reader's clock where the field has times. Days on which nothing is are left out. `labels` names
    the reference fields whose records' titles are wanted beside their ids.
    """
    by = query.sort
    timed = info.fields[by].kind == "datetime"
    query = replace(query, after="", before="", columns=list(dict.fromkeys([*query.columns, by])))
    wanted = Listing(gate, info, query, reader, kept=(by,))

    def build() -> Select[Any]:
        numbered = _numbered(wanted, by, _bounds(days, reader) if timed else list(days)).subquery("numbered")
        some = select(numbered.c.id, numbered.c[by], numbered.c[COUNT]).where(
            numbered.c[_PLACE] <= query.limit
        )
        return wanted.page(labels, (), some, beside=(COUNT,))

    found: dict[date, list[dict[str, Any]]] = {}
    for row in wanted.rows(("days", by, days[0], days[-1], reader.zone, tuple(labels)), build):
        found.setdefault(row[by].astimezone(reader.zone_info).date() if timed else row[by], []).append(row)
    return {day: Day(rows, int(rows[0][COUNT])) for day, rows in found.items()}


def _bounds(days: Sequence[date], reader: Reader) -> list[datetime]:
    """When each day begins, and when the last one ends: not every day has twenty-four hours."""
    starts = [*days, days[-1] + timedelta(days=1)]
    return [datetime(d.year, d.month, d.day, tzinfo=reader.zone_info).astimezone(UTC) for d in starts]


def _numbered(wanted: Listing, by: str, bounds: Sequence[Any]) -> Select[Any]:
    """Every record of these days with its place in its day, and the number of those that share it."""
    column, id = wanted.column(by), wanted.column("id")
    day: ColumnElement[Any] = column
    if isinstance(bounds[0], datetime):
        spans = _spans(wanted, by, bounds)
        within = (column >= spans.c.start) & (column < spans.c.end)
        statement, day = wanted.pick("id", by).join(spans, within), spans.c.start
        statement = statement.where(column >= bounds[0], column < bounds[-1])
    else:
        statement = wanted.pick("id", by).where(column >= bounds[0], column <= bounds[-1])
    place = func.row_number().over(partition_by=day, order_by=(column, id)).label(_PLACE)
    return statement.add_columns(place, func.count().over(partition_by=day).label(COUNT))


def _spans(wanted: Listing, by: str, bounds: Sequence[datetime]) -> Subquery:
    kind = wanted.column(by).type
    parts = [
        select(literal(start, kind).label("start"), literal(end, kind).label("end"))
        for start, end in pairwise(bounds)
    ]
    return (union_all(*parts) if len(parts) > 1 else parts[0]).subquery("spans")
