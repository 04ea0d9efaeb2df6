"""Reminding: an activity falls due, and whoever has to do it is told."""

from datetime import timedelta
from typing import Final

from sqlalchemy import and_, exists, func, or_, select

from hookline.crm.activities import Activity
from hookline.crm.core import core
from hookline.crm.notifications.tables import Kind, notification
from hookline.crm.notifications.telling import News, tell
from hookline.kernel.background.runs import JobRun

# What fell due longer ago, while no worker was there, stands under "overdue" on everybody's day.
BACK: Final = timedelta(hours=12)
_MOST: Final = 500


@core.job(cron="*/5 * * * *")
def remind(run: JobRun) -> None:
    """Tell of what fell due, at the moment set for reminding or else when it is due; once, until it is put off."""
    table, told = Activity.__table__.c, notification.c
    when = func.coalesce(table.reminder_at, table.due_at)
    since = run.now - BACK
    falls_due = or_(
        and_(table.reminder_at > since, table.reminder_at <= run.now),
        and_(table.reminder_at.is_(None), table.due_at > since, table.due_at <= run.now),
    )
    is_told = exists().where(
        told.user == table.owner,
        told.kind == Kind.due,
        told.entity == "activity",
        told.record == table.id,
        told.at >= when,
    )
    open_ = (table.done_at.is_(None), table.trashed_at.is_(None), table.owner.is_not(None))
    asked = select(table.id, table.owner).where(*open_, falls_due, ~is_told).order_by(table.id).limit(_MOST)
    with run.transaction(durable=False) as gate:
        for id, owner in gate.tx.run(asked, why="notifications").all():
            tell(gate.tx, News(owner, Kind.due, "activity", id, run.now))
