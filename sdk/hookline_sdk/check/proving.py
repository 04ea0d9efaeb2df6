"""What tools say of a plugin: its own tests, and both type checkers where they are installed."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from os import environ
from pathlib import Path
from typing import Final

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.own_tests import run
from hookline_sdk.check.subject import Subject

_PLACE: Final = re.compile(r"^(?P<path>[^\s:]+\.py):(?P<line>\d+)(?::\d+)?: (?P<said>.*)$", re.MULTILINE)
_FAILED: Final = re.compile(
    r"^(?:FAILED|ERROR) (?P<path>[^\s:]+)(?:::(?P<test>\S+))?(?: - (?P<said>.*))?$", re.MULTILINE
)
_SHOWN: Final = 20


def own_tests(subject: Subject) -> Iterator[Finding]:
    """Tests that fail, or none at all."""
    tests = subject.tests
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
    done = subject.tested
    if done is None or done.status == 0:
        return
    failed = list(_FAILED.finditer(done.said))
    for each in failed[:_SHOWN]:
        path = subject.project / each["path"]
        yield Finding(
            path,
            _line_of(path, each["test"]),
            f"{each['test'] or 'it'} fails: {each['said'] or ''}",
            "Mend it.",
        )
    if not failed:
        said = (done.said + done.errors).strip().splitlines()[-1:] or [f"status {done.status}"]
        yield Finding(tests, 1, f"the tests cannot be run: {said[0]}", "Run `pytest` there and see.")


def types(subject: Subject) -> Iterator[Finding]:
    """What mypy and pyright complain of; either is left out where it is not installed."""
    if find_spec("mypy"):
        yield from _mypy(subject)
    pyright = Path(sys.executable).with_name("pyright")
    if pyright.exists() or shutil.which("pyright"):
        yield from _pyright(subject, str(pyright) if pyright.exists() else "pyright")


def _mypy(subject: Subject) -> Iterator[Finding]:
    own = [] if "mypy" in subject.pyproject.get("tool", {}) else ["--strict", "--config-file="]
    cache = [] if "MYPY_CACHE_DIR" in environ else ["--cache-dir", str(subject.scratch / "mypy")]
    where = [str(subject.place)] if own else []
    done = run(
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
    done = run([program, "--outputjson", "--pythonpath", sys.executable, *where], subject.project)
    try:
        said = json.loads(done.stdout)["generalDiagnostics"]
    except (ValueError, KeyError):
        return
    for found in [each for each in said if each["severity"] == "error"][:_SHOWN]:
        line = found["range"]["start"]["line"] + 1
        message = found["message"].splitlines()[0]
        yield Finding(Path(found["file"]), line, f"pyright: {message}", "Give it the type that it has.")


def _line_of(path: Path, test: str | None) -> int:
    name = (test or "").partition("[")[0].rpartition("::")[2]
    if not name or not path.is_file():
        return 1
    lines = path.read_text("utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if f"def {name}(" in line), 1)
