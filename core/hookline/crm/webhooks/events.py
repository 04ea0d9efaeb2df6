"""Events that webhooks hear of: which there are, and their being written down with the save that they tell of."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import delete, select

from hookline.crm.core import core
from hookline.crm.webhooks.tables import webhook, webhook_delivery
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Record
from hookline.kernel.followers import Saved
from hookline.kernel.gate import Gate
from hookline.kernel.kinds.keys import key_in
from hookline.kernel.own_events import Event
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

ALL: Final = "*"
TEST: Final = "webhook.test"
# Under this stands what an event of a plugin says.
OWN: Final = "own"
KINDS: Final = ("created", "changed", "stage_changed", "deleted", "restored")
_WORDS: Final = {"created": "created", "changed": "changed", "reverted": "changed", "merged": "changed",
                 "trashed": "deleted", "restored": "restored"}  # fmt: skip


def events_of(info: EntityInfo) -> list[str]:
    """The names of an entity's events."""
    return [f"{info.name}.{kind}" for kind in KINDS if kind != "stage_changed" or info.is_staged]


def told_entities(gate: Reads) -> list[EntityInfo]:
    """The entities whose events can be chosen: those with pages of their own, plugins' too, and what is planned."""
    found = gate.schema.entities.values()
    return [info for info in found if info.cls.menu or info.name == "activity"]


def own_events(gate: Gate | Reads) -> list[str]:
    """The names of the events that plugins tell themselves."""
    plugins = [loaded.plugin for loaded in gate.host.plugins.values()]
    return sorted(event.name for plugin in plugins for event in plugin.events)


@core.follow(Record)
def record_events(gate: Gate, info: EntityInfo, what: str, saved: Saved) -> None:
    """Write down what webhooks are to be told, as part of the save."""
    listeners = gate.remembered("webhooks", _load)
    if not listeners or what not in _WORDS:
        return
    rows = [row for line in saved for row in _rows(gate, listeners, info, _WORDS[what], line)]
    if rows:
        gate.tx.insert_all(webhook_delivery, rows, why="webhooks")
        gate.tx.rings = True


@core.follow_event
def record_own_events(gate: Gate, told: Sequence[Event], about: str) -> None:
    """Write down what plugins tell themselves."""
    listeners = gate.remembered("webhooks", _load)
    name = type(told[0]).name
    hooks = [hook for hook, names in listeners.items() if ALL in names or name in names]
    if not hooks:
        return
    place = key_in(about) or ("", 0)
    rows = [
        delivery_row(hook, id, name, *place, 0, gate.now, gate.actor.user, {OWN: data})
        for id, data in [(uuid4().hex, event.as_json()) for event in told]
        for hook in hooks
    ]
    gate.tx.insert_all(webhook_delivery, rows, why="webhooks")
    gate.tx.rings = True


@core.forget(Record)
def forget_deliveries(gate: Gate, info: EntityInfo, ids: Sequence[int]) -> None:
    """What was or is to be told of a record goes with it."""
    table = webhook_delivery.c
    mine = delete(webhook_delivery).where(table.entity == info.name, table.record.in_(ids))
    gate.tx.run(mine, why="webhooks")


def delivery_row(
    hook: int, event: str, name: str, entity: str, record: int, version: int, at: datetime, by: int | None,
    told: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """A delivery that waits to be made."""
    return {
        "webhook": hook, "event": event, "name": name, "entity": entity, "record": record, "version": version,
        "at": at, "by": by, "told": dict(told), "attempts": 0, "due_at": at,
    }  # fmt: skip


def _rows(
    gate: Gate, listeners: Mapping[int, frozenset[str]], info: EntityInfo, kind: str, line: tuple[int, int, Any, Any]
) -> Iterator[dict[str, Any]]:  # fmt: skip
    id, version, before, after = line
    for name, told in _named(info, kind, before, after):
        event = uuid4().hex
        for hook, names in listeners.items():
            if ALL in names or name in names:
                yield delivery_row(hook, event, name, info.name, id, version, gate.now, gate.actor.user, told)


def _named(
    info: EntityInfo, kind: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each event of one saved record, with what is told of it beside the record: names of fields, and two stages."""
    changed = sorted(name for name in after if name in info.fields and before.get(name) != after[name])
    if kind == "changed" and not changed:
        return
    yield f"{info.name}.{kind}", {"changed": changed} if kind == "changed" else {}
    if kind == "changed" and info.is_staged and "stage" in changed:
        stages = {"from": before.get("stage"), "to": after["stage"]}
        yield f"{info.name}.stage_changed", {"changed": changed, "stage": stages}


def _load(tx: Transaction) -> Mapping[int, frozenset[str]]:
    asked = select(webhook.c.id, webhook.c.events).where(webhook.c.paused == "")
    return {row.id: frozenset(row.events) for row in tx.run(asked.order_by(webhook.c.id), why="webhooks")}
