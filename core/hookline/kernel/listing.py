"""Lists: a page of rows by filters, words and order, reached by keyset, at a cost that does not grow with the table."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, func, literal, or_, select, tuple_

from hookline.errors import Invalid, Problem, Text
from hookline.kernel.entity import link_table
from hookline.kernel.fields import Field
from hookline.kernel.filters import Condition, clause
from hookline.kernel.history import dumped
from hookline.kernel.kinds import KINDS, Reader
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

PAGE: Final = 50
MOST: Final = 10_000
LABEL: Final = "__label"


@dataclass(frozen=True, kw_only=True)
class ListQuery:
    """What a list shows. `sort` is a field's name, with "-" before it from the highest down; `columns` are field names.

    `after` and `before` are the opaque cursors of a page; `offset` jumps, at a cost that grows with it.
    """

    conditions: Sequence[Condition] = ()
    words: str = ""
    sort: str = ""
    columns: Sequence[str] = ()
    after: str = ""
    before: str = ""
    offset: int = 0
    limit: int = PAGE
    trash: bool = False
    ids: Sequence[int] | None = None


@dataclass(frozen=True)
class Page:
    """One page. A row has `id`, the asked columns by name, and `<name>__label` for references to records that are looked up."""

    rows: Sequence[Mapping[str, Any]]
    next: str
    previous: str


@dataclass(frozen=True)
class Totals:
    """How many there are, at most MOST + 1, and the sums of number fields by currency (None when there are too many)."""

    count: int
    sums: Mapping[str, Mapping[str, Any]] | None = field(default=None)

    @property
    def capped(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > MOST


def fetch(gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, *, labels: Sequence[str] = ()) -> Page:
    """One page of a list. `labels` names the reference fields whose records' titles are wanted beside their ids."""
    source = _source(gate, info, query)
    statement, key = _ordered(gate, info, source, query)
    statement = _with_columns(gate, info, source, statement, query.columns, labels)
    statement = statement.where(*(clause(gate, info, source, c, reader) for c in query.conditions))
    backwards = bool(query.before)
    if query.after or query.before:
        statement = statement.where(_beyond(gate, info, source, key, query))
    rows = [dict(row) for row in gate.run(statement.limit(query.limit + 1).offset(query.offset)).mappings()]
    return _page(info, key, rows, query, backwards)


def totals(gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, sums: Sequence[str] = ()) -> Totals:
    """How many records the whole list has, and sums over them, looking at no more than MOST + 1."""
    source = _source(gate, info, query)
    currency = source.c.currency if sums and "currency" in source.c else literal("").label("currency")
    wanted = [source.c[name] for name in sums if name in source.c]
    some = select(currency, *wanted).where(*(clause(gate, info, source, c, reader) for c in query.conditions)).limit(MOST + 1).subquery()
    statement = select(some.c.currency, func.count().label("count"), *(func.sum(some.c[c.name]).label(c.name) for c in wanted))
    rows = gate.run(statement.group_by(some.c.currency)).mappings().all()
    count = sum(row["count"] for row in rows)
    found = {c.name: {row["currency"] or "": row[c.name] for row in rows if row[c.name] is not None} for c in wanted}
    return Totals(count, found if count <= MOST else None)


def list_ids(gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, limit: int) -> list[int]:
    """The ids of everything the filters find, in no order, at most `limit`: for bulk work on a whole list."""
    source = _source(gate, info, query)
    statement = select(source.c.id).where(*(clause(gate, info, source, c, reader) for c in query.conditions)).limit(limit)
    return list(gate.run(statement).scalars())


def grouped(gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, by: str, sums: Sequence[str] = ()) -> Sequence[Row[Any]]:
    """Count and sums by the values of one field: rows of (value, currency, count, sum of each field named)."""
    source = _source(gate, info, query)
    spec = gate.field(info, by)
    currency = source.c.currency if "currency" in source.c else literal(None).label("currency")
    wanted = [func.sum(source.c[name]).label(name) for name in sums if name in source.c]
    statement = select(source.c[spec.name], currency, func.count().label("count"), *wanted)
    statement = statement.where(*(clause(gate, info, source, c, reader) for c in query.conditions))
    return gate.run(statement.group_by(source.c[spec.name], currency)).all()  # type: ignore[no-any-return]  # rows


@dataclass(frozen=True)
class _Key:
    """What a list is ordered by: a column of the source, its field (None for the title's sort key), and the direction."""

    column: str
    spec: Field | None
    descending: bool
    nullable: bool


def _source(gate: Reads, info: EntityInfo, query: ListQuery) -> Subquery:
    statement = gate.narrow(info, trash=query.trash, words=query.words, house=("sort_key",))
    if query.ids is not None:
        statement = statement.where(info.table.c.id.in_(query.ids))
    return statement.subquery(info.name)


def _ordered(gate: Reads, info: EntityInfo, source: Subquery, query: ListQuery) -> tuple[Select[Any], _Key]:
    key = _key(gate, info, query.sort or info.cls.sort)
    descending = key.descending != bool(query.before)
    columns = (source.c[key.column], source.c.id)
    statement = select(source.c.id, source.c[key.column].label("__key"))
    return statement.order_by(*(c.desc() if descending else c.asc() for c in columns)), key


def _key(gate: Reads, info: EntityInfo, sort: str) -> _Key:
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    spec = gate.field(info, name)
    if spec.name == info.title.name:
        return _Key("sort_key", None, descending, nullable=False)
    if spec.many:
        raise Invalid([Problem("sort", Text("A list cannot be sorted by %(name)s.", name=name))])
    return _Key(spec.name, spec, descending, nullable=spec.custom or bool(info.table.c[spec.name].nullable))


def _with_columns(
    gate: Reads, info: EntityInfo, source: Subquery, statement: Select[Any], columns: Sequence[str], labels: Sequence[str]
) -> Select[Any]:
    joined: Any = source
    for name in dict.fromkeys(columns):
        spec = gate.field(info, name)
        if spec.many:
            statement = statement.add_columns(_many_labels(gate, info, source, spec).label(name + LABEL))
            continue
        if name != "id":
            statement = statement.add_columns(source.c[name])
        if name in labels and spec.target and gate.schema[spec.target].title.name in (target := gate.source(spec.target).alias()).c:
            joined = joined.outerjoin(target, target.c.id == source.c[name])
            statement = statement.add_columns(target.c[gate.schema[spec.target].title.name].label(name + LABEL))
    return statement.select_from(joined)


def _many_labels(gate: Reads, info: EntityInfo, source: Subquery, spec: Field) -> Any:
    """The titles of the linked records the actor may see, as one text."""
    link, target = link_table(info.name, spec.name), gate.source(spec.target or "").alias()
    title = target.c[gate.schema[spec.target or ""].title.name]
    return select(func.aggregate_strings(title, ", ")).join_from(link, target, target.c.id == link.c.target).where(
        link.c.record == source.c.id
    ).correlate(source).scalar_subquery()  # fmt: skip


def _beyond(gate: Reads, info: EntityInfo, source: Subquery, key: _Key, query: ListQuery) -> ColumnElement[bool]:
    value, id = _read_cursor(info, key, query.after or query.before)
    descending = key.descending != bool(query.before)
    column, number = source.c[key.column], source.c.id
    further = (number < id) if descending else (number > id)
    if not key.nullable:
        pair, at = tuple_(column, number), tuple_(literal(value, column.type), literal(id, number.type))
        return pair < at if descending else pair > at
    # Each engine has its own place for NULL that its index can serve: SQLite sorts it lowest, PostgreSQL highest.
    nulls_follow = descending if gate.tx.sqlite else not descending
    if value is None:
        return and_(column.is_(None), further) if nulls_follow else or_(column.is_not(None), and_(column.is_(None), further))
    beyond = or_(column < value if descending else column > value, and_(column == value, further))
    return or_(beyond, column.is_(None)) if nulls_follow else beyond


def _page(info: EntityInfo, key: _Key, rows: list[dict[str, Any]], query: ListQuery, backwards: bool) -> Page:
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    if backwards:
        rows.reverse()
    first, last = (_cursor(key, rows[0]), _cursor(key, rows[-1])) if rows else ("", "")
    has_next = more if not backwards else True
    has_previous = more if backwards else bool(query.after or query.offset)
    return Page(rows, last if rows and has_next else "", first if rows and has_previous else "")


def _cursor(key: _Key, row: Mapping[str, Any]) -> str:
    value = row["__key"] if key.spec is None else dumped(key.spec, row["__key"])
    return base64.urlsafe_b64encode(json.dumps([value, row["id"]]).encode()).decode().rstrip("=")


def _read_cursor(info: EntityInfo, key: _Key, cursor: str) -> tuple[Any, int]:
    try:
        value, id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        assert type(id) is int and 0 < id < 2**63
        if key.spec is None:
            assert isinstance(value, str)
            return value, id
        return KINDS[key.spec.kind].load(value, key.spec), id
    except Exception as error:
        raise Invalid([Problem("after", Text("This page is no longer there. Start again from the first one."))]) from error
