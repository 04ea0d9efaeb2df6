"""What must hold of any record before it is written, whatever door it came through."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, union_all

from hookline.errors import Problem, Text
from hookline.kernel.actor import FieldRight
from hookline.kernel.entity import Record
from hookline.kernel.fields import Field
from hookline.kernel.kinds.keys import RecordKey, is_id, key_in
from hookline.kernel.schema import EntityInfo

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate

Values = Mapping[str, Any]
_TOO_MANY = 500
# What every row has of itself.
_ROWS_OWN = frozenset(Record.__annotations__)
# Types that are as they should be, whatever the field.
_SETTLED = frozenset({str, bool, type(None), Decimal, date, datetime, tuple})


def known(gate: "Gate", info: EntityInfo, values: Values, *, new: bool) -> list[Problem]:
    """Names that this actor cannot set. A hidden field is answered like one that does not exist.

    The house gives a `new` record what nobody else may set, too.
    """
    if values.keys() <= gate.settable(info):
        return []
    given = _given_at_birth(info) if new and gate.actor.is_house else frozenset()
    return [
        Problem(name, text)
        for name in values
        if name not in given and (text := _unsettable(gate, info, name))
    ]


def derivable(info: EntityInfo, names: Sequence[str]) -> list[Problem]:
    """Names that are not those of columns which only the house sets, and by which no record is named or found."""
    found = {name: info.fields.get(name) for name in names}
    beside = {info.title.name, *(f.name for f in info.searchable)}
    return [
        Problem(name, Text("This field cannot be changed."))
        for name, spec in found.items()
        if spec is None or not spec.read_only or spec.many or spec.custom or spec.formula or name in beside
    ]


def coerced(info: EntityInfo, values: Values) -> dict[str, Any]:
    """The values in the one Python type of their field: whole numbers become Decimal where the field is exact, lists tuples."""
    return {
        name: v if type(v) in _SETTLED else _coerced(info.fields.get(name), v) for name, v in values.items()
    }


def complete(info: EntityInfo, before: Values, values: Values) -> list[Problem]:
    """Required fields that would stay empty, values outside their bounds, choices that are not on the list."""
    asked = [f for f in info.demanding if f.name in values or (f.required and not before)]
    missing = [
        Problem(f.name, Text("Please fill this in.")) for f in asked if values.get(f.name) in (None, "", ())
    ]
    return missing + [
        problem
        for spec in info.bounded
        if (value := values.get(spec.name)) is not None and (problem := _unfit(spec, value))
    ]


def among_others(
    gate: "Gate", info: EntityInfo, rows: Sequence[Values], *, but: int = 0
) -> dict[int, list[Problem]]:
    """What is wrong with these rows, by their place, in the company of other records: those they point at, those like them."""
    problems: dict[int, list[Problem]] = {}
    for place, problem in (*_lost(gate, info, rows), *_repeated(gate, info, rows, but)):
        if problem not in problems.setdefault(place, []):
            problems[place].append(problem)
    return problems


def unreferenced(gate: "Gate", info: EntityInfo, ids: Sequence[int]) -> list[Problem]:
    """Which records outside of these still point at them: how many, and of what kind. One statement."""
    counts = [
        select(literal(other.name).label("entity"), func.count().label("count")).where(or_(*conditions))
        for other in gate.schema.entities.values()
        if (conditions := list(_pointing_at(other, info, ids)))
    ]
    found = gate.run(union_all(*counts)).all() if counts else ()
    return [Problem("", _still_points(gate.schema[entity], count)) for entity, count in found if count]


def _given_at_birth(info: EntityInfo) -> frozenset[str]:
    """The read-only fields that are neither the row's own nor worked out of others."""
    return frozenset(
        spec.name
        for spec in info.fields.values()
        if spec.read_only
        and not (spec.many or spec.formula or spec.sequence or spec.rollup)
        and spec.name not in _ROWS_OWN
    )


def _still_points(other: EntityInfo, count: int) -> Text:
    return Text("%(count)s of %(what)s still point here.", count=count, what=other.cls.plural)


def _unsettable(gate: "Gate", info: EntityInfo, name: str) -> Text | None:
    spec = info.fields.get(name)
    right = gate.actor.right(info.name, name)
    if spec is None or right == FieldRight.hidden:
        return Text("There is no field %(name)s.", name=name)
    if (spec.read_only and not (gate.brings and spec.sequence)) or right == FieldRight.read:
        return Text("This field cannot be changed.")
    return None


def _coerced(spec: Field | None, value: Any) -> Any:
    if spec is None:
        return value
    if spec.kind in ("decimal", "money", "percent") and isinstance(value, int):
        return Decimal(value)
    if isinstance(value, StrEnum):
        return value.value
    return tuple(value) if isinstance(value, list) else value


def _unfit(spec: Field, value: Any) -> Problem | None:
    if spec.minimum is not None and value < spec.minimum:
        return Problem(spec.name, Text("Must be at least %(limit)s.", limit=spec.minimum))
    if spec.maximum is not None and value > spec.maximum:
        return Problem(spec.name, Text("Must be at most %(limit)s.", limit=spec.maximum))
    if spec.kind == "choice" and value not in spec.options:
        return Problem(spec.name, Text("%(value)s is not one of the choices.", value=value))
    if isinstance(value, str) and spec.max_length is not None and len(value) > spec.max_length:
        return Problem(
            spec.name,
            Text(
                "At most %(limit)s characters; this has %(length)s.", limit=spec.max_length, length=len(value)
            ),
        )
    return None


def _lost(gate: "Gate", info: EntityInfo, rows: Sequence[Values]) -> Iterator[tuple[int, Problem]]:
    """Ids of records that are not there for this actor. One statement for all of them."""
    asked: dict[str, set[int]] = {}
    pointers = list(_pointers(info, rows))
    for _, name, value, target in pointers:
        if not (name == "owner" and value == gate.actor.user) and not (
            name == "team" and value == gate.actor.team
        ):
            asked.setdefault(target, set()).add(value)
    seen = _visible(gate, asked)
    for place, name, value, target in pointers:
        if value in asked.get(target, ()) and (target, value) not in seen:
            yield place, Problem(name, Text("This record is not there, or you may not see it."))


def _repeated(
    gate: "Gate", info: EntityInfo, rows: Sequence[Values], but: int
) -> Iterator[tuple[int, Problem]]:
    """Values that another record or an earlier row has, in fields that allow each only once. The constraint stands behind it."""
    for spec in info.fields.values():
        given = [
            (place, row[spec.name])
            for place, row in enumerate(rows)
            if spec.unique and row.get(spec.name) is not None
        ]
        taken = _taken(gate, info, spec, [value for _, value in given], but) if given else set()
        for place, value in given:
            if value in taken:
                yield place, Problem(spec.name, Text("Another record already has this value."))
            taken.add(value)


def _pointers(info: EntityInfo, rows: Sequence[Values]) -> Iterator[tuple[int, str, int, str]]:
    """(place of the row, field, id, entity) of everything these rows point at."""
    # The stage has been judged before: no rule lets a record into one that is not its pipeline's.
    judged = "stage" if info.is_staged else ""
    pointing = [(n, f) for n, f in info.fields.items() if (f.target and n != judged) or f.kind == "record"]
    for place, row in enumerate(rows):
        for name, spec in pointing:
            value = row.get(name)
            if value is None:
                continue
            if spec.kind == "record":
                key = key_in(str(value)) or RecordKey("", 0)
                yield place, name, key.id, key.entity
            else:
                for id in value if spec.many else (value,):
                    yield place, name, int(id), spec.target or ""


def _pointing_at(other: EntityInfo, info: EntityInfo, ids: Sequence[int]) -> Iterator[ColumnElement[bool]]:
    """The conditions under which rows of an entity, but not these very records, point at one of these."""
    table = other.table
    outside = [table.c.id.not_in(ids)] if other.name == info.name else []
    for spec in other.fields.values():
        if spec.custom or spec.many:
            continue
        column = table.c[spec.name]
        if spec.target == info.name and column.foreign_keys:
            yield and_(column.in_(ids), *outside)
        elif spec.kind == "record":
            yield and_(column.in_([f"{info.name}:{id}" for id in ids]), *outside)


def _visible(gate: "Gate", asked: Mapping[str, set[int]]) -> set[tuple[str, int]]:
    parts = []
    for target, ids in asked.items():
        if target in gate.schema.entities:
            source = gate.source(target)
            numbers = sorted(i for i in ids if is_id(i))
            parts += [
                select(literal(target).label("entity"), source.c.id).where(
                    source.c.id.in_(numbers[at : at + _TOO_MANY])
                )
                for at in range(0, len(numbers), _TOO_MANY)
            ]
    return {(entity, id) for entity, id in gate.run(union_all(*parts))} if parts else set()


def _taken(gate: "Gate", info: EntityInfo, spec: Field, values: Sequence[Any], but: int) -> set[Any]:
    column = info.column(spec)
    return set(gate.run(select(column).where(column.in_(values), info.table.c.id != but)).scalars())
