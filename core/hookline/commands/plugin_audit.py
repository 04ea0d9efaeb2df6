"""`hookline plugin audit`: what lies on the disk of a plugin, whether it is what was installed, and what its source can do."""

import ast
import base64
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from hookline.commands.plugin_packages import tell_capabilities
from hookline.errors import PluginError
from hookline.kernel.plugins.admitting.capabilities import (
    Capability,
    declared_capabilities,
    find_capabilities,
)
from hookline.kernel.plugins.admitting.loader import GROUP, Source, find_sources
from hookline.settings import Settings


@dataclass(frozen=True)
class Audited:
    """One plugin as it lies there. `wrong` are files that differ from what its package says, or cannot be read."""

    name: str
    source: str
    package: str
    files: Mapping[str, str]
    wrong: Sequence[str]
    found: Sequence[Capability]
    declared: frozenset[str]

    @property
    def undeclared(self) -> list[Capability]:
        """What it can do without saying so."""
        return [capability for capability in self.found if capability.kind not in self.declared]

    def data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "name": self.name, "source": self.source, "package": self.package, "files": dict(self.files),
            "wrong": list(self.wrong), "declared": sorted(self.declared),
            "capabilities": [{"kind": c.kind, "file": c.file, "line": c.line, "word": c.word} for c in self.found],
        }  # fmt: skip


@click.command("audit")
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def audit(names: Sequence[str], as_json: bool) -> None:
    r"""Look at plugins without importing them: files and hashes, entry point, what the source can do beyond records.

    An installed plugin runs with every right of the process; this makes visible, it does not prevent. Exit status 1 when
    a file is not what was installed, or when something is done that is not declared.

    \b
    Example:
      hookline plugin audit margins
    """
    sources = [s for s in find_sources(Settings.from_environment().plugins) if not names or s.name in names]
    for name in sorted(set(names) - {source.name for source in sources}):
        raise PluginError(name, "audit", "there is no plugin of this name")
    found = [look_at(source) for source in sources]
    if as_json:
        click.echo(json.dumps([each.data() for each in found], indent=2))
    else:
        for each in found:
            _tell(each)
    sys.exit(1 if any(each.wrong or each.undeclared for each in found) else 0)


def look_at(source: Source) -> Audited:
    """One plugin, by its files alone."""
    installed = _distribution(source)
    paths = _installed_files(installed) if installed else _loose_files(source)
    wrong = _changed(installed) if installed else []
    texts: dict[str, str] = {}
    for name, path in paths.items():
        if name.endswith(".py"):
            try:
                texts[name] = path.read_text("utf-8")
                ast.parse(texts[name], name)
            except (OSError, ValueError, SyntaxError) as error:
                texts.pop(name, None)
                wrong.append(f"{name} cannot be read: {error}")
    files = {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in paths.items() if path.is_file()
    }
    package = f"{installed.name} {installed.version}" if installed else ""
    return Audited(
        source.name,
        source.text,
        package,
        files,
        wrong,
        find_capabilities(texts),
        declared_capabilities(texts),
    )


def _distribution(source: Source) -> metadata.Distribution | None:
    points = metadata.entry_points(group=GROUP, name=source.name)
    return next((point.dist for point in points if point.value == source.text), None)


def _installed_files(installed: metadata.Distribution) -> dict[str, Path]:
    files = installed.files or []
    return {str(file): Path(str(file.locate())) for file in files if file.suffix != ".pyc"}


def _loose_files(source: Source) -> dict[str, Path]:
    """A file by itself, or the package in a project's folder."""
    path = Path(source.text)
    if path.suffix == ".py":
        return {path.name: path}
    module = source.text.partition(":")[0].split(".", maxsplit=1)[0]
    places = [Path(place) / module for place in (source.folder, f"{source.folder}/src", *sys.path) if place]
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        return {}
    return {
        str(file.relative_to(found.parent)): file
        for file in sorted(found.rglob("*"))
        if file.is_file() and file.suffix != ".pyc"
    }


def _changed(installed: metadata.Distribution) -> list[str]:
    """The files that are not what the package brought."""
    wrong = []
    for file in installed.files or []:
        path = Path(str(file.locate()))
        if not path.is_file():
            if file.suffix != ".pyc":
                wrong.append(f"{file} is gone")
        elif file.hash is not None:
            digest = hashlib.new(file.hash.mode, path.read_bytes()).digest()
            if base64.urlsafe_b64encode(digest).decode().rstrip("=") != file.hash.value:
                wrong.append(f"{file} is not what was installed")
    return wrong


def _tell(each: Audited) -> None:
    click.echo(
        f"{each.name}: {each.source}" + (f", package {each.package}" if each.package else ", not a package")
    )
    for name, digest in each.files.items():
        click.echo(f"file         {digest[:16]} {name}")
    for line in each.wrong:
        click.echo(f"WRONG        {line}")
    tell_capabilities(each.found, each.declared)
