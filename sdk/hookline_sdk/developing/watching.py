"""Which files a plugin consists of, and whether one of them has changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

_ENDINGS: Final = frozenset({".css", ".html", ".js", ".po", ".py", ".toml"})


def state_of(plugin: Path) -> Mapping[Path, int]:
    """The files of a plugin and when each was changed last. Of a project: its packages, not its tests or environments."""
    found: dict[Path, int] = {}
    for path in _files(plugin):
        try:
            found[path] = path.stat().st_mtime_ns
        except FileNotFoundError:  # an editor puts a new file in the place of the old one
            continue
    return found


def _files(plugin: Path) -> list[Path]:
    if plugin.is_file():
        return [plugin]
    packages = [file.parent for file in plugin.glob("*/__init__.py") if file.parent.name != "tests"]
    inside = [path for package in packages for path in package.rglob("*") if path.suffix in _ENDINGS]
    return [plugin / "pyproject.toml", *inside]
