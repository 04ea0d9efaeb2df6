"""What a list is ordered by, and cursors: where a page of it ends, as opaque text, and what holds of the rows behind that."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, UnaryExpression, bindparam, true, tuple_

from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.history import dumped
from hookline.kernel.kinds import KINDS
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

_VALUE: Final = "cursor_value"
_ID: Final = "cursor_id"


@dataclass(frozen=True)
class Order:
    """What a list is ordered by: a column, its field (None for the title's sort key), and the direction; then by id."""

    column: str
    spec: Field | None
    descending: bool
    nullable: bool


def read_order(gate: Reads, info: EntityInfo, sort: str) -> Order:
    """The order by a field's name, with "-" before it from the highest down. Invalid where there is no such order."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    try:
        spec = gate.field(info, name)
    except NotFound as error:
        raise Invalid([Problem("sort", Text("There is no field %(name)s.", name=name[:60]))]) from error
    if spec.many:
        raise Invalid([Problem("sort", Text("A list cannot be sorted by %(name)s.", name=name))])
    if spec.name == info.title.name:
        return Order("sort_key", None, descending, nullable=False)
    return Order(spec.name, spec, descending, nullable=spec.custom or bool(info.table.c[spec.name].nullable))


def ordered(
    order: Order, columns: Mapping[str, ColumnElement[Any]], *, backwards: bool
) -> list[UnaryExpression[Any]]:
    """What a list is ordered by. Records without a value stand at its end, whichever the direction and the engine."""
    by = along(order, columns, backwards=backwards)
    if not order.nullable:
        return by
    empty = columns[order.column].is_(None)
    return [empty.desc() if backwards else empty.asc(), *by]


def along(
    order: Order, columns: Mapping[str, ColumnElement[Any]], *, backwards: bool
) -> list[UnaryExpression[Any]]:
    """The same among records that all have a value, or all have none: one that an index can serve."""
    names = dict.fromkeys((order.column, "id"))
    descending = order.descending != backwards
    return [columns[name].desc() if descending else columns[name].asc() for name in names]


def parts(
    order: Order, columns: Mapping[str, ColumnElement[Any]], cursor: str, *, backwards: bool
) -> list[ColumnElement[bool]]:
    """The list behind a cursor, or before it when going backwards, in one part or two: with a value, and without.

    Without a cursor it is the whole list. A statement made with these serves other cursors too, with `place_of` them as its parameters.
    """
    column, number = columns[order.column], columns["id"]
    filled, empty = column.is_not(None), column.is_(None)
    if not cursor:
        return [filled, empty] if order.nullable else [true()]
    value, id = _read(order, cursor)
    descending = order.descending != backwards
    # Typed: SQLAlchemy compares nothing with a bare True or False.
    at, at_id = bindparam(_VALUE, value, column.type), bindparam(_ID, id, number.type)
    pair, place = tuple_(column, number), tuple_(at, at_id)
    further: ColumnElement[bool] = pair < place if descending else pair > place
    alike = further if value is not None else empty & (number < at_id if descending else number > at_id)
    if not order.nullable:
        return [alike]
    others = filled if backwards else empty
    return [alike, others] if (value is None) is backwards else [alike]


def place_of(order: Order, cursor: str) -> dict[str, Any]:
    """A cursor as the parameters of a statement made with `parts`; one without a value needs another statement."""
    value, id = _read(order, cursor)
    return {_ID: id} if value is None else {_VALUE: value, _ID: id}


def write_cursor(order: Order, value: Any, id: int) -> str:
    """The cursor of a row."""
    kept = value if order.spec is None else dumped(order.spec, value)
    return base64.urlsafe_b64encode(json.dumps([kept, id]).encode()).decode().rstrip("=")


def _read(order: Order, cursor: str) -> tuple[Any, int]:
    try:
        value, id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return _value(order, value), _number(id)
    except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
        text = Text("This page is no longer there. Start again from the first one.")
        raise Invalid([Problem("after", text)]) from error


def _number(id: object) -> int:
    if type(id) is int and 0 < id < 2**63:
        return id
    raise ValueError(id)


def _value(order: Order, value: Any) -> Any:
    if order.spec is not None:
        return KINDS[order.spec.kind].load(value, order.spec)
    if not isinstance(value, str) or "\x00" in value:
        raise TypeError(value)
    value.encode()
    return value
