"""`JobRun`: one run of one job, from a worker's taking it to its end; what the job's function gets.

Taking a job puts off the moment at which another worker may take it; a thread puts it off further while the
job runs. So what a killed worker held is taken again. Each taking has a number, and every transaction of a
run ends with a check that its number still stands: a run that was taken for dead can write nothing more.
"""

import logging
import threading
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

from sqlalchemy import select, update

from hookline.errors import Forbidden, Text
from hookline.kernel.actor import Actor, house
from hookline.kernel.background.jobs import JobState
from hookline.kernel.db import Database, Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.tables import job

log = logging.getLogger("hookline.jobs")

ActorLoader = Callable[[Transaction, int], Actor | None]

ATTEMPTS: Final = 5
LEASE: Final = timedelta(minutes=1)
_FIRST_PAUSE: Final = timedelta(seconds=10)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_SHOW_EVERY: Final = 0.25


class JobStopped(Exception):
    """Raised by `JobRun.check`: somebody cancelled the job, or the worker is going down. Let it pass."""


class JobLost(Exception):
    """Another worker has taken this job since; what the open transaction wrote is undone. Let it pass."""


@dataclass
class JobRun:
    """One run of a job: `args` as they were enqueued; set `result` (JSON) to what screens shall show.

    `result` is kept with every transaction and is there again when the job is taken up after a failure or a
    kill, so it can hold how far the work has come. A job may be run more than once; what a transaction has
    committed does not come undone. `cancelled` says that somebody wants the job to end, some seconds later.
    """

    home: Installation
    id: int
    name: str
    args: Mapping[str, Any]
    user: int | None
    attempt: int
    load_actor: ActorLoader
    going_down: threading.Event
    claim: int = field(repr=False)
    result: Mapping[str, Any] | None = None
    done: int = 0
    total: int | None = None
    cancelled: bool = False
    _shown: float = field(default=0.0, repr=False)
    _inside: bool = field(default=False, repr=False)

    @property
    def database(self) -> Database:
        """The database, for what must not happen in the gate's transaction."""
        return self.home.database

    @property
    def now(self) -> datetime:
        """The time, aware, UTC."""
        return self.home.clock()

    def check(self) -> None:
        """Raise JobStopped when the work should stop here. Call it between the pieces of long work.

        This, `progress` and each transaction are signs of life; a job without any is taken for hung after a while.
        """
        self.home.host.watch.alive()
        if self.cancelled or self.going_down.is_set():
            raise JobStopped

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far the work has come. Kept a few times a second, or with the open transaction."""
        self.home.host.watch.alive()
        self.done, self.total = done, self.total if total is None else total
        if not self._inside and (monotonic() - self._shown > _SHOW_EVERY or done == self.total):
            with self.database.write(durable=False) as tx:
                self.hold(tx, result=self.result)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Gate]:
        """A writing gate with the rights of who enqueued the job. Commits at the end of the block.

        JobLost is raised, and nothing written, when the job is no longer ours.
        """
        before = self.result
        self.home.host.watch.alive()
        try:
            with self.database.write(durable=durable) as tx:
                self._inside = True
                yield self._gate(tx)
                self.hold(tx, result=self.result)
        except BaseException:
            # What was to be kept with this transaction is as undone as the rest of it.
            self.result = before
            raise
        finally:
            self._inside = False

    @contextmanager
    def reading(self) -> Iterator[Gate]:
        """A gate that only reads, with the rights of who enqueued the job."""
        with self.database.read() as tx:
            yield self._gate(tx)

    def hold(self, tx: Transaction, **kept: Any) -> None:
        """Keep the job a while longer, and how far it has come. JobLost when another worker has taken it."""
        values = {"progress": self.done, "total": self.total, "due_at": self.now + LEASE, **kept}
        state = tx.run(self.mine().values(values).returning(job.c.state), why="jobs").scalar()
        self.cancelled = state != JobState.running
        if state is None:
            raise JobLost
        self._shown = monotonic()

    def mine(self) -> Any:
        """The statement that changes this job's row as long as it is ours."""
        held = job.c.state.in_((JobState.running, JobState.stopping))
        return update(job).where(job.c.id == self.id, job.c.claims == self.claim, held)

    def _gate(self, tx: Transaction) -> Gate:
        actor = house(f"job {self.name}") if self.user is None else self.load_actor(tx, self.user)
        if actor is None:
            raise Forbidden(Text("Whoever started this may no longer work here."))
        return self.home.gate(tx, actor, cause=f"job:{self.id}")


def run_next(home: Installation, load_actor: ActorLoader, worker: str, going_down: threading.Event) -> bool:
    """Run the job that has been due longest. False when there is none."""
    handlers = {c.key: c for c in home.host.of_kind("job")}
    row = _take(home, handlers, worker)
    if row is None:
        return False
    if row["state"] == JobState.running:
        run = JobRun(
            home, row["id"], row["name"], row["args"], row["user"], row["attempts"], load_actor, going_down,
            row["claims"], row["result"], row["progress"], row["total"],
        )  # fmt: skip
        _run(run, handlers[run.name])
    return True


def _take(home: Installation, handlers: Mapping[str, Contribution], worker: str) -> Mapping[str, Any] | None:
    """Take a job and return its row; one that has killed every worker that took it is parked instead."""
    now = home.clock()
    with home.database.write(durable=False) as tx:
        found = tx.run(_next_due(handlers, now), why="jobs").mappings().first()
        if found is None:
            return None
        values = {
            "claims": found["claims"] + 1,
            **_after_taking(dict(found), handlers[found["name"]], worker, now),
        }
        tx.run(update(job).where(job.c.id == found["id"]).values(values), why="jobs")
        return {**found, **values}


def _next_due(names: Collection[str], now: datetime) -> Any:
    due = select(job).where(job.c.due_at <= now, job.c.name.in_(sorted(names)))
    return due.order_by(job.c.due_at, job.c.id).limit(1).with_for_update(skip_locked=True)


def _after_taking(
    found: Mapping[str, Any], handler: Contribution, worker: str, now: datetime
) -> dict[str, Any]:
    if found["state"] == JobState.stopping:
        return {"state": JobState.cancelled, "due_at": None, "finished_at": now}
    if found["attempts"] >= _limit(handler):
        error = (
            f"{found['worker']} was gone before the job was; so were those before it.\n{found['error'] or ''}"
        )
        return {"state": JobState.parked, "due_at": None, "finished_at": now, "error": error}
    return {
        "state": JobState.running,
        "due_at": now + LEASE,
        "attempts": found["attempts"] + 1,
        "worker": worker,
    }


def _run(run: JobRun, handler: Contribution) -> None:
    try:
        with _heartbeat(run):
            handler.call(run)
    except JobLost:
        log.warning("job %s %s was taken by another worker", run.id, run.name)
    except JobStopped:
        _end(run, **_stopped(run))
    except Exception:  # noqa: BLE001  # a job may raise anything
        error = traceback.format_exc(limit=20)
        run.home.host.failed(handler, error)
        _end(run, **_failed(run, handler, error[-8000:]))
    else:
        _end(run, state=JobState.done, due_at=None, finished_at=run.now, error=None)


def _stopped(run: JobRun) -> dict[str, Any]:
    if run.cancelled:
        return {"state": JobState.cancelled, "due_at": None, "finished_at": run.now}
    # The worker goes down: the attempt does not count, another worker goes on.
    return {"state": JobState.waiting, "due_at": run.now, "attempts": run.attempt - 1}


def _failed(run: JobRun, handler: Contribution, error: str) -> dict[str, Any]:
    if run.attempt >= _limit(handler):
        return {"state": JobState.parked, "due_at": None, "finished_at": run.now, "error": error}
    pause = min(_FIRST_PAUSE * 2 ** (run.attempt - 1), _LONGEST_PAUSE)
    return {"state": JobState.waiting, "due_at": run.now + pause, "error": error}


def _end(run: JobRun, **values: Any) -> None:
    with run.database.write() as tx:
        kept = {"progress": run.done, "total": run.total, "result": run.result}
        tx.run(run.mine().values({**kept, **values}), why="jobs")


def _limit(handler: Contribution) -> int:
    return int(handler.options.get("attempts") or ATTEMPTS)


@contextmanager
def _heartbeat(run: JobRun) -> Iterator[None]:
    """Hold the job from a thread of its own while the block runs, or until this one is given up because it hangs."""
    over = threading.Event()
    here = threading.get_ident()
    beat = threading.Thread(target=_beat, args=(run, over, here), name=f"hold job {run.id}", daemon=True)
    beat.start()
    try:
        yield
    finally:
        over.set()
        beat.join()


def _beat(run: JobRun, over: threading.Event, thread: int) -> None:
    while not over.wait(LEASE.total_seconds() / 4):
        if thread in run.home.host.watch.lost:
            return
        try:
            with run.database.write(durable=False) as tx:
                run.hold(tx)
        except JobLost:
            return
        except Exception:
            log.exception("job %s could not be held; trying again", run.id)
