"""Several serving processes made by splitting one: they answer, are replaced, and end with it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from hookline.commands.workers import can_split

from tests.commands.serving import HOOKLINE, _address, _environment

pytestmark = pytest.mark.skipif(not can_split(), reason="only Linux splits processes safely")


@contextmanager
def _served(folder: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [*HOOKLINE, "serve", "--migrate", "--port", "0", "--workers", "2"]
    given = {"HOOKLINE_DATABASE_URL": f"sqlite:///{folder / 'house.db'}", "HOOKLINE_DATA_DIR": str(folder)}
    with subprocess.Popen(
        command, cwd=folder, env=_environment(given | environment), stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield server, _address(server.stdout)
        finally:
            server.terminate()


def _children(process: int) -> set[int]:
    return {int(id) for id in Path(f"/proc/{process}/task/{process}/children").read_text().split()}


@contextmanager
def _split(work: str) -> Iterator[subprocess.Popen[str]]:
    """Two processes doing `work`, and the one they came from."""
    program = (
        "import signal; from hookline.commands.workers import run_split;"
        f"run_split(2, {work}, ready=lambda: print('ready', flush=True), soon=0 if {work!r} == 'signal.pause' else 60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as family:
        assert family.stdout is not None
        assert family.stdout.readline() == "ready\n"
        try:
            yield family
        finally:
            family.terminate()


def test_both_answer_and_end_with_the_one_they_came_from(tmp_path: Path) -> None:
    with _served(tmp_path) as (server, address):
        children = _children(server.pid)
        assert len(children) == 2
        answers = [httpx.get(f"{address}/sign-in") for _ in range(8)]
        assert {answer.status_code for answer in answers} == {200}
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0
    assert not [id for id in children if Path(f"/proc/{id}").exists()]


def test_one_that_ends_by_itself_is_replaced() -> None:
    with _split("signal.pause") as family:
        first, other = sorted(_children(family.pid))
        os.kill(first, signal.SIGKILL)
        assert family.stderr is not None
        assert "ended by itself: -9" in family.stderr.readline()
        while len(children := _children(family.pid)) < 2:
            os.sched_yield()
        assert other in children
        assert first not in children


def test_one_that_ends_at_once_ends_them_all() -> None:
    with _split("lambda: None") as family:
        assert family.wait(timeout=30) == 1
        assert family.stderr is not None
        assert "end as soon as they begin" in family.stderr.read()
