"""Which plugin is tested: what the project's pyproject.toml offers, or what the tests' settings name."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hookline.errors import PluginError
from hookline.kernel.plugins.admitting.breadcrumbs import Breadcrumbs
from hookline.kernel.plugins.admitting.loader import GROUP, Source, find_sources, import_plugins
from hookline.kernel.plugins.plugin import Plugin


def offered_by(project: Path) -> list[str]:
    """The plugins that a project's pyproject.toml offers to Hookline, each as "module:name"."""
    path = project / "pyproject.toml"
    if not path.is_file():
        return []
    said = tomllib.loads(path.read_text("utf-8")).get("project", {})
    return list(said.get("entry-points", {}).get(GROUP, {}).values())


def make_importable(project: Path) -> None:
    """Let the project's packages be imported though it is not installed."""
    for folder in (project / "src", project):
        if folder.is_dir() and str(folder) not in sys.path:
            sys.path.insert(0, str(folder))


def import_all(listed: Sequence[str]) -> list[Plugin]:
    """Import these plugins, each after those that it needs and that are installed. PluginError when one cannot be."""
    found = _import([source for source in find_sources(listed) if source.text in listed])
    missing = {need for plugin in found for need in plugin.needs} - {plugin.name for plugin in found}
    if missing:
        needed = [source for source in find_sources(()) if source.name in missing]
        found = [*_import(needed), *found]
    return found


def _import(sources: Sequence[Source]) -> list[Plugin]:
    with TemporaryDirectory() as scratch:
        found = import_plugins(sources, Breadcrumbs(Path(scratch)))
    for name, reason in found.broken.items():
        raise PluginError(name, "import", reason)
    return found.plugins
