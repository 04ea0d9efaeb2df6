"""The schedule: every tick once, whoever looks, and of missed ticks the latest."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hookline.errors import PluginError
from hookline.kernel.actor import Actor
from hookline.kernel.background.jobs import JobState, list_jobs
from hookline.kernel.background.runs import JobRun
from hookline.kernel.background.schedule import last_tick, next_tick, schedule
from hookline.kernel.background.worker import Worker
from hookline.kernel.db import Transaction
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.plugin import Plugin
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.mill import Clock, open_mill


def bell(cron: str, rung: list[datetime]) -> Plugin:
    """A plugin that notes when its job runs."""
    plugin = Plugin("bell")

    @plugin.job(cron=cron)
    def ring(run: JobRun) -> None:
        rung.append(run.now)

    return plugin


def worker(home: Installation) -> Worker:
    return Worker(home, nobody)


def nobody(tx: Transaction, user: int) -> Actor | None:
    """No user of any number."""
    return None


def waiting(home: Installation) -> list[datetime]:
    with home.database.read() as tx:
        return sorted(j.run_at for j in list_jobs(tx, state=JobState.waiting))


def at(hour: int, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_a_scheduled_job_waits_for_its_next_tick_and_not_for_those_before_it_was_there(
    mill_url: str,
) -> None:
    rung = list[datetime]()
    with open_mill(mill_url, bell("0 6 * * *", rung)) as home:
        assert schedule(home) == at(6, day=3)
        assert waiting(home) == [at(6, day=3)]


def test_every_tick_runs_once_with_several_workers(mill_url: str) -> None:
    clock, rung = Clock(), list[datetime]()
    with open_mill(mill_url, bell("30 * * * *", rung), clock=clock) as home:
        workers = [worker(home) for _ in range(3)]
        for _ in range(24 * 4):
            for each in workers:
                each.run_once()
            clock.pass_(minutes=15)
    assert rung == [at(9) + timedelta(minutes=30, hours=n) for n in range(24)]


def test_of_missed_ticks_only_the_latest_is_made_up_for(mill_url: str) -> None:
    clock, rung = Clock(), list[datetime]()
    with open_mill(mill_url, bell("0 * * * *", rung), clock=clock) as home:
        worker(home).run_once()
        clock.pass_(hours=40, minutes=20)
        restarted = worker(home)
        restarted.run_once()
        restarted.run_once()
        assert rung == [clock.now]
        with home.database.read() as tx:
            (ran,) = list_jobs(tx, state=JobState.done)
        assert ran.run_at == at(1, day=4)
        assert waiting(home) == [at(2, day=4)]


def test_a_changed_expression_takes_the_place_of_the_old_one(mill_url: str) -> None:
    rung = list[datetime]()
    with open_mill(mill_url, bell("0 6 * * *", rung)) as home:
        schedule(home)
    with open_mill(mill_url, bell("0 7 * * *", rung)) as home:
        schedule(home)
        assert waiting(home) == [at(7, day=3)]


def test_workers_that_start_together_leave_one_run(mill_url: str) -> None:
    with open_mill(mill_url, bell("0 6 * * *", [])) as home:
        threads = [threading.Thread(target=schedule, args=(home,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert waiting(home) == [at(6, day=3)]


def test_an_expression_that_means_nothing_is_refused_where_it_is_written() -> None:
    with pytest.raises(PluginError, match="cron 'sometimes'"):
        Plugin("bell").job(cron="sometimes")


@given(st.floats(0, 3650), st.sampled_from(["* * * * *", "0 6 * * 1", "*/7 3 1 * *"]))
def test_now_lies_between_the_last_tick_and_the_next(days: float, cron: str) -> None:
    now = at(0) + timedelta(days=days)
    last, coming = last_tick(cron, now), next_tick(cron, now)
    assert last <= now < coming
    assert next_tick(cron, last) == coming
    assert last_tick(cron, last) == last
