"""The kernel's own tables: history, outbox, jobs and custom fields. No entity, so no gate: each is reached by its module only."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
)  # fmt: skip

from hookline.kernel.entity import Base, Id
from hookline.kernel.types import Moment, json_type

_CORE: Final = {"owner": "core"}


def house_table(name: str, *columns: Column[object] | Index | UniqueConstraint) -> Table:
    """A table of the core that holds no entity."""
    return Table(
        name,
        Base.metadata,
        *columns,
        info=dict(_CORE),
        sqlite_autoincrement=any(c.name == "id" for c in columns if isinstance(c, Column)),
    )


def _partial_index(name: str, column: Column[Any], *, where: ColumnElement[bool]) -> None:
    Index(name, column, sqlite_where=where, postgresql_where=where)


change = house_table(
    "change",
    Column("id", Id, primary_key=True),
    Column("at", Moment(), nullable=False),
    Column("entity", String(100), nullable=False),
    Column("record", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("user", BigInteger),
    Column("action", String(20), nullable=False),
    Column("cause", String(200), nullable=False, default=""),
    Column("data", json_type(), nullable=False),
    Index("ix_change_record", "entity", "record", "id"),
)

event = house_table(
    "event",
    Column("id", Id, primary_key=True),
    Column("at", Moment(), nullable=False),
    Column("name", String(120), nullable=False),
    Column("entity", String(100), nullable=False),
    Column("record", BigInteger, nullable=False),
    Column("user", BigInteger),
    Column("cause", String(200), nullable=False, default=""),
    Column("depth", Integer, nullable=False, default=0),
    Column("data", json_type(), nullable=False),
    Index("ix_event_at", "at"),
)

# One event for one listener. `due_at` is when it may be taken: for the first time, again, or away from a worker that
# has died with it; empty once it is done or parked. `claimed_at` is set while a worker has it.
delivery = house_table(
    "delivery",
    Column("event", BigInteger, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("subscriber", String(200), primary_key=True),
    Column("entity", String(100), nullable=False),
    Column("record", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Moment()),
    Column("claimed_at", Moment()),
    Column("done_at", Moment()),
    Column("error", Text),
)
_partial_index("ix_delivery_open", delivery.c.event, where=delivery.c.due_at.is_not(None))
_partial_index("ix_delivery_claimed", delivery.c.event, where=delivery.c.claimed_at.is_not(None))
_partial_index(
    "ix_delivery_parked",
    delivery.c.event,
    where=and_(delivery.c.due_at.is_(None), delivery.c.done_at.is_(None)),
)

# `due_at` as above. `claims` grows each time a worker takes the job: who holds an older number has lost it.
job = house_table(
    "job",
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("args", json_type(), nullable=False),
    Column("unique_key", String(200), unique=True),
    Column("user", BigInteger),
    Column("state", String(20), nullable=False),
    Column("run_at", Moment(), nullable=False),
    Column("due_at", Moment()),
    Column("claims", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("worker", String(100)),
    Column("progress", Integer, nullable=False, default=0),
    Column("total", Integer),
    Column("result", json_type()),
    Column("error", Text),
    Column("created_at", Moment(), nullable=False),
    Column("finished_at", Moment()),
    Index("ix_job_name", "name", "state"),
)
_partial_index("ix_job_due", job.c.due_at, where=job.c.due_at.is_not(None))

# How far each sequence has come, by "<entity>.<field>" and the year or month it counts within.
sequence = house_table(
    "sequence",
    Column("name", String(200), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("last", BigInteger, nullable=False),
)

custom_field = house_table(
    "custom_field",
    Column("id", Id, primary_key=True),
    Column("entity", String(100), nullable=False),
    Column("name", String(60), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("label", String(120), nullable=False),
    Column("options", json_type(), nullable=False),
    Column("position", Integer, nullable=False, default=0),
    Column("retired", Boolean, nullable=False, default=False),
    UniqueConstraint("entity", "name", name="uq_custom_field_entity_name"),
)

# One row: the number that grows with every change of rights, fields and pipelines.
configuration = house_table(
    "configuration",
    Column("id", Integer, primary_key=True),
    Column("version", BigInteger, nullable=False),
)

# For each owner a mark of what its tables were brought to: who declares the same need not look at them.
settled_tables = house_table(
    "settled_tables",
    Column("owner", String(40), primary_key=True),
    Column("mark", String(64), nullable=False),
)

# The plugins that are not to run, until somebody switches them on again.
plugin_switch = house_table(
    "plugin_switch",
    Column("name", String(40), primary_key=True),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Moment(), nullable=False),
    Column("by", BigInteger),
)
