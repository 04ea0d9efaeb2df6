"""Several serving processes made by splitting one: they answer, are replaced, and end with it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from hookline.commands.workers import can_split

from tests.commands.serving import HOOKLINE, _address, _environment
from tests.plain import TRUSTS_NOBODY

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
        answers = [httpx.get(f"{address}/sign-in", verify=TRUSTS_NOBODY) for _ in range(8)]
        assert {answer.status_code for answer in answers} == {200}
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0
    assert not [id for id in children if Path(f"/proc/{id}").exists()]


# Begins anew once, with the socket that it listened on, as soon as one of its processes asks for that.
_BEGINS_ANEW = """
import os, signal, socket
from hookline.commands import workers
workers._RENEW_EVERY = 0.01
kept = workers.inherited_socket()
listening = kept or socket.create_server(("127.0.0.1", 0))
said = os.getpid(), listening.getsockname()[1], bool(kept)
if workers.run_split(2, signal.pause, ready=lambda: print(*said, flush=True), renewed=lambda: kept is None, soon=0):
    workers.start_again(listening)
"""


def test_all_begin_anew_together_and_nobody_who_connects_is_refused() -> None:
    with subprocess.Popen([sys.executable, "-c", _BEGINS_ANEW], text=True, stdout=subprocess.PIPE) as family:
        assert family.stdout is not None
        first, again = family.stdout.readline().split(), family.stdout.readline().split()
        assert first[2:] == ["False"]
        assert again == [*first[:2], "True"], "the same process, listening at the same port"
        with closing(socket.create_connection(("127.0.0.1", int(first[1])), timeout=10)):
            family.terminate()
        assert family.wait(timeout=30) == 0


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
