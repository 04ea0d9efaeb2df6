"""/settings/jobs: what works in the background, and what failed there for good and can be tried again."""

from collections.abc import Mapping
from typing import Any, Final

from hookline.crm.audit.trail import note
from hookline.errors import NotFound, Text
from hookline.kernel.background import jobs, outbox
from hookline.kernel.background.jobs import Job, JobState
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.visit import Answer, Visit

door = Doors()

NEEDS: Final = "admin.jobs"
_MOST: Final = 50
_STATES: Final = {
    JobState.waiting: (Text("Waiting"), "gray"),
    JobState.running: (Text("Running"), "blue"),
    JobState.stopping: (Text("Stopping"), "amber"),
    JobState.done: (Text("Done"), "green"),
    JobState.parked: (Text("Failed"), "red"),
    JobState.cancelled: (Text("Cancelled"), "gray"),
}
_GROUPS: Final = (
    ("failed", Text("Failed"), (JobState.parked,)),
    ("running", Text("Running"), (JobState.running, JobState.stopping)),
    ("waiting", Text("Waiting"), (JobState.waiting,)),
    ("ended", Text("Lately"), (JobState.done, JobState.cancelled)),
)


@door("GET", "/settings/jobs", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """Jobs and deliveries, those that failed first."""
    groups = [
        {"key": key, "label": visit.say(label), "jobs": _jobs(visit, states)}
        for key, label, states in _GROUPS
    ]
    waiting, parked = outbox.count_open(visit.tx)
    return visit.page(
        "admin/jobs.html",
        page_title=visit.say("Background work"),
        crumbs=trail(visit),
        groups=groups,
        waiting=waiting,
        parked=parked,
        failures=jobs.count_parked(visit.tx),
        deliveries=[_delivery(visit, row) for row in outbox.list_parked(visit.tx, _MOST)],
    )


@door("POST", "/settings/jobs/{id:int}/replay", needs=NEEDS)
def replay_job(visit: Visit) -> Answer:
    """Try a failed job again from the beginning."""
    if not jobs.replay(visit.tx, visit.path_id, visit.gate.now):
        raise NotFound
    note(visit.gate, "job.replayed", job=visit.path_id)
    return visit.see("/settings/jobs", done=Text("The job is tried again."))


@door("POST", "/settings/jobs/{id:int}/cancellation", needs=NEEDS)
def cancel_job(visit: Visit) -> Answer:
    """End a job: at once when it waits, soon when it runs."""
    if not jobs.cancel(visit.tx, visit.path_id, visit.gate.now):
        raise NotFound
    note(visit.gate, "job.cancelled", job=visit.path_id)
    return visit.see("/settings/jobs", done=Text("The job ends."))


@door("POST", "/settings/deliveries/{id:int}/replay", needs=NEEDS)
def replay_delivery(visit: Visit) -> Answer:
    """Take an event once more to the subscriber that failed on it."""
    if not outbox.replay(visit.tx, visit.path_id, visit.value("subscriber")[:200], visit.gate.now):
        raise NotFound
    note(visit.gate, "delivery.replayed", event=visit.path_id, subscriber=visit.value("subscriber")[:200])
    return visit.see("/settings/jobs", done=Text("The delivery is tried again."))


def _jobs(visit: Visit, states: tuple[JobState, ...]) -> list[Mapping[str, Any]]:
    found = [job for state in states for job in jobs.list_jobs(visit.tx, state=state, limit=_MOST)]
    return [_line(visit, job) for job in sorted(found, key=lambda job: -job.id)[:_MOST]]


def _line(visit: Visit, job: Job) -> Mapping[str, Any]:
    label, tone = _STATES[job.state]
    person = visit.directory.people.get(job.user or 0)
    return {
        "id": job.id,
        "name": job.name,
        "state": visit.say(label),
        "tone": tone,
        "who": person.name if person else "",
        "when": visit.fmt.datetime(job.finished_at or job.run_at),
        "attempts": job.attempts,
        "error": job.error or "",
        "done": job.progress,
        "total": job.total,
        "may_cancel": job.state == JobState.running
        or (job.state == JobState.waiting and job.user is not None),
        "may_replay": job.state == JobState.parked,
        "later": job.state == JobState.waiting and job.run_at > visit.gate.now,
    }


def _delivery(visit: Visit, row: Mapping[str, Any]) -> Mapping[str, Any]:
    info = visit.gate.schema.entities.get(row["entity"])
    return {
        "event": row["event"],
        "name": row["name"],
        "subscriber": row["subscriber"],
        "attempts": row["attempts"],
        "error": row["error"] or "",
        "when": visit.fmt.datetime(row["at"]),
        "record": f"#{row['record']}" if row["record"] else "",
        "url": f"/{info.cls.slug}/{row['record']}" if info and info.cls.menu else "",
        # An own event may be about no record; its name says what it is.
        "what": visit.say(info.cls.label) if info else "" if row["entity"] == row["name"] else row["entity"],
    }
