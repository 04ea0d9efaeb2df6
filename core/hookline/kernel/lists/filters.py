"""Filters: conditions on fields, written the same way in addresses, saved views and the API.

    stage=3,4    amount.gte=5000    name.contains=acme    owner=me    closed_on.within=this_month    phone.empty=1

    any.stage=3    any.owner=me: one of all that begin with "any." is enough

A name is looked up among the fields the actor may read; a hidden one is as unknown as a misspelt one. Conditions on
one field hold together (from and to); of several choices of one field, one is enough. `id.among` names a set of records
that a plugin or a report has put together (see `Plugin.selection`), `id.outside` all others.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, Select, Subquery, and_, false, func, or_, select
from sqlalchemy import Text as SqlText

from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.entity import link_table
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, BadValue, Reader
from hookline.kernel.kinds.characters import clean_line
from hookline.kernel.kinds.keys import number_in
from hookline.kernel.lists.ranges import RANGES, days_of
from hookline.kernel.plugins.answers import reading
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure
from hookline.kernel.rewrite import AnySelect, rewrite, sealed
from hookline.kernel.schema import EntityInfo
from hookline.kernel.trees import with_those_below

if TYPE_CHECKING:
    from hookline.kernel.reads import Reads

TEXTS: Final = frozenset({"text", "long_text", "email", "phone", "url", "address"})
ORDERED: Final = frozenset({"integer", "decimal", "money", "percent", "date", "datetime", "duration"})
CHOSEN: Final = frozenset(
    {"choice", "multi_choice", "reference", "references", "user", "team", "stage", "file"}
)
# What a parameter begins with that is one of several of which one is enough.
ANY: Final = "any."
# Whether a record is one of a set that a plugin or a report has put together, or is none of it.
SETS: Final = ("among", "outside")
_PRESENCE: Final = ("empty", "filled")
_NO: Final = ("0", "false", "no")


@dataclass(frozen=True)
class Condition:
    """One condition. `value` is text as it stands in the address; of those that are `either`, one field's are enough."""

    field: str
    operator: str
    value: str
    either: bool = False

    @property
    def key(self) -> str:
        """Its name in an address."""
        return self.group if self.operator == "is" else f"{self.group}.{self.operator}"

    @property
    def group(self) -> str:
        """What it holds together with: the conditions on the same field that are meant in the same way."""
        return ANY + self.field if self.either else self.field

    @property
    def parts(self) -> list[str]:
        """The values between its commas, each once."""
        return list(dict.fromkeys(part for part in self.value.split(",") if part))


def operators(spec: Field) -> tuple[str, ...]:
    """What can be asked of a field of this kind; the first is the usual one."""
    if spec.kind in TEXTS:
        return ("contains", "is", "not", "starts", *_PRESENCE)
    if spec.kind in ("date", "datetime"):
        return ("within", "gte", "lte", "is", "not", *_PRESENCE)
    if spec.kind in ORDERED:
        own = SETS if spec.name == "id" else ()
        return ("gte", "lte", "is", "not", *_PRESENCE, *own)
    if spec.kind == "yes_no":
        return ("is",)
    return ("is", "not", *_PRESENCE) if spec.kind in CHOSEN or spec.kind == "record" else _PRESENCE


def read_conditions(gate: "Reads", info: EntityInfo, items: Iterable[tuple[str, str]]) -> list[Condition]:
    """The conditions among the parameters of an address. Invalid when a field or an operator is not there."""
    conditions: dict[str, Condition] = {}
    problems = []
    for place, (key, value) in enumerate(items):
        try:
            found = _read(gate, info, key, value)
        except BadValue as error:
            problems.append(Problem(key.removeprefix(ANY).partition(".")[0], error.text))
            continue
        if found is None:
            continue
        spec = info.fields[found.field]
        several = spec.kind in CHOSEN or spec.kind == "record"
        name = found.key if several and found.operator not in _PRESENCE else f"{found.key} {place}"
        known = conditions.get(name)
        conditions[name] = replace(found, value=f"{known.value},{found.value}") if known else found
    if problems:
        raise Invalid(problems)
    return list(conditions.values())


def clauses(
    gate: "Reads", info: EntityInfo, conditions: Sequence[Condition], reader: Reader
) -> list[ColumnElement[bool]]:
    """What must hold of a record that fulfils all of these, over the bare table. Invalid when a value cannot be read."""
    found = [clause(gate, info, condition, reader) for condition in conditions if not condition.either]
    enough: dict[str, list[ColumnElement[bool]]] = {}
    for condition in conditions:
        if condition.either:
            enough.setdefault(condition.field, []).append(clause(gate, info, condition, reader))
    return [*found, or_(*(and_(*together) for together in enough.values()))] if enough else found


def asked_of(
    gate: "Reads", info: EntityInfo, items: Iterable[tuple[str, str]], reader: Reader
) -> list[ColumnElement[bool]]:
    """What these parameters of an address ask, over the gate's source of the entity: for statements of others."""
    over = gate.source(info.name)
    conditions = read_conditions(gate, info, items)
    found: list[ColumnElement[bool]] = []
    enough: dict[str, list[ColumnElement[bool]]] = {}
    for each in conditions:
        spec = gate.field(info, each.field)
        place = enough.setdefault(each.field, []) if each.either else found
        place.append(written_clause(gate, info, spec, each, reader, over=over))
    return [*found, or_(*(and_(*together) for together in enough.values()))] if enough else found


def clause(gate: "Reads", info: EntityInfo, condition: Condition, reader: Reader) -> ColumnElement[bool]:
    """A condition over the bare table, for statements that hold the gate's rules too. Invalid when the value cannot be read."""
    spec = gate.field(info, condition.field)
    return written_clause(gate, info, spec, condition, reader)


def written_clause(
    gate: "Reads",
    info: EntityInfo,
    spec: Field,
    condition: Condition,
    reader: Reader,
    *,
    hidden: bool = False,
    over: Subquery | None = None,
) -> ColumnElement[bool]:
    """As `clause`, of a field that was looked up already; with `hidden` of records that the actor may not see, too.

    `over` is the gate's source of the entity, where the condition is not to be over the bare table.
    """
    id: ColumnElement[int] = info.table.c.id if over is None else over.c.id
    try:
        if condition.operator in SETS:
            found = id.in_(_among(gate, info, condition.value))
            return found if condition.operator == "among" else ~found
        if spec.many:
            return _many(gate, id, spec, condition, hidden=hidden)
        column = info.column(spec) if over is None else over.c[spec.name]
        return _one(gate, column, spec, condition, reader)
    except BadValue as error:
        raise Invalid([Problem(spec.name, error.text)]) from error
    except (OverflowError, ArithmeticError) as error:
        raise Invalid([Problem(spec.name, _unreadable(condition.value))]) from error


def _read(gate: "Reads", info: EntityInfo, key: str, value: str) -> Condition | None:
    """One parameter as a condition; None when nothing was written. BadValue when it cannot be one."""
    name, _, operator = key.removeprefix(ANY).partition(".")
    operator = operator or "is"
    try:
        spec = gate.field(info, name)
    except NotFound as error:
        raise BadValue(Text("There is no field %(name)s.", name=name[:60])) from error
    if operator not in operators(spec):
        raise BadValue(Text("%(name)s cannot be asked %(operator)s.", name=name, operator=operator[:60]))
    written = clean_line(value)
    return Condition(name, operator, written, key.startswith(ANY)) if written else None


def _one(
    gate: "Reads", column: ColumnElement[Any], spec: Field, condition: Condition, reader: Reader
) -> ColumnElement[bool]:
    operator, value = condition.operator, condition.value
    if operator in _PRESENCE:
        empty = or_(column.is_(None), column == ()) if spec.kind == "multi_choice" else column.is_(None)
        wanted = (operator == "empty") == (value not in _NO)
        return empty if wanted else ~empty
    if spec.kind in TEXTS:
        return _text(gate, column, spec, condition, reader)
    if operator == "within":
        return _within(column, spec, value, reader)
    if spec.kind in CHOSEN or spec.kind == "record":
        return _chosen(gate, column, spec, condition)
    if spec.kind == "yes_no":
        # A plugin's tick is empty on the records that were there before it.
        return column.is_(True) if KINDS["yes_no"].parse(value, spec, reader) else column.is_not(True)
    return _ordered(column, spec, operator, value, reader)


def _text(
    gate: "Reads", column: ColumnElement[Any], spec: Field, condition: Condition, reader: Reader
) -> ColumnElement[bool]:
    operator, value = condition.operator, condition.value
    if operator in ("is", "not"):
        # An exact question can use the column's index; differing case is what "contains" is for.
        wanted = _normal(spec, value, reader)
        return column == wanted if operator == "is" else or_(column.is_(None), column != wanted)
    if spec.kind == "phone":
        value = "".join(c for c in value if c.isdecimal() or c == "+") or value
    folded = _folded(gate, column, value)
    if operator == "starts":
        return folded.startswith(value.lower(), autoescape=True)
    return folded.contains(value.lower(), autoescape=True)


def _normal(spec: Field, value: str, reader: Reader) -> object:
    """The value as it would be stored; as it is where it could not be."""
    if spec.kind == "address":
        return value
    try:
        return KINDS[spec.kind].parse(value, spec, reader)
    except BadValue:
        return value


def _folded(gate: "Reads", column: ColumnElement[Any], value: str) -> ColumnElement[str]:
    # SQLite's own lower() knows ASCII only; ours knows all letters and costs a call for each row.
    text = column.cast(SqlText)
    return (
        func.hookline_lower(text, type_=SqlText())
        if gate.tx.sqlite and not value.isascii()
        else func.lower(text)
    )


def _ordered(
    column: ColumnElement[Any], spec: Field, operator: str, value: str, reader: Reader
) -> ColumnElement[bool]:
    wanted: Any = KINDS[spec.kind].parse(value, spec, reader)
    if wanted is None:
        return false()
    if spec.kind == "datetime" and _is_day(value, wanted, reader):
        day = wanted.astimezone(reader.zone_info).date()
        spans = {"is": (day, day), "lte": (None, day), "gte": (day, None)}
        if operator in spans:
            start, end = spans[operator]
            return _between(column, spec, start, end, reader)
        return or_(column.is_(None), ~_between(column, spec, day, day, reader))
    compare: Mapping[str, Callable[[], ColumnElement[bool]]] = {
        "is": lambda: column == wanted,
        "not": lambda: or_(column.is_(None), column != wanted),
        "gte": lambda: column >= wanted,
        "lte": lambda: column <= wanted,
    }
    return compare[operator]()


def _is_day(value: str, wanted: datetime, reader: Reader) -> bool:
    """Whether a day was meant and no time of it."""
    return ":" not in value and wanted.astimezone(reader.zone_info).time() == datetime.min.time()


def _chosen(
    gate: "Reads", column: ColumnElement[Any], spec: Field, condition: Condition
) -> ColumnElement[bool]:
    if spec.kind == "multi_choice":
        held = (column.cast(SqlText).contains(f"|{part}|", autoescape=True) for part in condition.parts)
        found: ColumnElement[bool] = or_(false(), *held)
    elif spec.kind in ("choice", "record"):
        found = column.in_(condition.parts)
    else:
        ids, empty = _ids(gate, spec, condition.parts)
        meant = column.in_(_meant(gate, spec, ids))
        found = or_(meant, column.is_(None)) if empty else meant
    return found if condition.operator == "is" else or_(column.is_(None), ~found)


def _many(
    gate: "Reads", id: ColumnElement[int], spec: Field, condition: Condition, *, hidden: bool
) -> ColumnElement[bool]:
    link = link_table(spec.entity, spec.name)
    linked = select(link.c.record)
    if not hidden:
        target = gate.source(spec.target or "")
        linked = linked.join(target, target.c.id == link.c.target)
    if condition.operator in _PRESENCE:
        wanted = (condition.operator == "filled") == (condition.value not in _NO)
        return id.in_(sealed(linked)) if wanted else id.not_in(sealed(linked))
    ids, _ = _ids(gate, spec, condition.parts)
    found = id.in_(sealed(linked.where(link.c.target.in_(_meant(gate, spec, ids)))))
    return found if condition.operator == "is" else ~found


def _meant(gate: "Reads", spec: Field, ids: list[int]) -> "list[int] | Select[Any]":
    """Of records that lie in each other one stands for all below it; in the field that says so it is meant itself."""
    target = gate.schema[spec.target or ""]
    is_the_tree = spec.entity == target.name and spec.name == target.cls.tree_field
    return sealed(with_those_below(target, ids)) if target.cls.tree_field and ids and not is_the_tree else ids


def _ids(gate: "Reads", spec: Field, parts: Sequence[str]) -> tuple[list[int], bool]:
    """The ids meant: numbers, "me", "my_team", "my_teams" (with those below); and whether "none" is among them."""
    actor = gate.actor
    words: Mapping[tuple[str, str | None], list[int]] = {
        ("me", "user"): [actor.user] if actor.user is not None else [],
        ("my_team", "team"): [actor.team] if actor.team is not None else [],
        ("my_teams", "team"): sorted(actor.below),
    }
    ids: list[int] = []
    for part in parts:
        if (part, spec.target) in words:
            ids += words[part, spec.target]
        elif part != "none":
            ids.append(_id(part))
    return ids, "none" in parts


def _among(gate: "Reads", info: EntityInfo, value: str) -> AnySelect:
    """The ids of a set that has been put together: "<plugin>.<name>:<what it is given>"."""
    key, _, given = value.partition(":")
    offered = gate.host.contributions("selection", info.name)
    found = next((c for c in offered if c.key == key and c.entity == info.name), None)
    unknown = Text("%(value)s is not one of the choices.", value=value[:40])
    if found is None:
        raise BadValue(gate.host.away(key.partition(".")[0]) or unknown)
    chosen = gate.host.ask(replace(found, call=_set_of(found, unknown)), gate, given)
    if isinstance(chosen, Failure):
        gate.tx.begin_again()
        text = Text("This cannot be shown: the plugin %(plugin)s failed.", plugin=found.plugin)
        raise BadValue(text)
    if isinstance(chosen, BadValue):
        raise chosen
    # The core's own stand on the gate's sources already, beside tables of the house.
    answered: AnySelect = chosen
    return sealed(answered if found.plugin == "core" else rewrite(answered, gate.source))


def _set_of(found: Contribution, unknown: Text) -> Callable[..., "AnySelect | BadValue"]:
    """The call of a set, which may say that it does not know what it was given."""

    def call(*given: Any) -> "AnySelect | BadValue":
        try:
            answer = found.call(*given)
        except (ValueError, OverflowError):
            return BadValue(unknown)
        return reading(found, _as_ids)(answer)

    return call


def _as_ids(answer: object) -> AnySelect:
    if not isinstance(answer, Select | CompoundSelect) or len(answer.selected_columns) != 1:
        raise TypeError("it must answer a select of ids")
    return answer


def _id(part: str) -> int:
    id = number_in(part)
    if id is not None:
        return id
    raise BadValue(Text("%(value)s is not the number of a record.", value=part[:40]))


def _within(column: ColumnElement[Any], spec: Field, name: str, reader: Reader) -> ColumnElement[bool]:
    days = days_of(name, reader.today)
    if days is None:
        raise BadValue(Text("%(value)s is not one of the choices.", value=name[:40]))
    if name == "overdue" and spec.kind == "datetime":
        return column < reader.now
    return _between(column, spec, *days, reader)


def _between(
    column: ColumnElement[Any], spec: Field, start: date | None, end: date | None, reader: Reader
) -> ColumnElement[bool]:
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


def _unreadable(value: str) -> Text:
    return Text("%(value)s cannot be compared with. Try a smaller one.", value=value[:40])


__all__ = [
    "ANY",
    "CHOSEN",
    "ORDERED",
    "RANGES",
    "SETS",
    "TEXTS",
    "Condition",
    "asked_of",
    "clause",
    "clauses",
    "operators",
    "read_conditions",
    "written_clause",
]
