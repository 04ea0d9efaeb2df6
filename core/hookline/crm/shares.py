"""Shares: one record opened to one person or team, to read or to edit, for a while and for a stated reason."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Select, String, or_, select

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


def share_reaches(user: Any, team: Any, now: datetime) -> Select[Any]:
    """The shares that hold now for a user or the user's team; both may be columns of another table."""
    mine = or_(share.c.user == user, share.c.team == team)
    return select(share.c.id).where(mine, or_(share.c.expires_at.is_(None), share.c.expires_at > now))
