"""Jobs: work that waits in the database for a worker. Here is what others do with them; `runs` runs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, bindparam, case, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hookline.kernel.db import Transaction
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.tables import job

KEPT: Final = timedelta(days=90)


class JobState(StrEnum):
    """Where a job stands. `stopping` is running with a wish that it ends; `parked` has failed for good."""

    waiting = "waiting"
    running = "running"
    stopping = "stopping"
    done = "done"
    parked = "parked"
    cancelled = "cancelled"


ENDED: Final = (JobState.done, JobState.parked, JobState.cancelled)


@dataclass(frozen=True)
class Job:
    """A job as it stands. `total` is None while its size is not known."""

    id: int
    name: str
    args: Mapping[str, Any]
    user: int | None
    state: JobState
    run_at: datetime
    attempts: int
    progress: int
    total: int | None
    result: Mapping[str, Any] | None
    error: str | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in ENDED


def enqueue(
    tx: Transaction, name: str, args: Mapping[str, Any], *, now: datetime, run_at: datetime | None = None,
    unique_key: str | None = None, user: int | None = None,
) -> int | None:  # fmt: skip
    """Leave a job for the worker, with this transaction, and return its id.

    `name` is the contribution's key, "<plugin>.<function>"; `args` must be JSON. The job runs with the rights
    that `user` has then, or without a user with the house's. When a kept job already has this `unique_key`,
    nothing is left and the answer is None.
    """
    starts = run_at or now
    row = {
        "name": name, "args": dict(args), "unique_key": unique_key, "user": user, "state": JobState.waiting,
        "run_at": starts, "due_at": starts, "created_at": now,
    }  # fmt: skip
    insert = sqlite.insert if tx.sqlite else postgresql.insert
    statement = (
        insert(job).values(row).on_conflict_do_nothing(index_elements=["unique_key"]).returning(job.c.id)
    )
    tx.rings = True
    found = tx.run(statement, why="jobs").scalar()
    return None if found is None else int(found)


def find_job(tx: Transaction, id: int) -> Job | None:
    """One job; None when there is none."""
    return next(iter(_jobs(tx, _columns().where(job.c.id == id))), None)


def list_jobs(
    tx: Transaction,
    *,
    state: JobState | None = None,
    user: int | None = None,
    name: str | None = None,
    limit: int = 100,
) -> Sequence[Job]:
    """Jobs, newest first."""
    asked = ((job.c.state, state), (job.c.user, user), (job.c.name, name))
    statement = _columns().where(*(column == value for column, value in asked if value is not None))
    return _jobs(tx, statement.order_by(job.c.id.desc()).limit(limit))


def cancel(tx: Transaction, id: int, now: datetime) -> bool:
    """End a job: at once when it waits or is parked, soon when it runs. False when it has ended."""
    ends = job.c.state.in_((JobState.waiting, JobState.parked))
    runs = job.c.state == JobState.running
    values = {
        "state": case((runs, JobState.stopping.value), else_=JobState.cancelled.value),
        "due_at": case((runs, job.c.due_at), else_=None),
        "finished_at": case((runs, None), else_=now),
    }
    return tx.run(update(job).where(job.c.id == id, ends | runs).values(values), why="jobs").rowcount == 1


def replay(tx: Transaction, id: int, now: datetime) -> bool:
    """Try a parked job again from the beginning. False when it is not parked."""
    parked = update(job).where(job.c.id == id, job.c.state == JobState.parked)
    again = {"state": JobState.waiting, "due_at": now, "run_at": now, "attempts": 0, "finished_at": None}
    tx.rings = True
    return tx.run(parked.values(again), why="jobs").rowcount == 1


def is_due(tx: Transaction, host: PluginHost, now: datetime) -> bool:
    """Whether a job waits to be run here; one cheap statement."""
    known = [c.key for c in host.of_kind("job")]
    return bool(tx.run(_IS_DUE, {"now": now, "names": known}, why="jobs").scalar_one())


def count_missed(tx: Transaction, host: PluginHost, since: datetime) -> int:
    """How many jobs that a worker here could run have waited since then or longer."""
    known = [c.key for c in host.of_kind("job")]
    waits = (job.c.state == JobState.waiting, job.c.due_at <= since, job.c.name.in_(known))
    return int(tx.run(select(func.count()).where(*waits), why="jobs").scalar_one())


def count_parked(tx: Transaction) -> int:
    """How many jobs have failed for good."""
    statement = select(func.count()).where(job.c.state == JobState.parked)
    return int(tx.run(statement, why="jobs").scalar_one())


def prune(tx: Transaction, now: datetime) -> int:
    """Forget jobs that ended long ago. Returns how many."""
    old = job.c.finished_at < now - KEPT
    return tx.run(delete(job).where(old, job.c.due_at.is_(None)), why="housekeeping").rowcount


_IS_DUE: Final = select(
    exists().where(job.c.due_at <= bindparam("now"), job.c.name.in_(bindparam("names", expanding=True)))
)


def _columns() -> Select[Any]:
    return select(*(job.c[name] for name in Job.__dataclass_fields__))


def _jobs(tx: Transaction, statement: Select[Any]) -> list[Job]:
    return [
        Job(**{**row, "state": JobState(row["state"])}) for row in tx.run(statement, why="jobs").mappings()
    ]
