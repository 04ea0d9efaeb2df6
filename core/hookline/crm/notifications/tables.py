"""The tables of notifications: one row a person and matter, without a word of the record that it leads to."""

from enum import StrEnum
from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String

from hookline.kernel.entity import Id
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment, json_type


class Kind(StrEnum):
    """Why somebody is told."""

    mention = "mention"
    assigned = "assigned"
    due = "due"
    moved = "moved"
    shared = "shared"
    finished = "finished"


class Mail(StrEnum):
    """Whether a letter comes: never, at once, or with the others once a day."""

    never = ""
    once = "once"
    daily = "daily"


# `record` 0 stands for several records of the entity, `count` says how many. `count` of one record: how often it was told.
# `word` says what became of it; `detail` is the stage it went to, or the activity that mentions somebody. Titles are read when
# they are shown.
notification = house_table(
    "notification",
    Column("id", Id, primary_key=True),
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("entity", String(100), nullable=False),
    Column("record", BigInteger, nullable=False),
    Column("by", BigInteger),
    Column("at", Moment(), nullable=False),
    Column("count", Integer, nullable=False),
    Column("word", String(20), nullable=False),
    Column("detail", BigInteger),
    Column("shown", Boolean, nullable=False),
    Column("mail", String(10), nullable=False),
    Column("mailed_at", Moment()),
    Column("read_at", Moment()),
    Index("ix_notification_user", "user", "at"),
    Index("ix_notification_record", "entity", "record"),
)
UNREAD: Final = notification.c.read_at.is_(None)
# What comes again while nobody has read it is the same row.
MATTER: Final = ("user", "kind", "entity", "record")
Index(
    "ix_notification_unread",
    *(notification.c[name] for name in MATTER),
    unique=True,
    sqlite_where=UNREAD,
    postgresql_where=UNREAD,
)

# Nobody has a row before the first choice. `kinds` is {kind: [in the app, letter]}, `hour` that of the daily letter.
choice = house_table(
    "notification_choice",
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("kinds", json_type(), nullable=False),
    Column("hour", Integer, nullable=False),
)
