"""Crowds: what rules give one person in the course of a day is one notice, however many transactions it came in."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, select

from hookline.crm.notifications.tables import UNREAD, Kind, notification
from hookline.kernel.db import Transaction

# So many records given to somebody stand for themselves; of more there is one notice.
MOST_ALONE: Final = 3
_DAY: Final = timedelta(days=1)
_WHY: Final = "notifications"


def gather_up(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """These rows, to be written; what rules gave is put together with what stands unread since a day.

    What a colleague gives by hand stays a notice of its own: it came from somebody, and one at a time.
    """
    given = [row for row in rows if _is_by_rule(row)]
    if not given:
        return list(rows)
    standing, found = _standing(tx, given), [row for row in rows if not _is_by_rule(row)]
    for whose in sorted({_whose(row) for row in given}):
        new = [row for row in given if _whose(row) == whose]
        old = [row for row in standing if _whose(row) == whose]
        found += _together(tx, new, old)
    return found


def _together(
    tx: Transaction, new: Sequence[Mapping[str, Any]], old: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """Of one person and entity: the new rows as they are, or one in place of them and of the old ones."""
    alone = {row["record"] for row in (*new, *old)} - {0}
    if len(alone) <= MOST_ALONE and not any(row["record"] == 0 for row in (*new, *old)):
        return new
    tx.run(delete(notification).where(notification.c.id.in_([r["id"] for r in old if r["record"]])), why=_WHY)
    crowds = sum(row["count"] for row in new if not row["record"])
    return [{**new[-1], "record": 0, "count": len(alone) + crowds}]


def _standing(tx: Transaction, given: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    table = notification.c
    asked = select(table.id, table.user, table.entity, table.record).where(
        table.user.in_({row["user"] for row in given}),
        table.entity.in_({row["entity"] for row in given}),
        table.kind == Kind.assigned,
        table.by.is_(None),
        table.at > min(row["at"] for row in given) - _DAY,
        UNREAD,
    )
    return [dict(row) for row in tx.run(asked, why=_WHY).mappings()]


def _is_by_rule(row: Mapping[str, Any]) -> bool:
    return row["kind"] == Kind.assigned and row["by"] is None


def _whose(row: Mapping[str, Any]) -> tuple[int, str]:
    return row["user"], row["entity"]
