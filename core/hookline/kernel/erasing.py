"""What an erasure does beside `Gate.erase_many`: past rules and without a trace of what stood there before."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import delete, select, update

from hookline.kernel import followers, history
from hookline.kernel.entity import link_table
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.schema import EntityInfo
from hookline.kernel.stored import house_columns, stored
from hookline.kernel.tables import change, event

WHY: Final = "erasure"
_MANY: Final = 500


def pieces(items: Collection[int], size: int = _MANY) -> Iterator[list[int]]:
    """Numbers in order, in lists that a statement can take."""
    ordered = sorted(items)
    return (ordered[at : at + size] for at in range(0, len(ordered), size))


def rows_of(gate: Gate, info: EntityInfo, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Every value of these records, be they in the trash; by id."""
    columns = [info.column(f).label(f.name) for f in info.fields.values() if not f.many]
    found: dict[int, dict[str, Any]] = {}
    for some in pieces(ids):
        statement = select(*columns, info.table.c.custom.label("custom")).where(info.table.c.id.in_(some))
        found |= {row["id"]: dict(row) for row in gate.tx.run(statement, why=WHY).mappings()}
    return found


def overwrite(
    gate: Gate, info: EntityInfo, id: int, before: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Write values past every rule and without history. `before` are all values as they stand."""
    row = {
        **stored(info, values, before.get("custom")),
        **house_columns(info, {**before, **values}, values),
    }
    table = info.table
    gate.tx.run(update(table).where(table.c.id == id).values(**row, version=table.c.version + 1), why=WHY)


def unlink(gate: Gate, info: EntityInfo, spec: Field, ids: Collection[int]) -> None:
    """Let these records point at nothing with this field. Their history says that they no longer do."""
    table = info.table
    for some in pieces(ids):
        mine = table.c.id.in_(some)
        before = gate.tx.run(
            select(table.c.id, table.c.version, table.c[spec.name]).where(mine), why=WHY
        ).all()
        values = {spec.name: None, "version": table.c.version + 1}
        gate.tx.run(update(table).where(mine).values(values), why=WHY)
        rows = [
            history.row(gate, info, id, version + 1, action="changed", changes={spec.name: (old, None)})
            for id, version, old in before
        ]
        history.write(gate, rows)
        saved = [(id, version + 1, {spec.name: old}, {spec.name: None}) for id, version, old in before]
        followers.renew_rollups(gate, info, saved)


def forget_past(gate: Gate, entity: str, ids: Collection[int]) -> None:
    """Remove the history of these records, and the news of them that the outbox keeps."""
    for some in pieces(ids):
        for table in (change, event):
            gate.tx.run(delete(table).where(table.c.entity == entity, table.c.record.in_(some)), why=WHY)


def drop_links(gate: Gate, info: EntityInfo, ids: Sequence[int]) -> None:
    """Take away the many references of records that stay as empty rows."""
    for name in info.cls.many:
        link = link_table(info.name, name)
        gate.tx.run(delete(link).where(link.c.record.in_(ids)), why=WHY)
