"""Lendings: the table of shares, and what of it every request must know: who lends the person records of which kind.

Apart from `shares`, whose verbs ask who everybody is.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    FromClause,
    Index,
    ScalarSelect,
    String,
    Text,
    cast,
    or_,
    select,
)

from hookline.kernel.actor import Actor, Lending
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.sql_texts import constant, strung
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
    Column("by", BigInteger, nullable=False),
    Column("reason", String(500), nullable=False, default=""),
    Column("created_at", Moment(), nullable=False),
    Index("ix_share_record", "entity", "record"),
    Index("ix_share_user", "user", "entity"),
    Index("ix_share_team", "team", "entity"),
)


def lent_to(person: FromClause, now: datetime | BindParameter[datetime]) -> ScalarSelect[Any]:
    """What is shared now with the people of a select over `user`, or their teams, as text: "deal/read/5,deal/edit/7"."""
    mine = or_(share.c.user == person.c.id, share.c.team == person.c.team)
    current = or_(share.c.expires_at.is_(None), share.c.expires_at > now)
    line = share.c.entity + constant("/") + share.c.right + constant("/") + cast(share.c.by, Text)
    lines = select(line.label("line")).where(mine, current).distinct().correlate(person).subquery()
    return select(strung(lines.c.line, ",")).scalar_subquery()


def read_lent(tx: Transaction, person: FromClause, user: int, now: datetime) -> str:
    """The same of one person, asked alone."""
    found = tx.run(select(lent_to(person, now)).where(person.c.id == user), why="rights").scalar()
    return str(found or "")


def lendings(lent: str, giver: Callable[[int], Actor | None]) -> tuple[Lending, ...]:
    """The lendings behind such a text. What comes from somebody who does not work here any more is left out."""
    found: dict[tuple[str, int], bool] = {}
    for line in lent.split(",") if lent else ():
        entity, right, by = line.split("/")
        found[entity, int(by)] = right == "edit" or found.get((entity, int(by)), False)
    return tuple(
        Lending(entity, edit, actor)
        for (entity, by), edit in sorted(found.items())
        if (actor := giver(by)) is not None
    )
