"""Glimpses: the gate's short way to a few columns of many entities in one statement.

`Gate.source` makes a subquery of every readable column, for statements that people write. A page that looks at a title
here and an amount there asks the bare tables instead, under the same rules; the subqueries alone would cost more than
the answer.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, select

from hookline.kernel.actor import Action, FieldRight
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo


def glimpse(
    gate: Reads, info: EntityInfo, *columns: ColumnElement[Any], about: EntityInfo | None = None
) -> Select[Any]:
    """A select of these columns from those living records of an entity that the actor may see.

    The columns must come from `readable_column`, from the house, or be literals. With `about` the caller has read a record
    of that entity for this actor, and asks only for what is about it.
    """
    rule = gate.grounds(info, Action.read)
    # Nobody sees what is about something that is about a record itself.
    seen = about is not None and "about" not in about.fields
    return select(*columns).where(
        info.table.c.trashed_at.is_(None), *(rule.about_seen if seen else rule.conditions)
    )


def readable_column(gate: Reads, info: EntityInfo, name: str) -> ColumnElement[Any] | None:
    """The bare column of a field; None when there is no such field for this actor, or none of a column's shape."""
    spec = info.fields.get(name)
    if spec is None or spec.many or gate.actor.right(info.name, name) == FieldRight.hidden:
        return None
    return info.column(spec)
