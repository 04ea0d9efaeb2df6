"""The worker: wakes when there is something to do, lets nothing hold up the rest, and ends when it is asked to."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hookline.kernel.actor import Actor
from hookline.kernel.background import outbox
from hookline.kernel.background.jobs import JobState, enqueue, list_jobs
from hookline.kernel.background.runs import JobRun
from hookline.kernel.background.worker import Worker
from hookline.kernel.db import Bell, Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.rules import Change

from tests.kernel.mill import Sack, add_sacks, open_mill
from tests.kernel.worker_process import grinder

ROOT = Path(__file__).resolve().parents[2]
LONG = 30


def nobody(tx: Transaction, user: int) -> Actor | None:
    return None


@contextmanager
def working(home: Installation) -> Iterator[None]:
    """A worker that by itself looks only once an hour, in a thread of its own while the block runs."""
    stop = threading.Event()
    worker = threading.Thread(target=Worker(home, nobody, poll=3600).run_forever, args=(stop,))
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(LONG)
        assert not worker.is_alive()


def leave(home: Installation, name: str) -> None:
    with home.database.write() as tx:
        enqueue(tx, name, {}, now=home.clock())


def test_what_is_committed_in_its_process_wakes_the_worker(mill_url: str) -> None:
    plugin, heard, ran = Plugin("listener"), threading.Event(), threading.Event()

    @plugin.after_commit(Sack)
    def hear(event: Change, gate: Gate) -> None:
        heard.set()

    @plugin.job()
    def work(run: JobRun) -> None:
        ran.set()

    with open_mill(mill_url, plugin) as home, working(home):
        for happened, cause in (
            (heard, lambda: add_sacks(home, 1)),
            (ran, lambda: leave(home, "listener.work")),
        ):
            cause()
            assert happened.wait(LONG)


def test_a_long_job_does_not_hold_up_the_events(mill_url: str) -> None:
    plugin, began, heard, seen = Plugin("listener"), threading.Event(), threading.Event(), list[bool]()

    @plugin.after_commit(Sack)
    def hear(event: Change, gate: Gate) -> None:
        heard.set()

    @plugin.job()
    def work(run: JobRun) -> None:
        began.set()
        seen.append(heard.wait(LONG))

    with open_mill(mill_url, plugin) as home, working(home):
        leave(home, "listener.work")
        assert began.wait(LONG)
        add_sacks(home, 1)
        assert heard.wait(LONG)
    assert seen == [True]


def test_a_worker_in_trouble_looks_again(
    mill_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plugin, heard, tries, really = Plugin("listener"), threading.Event(), list[int](), outbox.is_due

    @plugin.after_commit(Sack)
    def hear(event: Change, gate: Gate) -> None:
        heard.set()

    def is_due(tx: Transaction, host: PluginHost, now: datetime) -> bool:
        tries.append(1)
        if len(tries) == 1:
            raise ConnectionError("the database was away")
        return really(tx, host, now)

    monkeypatch.setattr(outbox, "is_due", is_due)
    with open_mill(mill_url, plugin) as home:
        add_sacks(home, 1)
        with working(home):
            while not heard.wait(0.01):
                home.database.bell.ring()
    assert "the database was away" in caplog.text


def test_once_does_all_that_is_due_and_counts_it(mill_url: str) -> None:
    plugin = Plugin("listener")

    @plugin.after_commit(Sack)
    def answer(event: Change, gate: Gate) -> None:
        """Heard, and that is all."""

    @plugin.job()
    def work(run: JobRun) -> None:
        """Done, and that is all."""

    with open_mill(mill_url, plugin) as home:
        worker = Worker(home, nobody)
        add_sacks(home, 3)
        leave(home, "listener.work")
        assert worker.run_once() == 4
        assert worker.run_once() == 0


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_process_that_is_asked_to_end_leaves_its_job_for_the_next(
    mill_url: str, asked: signal.Signals
) -> None:
    with open_mill(mill_url, grinder) as home:
        with home.database.write() as tx:
            enqueue(tx, "grinder.grind", {}, now=datetime(2026, 1, 1, tzinfo=UTC))
        program = [sys.executable, "-m", "tests.kernel.worker_process", mill_url]
        with subprocess.Popen(
            program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "grinding\n"
            process.send_signal(asked)
            _, errors = process.communicate(timeout=LONG)
        assert (process.returncode, errors) == (0, "")
        with home.database.read() as tx:
            (left,) = list_jobs(tx)
    assert (left.state, left.attempts) == (JobState.waiting, 0)
    assert left.progress > 0


def test_a_ring_before_the_wait_is_not_missed() -> None:
    bell = Bell()
    before = bell.count()
    bell.ring()
    bell.wait(before, 3600)
    assert bell.count() == before + 1
