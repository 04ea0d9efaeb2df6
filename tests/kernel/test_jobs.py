"""Jobs: left with a transaction, run with somebody's rights, tried again, parked, cancelled, taken over from the dead."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from hookline.errors import Forbidden
from hookline.kernel.actor import Actor, Level
from hookline.kernel.background import jobs
from hookline.kernel.background.jobs import Job, JobState, enqueue, find_job
from hookline.kernel.background.runs import ATTEMPTS, JobLost, JobRun, _take, run_next
from hookline.kernel.db import Transaction
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.tables import job
from sqlalchemy import func, select, update

from tests.kernel.mill import Clock, Sack, open_mill

ADA = Actor(user=7, name="Ada", grants={("mill_sack", "create"): Level.all})


def load_actor(tx: Transaction, user: int) -> Actor | None:
    return ADA if user == ADA.user else None


def leave(home: Installation, name: str, **how: object) -> int:
    with home.database.write() as tx:
        id = enqueue(tx, name, how.pop("args", {}), now=home.clock(), **how)  # type: ignore[arg-type]  # a test's shorthand
    assert id is not None
    return id


def run_one(home: Installation, going_down: threading.Event | None = None) -> bool:
    return run_next(home, load_actor, "worker 1", going_down or threading.Event())


def seen(home: Installation, id: int) -> Job:
    with home.database.read() as tx:
        found = find_job(tx, id)
    assert found is not None
    return found


def count_sacks(home: Installation) -> int:
    with home.database.read() as tx:
        return int(tx.run(select(func.count()).select_from(Sack), why="test").scalar_one())


def do_nothing(run: JobRun) -> None:
    """The shortest job."""


def worked(work: Callable[[JobRun], None], **how: int) -> Plugin:
    """A plugin `hand` with one job `work`."""
    hand = Plugin("hand")

    @hand.job(**how)  # type: ignore[arg-type]  # attempts only
    def work_(run: JobRun) -> None:
        work(run)

    return hand


def test_a_job_runs_once_with_its_arguments_and_keeps_its_result(mill_url: str) -> None:
    def grind(run: JobRun) -> None:
        run.progress(1, 4)
        with run.transaction() as gate:
            gate.create(Sack, {"name": run.args["name"]})
            assert gate.cause == f"job:{run.id}"
        run.progress(4)
        run.result = {"ground": 1}

    with open_mill(mill_url, worked(grind)) as home:
        id = leave(home, "hand.work_", args={"name": "rye"})
        assert seen(home, id).state == JobState.waiting
        assert run_one(home)
        assert not run_one(home)
        done = seen(home, id)
        assert (done.state, done.progress, done.total, done.result) == (JobState.done, 4, 4, {"ground": 1})
        assert (done.attempts, done.finished_at, done.error) == (1, home.clock(), None)
        assert count_sacks(home) == 1


def test_a_job_that_was_rolled_back_was_never_left(mill_url: str) -> None:
    with open_mill(mill_url, worked(do_nothing)) as home:
        with pytest.raises(ZeroDivisionError), home.database.write() as tx:
            _ = (enqueue(tx, "hand.work_", {}, now=home.clock()) or 1) / 0
        assert not run_one(home)


def test_jobs_wait_for_their_time_and_run_in_its_order(mill_url: str) -> None:
    clock, ran = Clock(), list[str]()
    with open_mill(mill_url, worked(lambda run: ran.append(run.args["n"])), clock=clock) as home:
        leave(home, "hand.work_", args={"n": "later"}, run_at=clock.now + timedelta(hours=2))
        leave(home, "hand.work_", args={"n": "soon"}, run_at=clock.now + timedelta(hours=1))
        assert not run_one(home)
        clock.pass_(hours=3)
        assert run_one(home)
        assert run_one(home)
    assert ran == ["soon", "later"]


def test_a_key_lets_a_job_be_left_only_once(mill_url: str) -> None:
    with open_mill(mill_url, worked(do_nothing)) as home, home.database.write() as tx:
        assert enqueue(tx, "hand.work_", {}, now=home.clock(), unique_key="monday") is not None
        assert enqueue(tx, "hand.work_", {}, now=home.clock(), unique_key="monday") is None
        assert enqueue(tx, "hand.work_", {}, now=home.clock(), unique_key="tuesday") is not None
        assert enqueue(tx, "hand.work_", {}, now=home.clock()) is not None
        assert enqueue(tx, "hand.work_", {}, now=home.clock()) is not None


def test_a_job_has_the_rights_that_its_user_has_when_it_runs(mill_url: str) -> None:
    users = list[int | None]()

    def grind(run: JobRun) -> None:
        with run.transaction() as gate:
            users.append(gate.actor.user)
            gate.create(Sack, {"name": "rye"})

    with open_mill(mill_url, worked(grind, attempts=1)) as home:
        by_ada, by_nobody, by_the_house = (leave(home, "hand.work_", user=user) for user in (7, 8, None))
        while run_one(home):
            pass
        assert seen(home, by_ada).state == JobState.done
        assert seen(home, by_the_house).state == JobState.done
        assert seen(home, by_nobody).state == JobState.parked
        assert Forbidden.__name__ in (seen(home, by_nobody).error or "")
        assert users == [7, None]
        assert count_sacks(home) == 2


def test_a_failing_job_is_tried_with_growing_pauses_then_parked_and_can_be_replayed(
    mill_url: str,
) -> None:
    clock, mended, tries = Clock(), threading.Event(), list[float]()
    started = clock.now

    def grind(run: JobRun) -> None:
        tries.append((clock.now - started).total_seconds())
        with run.transaction() as gate:
            gate.create(Sack, {"name": "rye"})
            if not mended.is_set():
                raise RuntimeError("the stone broke")

    with open_mill(mill_url, worked(grind), clock=clock) as home:
        id = leave(home, "hand.work_")
        for _ in range(40):
            run_one(home)
            clock.pass_(seconds=10)
        assert tries == [0, 10, 30, 70, 150]
        parked = seen(home, id)
        assert (parked.state, parked.attempts) == (JobState.parked, ATTEMPTS)
        assert "RuntimeError: the stone broke" in (parked.error or "")
        mended.set()
        with home.database.write() as tx:
            assert jobs.count_parked(tx) == 1
            assert jobs.replay(tx, id, clock.now)
            assert not jobs.replay(tx, id, clock.now)
        assert run_one(home)
        assert seen(home, id).state == JobState.done
        assert count_sacks(home) == 1


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_look_up(mill_url: str) -> None:
    def grind(run: JobRun) -> None:
        with run.transaction() as gate:
            gate.create(Sack, {"name": "before"})
        with run.database.write() as tx:
            assert jobs.cancel(tx, run.id, run.now)
        with run.transaction() as gate:
            gate.create(Sack, {"name": "while"})
        run.check()
        raise AssertionError("it should have stopped")

    with open_mill(mill_url, worked(grind)) as home:
        running, waiting = leave(home, "hand.work_"), leave(home, "hand.work_")
        with home.database.write() as tx:
            assert jobs.cancel(tx, waiting, home.clock())
            assert not jobs.cancel(tx, waiting, home.clock())
        assert run_one(home)
        assert not run_one(home)
        assert seen(home, running).state == JobState.cancelled
        assert seen(home, waiting).state == JobState.cancelled
        assert count_sacks(home) == 2


def test_a_job_that_stops_because_the_worker_goes_down_waits_for_the_next_worker(mill_url: str) -> None:
    going_down = threading.Event()

    def grind(run: JobRun) -> None:
        done = (run.result or {"done": 0})["done"]
        while done < 4:
            with run.transaction() as gate:
                gate.create(Sack, {"name": f"sack {done}"})
                done += 1
                run.result = {"done": done}
            if done == 2 and run.attempt == 1 and not going_down.is_set():
                going_down.set()
            run.check()

    with open_mill(mill_url, worked(grind)) as home:
        id = leave(home, "hand.work_")
        assert run_one(home, going_down)
        stopped = seen(home, id)
        assert (stopped.state, stopped.attempts, stopped.result) == (JobState.waiting, 0, {"done": 2})
        assert run_one(home)
        assert seen(home, id).state == JobState.done
        assert count_sacks(home) == 4


def test_a_result_set_in_a_transaction_that_failed_is_not_kept(mill_url: str) -> None:
    def grind(run: JobRun) -> None:
        run.result = {"done": 1}
        with run.transaction():
            run.result = {"done": 2}
            raise RuntimeError

    with open_mill(mill_url, worked(grind)) as home:
        id = leave(home, "hand.work_")
        run_one(home)
        assert seen(home, id).result == {"done": 1}


def test_what_a_dead_worker_held_is_run_by_another_and_the_dead_one_can_write_nothing(
    mill_url: str,
) -> None:
    clock, held = Clock(), list[JobRun]()

    def grind(run: JobRun) -> None:
        if not held:
            held.append(run)
            clock.pass_(minutes=2)
            assert run_one(home), "another worker takes the job over"
        with run.transaction() as gate:
            gate.create(Sack, {"name": f"attempt {run.attempt}"})

    with open_mill(mill_url, worked(grind), clock=clock) as home:
        id = leave(home, "hand.work_")
        assert run_one(home)
        done = seen(home, id)
        assert (done.state, done.attempts) == (JobState.done, 2)
        assert count_sacks(home) == 1
        with pytest.raises(JobLost), held[0].transaction() as gate:
            gate.create(Sack, {"name": "from the dead"})
        assert count_sacks(home) == 1


def test_a_job_that_kills_its_workers_is_parked(mill_url: str) -> None:
    clock = Clock()
    with open_mill(mill_url, worked(do_nothing), clock=clock) as home:
        handlers = {c.key: c for c in home.host.all() if c.kind == "job"}
        id = leave(home, "hand.work_")
        for _ in range(ATTEMPTS):
            assert _take(home, handlers, "worker 1") is not None
            assert _take(home, handlers, "worker 2") is None
            clock.pass_(minutes=2)
        assert run_one(home)
        assert seen(home, id).state == JobState.parked
        assert "worker 1 was gone" in (seen(home, id).error or "")


def test_a_job_somebody_wants_to_end_is_not_taken_up_again(mill_url: str) -> None:
    clock = Clock()
    with open_mill(mill_url, worked(do_nothing), clock=clock) as home:
        handlers = {c.key: c for c in home.host.all() if c.kind == "job"}
        id = leave(home, "hand.work_")
        _take(home, handlers, "worker 1")
        with home.database.write() as tx:
            jobs.cancel(tx, id, clock.now)
        clock.pass_(minutes=2)
        assert run_one(home)
        assert seen(home, id).state == JobState.cancelled


def test_jobs_of_plugins_that_are_not_here_wait(mill_url: str) -> None:
    with open_mill(mill_url, worked(do_nothing)) as home:
        id = leave(home, "elsewhere.work")
        with home.database.read() as tx:
            assert not jobs.is_due(tx, home.host, home.clock())
        assert not run_one(home)
        assert seen(home, id).state == JobState.waiting


def test_parallel_workers_run_each_job_once(mill_url: str) -> None:
    ran, lock = list[int](), threading.Lock()

    def grind(run: JobRun) -> None:
        with lock:
            ran.append(run.args["n"])

    with open_mill(mill_url, worked(grind)) as home:
        with home.database.write() as tx:
            for n in range(60):
                enqueue(tx, "hand.work_", {"n": n}, now=home.clock())

        def work() -> None:
            while run_one(home):
                pass

        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sorted(ran) == list(range(60))


def test_progress_can_be_seen_from_outside_while_the_job_runs(mill_url: str) -> None:
    shown = list[tuple[int, int | None]]()

    def grind(run: JobRun) -> None:
        run.progress(3, 10)
        with run.transaction() as gate:
            gate.create(Sack, {"name": "rye"})
            run.progress(7)
            before = seen(home, run.id)
        after = seen(home, run.id)
        shown.extend((j.progress, j.total) for j in (before, after))

    with open_mill(mill_url, worked(grind)) as home:
        leave(home, "hand.work_")
        run_one(home)
    assert shown == [(3, 10), (7, 10)]


def test_lists_find_by_state_user_and_name(mill_url: str) -> None:
    with open_mill(mill_url, worked(do_nothing)) as home:
        first, second = leave(home, "hand.work_", user=7), leave(home, "hand.work_")
        with home.database.write() as tx:
            jobs.cancel(tx, second, home.clock())
            assert [j.id for j in jobs.list_jobs(tx)] == [second, first]
            assert [j.id for j in jobs.list_jobs(tx, state=JobState.cancelled)] == [second]
            assert [j.id for j in jobs.list_jobs(tx, user=7)] == [first]
            assert jobs.list_jobs(tx, name="hand.other") == []
            assert find_job(tx, 10**6) is None


def test_only_jobs_that_ended_long_ago_are_forgotten(mill_url: str) -> None:
    clock = Clock()
    with open_mill(mill_url, worked(do_nothing), clock=clock) as home:
        old, waiting = leave(home, "hand.work_"), leave(home, "elsewhere.work")
        run_one(home)
        clock.pass_(days=91)
        young = leave(home, "hand.work_")
        run_one(home)
        with home.database.write() as tx:
            assert jobs.prune(tx, clock.now) == 1
            assert find_job(tx, old) is None
            assert [j.id for j in jobs.list_jobs(tx)] == [young, waiting]


def test_a_heartbeat_holds_a_job_that_takes_long(mill_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, held = Clock(), threading.Event()
    monkeypatch.setattr("hookline.kernel.background.runs.LEASE", timedelta(milliseconds=40))

    def grind(run: JobRun) -> None:
        with run.database.write() as tx:
            tx.run(update(job).values(due_at=clock.now - timedelta(days=1)), why="test")
        while not held.is_set():
            with run.database.read() as tx:
                if tx.run(select(job.c.due_at), why="test").scalar_one() > clock.now:
                    held.set()

    with open_mill(mill_url, worked(grind), clock=clock) as home:
        leave(home, "hand.work_")
        assert run_one(home)
    assert held.is_set()
