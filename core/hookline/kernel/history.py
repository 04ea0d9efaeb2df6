"""History: one row for every saved change, with [old, new] of every field, shown through the viewer's own rights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tables import change

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate
    from hookline.kernel.reads import Reads

Diff = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Entry:
    """One line of a record's history. `changes` holds [old, new] as JSON, only of fields the viewer may read."""

    id: int
    at: datetime
    action: str
    user: int | None
    version: int
    cause: str
    changes: Diff


def difference(
    info: EntityInfo, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """What differs, as JSON, by field name."""
    return {
        name: (dumped(spec, stood), dumped(spec, value))
        for name, value in after.items()
        if (stood := before.get(name)) != value and (spec := info.fields.get(name)) is not None
    }


def dumped(spec: Field, value: Any) -> Any:
    """A value as JSON."""
    return None if value is None else KINDS[spec.kind].dump(value, spec)


def row(
    gate: "Gate", info: EntityInfo, record: int, version: int, *, action: str, changes: Diff
) -> dict[str, Any]:
    """One history row, ready to insert."""
    return {
        "at": gate.now,
        "entity": info.name,
        "record": record,
        "version": version,
        "user": gate.actor.user,
        "action": action,
        "cause": gate.cause or ("" if gate.actor.user else gate.actor.name),
        "data": changes,
    }


def write(gate: "Gate", rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep these rows."""
    if rows:
        gate.tx.insert_all(change, rows, why="history")


def list_entries(
    gate: "Reads", info: EntityInfo, record: int, *, limit: int = 50, before: int | None = None
) -> list[Entry]:
    """A record's history, newest first. The caller has already read the record through the gate."""
    statement = select(change).where(change.c.entity == info.name, change.c.record == record)
    if before is not None:
        statement = statement.where(change.c.id < before)
    readable = {f.name for f in gate.readable(info)}
    found = gate.run(statement.order_by(change.c.id.desc()).limit(limit)).mappings()
    return [_entry(dict(r), readable) for r in found]


def replaced(
    gate: "Gate", info: EntityInfo, record: int, version: int, now: Mapping[str, Any]
) -> dict[str, Any]:
    """What stood in the fields that the change to this version set, of those that still hold what it set."""
    statement = select(change.c.data).where(
        change.c.entity == info.name, change.c.record == record, change.c.version == version
    )
    changes: Mapping[str, Any] = gate.run(statement.order_by(change.c.id.desc()).limit(1)).scalar() or {}
    return {
        name: _loaded(info.fields[name], old)
        for name, (old, new) in changes.items()
        if name in info.fields and dumped(info.fields[name], now.get(name)) == new
    }


def values_at(
    gate: "Reads", info: EntityInfo, record: int, version: int, now: Mapping[str, Any]
) -> dict[str, Any]:
    """How a record stood at an earlier version, worked back from how it stands now."""
    statement = select(change.c.data).where(
        change.c.entity == info.name, change.c.record == record, change.c.version > version
    )
    values = dict(now)
    for changes in gate.run(statement.order_by(change.c.id.desc())).scalars():
        known = {name: old for name, (old, _new) in changes.items() if name in values and name in info.fields}
        values |= {name: _loaded(info.fields[name], old) for name, old in known.items()}
    return values


def _loaded(spec: Field, raw: Any) -> Any:
    return () if raw is None and spec.many else KINDS[spec.kind].load(raw, spec)


def _entry(found: Mapping[str, Any], readable: set[str]) -> Entry:
    changes = {name: (pair[0], pair[1]) for name, pair in found["data"].items() if name in readable}
    return Entry(
        found["id"], found["at"], found["action"], found["user"], found["version"], found["cause"], changes
    )
