"""The plugin's own tests: where they are, and one run of them, of which several rules want to know something."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from os import environ
from pathlib import Path
from typing import Final

from hookline_sdk.testing.traces import NOTES

# So that nothing hangs for ever; on a busy machine hundreds of sound tests take long too.
_LONGEST: Final = 3600
# So few files are through before several processes have begun.
_FEW: Final = 4


@dataclass(frozen=True)
class OwnTests:
    """How a run ended, what it said, and what the tests have reached of what the plugin declares."""

    status: int
    said: str
    errors: str
    reached: frozenset[str]


def run_tests(project: Path, tests: Path, scratch: Path) -> OwnTests:
    """Run them in a process of their own; many, and where pytest-xdist is installed, in one for each processor."""
    kit = () if _is_registered() else ("-p", "hookline_sdk.testing")
    many = sum(1 for _ in tests.rglob("test_*.py")) > _FEW
    spread = ("-n", "auto") if many and find_spec("xdist") else ()
    command = [sys.executable, "-m", "pytest", *kit, *spread, "-q", "-p", "no:cacheprovider", str(tests)]
    notes = scratch / "notes.txt"
    done = run(command, project, {NOTES: str(notes)})
    reached = notes.read_text("utf-8").splitlines() if notes.exists() else ()
    return OwnTests(done.returncode, done.stdout, done.stderr, frozenset(reached))


def run(
    command: Sequence[str], folder: Path, further: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a tool in a folder; it leaves no bytecode there."""
    surroundings = {**environ, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "300", **(further or {})}
    return subprocess.run(  # noqa: S603  # the plugin's own tests, asked for by whoever checks it
        command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=_LONGEST, check=False
    )


def _is_registered() -> bool:
    from importlib.metadata import entry_points  # noqa: PLC0415  # only where tests are run

    return any(point.value == "hookline_sdk.testing" for point in entry_points(group="pytest11"))
