"""Lists: a page of rows by filters, words and order, reached by keyset, at a cost that does not grow with the table.

The rows of the page are found first, by their ids and out of an index; only then are they read and their references
named. With words, what they find is found once, for the page and for the totals.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    SelectBase,
    UnaryExpression,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy import Text as SqlText

from hookline.kernel import search
from hookline.kernel.actor import Action, FieldRight
from hookline.kernel.entity import link_table
from hookline.kernel.fields import Field
from hookline.kernel.kinds import Reader
from hookline.kernel.lists import sums as figures
from hookline.kernel.lists.cursors import along, ordered, parts, place_of, read_order, write_cursor
from hookline.kernel.lists.filters import Condition, clauses
from hookline.kernel.lists.sums import Figures
from hookline.kernel.prepared import as_dicts, ask, rights_of
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo
from hookline.kernel.sql_texts import constant, strung

PAGE: Final = 50
MOST: Final = 10_000
LABEL: Final = "__label"
MAY: Final = "__may"
_KEY: Final = "__key"
_TOTALS: Final = "__totals"
# A jump further than this walks the whole order anyway.
_FAR: Final = 1_000
_LARGE_FOR: Final = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class ListQuery:
    """What a list shows. `sort` is a field's name, with "-" before it from the highest down; `columns` are field names.

    `after` and `before` are the opaque cursors of a page; `offset` jumps, at a cost that grows with it. `ids` narrows
    the list to these records. `may` narrows it to those on which the actor may do something else than read; with
    `judged` every row says under MAY whether the actor may do that to it, where not everybody who reads it may.
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
    may: Action = Action.read
    judged: Action | None = None


@dataclass(frozen=True)
class Page:
    """One page. A row has `id`, the asked columns by name, and `<name>__label` for references that are looked up."""

    rows: Sequence[Mapping[str, Any]]
    next: str
    previous: str


@dataclass(frozen=True)
class Totals:
    """How many there are, at most MOST + 1, and sums of number fields by currency (None when there are too many)."""

    count: int
    sums: Mapping[str, Mapping[str, Any]] | None = field(default=None)

    @property
    def capped(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > MOST


@dataclass(frozen=True)
class Group:
    """The records of a list that hold one value: how many there are, and sums of number fields by currency."""

    value: Any
    count: int
    sums: Mapping[str, Mapping[str, Any]]


def fetch(
    gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, *, labels: Sequence[str] = (), links: Sequence[str] = ()
) -> Page:  # fmt: skip
    """One page of a list. `labels` names the reference fields whose records' titles are wanted beside their ids.

    `links` names the many-references fields of which the ids are wanted, under the field's own name.
    """
    wanted = Listing(gate, info, query, reader)
    rows = wanted.rows((tuple(labels), tuple(links)), lambda: wanted.page(labels, links))
    return wanted.settled(rows, links)


def fetch_counted(
    gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, *, labels: Sequence[str] = (), sums: Sequence[str] = ()
) -> tuple[Page, Totals]:  # fmt: skip
    """One page of a list and the totals of the whole of it, in one statement.

    A list that was found to be too large to count is not counted again for a while.
    """
    large = gate.remembered("large lists", lambda _tx: dict[Hashable, datetime]())
    shape = (info.name, tuple(query.conditions), query.words, query.trash, query.may, rights_of(gate.actor))
    if large.get(shape, gate.now) > gate.now:
        return fetch(gate, info, query, reader, labels=labels), Totals(MOST + 1)
    page, found = _counted(gate, info, query, reader, labels, sums)
    if found.capped:
        large[shape] = gate.now + _LARGE_FOR
    return page, found


def _counted(
    gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, labels: Sequence[str], sums: Sequence[str]
) -> tuple[Page, Totals]:  # fmt: skip
    wanted = Listing(gate, info, query, reader, summed=sums)
    rows = wanted.rows(
        (tuple(labels), _TOTALS), lambda: wanted.page(labels, ()).add_columns(wanted.figures().label(_TOTALS))
    )
    page = wanted.settled(rows, ())
    if rows:
        return page, _totals(info, rows[0][_TOTALS], sums)
    started = query.after or query.before or query.offset
    return page, totals(gate, info, query, reader, sums) if started else Totals(0, {})


def totals(
    gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, sums: Sequence[str] = ()
) -> Totals:
    """How many records the whole list has, and sums over them, looking at no more than MOST + 1."""
    wanted = Listing(gate, info, query, reader, summed=sums)
    return _totals(info, gate.run(select(wanted.figures())).scalar(), sums)


def count_all(gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader) -> int:
    """How many records the whole list has, however many that is; the cost grows with them."""
    found = Listing(gate, info, query, reader).pick("id").subquery("found")
    return int(gate.run(select(func.count()).select_from(found)).scalar_one())


def count_some(gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, most: int) -> int:
    """How many records the list has, looking at no more than `most` of them."""
    found = Listing(gate, info, query, reader).pick("id").limit(most).subquery("found")
    return int(gate.run(select(func.count()).select_from(found)).scalar_one())


def list_ids(
    gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, limit: int, *, after: int = 0
) -> list[int]:
    """The ids of what the list holds, in the order of ids and above `after`, at most `limit`: for work on all of it."""
    found = Listing(gate, info, query, reader).pick("id").subquery("found")
    statement = select(found.c.id).where(found.c.id > after).order_by(found.c.id).limit(limit)
    return list(gate.run(statement).scalars())


def grouped(
    gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, by: str, sums: Sequence[str] = ()
) -> list[Group]:
    """Count and sums by the values of one field, in no order; the cost grows with the list."""
    return Listing(gate, info, query, reader, summed=sums, kept=(by,)).groups(by)


class Listing:
    """One list, as the parts of statements."""

    def __init__(
        self, gate: Reads, info: EntityInfo, query: ListQuery, reader: Reader, *,
        summed: Sequence[str] = (), kept: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.gate, self.info, self.query, self._reader = gate, info, query, reader
        self.order = read_order(gate, info, query.sort or _usual_order(gate, info))
        self.summed = summed
        self.backwards = bool(query.before)
        money = ("currency",) if "currency" in info.fields else ()
        self._kept = ("id", self.order.column, *money, *summed, *kept)

    @cached_property
    def _columns(self) -> Mapping[str, ColumnElement[Any]]:
        """The kept columns: of the bare table, or of the matches of words.

        Matches are found once and by themselves: else PostgreSQL walks the order and looks for the words in every row.
        """
        bare = {name: self._column(name) for name in self._kept}
        if not self.query.words:
            return bare
        matched = select(*bare.values()).where(*self._conditions()).cte("matched").prefix_with("MATERIALIZED")
        return dict(matched.c.items())

    @cached_property
    def _where(self) -> Sequence[ColumnElement[bool]]:
        return () if self.query.words else self._conditions()

    @cached_property
    def _ways(self) -> Sequence[Sequence[ColumnElement[bool]]]:
        """The list's conditions, as the lists of which a row fulfils one or several; one where there is nothing to choose."""
        query, gate, info = self.query, self.gate, self.info
        if query.words or query.ids is not None:
            return [self._where]
        return [[*way, *self._asked()] for way in gate.ways(info, trash=query.trash)]

    def rows(self, name: Hashable, build: Callable[[], Select[Any]]) -> list[dict[str, Any]]:
        """The answer to a statement of this list. The same list asked for again finds its statement made."""
        query, cursor = self.query, self.query.after or self.query.before
        if not self._is_steady():
            return as_dicts(self.gate.run(build()))
        place = place_of(self.order, cursor) if cursor else {}
        words = self._words()
        shape = (
            "list", self.info.name, name, tuple(query.columns), tuple(self.summed), tuple(query.conditions), self.order.column,
            self.order.descending, self.backwards, len(place), query.limit, query.offset, query.trash, query.may, query.judged,
            self._reader.language, self._reader.region, bool(query.words), bool(words),
        )  # fmt: skip
        return as_dicts(ask(self.gate, shape, build, {**place, **words}))

    def _words(self) -> Mapping[str, str]:
        names = (spec.name for spec in self.gate.readable(self.info))
        return (
            search.asked(self.info, names, self.query.words, self.gate.tx.sqlite) if self.query.words else {}
        )

    def _is_steady(self) -> bool:
        """Whether the list is made the same way each time: days move on."""
        moving = (c for c in self.query.conditions if self.info.fields[c.field].kind in ("date", "datetime"))
        return self.query.ids is None and all(c.operator in ("empty", "filled") for c in moving)

    def pick(self, *names: str) -> Select[Any]:
        """What the list holds, as an unordered select of these columns."""
        return select(*self._chosen(*names)).where(*self._where)

    def _chosen(self, *names: str) -> list[ColumnElement[Any]]:
        return [self._columns[name] for name in dict.fromkeys(names) if name in self._columns]

    def page(
        self, labels: Sequence[str], links: Sequence[str], ids: SelectBase | None = None, *, beside: Sequence[str] = ()
    ) -> Select[Any]:  # fmt: skip
        """The rows of the page, in their order, and one more. `ids` chooses others than those of `page_ids`.

        `beside` names further columns of `ids` that the rows are to have.
        """
        info, gate = self.info, self.gate
        page = (self.page_ids() if ids is None else ids).subquery("page")
        columns: list[ColumnElement[Any]] = [page.c.id, page.c[self.order.column].label(_KEY)]
        for name in dict.fromkeys(self.query.columns):
            spec = gate.field(info, name)
            if spec.many:
                columns.append(_titles(gate, info, spec).label(name + LABEL))
            elif name != "id":
                columns.append(info.column(spec).label(name))
            if name in labels and (title := _title(gate, info, spec)) is not None:
                columns.append(title.label(name + LABEL))
        columns += [_ids(gate, info, gate.field(info, name)).label(name) for name in links]
        columns += [page.c[name] for name in beside]
        if self.query.judged and (rule := gate.rule(info, self.query.judged)):
            columns.append(case((and_(*rule), constant(1)), else_=constant(0)).label(MAY))
        rows = select(*columns).join_from(page, info.table, info.table.c.id == page.c.id)
        return rows.order_by(*self._ordered(page.c))

    def page_ids(self, *where: ColumnElement[bool]) -> Select[Any]:
        """Id and place of the rows of the page, in their order, and of one more; of those only for which `where` holds."""
        query, chosen = self.query, self._chosen("id", self.order.column)
        reach = query.offset + query.limit + 1
        halves = parts(self.order, self._columns, query.after or query.before, backwards=self.backwards)
        if not self._is_walked():
            halves = [or_(*halves)]
        arms = [select(*chosen).where(*way, half, *where) for way in self._ways for half in halves]
        if reach > _FAR:
            arms = [select(*chosen).where(*self._where, or_(*halves), *where)]
        columns: Any = self._columns
        page = arms[0]
        if len(arms) > 1:
            by = along(self.order, self._columns, backwards=self.backwards)
            page = _united([arm.order_by(*by).limit(reach) for arm in arms])
            columns = page.selected_columns
        return page.order_by(*self._ordered(columns)).limit(query.limit + 1).offset(query.offset or None)

    def figures(self) -> ColumnElement[Any]:
        """The totals, packed into one value."""
        names = ("id", "currency", *self.summed)
        arms = [select(*self._chosen(*names)).where(*way).limit(MOST + 1) for way in self._ways]
        some = arms[0] if len(arms) == 1 else _united(arms)
        return figures.packed(some.limit(MOST + 1).subquery("counted"), self.summed)

    def groups(self, by: str, *parts: ColumnElement[bool]) -> list[Group]:
        """Count and sums by the values of one kept column: of the whole list, or of these parts of it, which do not overlap."""
        specs = {name: self.info.fields[name] for name in self.summed}
        # Parts are asked for apart, so that each finds its own index.
        picked = [self.pick(by, "currency", *self.summed).where(part) for part in parts or (true(),)]
        found = (union_all(*picked) if len(picked) > 1 else picked[0]).subquery("found")
        rows = self.gate.run(figures.by_value(found, found.c[by], self.summed)).all()
        return [
            _group(value, [row for row in rows if row[0] == value], specs)
            for value in dict.fromkeys(row[0] for row in rows)
        ]

    def column(self, name: str) -> ColumnElement[Any]:
        """One of the kept columns, for conditions."""
        return self._columns[name]

    def settled(self, rows: list[dict[str, Any]], links: Sequence[str]) -> Page:
        """The rows as a page, with the cursors of its neighbours."""
        for row in rows if links else ():
            row.update({n: tuple(sorted(map(int, row[n].split(",")))) if row[n] else () for n in links})
        query, order = self.query, self.order
        more, rows = len(rows) > query.limit, rows[: query.limit]
        if self.backwards:
            rows.reverse()
        if not rows:
            return Page(rows, "", "")
        first, last = (write_cursor(order, row[_KEY], row["id"]) for row in (rows[0], rows[-1]))
        has_next = more or self.backwards
        has_previous = more if self.backwards else bool(query.after or query.offset)
        return Page(rows, last if has_next else "", first if has_previous else "")

    def _conditions(self) -> list[ColumnElement[bool]]:
        gate, info, query = self.gate, self.info, self.query
        narrowed = any(
            c.operator == "is" and not c.either and info.fields[c.field].index for c in query.conditions
        )
        return gate.conditions(info, trash=query.trash, words=query.words, among=narrowed) + self._asked()

    def _asked(self) -> list[ColumnElement[bool]]:
        """What the list is narrowed to, besides what the actor may see."""
        gate, info, query = self.gate, self.info, self.query
        found = [] if query.may is Action.read else list(gate.rule(info, query.may))
        if query.ids is not None:
            found.append(info.table.c.id.in_(query.ids))
        return found + clauses(gate, info, query.conditions, self._reader)

    def _column(self, name: str) -> ColumnElement[Any]:
        if name == "sort_key":
            return self.info.table.c.sort_key
        return self.info.column(self.gate.field(self.info, name)).label(name)

    def _is_walked(self) -> bool:
        """Whether an index may serve the order, so that each part of the list is worth being asked for by itself."""
        indexes = () if self.query.words or self.query.ids is not None else self.info.table.indexes
        return any(self.order.column in index.columns for index in indexes)

    def _ordered(self, columns: Any) -> list[UnaryExpression[Any]]:
        return ordered(self.order, columns, backwards=self.backwards)


def _united(ways: Sequence[Select[Any]]) -> Select[Any]:
    """What one or several of these selects give, once. Each is bracketed: its order and limit are its own."""
    return select(union(*(select(way.subquery()) for way in ways)).subquery("united"))


def _usual_order(gate: Reads, info: EntityInfo) -> str:
    """The declared order; that of the records' making for those who may not see what it goes by."""
    name = info.cls.sort.removeprefix("-")
    return "id" if gate.actor.right(info.name, name) == FieldRight.hidden else info.cls.sort


def _title(gate: Reads, info: EntityInfo, spec: Field) -> ColumnElement[Any] | None:
    """What the record that a field points at is called; empty where the actor may not see it."""
    if spec.target is None:
        return None
    target = gate.schema[spec.target]
    if gate.actor.right(target.name, target.title.name) == FieldRight.hidden:
        return None
    if target is info:
        # Rules speak of the bare table, which is the outer one here.
        source = gate.source(target.name).alias()
        seen = select(source.c[target.title.name]).where(source.c.id == info.column(spec))
    else:
        here = target.table.c.id == info.column(spec)
        seen = select(target.column(target.title)).where(here, *gate.conditions(target))
    return seen.correlate(info.table).scalar_subquery()


def _titles(gate: Reads, info: EntityInfo, spec: Field) -> ColumnElement[Any]:
    """What the linked records are called that the actor may see, as one text."""
    link, target = link_table(info.name, spec.name), gate.source(spec.target or "").alias()
    name = gate.schema[spec.target or ""].title.name
    title = target.c[name] if name in target.c else constant("")
    return _linked(info, link, target, strung(title, ", "))


def _ids(gate: Reads, info: EntityInfo, spec: Field) -> ColumnElement[Any]:
    """The ids of the linked records that the actor may see, as one text with commas."""
    link, target = link_table(info.name, spec.name), gate.source(spec.target or "").alias()
    return _linked(info, link, target, strung(cast(link.c.target, SqlText), ","))


def _linked(
    info: EntityInfo, link: FromClause, target: FromClause, what: ColumnElement[Any]
) -> ColumnElement[Any]:
    statement = select(what).join_from(link, target, target.c.id == link.c.target)
    return statement.where(link.c.record == info.table.c.id).correlate(info.table).scalar_subquery()


def _totals(info: EntityInfo, packed: str | None, sums: Sequence[str]) -> Totals:
    found = figures.unpacked(packed)
    count = sum(each.count for each in found)
    return Totals(count, _by_currency(found, {n: info.fields[n] for n in sums}) if count <= MOST else None)


def _group(value: Any, rows: Sequence[Any], specs: Mapping[str, Field]) -> Group:
    found = [figures.figures_of(row[1:]) for row in rows]
    return Group(value, sum(each.count for each in found), _by_currency(found, specs))


def _by_currency(found: Sequence[Figures], specs: Mapping[str, Field]) -> dict[str, dict[str, Any]]:
    return {
        name: {each.currency: each.sum(place, spec) for each in found if each.sums[place] is not None}
        for place, (name, spec) in enumerate(specs.items())
    }
