"""Puts the gate's subqueries in the place of every table a statement names, however it names it.

Written for people who write ordinary selects: `select(Deal.stage, func.sum(Deal.amount)).group_by(Deal.stage)` comes out
reading from what the actor may see. What cannot be checked (text, literal columns, foreign tables) is refused.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar, cast

from sqlalchemy import Select, Subquery, Table
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement, ColumnClause, TextClause
from sqlalchemy.sql.selectable import Alias, CompoundSelect, TableClause
from sqlalchemy.sql.visitors import ExternallyTraversible
from sqlalchemy.util import immutabledict

from hookline.errors import NotFound

Resolve = Callable[[str], Subquery]
# What stands on statements that the gate has made itself. Nobody else can say it: it is no value but this object.
_SEAL: Final = object()
_SEALED: Final = "hookline_sealed"
AnySelect: TypeAlias = "Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]"
S = TypeVar("S", bound="Select[Any] | CompoundSelect[Any]")


class UnsafeStatement(Exception):
    """A statement holds something the gate cannot see through. The message says what to write instead."""


def sealed(statement: S) -> S:
    """The statement as one that stands on the gate's sources already, so that it may be part of others as it is."""
    made = cast("S", statement.execution_options(**{_SEALED: _SEAL}))
    _make_plain(made)
    return made


def rewrite(statement: AnySelect, resolve: Resolve) -> AnySelect:
    """The same question, asked of gated subqueries. A column that is not in them raises NotFound, as if it did not exist."""
    # Keyed by the alias itself: annotated copies of one alias hash and compare like it.
    aliases: dict[object, Subquery] = {}

    def gated(source: object) -> Subquery | None:
        if isinstance(source, Alias) and isinstance(source.element, Table):
            if source not in aliases:
                aliases[source] = resolve(source.element.name).element.subquery()
            return aliases[source]
        return resolve(source.name) if isinstance(source, Table) else None

    def replace(element: Any, **_: Any) -> ClauseElement | None:
        if _is_sealed(element):
            return element  # type: ignore[no-any-return]  # it is one of SQLAlchemy's own
        _refuse_unsafe(element)
        if isinstance(element, ColumnClause) and element.table is not None:
            return _column(element, gated(element.table))
        return gated(element)

    rewritten = visitors.replacement_traverse(statement, {}, replace)
    _make_plain(rewritten)
    return rewritten  # type: ignore[return-value]  # replacement_traverse keeps the type of a select


def _make_plain(statement: ExternallyTraversible) -> None:
    """Rows, not ORM objects: an ORM select would look at its original entities again. What is sealed inside is plain already."""
    waiting = [statement]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Select | CompoundSelect):
            part._propagate_attrs = immutabledict()  # noqa: SLF001  # SQLAlchemy has no public way to make a select plain
        waiting += [each for each in part.get_children() if not _is_sealed(each)]


def _is_sealed(element: object) -> bool:
    if isinstance(element, ColumnClause):
        element = element.table
    if isinstance(element, Subquery):
        element = element.element
    return (
        isinstance(element, Select | CompoundSelect) and element.get_execution_options().get(_SEALED) is _SEAL
    )


def _refuse_unsafe(element: object) -> None:
    if isinstance(element, TextClause):
        raise UnsafeStatement("text() cannot be checked; write it with columns of the entity")
    # The star of count(*) names no column; over gated sources it is safe.
    if isinstance(element, ColumnClause) and element.table is None and element.name != "*":
        raise UnsafeStatement(f"column {element.name!r} belongs to no entity; write Entity.field")
    if isinstance(element, TableClause) and not isinstance(element, Table):
        raise UnsafeStatement(f"table {element.name!r} is not an entity")


def _column(element: ColumnClause[Any], source: Subquery | None) -> ClauseElement | None:
    if source is None:
        return None
    if element.key not in source.c:
        raise NotFound
    return source.c[element.key]
