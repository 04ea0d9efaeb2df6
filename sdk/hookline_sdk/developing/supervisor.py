"""Keeps a server of the demo running: starts it again when a file changes, and stands in for it while it cannot start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import click

from hookline_sdk.developing.standing_in import standing_in
from hookline_sdk.developing.watching import state_of

_PAUSE: Final = 0.3
# What ends this process by itself, and would leave the server behind. Windows knows the first alone.
_ENDS: Final = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Supervisor:
    """The demo of one plugin, in a folder of its own, at a port."""

    def __init__(self, plugin: Path, scratch: Path, port: int) -> None:
        self._plugin, self._scratch, self._port = plugin, scratch, port

    def run(self) -> None:
        """Serve until Ctrl+C, or until the terminal is closed or somebody ends this process."""
        for number in (getattr(signal, name) for name in _ENDS):
            # What was told to outlive its terminal does so.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.default_int_handler)
        try:
            while True:
                before = state_of(self._plugin)
                with self._serving():
                    while state_of(self._plugin) == before:
                        time.sleep(_PAUSE)
                click.echo("\nA file has changed: starting again.")
        except KeyboardInterrupt:
            click.echo("\nThe demo stays in .hookline; start it anew with --reset.")

    @contextmanager
    def _serving(self) -> Iterator[None]:
        """A server, or, once it has ended by itself, a page that says why."""
        (self._scratch / "trouble.txt").unlink(missing_ok=True)
        command = [
            sys.executable,
            "-m",
            "hookline_sdk.developing.server",
            str(self._plugin),
            str(self._scratch),
            str(self._port),
            str(os.getpid()),
        ]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(command, env=environment)  # noqa: S603  # it is this Python
        with ExitStack() as stack:
            stack.callback(_end, process)
            stack.enter_context(standing_in(process, self._scratch / "trouble.txt", self._port))
            yield


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
