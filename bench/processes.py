"""What a tree of processes has used, read from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def cpu_seconds(root: int) -> float:
    """User and system time of a process and its children so far, those that have ended included."""
    return sum(_ticks(pid) for pid in _tree(root)) / _TICKS


def pss_megabytes(root: int) -> float:
    """Memory of a tree with each shared page counted once: divided among the processes that share it."""
    return sum(_pss_kilobytes(pid) for pid in _tree(root)) / 1024


def parent(pid: int) -> int:
    return int(_stat(pid)[1])


def _tree(root: int) -> Iterator[int]:
    yield root
    for children in _PROC.glob(f"{root}/task/*/children"):
        for child in _read(children).split():
            yield from _tree(int(child))


def _ticks(pid: int) -> int:
    # utime, stime, cutime, cstime
    return sum(int(value) for value in _stat(pid)[11:15])


def _stat(pid: int) -> list[str]:
    """The fields from the state on; the name before it may hold spaces."""
    return _read(_PROC / str(pid) / "stat").rpartition(")")[2].split()


def _pss_kilobytes(pid: int) -> int:
    lines = _read(_PROC / str(pid) / "smaps_rollup").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _read(path: Path) -> str:
    """The file's text, or nothing when its process has just ended."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
