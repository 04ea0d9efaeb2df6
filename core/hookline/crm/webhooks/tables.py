"""The tables of webhooks: where to tell what, and each telling with how it went.

They hold no word of the records themselves, but for the body that was sent last, which only the webhook's owner sees.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Text

from hookline.kernel.entity import Id
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment, json_type

# `user` is the owner, with whose rights bodies are written. `events` are names such as "deal.created", or "*". `failures` counts
# the attempts that failed since one did not. `paused` says why it rests: "" (it does not), "hand", "failures", "owner".
webhook = house_table(
    "webhook",
    Column("id", Id, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("url", String(1000), nullable=False),
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("events", json_type(), nullable=False),
    Column("secret", String(500), nullable=False),
    Column("paused", String(20), nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("created_at", Moment(), nullable=False),
)

# One event for one webhook. `event` is the event's id, the same for every webhook and every attempt. `due_at` is when it may be
# taken: for the first time, again, or away from a worker that has died with it; empty once it is done or parked.
webhook_delivery = house_table(
    "webhook_delivery",
    Column("id", Id, primary_key=True),
    Column("webhook", Id, ForeignKey("webhook.id", ondelete="CASCADE"), nullable=False),
    Column("event", String(40), nullable=False),
    Column("name", String(200), nullable=False),
    Column("entity", String(100), nullable=False),
    Column("record", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Moment(), nullable=False),
    Column("by", BigInteger),
    Column("told", json_type(), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Moment()),
    Column("done_at", Moment()),
    Column("took", Integer),
    Column("status", Integer),
    Column("sent", Text),
    Column("answer", Text),
    Column("error", String(300)),
    Index("ix_webhook_delivery_webhook", "webhook", "id"),
    Index("ix_webhook_delivery_record", "entity", "record"),
)
DUE = webhook_delivery.c.due_at.is_not(None)
Index(
    "ix_webhook_delivery_due", webhook_delivery.c.due_at, webhook_delivery.c.id, sqlite_where=DUE, postgresql_where=DUE
)  # fmt: skip
