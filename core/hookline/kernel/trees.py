"""Records that lie in each other, such as districts: whoever means one means all that lie below it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Select, select

from hookline.kernel.schema import EntityInfo


def with_those_below(info: EntityInfo, ids: "Sequence[int] | BindParameter[int]") -> Select[Any]:
    """The ids of these records, and of all that lie in them, at whatever depth; a circle comes to its end.

    Over the bare table: what lies where is no secret of the records that stand there, which rights still guard.
    """
    row = info.table.c
    first = row.id == ids if isinstance(ids, BindParameter) else row.id.in_(ids)
    found = select(row.id).where(first).cte(f"below_{info.name}", recursive=True)
    below = info.table.alias()
    found = found.union(select(below.c.id).where(below.c[info.cls.tree_field] == found.c.id))
    return select(found.c.id)
