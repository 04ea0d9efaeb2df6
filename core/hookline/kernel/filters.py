"""Filters: conditions on fields, written the same way in addresses, saved views and the API.

    stage=3,4    amount.gte=5000    name.contains=acme    owner=me    closed_on.within=this_month    phone.empty=1

A name is looked up among the fields the actor may read; a hidden one is as unknown as a misspelt one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Subquery, and_, false, func, or_, select
from sqlalchemy import Text as SqlText

from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.entity import link_table
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, BadValue, Reader
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

TEXTS: Final = frozenset({"text", "long_text", "email", "phone", "url", "address"})
ORDERED: Final = frozenset({"integer", "decimal", "money", "percent", "date", "datetime", "duration"})
CHOSEN: Final = frozenset({"choice", "multi_choice", "reference", "references", "user", "team", "stage", "file"})
_PRESENCE: Final = ("empty", "filled")
RANGES: Final = (
    "overdue", "today", "yesterday", "tomorrow", "this_week", "last_week", "next_week", "this_month", "last_month", "next_month",
    "this_quarter", "last_quarter", "this_year", "last_year", "last_7_days", "last_30_days", "last_90_days", "next_7_days", "next_30_days",
)  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """One condition. `value` is text as it stands in the address."""

    field: str
    operator: str
    value: str

    @property
    def key(self) -> str:
        """Its name in an address."""
        return self.field if self.operator == "is" else f"{self.field}.{self.operator}"


def operators(spec: Field) -> tuple[str, ...]:
    """What can be asked of a field of this kind; the first is the usual one."""
    if spec.kind in TEXTS:
        return ("contains", "is", "not", "starts", *_PRESENCE)
    if spec.kind in ("date", "datetime"):
        return ("within", "gte", "lte", "is", *_PRESENCE)
    if spec.kind in ORDERED:
        return ("gte", "lte", "is", "not", *_PRESENCE)
    if spec.kind == "yes_no":
        return ("is",)
    return ("is", "not", *_PRESENCE) if spec.kind in CHOSEN or spec.kind == "record" else _PRESENCE


def read_conditions(gate: Reads, info: EntityInfo, items: Iterable[tuple[str, str]]) -> list[Condition]:
    """The conditions among the parameters of an address. Invalid when a field or an operator is not there."""
    conditions, problems = [], []
    for key, value in items:
        name, _, operator = key.partition(".")
        try:
            spec = gate.field(info, name)
        except NotFound:
            problems.append(Problem(name, Text("There is no field %(name)s.", name=name)))
            continue
        if (operator or "is") not in operators(spec) and not (operator == "" and spec.kind in CHOSEN):
            problems.append(Problem(name, Text("%(name)s cannot be asked %(operator)s.", name=name, operator=operator or "is")))
        elif value != "":
            conditions.append(Condition(name, operator or "is", value))
    if problems:
        raise Invalid(problems)
    return conditions


def clause(gate: Reads, info: EntityInfo, source: Subquery, condition: Condition, reader: Reader) -> ColumnElement[bool]:
    """A condition over the gated source. Invalid when the value cannot be read."""
    spec = gate.field(info, condition.field)
    try:
        if spec.many:
            return _many(gate, info, source, spec, condition)
        return _one(gate, source.c[spec.name], spec, condition, reader)
    except BadValue as error:
        raise Invalid([Problem(spec.name, error.text)]) from error


def _one(gate: Reads, column: ColumnElement[Any], spec: Field, condition: Condition, reader: Reader) -> ColumnElement[bool]:
    operator, value = condition.operator, condition.value
    if operator in _PRESENCE:
        empty = or_(column.is_(None), column == ()) if spec.kind == "multi_choice" else column.is_(None)
        wanted = (operator == "empty") == (value not in ("0", "false", "no"))
        return empty if wanted else ~empty
    if spec.kind in TEXTS:
        return _text(column, operator, value)
    if operator == "within":
        start, end = _within(value, reader)
        return _between(column, spec, start, end, reader)
    if spec.kind in CHOSEN or spec.kind == "record":
        return _chosen(gate, column, spec, operator, value)
    return _ordered(column, spec, operator, value, reader)


def _text(column: ColumnElement[Any], operator: str, value: str) -> ColumnElement[bool]:
    folded, wanted = func.lower(column), value.lower()
    if operator == "contains":
        return folded.contains(wanted, autoescape=True)
    if operator == "starts":
        return folded.startswith(wanted, autoescape=True)
    # An exact question can use the column's index; differing case is what "contains" is for.
    return column == value if operator == "is" else or_(column.is_(None), column != value)


def _ordered(column: ColumnElement[Any], spec: Field, operator: str, value: str, reader: Reader) -> ColumnElement[bool]:
    wanted: Any = KINDS[spec.kind].parse(value, spec, reader)
    if wanted is None:
        return false()
    if spec.kind == "datetime" and operator in ("is", "lte") and len(value.strip()) <= 10:
        day = wanted.astimezone(reader.zone_info).date()
        return _between(column, spec, day if operator == "is" else None, day, reader)
    compare: Mapping[str, Callable[[], ColumnElement[bool]]] = {
        "is": lambda: column == wanted,
        "not": lambda: or_(column.is_(None), column != wanted),
        "gte": lambda: column >= wanted,
        "lte": lambda: column <= wanted,
    }
    return compare[operator]()


def _chosen(gate: Reads, column: ColumnElement[Any], spec: Field, operator: str, value: str) -> ColumnElement[bool]:
    parts = [part for part in value.split(",") if part]
    if spec.kind == "multi_choice":
        found: ColumnElement[bool] = or_(false(), *(column.cast(SqlText).contains(f"|{part}|", autoescape=True) for part in parts))
    elif spec.kind in ("choice", "record"):
        found = column.in_(parts)
    else:
        ids, empty = _ids(gate, spec, parts)
        found = or_(column.in_(ids), column.is_(None)) if empty else column.in_(ids)
    return found if operator == "is" else or_(column.is_(None), ~found)


def _many(gate: Reads, info: EntityInfo, source: Subquery, spec: Field, condition: Condition) -> ColumnElement[bool]:
    link = link_table(info.name, spec.name)
    target = gate.source(spec.target or "")
    linked = select(link.c.record).join(target, target.c.id == link.c.target)
    if condition.operator in _PRESENCE:
        return source.c.id.not_in(linked) if condition.operator == "empty" else source.c.id.in_(linked)
    ids, _ = _ids(gate, spec, condition.value.split(","))
    found = source.c.id.in_(linked.where(link.c.target.in_(ids)))
    return found if condition.operator == "is" else ~found


def _ids(gate: Reads, spec: Field, parts: Sequence[str]) -> tuple[list[int], bool]:
    """The ids meant: numbers, "me", "my_team", "my_teams" (with those below); and whether "none" is among them."""
    ids: list[int] = []
    actor = gate.actor
    for part in parts:
        if part == "me" and spec.kind == "user":
            ids += [actor.user] if actor.user is not None else []
        elif part == "my_team" and spec.kind == "team":
            ids += [actor.team] if actor.team is not None else []
        elif part == "my_teams" and spec.kind == "team":
            ids += sorted(actor.below)
        elif part.isdecimal() and int(part) < 2**63:
            ids.append(int(part))
        elif part != "none":
            raise BadValue(Text("%(value)s is not the number of a record.", value=part))
    return ids, "none" in parts


def _between(column: ColumnElement[Any], spec: Field, start: date | None, end: date | None, reader: Reader) -> ColumnElement[bool]:
    """From the start of one day to the end of another, on the reader's clock where the field has times."""
    parts = []
    if spec.kind == "datetime":
        if start is not None:
            parts.append(column >= _midnight(start, reader))
        if end is not None:
            parts.append(column < _midnight(end + timedelta(days=1), reader))
    else:
        parts += [column >= start] if start is not None else []
        parts += [column <= end] if end is not None else []
    return and_(*parts) if parts else false()


def _midnight(day: date, reader: Reader) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=reader.zone_info).astimezone(UTC)


def _within(name: str, reader: Reader) -> tuple[date | None, date | None]:
    """The first and last day of a named range, seen from the reader's today. Weeks begin on Monday."""
    today = reader.today
    days = timedelta(days=1)
    monday, first = today - today.weekday() * days, today.replace(day=1)
    quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    ranges: Mapping[str, Callable[[], tuple[date | None, date | None]]] = {
        "overdue": lambda: (None, today - days),
        "today": lambda: (today, today),
        "yesterday": lambda: (today - days, today - days),
        "tomorrow": lambda: (today + days, today + days),
        "this_week": lambda: (monday, monday + 6 * days),
        "last_week": lambda: (monday - 7 * days, monday - days),
        "next_week": lambda: (monday + 7 * days, monday + 13 * days),
        "this_month": lambda: (first, _months(first, 1) - days),
        "last_month": lambda: (_months(first, -1), first - days),
        "next_month": lambda: (_months(first, 1), _months(first, 2) - days),
        "this_quarter": lambda: (quarter, _months(quarter, 3) - days),
        "last_quarter": lambda: (_months(quarter, -3), quarter - days),
        "this_year": lambda: (date(today.year, 1, 1), date(today.year, 12, 31)),
        "last_year": lambda: (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        "last_7_days": lambda: (today - 6 * days, today),
        "last_30_days": lambda: (today - 29 * days, today),
        "last_90_days": lambda: (today - 89 * days, today),
        "next_7_days": lambda: (today, today + 6 * days),
        "next_30_days": lambda: (today, today + 29 * days),
    }
    if name not in ranges:
        raise BadValue(Text("%(value)s is not one of the choices.", value=name))
    return ranges[name]()


def _months(first: date, count: int) -> date:
    """The first day of the month so many months away."""
    index = first.year * 12 + first.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)
