"""Events: written with the change they tell of, with a delivery for each listener; the outbox delivers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select

from hookline.errors import PluginError
from hookline.kernel.kinds.keys import RecordKey, key_in
from hookline.kernel.own_events import Event
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tables import delivery, event

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate

Lines = Sequence[tuple[int, Mapping[str, tuple[Any, Any]]]]

CAUSE: Final = "event"
# Handlers that answer each other's changes in a circle are stopped after so many rounds.
MAX_DEPTH: Final = 8


def tell(gate: "Gate", info: EntityInfo, what: str, lines: Lines) -> None:
    """Keep the news of these changes, (record, changes) each, for those who listen to this entity."""
    listeners = gate.host.subscribers(info.name)
    heard = [(record, changes, keys) for record, changes in lines if (keys := _keys(listeners, changes))]
    if not heard:
        return
    shared = {**_shared(gate), "name": f"{info.name}.{what}", "entity": info.name}
    rows = [{**shared, "record": record, "data": _data(changes)} for record, changes, _ in heard]
    ids = gate.tx.insert(event, rows, why="outbox")
    deliveries = [
        {"event": id, "subscriber": key, "entity": info.name, "record": record, "due_at": gate.now}
        for id, (record, _, keys) in zip(ids, heard, strict=True)
        for key in keys
    ]
    gate.tx.run(insert(delivery), deliveries, why="outbox")
    gate.tx.rings = True


def tell_own(gate: "Gate", told: Sequence[Event], about: str) -> None:
    """Keep the news of own events, all of one kind, for those who listen to it. `about` is a record, "deal:7", or ""."""
    kind = type(told[0])
    if kind.plugin is None:
        owner = kind.name.partition(".")[0]
        raise PluginError(owner, f"emit {kind.__name__}", f"only {owner} tells {kind.name}; others hear it")
    put_in_outbox(gate, told, about)


def put_in_outbox(gate: "Gate", told: Sequence[Event], about: str = "") -> None:
    """As `tell_own`, whosever kind of event it is."""
    kind = type(told[0])
    listeners = gate.host.hearers(kind.name)
    rows = [one.as_json() for one in told]
    for keep in gate.host.contributions("follow_event"):
        gate.host.insist(keep, gate, told, about)
    if not listeners:
        return
    key = key_in(about) or RecordKey(kind.name, 0)
    place = {"entity": key.entity, "record": key.id}
    shared = {**_shared(gate), "name": kind.name, **place}
    ids = gate.tx.insert(event, [{**shared, "data": data} for data in rows], why="outbox")
    keys = dict.fromkeys(c.key for c in listeners)
    deliveries = [{"event": id, "subscriber": key, **place, "due_at": gate.now} for id in ids for key in keys]
    gate.tx.run(insert(delivery), deliveries, why="outbox")
    gate.tx.rings = True


def cause_of(id: int, subscriber: str) -> str:
    """The cause that stands on what a listener does about an event."""
    return f"{CAUSE}:{id}:{subscriber}"


def _keys(listeners: Sequence[Contribution], changes: Mapping[str, Any]) -> list[str]:
    interested = (
        c for c in listeners if not c.options["fields"] or set(c.options["fields"]) & changes.keys()
    )
    return list(dict.fromkeys(c.key for c in interested))


def _shared(gate: "Gate") -> dict[str, Any]:
    """What all events of one save have in common."""
    return {"at": gate.now, "user": gate.actor.user, "cause": gate.cause, "depth": _depth(gate)}


def _data(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    return {name: list(pair) for name, pair in changes.items()}


def _depth(gate: "Gate") -> int:
    """How many events lie between a person's act and this one."""
    if not gate.cause.startswith(f"{CAUSE}:"):
        return 0
    _, id, subscriber = gate.cause.split(":", 2)
    depth = (
        int(gate.tx.run(select(event.c.depth).where(event.c.id == int(id)), why="outbox").scalar_one()) + 1
    )
    if depth > MAX_DEPTH:
        plugin, _, name = subscriber.partition(".")
        reason = f"it answers a change that itself answers a change, and so on, {MAX_DEPTH} deep"
        raise PluginError(
            plugin, f"after_commit {name}", reason, "Let it change nothing when nothing is to be changed."
        )
    return depth
