"""Housekeeping: what every installation forgets by itself."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Column, delete

from hookline.crm.core import core
from hookline.crm.desks import favourites
from hookline.crm.idempotency import kept_answer
from hookline.crm.notifications import inbox
from hookline.crm.sign_in.challenges import challenge
from hookline.crm.sign_in.links import one_use_link
from hookline.crm.sign_in.sessions import session
from hookline.crm.sign_in.throttles import WINDOW, failed_sign_in
from hookline.crm.webhooks import hooks
from hookline.kernel.background import jobs, outbox
from hookline.kernel.background.runs import JobRun

# The rows of these tables end by themselves: at this moment, and so much later nobody asks for them any more.
_ENDING: Final[tuple[tuple[Column[Any], timedelta], ...]] = (
    (challenge.c.expires_at, timedelta(0)),
    (failed_sign_in.c.at, WINDOW),
    (kept_answer.c.expires_at, timedelta(0)),
    (one_use_link.c.expires_at, timedelta(0)),
    (session.c.expires_at, timedelta(0)),
)


@core.job(cron="23 * * * *")
def forget_ended(run: JobRun) -> None:
    """Remove what is over: sessions, half-made sign-ins, links, failed tries, answers kept for repeated requests."""
    result = {}
    for ends, kept in _ENDING:
        with run.transaction(durable=False) as gate:
            over = delete(ends.table).where(ends <= run.now - kept)
            result[ends.table.name] = gate.tx.run(over, why="housekeeping").rowcount
    run.result = result


@core.job(cron="17 3 * * *")
def forget_old_work(run: JobRun) -> None:
    """Remove events and jobs that ended long ago, notifications that were read, what was opened, and what webhooks told."""
    with run.transaction(durable=False) as gate:
        run.result = {
            "events": outbox.prune(gate.tx, gate.host, run.now),
            "jobs": jobs.prune(gate.tx, run.now),
            "notifications": inbox.prune(gate.tx, run.now),
            "recent": favourites.prune(gate.tx, run.now),
            "webhooks": hooks.prune(gate.tx, run.now),
        }
