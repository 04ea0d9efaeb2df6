"""The kernel's own tables: history, outbox, jobs and custom fields. No entity, so no gate: each is reached by its module only."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from hookline.kernel.entity import Base, Id
from hookline.kernel.types import Moment, json_type

_CORE: Final = {"owner": "core"}


def house_table(name: str, *columns: Column[object] | Index | UniqueConstraint) -> Table:
    """A table of the core that holds no entity."""
    return Table(name, Base.metadata, *columns, info=_CORE, sqlite_autoincrement=any(c.name == "id" for c in columns if isinstance(c, Column)))


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
    Column("data", json_type(), nullable=False),
    Column("settled_at", Moment()),
)
Index("ix_event_open", event.c.id, sqlite_where=event.c.settled_at.is_(None), postgresql_where=event.c.settled_at.is_(None))

delivery = house_table(
    "delivery",
    Column("event", BigInteger, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("subscriber", String(200), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("retry_at", Moment()),
    Column("error", Text),
    Index("ix_delivery_state", "state", "retry_at"),
)

job = house_table(
    "job",
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("args", json_type(), nullable=False),
    Column("unique_key", String(200), unique=True),
    Column("state", String(20), nullable=False),
    Column("run_at", Moment(), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("leased_until", Moment()),
    Column("worker", String(100)),
    Column("progress", Integer, nullable=False, default=0),
    Column("total", Integer),
    Column("error", Text),
    Column("result", json_type()),
    Column("user", BigInteger),
    Column("created_at", Moment(), nullable=False),
    Column("finished_at", Moment()),
    Index("ix_job_due", "state", "run_at"),
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

# One row: the number that grows with every change of rights, fields, pipelines; what is remembered in memory is worth that number.
configuration = house_table(
    "configuration",
    Column("id", Integer, primary_key=True),
    Column("version", BigInteger, nullable=False),
)
