"""The clock of the jobs: keeps the next run of every job that has a `cron` waiting among the jobs (UTC)."""

from datetime import datetime, timedelta
from typing import Any, Final

from cronsim import CronSim
from sqlalchemy import delete, select

from hookline.kernel.background.jobs import JobState, enqueue
from hookline.kernel.db import Transaction
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.tables import job

_LOOK_AGAIN: Final = timedelta(hours=1)


def schedule(home: Installation) -> datetime:
    """Leave the coming run of every scheduled job, once, however many workers do so; when to look again.

    Of runs that were missed while no worker was there, only the latest is made up for.
    """
    timed = [c for c in home.host.of_kind("job") if c.options.get("cron")]
    now = home.clock()
    if not timed:
        return now + _LOOK_AGAIN
    with home.database.write(durable=False) as tx:
        return min(_schedule(tx, contribution, now) for contribution in timed)


def _schedule(tx: Transaction, timed: Contribution, now: datetime) -> datetime:
    latest, coming = last_tick(timed.options["cron"], now), next_tick(timed.options["cron"], now)
    waiting = _waiting(tx, timed.key)
    stale = [w for w in waiting if w.unique_key not in (_tick(timed.key, latest), _tick(timed.key, coming))]
    if stale:
        tx.run(delete(job).where(job.c.id.in_([w.id for w in stale])), why="schedule")
    if any(w.run_at <= now for w in stale):
        enqueue(tx, timed.key, {}, now=now, run_at=latest, unique_key=_tick(timed.key, latest))
    enqueue(tx, timed.key, {}, now=now, run_at=coming, unique_key=_tick(timed.key, coming))
    return coming


def last_tick(cron: str, now: datetime) -> datetime:
    """The latest moment up to now that the expression names."""
    return next(CronSim(cron, now + timedelta(microseconds=1), reverse=True))


def next_tick(cron: str, now: datetime) -> datetime:
    """The first moment after now that the expression names."""
    return next(CronSim(cron, now))


def _waiting(tx: Transaction, key: str) -> list[Any]:
    mine = (
        job.c.name == key,
        job.c.state == JobState.waiting,
        job.c.unique_key.startswith(f"{key}@", autoescape=True),
    )
    return list(tx.run(select(job.c.id, job.c.unique_key, job.c.run_at).where(*mine), why="schedule"))


def _tick(key: str, at: datetime) -> str:
    return f"{key}@{at.isoformat()}"
