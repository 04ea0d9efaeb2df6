"""Starts an application's server on a free loopback port, waits for its first answer, and ends it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from tempfile import TemporaryFile

from bench.client import Client
from bench.targets import Application

STARTUP_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True)
class Server:
    base_url: str
    pid: int
    start_seconds: float


@contextmanager
def serve(application: Application, url: str) -> Iterator[Server]:
    """The application on its database; `start_seconds` runs from starting the program to its first answer."""
    port = _free_port()
    command = application.command(url, port)
    base_url = f"http://127.0.0.1:{port}"
    with TemporaryFile("w+") as log:
        start = time.perf_counter()
        # A session of its own, so that ending the group ends the workers and nothing else.
        process = subprocess.Popen(
            command.arguments,
            env={**_warm(os.environ), **command.environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            if not _answers(process, base_url, command.ready_path):
                log.seek(0)
                raise RuntimeError(f"{application.name} did not start:\n{log.read()[-4000:]}")
            yield Server(base_url, process.pid, time.perf_counter() - start)
        finally:
            _stop(process)


def _warm(environment: Mapping[str, str]) -> dict[str, str]:
    """Without what would make each start compile everything anew."""
    return {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(process: subprocess.Popen[bytes], base_url: str, path: str) -> bool:
    deadline = time.perf_counter() + STARTUP_SECONDS
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            with Client(base_url) as client:
                if client.get(path).status < 400:
                    return True
        except (OSError, HTTPException):
            pass
        time.sleep(0.02)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, signal_number)
            process.wait(STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        return
