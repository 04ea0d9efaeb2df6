"""What must hold of any record before it is written, whatever door it came through."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, select, union_all

from hookline.errors import Invalid, Problem, Text
from hookline.kernel.actor import FieldRight
from hookline.kernel.fields import Field
from hookline.kernel.schema import EntityInfo

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate

Values = Mapping[str, Any]
_TOO_MANY = 500


def known(gate: "Gate", info: EntityInfo, values: Values) -> list[Problem]:
    """Names that this actor cannot set. A hidden field is answered like one that does not exist."""
    return [Problem(name, text) for name in values if (text := _unsettable(gate, info, name))]


def coerced(info: EntityInfo, values: Values) -> dict[str, Any]:
    """The values in the one Python type of their field: whole numbers become Decimal where the field is exact, lists tuples."""
    return {name: _coerced(info.fields.get(name), value) for name, value in values.items()}


def complete(info: EntityInfo, before: Values, values: Values) -> list[Problem]:
    """Required fields that would stay empty, values outside their bounds, choices that are not on the list."""
    asked = info.fields.values() if not before else [info.fields[n] for n in values if n in info.fields]
    missing = [Problem(f.name, Text("Please fill this in.")) for f in asked if f.required and values.get(f.name) in (None, "", ())]
    return missing + [problem for name, value in values.items() if value is not None and (problem := _unfit(info.fields[name], value))]


def references(gate: "Gate", info: EntityInfo, rows: Sequence[Values]) -> None:
    """Every id must be that of a record the actor may see. One statement for all of them."""
    asked: dict[str, set[int]] = {}
    for name, value, target in _pointers(gate, info, rows):
        if not (name == "owner" and value == gate.actor.user) and not (name == "team" and value == gate.actor.team):
            asked.setdefault(target, set()).add(value)
    seen = _visible(gate, asked)
    problems = [
        Problem(name, Text("This record is not there, or you may not see it."))
        for name, value, target in _pointers(gate, info, rows)
        if value in asked.get(target, ()) and (target, value) not in seen
    ]
    if problems:
        raise Invalid(list(dict.fromkeys(problems)))


def uniqueness(gate: "Gate", info: EntityInfo, rows: Sequence[Values], *, but: int = 0) -> None:
    """Values that another record already has, in fields that allow each only once. The constraint stands behind it."""
    problems = []
    for spec in info.fields.values():
        values = [row[spec.name] for row in rows if spec.unique and row.get(spec.name) is not None]
        if values and (len(values) != len(set(values)) or _taken(gate, info, spec, values, but)):
            problems.append(Problem(spec.name, Text("Another record already has this value.")))
    if problems:
        raise Invalid(problems)


def unreferenced(gate: "Gate", info: EntityInfo, id: int) -> None:
    """Invalid when other records still point at this one; names how many and of what kind."""
    problems = []
    for other in gate.schema.entities.values():
        for spec in other.fields.values():
            if spec.target == info.name and not spec.many and not spec.custom and other.table.c[spec.name].foreign_keys:
                count = int(gate.run(select(func.count()).where(other.table.c[spec.name] == id)).scalar_one())
                if count:
                    problems.append(Problem("", Text("%(count)s of %(what)s still point here.", count=count, what=other.cls.plural)))
    if problems:
        raise Invalid(problems)


def _unsettable(gate: "Gate", info: EntityInfo, name: str) -> Text | None:
    spec = info.fields.get(name)
    right = gate.actor.right(info.name, name)
    if spec is None or right == FieldRight.hidden:
        return Text("There is no field %(name)s.", name=name)
    if spec.read_only or right == FieldRight.read:
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
        return Problem(spec.name, Text("At most %(limit)s characters; this has %(length)s.", limit=spec.max_length, length=len(value)))
    return None


def _pointers(gate: "Gate", info: EntityInfo, rows: Sequence[Values]) -> list[tuple[str, int, str]]:
    """(field, id, entity) of everything these rows point at."""
    found = []
    for row in rows:
        for name, value in row.items():
            spec = info.fields[name]
            if value is None or (spec.target is None and spec.kind != "record"):
                continue
            if spec.kind == "record":
                target, _, number = str(value).partition(":")
                found.append((name, int(number) if number.isdecimal() else 0, target))
            else:
                found += [(name, int(id), spec.target or "") for id in (value if spec.many else (value,))]
    return found


def _visible(gate: "Gate", asked: Mapping[str, set[int]]) -> set[tuple[str, int]]:
    parts = []
    for target, ids in asked.items():
        if target in gate.schema.entities:
            source = gate.source(target)
            numbers = sorted(i for i in ids if 0 < i < 2**63)
            parts += [
                select(literal(target).label("entity"), source.c.id).where(source.c.id.in_(numbers[at : at + _TOO_MANY]))
                for at in range(0, len(numbers), _TOO_MANY)
            ]
    return {(entity, id) for entity, id in gate.run(union_all(*parts))} if parts else set()


def _taken(gate: "Gate", info: EntityInfo, spec: Field, values: Sequence[Any], but: int) -> bool:
    column = info.column(spec)
    return gate.run(select(info.table.c.id).where(column.in_(values), info.table.c.id != but).limit(1)).first() is not None


