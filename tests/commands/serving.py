"""A command that serves, in a process of its own, until the test has what it wants."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

HOOKLINE = [sys.executable, "-m", "hookline.cli"]


@contextmanager
def served(*arguments: str, folder: Path, **environment: str) -> Iterator[str]:
    """The address at which `hookline ARGUMENTS`, started in `folder`, answers."""
    command = [*HOOKLINE, *arguments]
    with subprocess.Popen(
        command, cwd=folder, env=_environment(environment), stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield _address(server.stdout)
        finally:
            server.terminate()


def refused(*arguments: str, folder: Path, **environment: str) -> str:
    """What `hookline ARGUMENTS` says when it does not do what it was asked."""
    done = subprocess.run(
        [*HOOKLINE, *arguments],
        cwd=folder,
        env=_environment(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    return done.stderr


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOOKLINE_")}
    return {**kept, **given, "PYTHONUNBUFFERED": "1"}


def _address(lines: Iterator[str]) -> str:
    for line in lines:
        if found := re.search(r"ready: (http://\S+)", line):
            return found.group(1)
    raise AssertionError("the server ended before it was ready")
