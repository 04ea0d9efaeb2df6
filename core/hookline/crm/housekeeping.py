"""Housekeeping: what every installation forgets by itself, once a night."""

from hookline.crm.core import core
from hookline.kernel.background import jobs, outbox
from hookline.kernel.background.runs import JobRun


@core.job(cron="17 3 * * *")
def forget_old_work(run: JobRun) -> None:
    """Remove events and jobs that ended long ago."""
    with run.transaction(durable=False) as gate:
        run.result = {
            "events": outbox.prune(gate.tx, gate.host, run.now),
            "jobs": jobs.prune(gate.tx, run.now),
        }
