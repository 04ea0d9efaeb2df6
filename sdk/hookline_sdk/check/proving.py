"""What tools say of a plugin: its own tests, and both type checkers where they are installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from os import environ
from pathlib import Path
from typing import Final

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.subject import Subject

_LONGEST: Final = 900
_PLACE: Final = re.compile(r"^(?P<path>[^\s:]+\.py):(?P<line>\d+)(?::\d+)?: (?P<said>.*)$", re.MULTILINE)
_FAILED: Final = re.compile(
    r"^(?:FAILED|ERROR) (?P<path>[^\s:]+)(?:::(?P<test>\S+))?(?: - (?P<said>.*))?$", re.MULTILINE
)
_SHOWN: Final = 20


def own_tests(subject: Subject) -> Iterator[Finding]:
    """Tests that fail, or none at all."""
    tests = tests_of(subject)
    if tests is None:
        return
    if not any(tests.rglob("test_*.py")):
        yield Finding(
            tests,
            1,
            "it has no tests",
            "Write one for each thing it declares; docs/testing-plugins.md shows how.",
        )
        return
    done = run_tests(subject, tests)
    if done.returncode == 0:
        return
    failed = list(_FAILED.finditer(done.stdout))
    for each in failed[:_SHOWN]:
        path = subject.project / each["path"]
        yield Finding(
            path,
            _line_of(path, each["test"]),
            f"{each['test'] or 'it'} fails: {each['said'] or ''}",
            "Mend it.",
        )
    if not failed:
        said = (done.stdout + done.stderr).strip().splitlines()[-1:] or [f"status {done.returncode}"]
        yield Finding(tests, 1, f"the tests cannot be run: {said[0]}", "Run `pytest` there and see.")


def types(subject: Subject) -> Iterator[Finding]:
    """What mypy and pyright complain of; either is left out where it is not installed."""
    if find_spec("mypy"):
        yield from _mypy(subject)
    pyright = Path(sys.executable).with_name("pyright")
    if pyright.exists() or shutil.which("pyright"):
        yield from _pyright(subject, str(pyright) if pyright.exists() else "pyright")


def tests_of(subject: Subject) -> Path | None:
    """Where its tests are. A plugin of one file is tested where it lives."""
    return None if subject.one_file else subject.project / "tests"


def run_tests(subject: Subject, tests: Path, **further: str) -> subprocess.CompletedProcess[str]:
    """Run its tests in a process of their own."""
    kit = () if _is_registered() else ("-p", "hookline_sdk.testing")
    command = [sys.executable, "-m", "pytest", *kit, "-q", "-p", "no:cacheprovider", str(tests)]
    return _run(command, subject.project, further)


def _is_registered() -> bool:
    from importlib.metadata import entry_points  # noqa: PLC0415  # only where tests are run

    return any(point.value == "hookline_sdk.testing" for point in entry_points(group="pytest11"))


def _mypy(subject: Subject) -> Iterator[Finding]:
    own = [] if "mypy" in subject.pyproject.get("tool", {}) else ["--strict", "--config-file="]
    cache = ["--cache-dir", str(subject.scratch / "mypy")]
    where = [str(subject.place)] if own else []
    done = _run(
        [sys.executable, "-m", "mypy", *own, *cache, "--no-error-summary", "--hide-error-context", *where],
        subject.project,
    )
    for found in list(_PLACE.finditer(done.stdout))[:_SHOWN]:
        if found["said"].startswith("error:"):
            path = subject.project / found["path"]
            said = found["said"].removeprefix("error:").strip()
            yield Finding(path, int(found["line"]), f"mypy: {said}", "Give it the type that it has.")


def _pyright(subject: Subject, program: str) -> Iterator[Finding]:
    own = "pyright" in subject.pyproject.get("tool", {})
    where = [] if own else [str(subject.place)]
    done = _run([program, "--outputjson", "--pythonpath", sys.executable, *where], subject.project)
    try:
        said = json.loads(done.stdout)["generalDiagnostics"]
    except (ValueError, KeyError):
        return
    for found in [each for each in said if each["severity"] == "error"][:_SHOWN]:
        line = found["range"]["start"]["line"] + 1
        message = found["message"].splitlines()[0]
        yield Finding(Path(found["file"]), line, f"pyright: {message}", "Give it the type that it has.")


def _run(
    command: Sequence[str], folder: Path, further: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    surroundings = {**environ, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "300", **(further or {})}
    return subprocess.run(  # noqa: S603  # the plugin's own tests, asked for by whoever checks it
        command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=_LONGEST, check=False
    )


def _line_of(path: Path, test: str | None) -> int:
    name = (test or "").partition("[")[0].rpartition("::")[2]
    if not name or not path.is_file():
        return 1
    lines = path.read_text("utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if f"def {name}(" in line), 1)
