"""`Installation`: the database, the plugins and the clock of one running Hookline, from which gates are opened."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from hookline.kernel.actor import Actor, house
from hookline.kernel.db import Database, Transaction
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Option
from hookline.kernel.memory import Memory, configuration_version
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.watching.pulse import Pulse
from hookline.kernel.schema import CUSTOM_PREFIX, Schema
from hookline.kernel.sealing import sealer_of
from hookline.kernel.tables import custom_field
from hookline.settings import Settings


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Installation:
    """One process's view of one Hookline."""

    database: Database
    host: PluginHost
    memory: Memory = field(default_factory=Memory)
    clock: Callable[[], datetime] = _utc_now
    settings: Settings = field(default_factory=Settings)
    # Where a parent process listens whether this one still moves.
    pulse: Pulse | None = None

    def gate(self, tx: Transaction, actor: Actor, *, version: int | None = None, cause: str = "") -> Gate:
        """A gate for this actor. `version` is the configuration's, when the caller has read it already."""
        current = configuration_version(tx) if version is None else version
        vouched = self.host.vouch(actor)
        schema = self.schema(tx, current)
        gate = Gate(tx, schema, vouched, self.host, self.clock(), self.memory, current, cause)
        gate.sealer = partial(sealer_of, self.settings)
        gate.base_url = self.settings.base_url
        return gate

    def schema(self, tx: Transaction, version: int) -> Schema:
        """Every entity with its fields as they stand at this version."""
        return self.memory.get(tx, version, "schema", lambda tx: self.host.schema(_custom_fields(tx)))

    @contextmanager
    def house(self, reason: str, *, durable: bool = True) -> Iterator[Gate]:
        """A writing gate with the house's own rights: for seeds, jobs and commands. `reason` goes into the history."""
        with self.database.write(durable=durable) as tx:
            yield self.gate(tx, house(reason))


def _custom_fields(tx: Transaction) -> list[Field]:
    statement = select(custom_field).order_by(
        custom_field.c.entity, custom_field.c.position, custom_field.c.id
    )
    return [
        _field(dict(row))
        for row in tx.run(statement.where(custom_field.c.retired.is_(False)), why="custom fields").mappings()
    ]


def _field(found: Mapping[str, Any]) -> Field:
    options = {
        o["value"]: Option(o["value"], o["label"], o.get("tone", "gray"))
        for o in found["options"].get("choices", ())
    }
    how = {
        name: found["options"][name]
        for name in ("required", "list", "filter", "places", "max_length", "help")
        if name in found["options"]
    }
    return Field(
        kind=found["kind"],
        label=found["label"],
        name=CUSTOM_PREFIX + found["name"],
        entity=found["entity"],
        custom=True,
        options=options,
        **how,
    )
