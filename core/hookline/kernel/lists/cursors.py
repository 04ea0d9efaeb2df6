"""Cursors: where a page of a list ends, as opaque text, and the condition that the next page begins behind it."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, or_, tuple_

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


def beyond(
    gate: Reads, columns: Mapping[str, ColumnElement[Any]], order: Order, cursor: str, *, backwards: bool
) -> ColumnElement[bool]:
    """What holds of the rows behind the cursor's, or before it when going backwards.

    A statement made with it serves other cursors too, with `place_of` them as its parameters.
    """
    value, id = _read(order, cursor)
    descending = order.descending != backwards
    column, number = columns[order.column], columns["id"]
    # Typed: SQLAlchemy compares nothing with a bare True or False.
    at, at_id = bindparam(_VALUE, value, column.type), bindparam(_ID, id, number.type)
    further = (number < at_id) if descending else (number > at_id)
    if not order.nullable:
        pair, place = tuple_(column, number), tuple_(at, at_id)
        return pair < place if descending else pair > place
    # Each engine has its own place for NULL that its index can serve: SQLite sorts it lowest, PostgreSQL highest.
    nulls_follow = descending if gate.tx.sqlite else not descending
    if value is None:
        same = and_(column.is_(None), further)
        return same if nulls_follow else or_(column.is_not(None), same)
    past = or_(column < at if descending else column > at, and_(column == at, further))
    return or_(past, column.is_(None)) if nulls_follow else past


def place_of(order: Order, cursor: str) -> dict[str, Any]:
    """A cursor as the parameters of a statement made with `beyond`; one without a value needs another statement."""
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
