"""Shares: one record opened to one person or team, to read or to edit, for a while and for a stated reason."""

from sqlalchemy import BigInteger, Column, Index, String

from hookline.kernel.entity import Id
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment

share = house_table(
    "share",
    Column("id", Id, primary_key=True),
    Column("entity", String(100), nullable=False),
    Column("record", BigInteger, nullable=False),
    Column("user", BigInteger),
    Column("team", BigInteger),
    Column("right", String(10), nullable=False),
    Column("expires_at", Moment()),
    Column("by", BigInteger),
    Column("reason", String(500), nullable=False, default=""),
    Index("ix_share_record", "entity", "record"),
    Index("ix_share_user", "user"),
    Index("ix_share_team", "team"),
)
