"""Packages of plugins, through pip in this environment: fetched as wheels, looked into, installed."""

import base64
import csv
import hashlib
import importlib.util
import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from configparser import ConfigParser
from dataclasses import dataclass, field
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import click

from hookline.kernel.plugins.admitting.loader import GROUP

_KEPT: Final = ("hookline", "hookline-sdk")


_OPTIONS: Final = (
    click.option("--index-url", default="", help="Another index than pip's own."),
    click.option("--find-links", default="", help="A folder of wheels to look into too."),
    click.option("--no-index", is_flag=True, help="Only files and folders; no index is asked."),
    click.option("--no-deps", is_flag=True, help="Install nothing that it requires."),
    click.option("--no-build-isolation", is_flag=True, help="Build a folder with what is installed here."),
)


class PackageTrouble(click.ClickException):
    """pip cannot do it; the message is its own last word."""


@dataclass(frozen=True)
class Wheel:
    """A wheel file: the package in it, its version, what it requires, and the plugins that it says it brings."""

    path: Path
    name: str
    version: str
    requires: Sequence[str]
    plugins: Mapping[str, str]
    sources: Mapping[str, str] = field(repr=False)

    @property
    def sha256(self) -> str:
        """The digest of the whole file."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def with_pip(command: Any) -> Any:
    """Give a command the options that are passed on to pip."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def pip_options(given: Mapping[str, Any], *, fetching: bool = False) -> list[str]:
    """These options as pip wants them: for installing, or for fetching only."""
    found = [
        part
        for name in ("index_url", "find_links")
        if given[name]
        for part in (f"--{name.replace('_', '-')}", given[name])
    ]
    found += ["--no-index"] if given["no_index"] else []
    last = "no_build_isolation" if fetching else "no_deps"
    return found + ([f"--{last.replace('_', '-')}"] if given[last] else [])


def fetch(spec: str, folder: Path, options: Sequence[str] = ()) -> Wheel:
    """The wheel of a package, from an index, a file or a project's folder; nothing is installed."""
    pip(["wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), *options, spec])
    return read_wheel(next(iter(sorted(folder.glob("*.whl")))))


def read_wheel(path: Path) -> Wheel:
    """Look into a wheel. PackageTrouble when it is none, or not what it says of itself."""
    try:
        with zipfile.ZipFile(path) as zipped:
            names = zipped.namelist()
            info = next(
                name.partition("/")[0] for name in names if name.partition("/")[0].endswith(".dist-info")
            )
            _check_record(zipped, info)
            about = HeaderParser().parsestr(zipped.read(f"{info}/METADATA").decode())
            points = ConfigParser(delimiters=("=",))
            points.optionxform = str  # type: ignore[assignment,method-assign]  # so it is told to keep capitals
            if f"{info}/entry_points.txt" in names:
                points.read_string(zipped.read(f"{info}/entry_points.txt").decode())
            sources = {n: zipped.read(n).decode("utf-8", "replace") for n in names if n.endswith(".py")}
    except (OSError, zipfile.BadZipFile, StopIteration, KeyError) as error:
        raise PackageTrouble(f"{path.name} is no wheel: {error}") from error
    plugins = dict(points[GROUP]) if GROUP in points else {}
    requires = about.get_all("Requires-Dist") or []
    return Wheel(path, about["Name"], about["Version"], requires, plugins, sources)


def unpack(wheel: Wheel, folder: Path) -> None:
    """Put a wheel's files where a process can import them, and nowhere else."""
    with zipfile.ZipFile(wheel.path) as zipped:
        for name in zipped.namelist():
            if not (folder / name).resolve().is_relative_to(folder.resolve()):
                raise PackageTrouble(f"{wheel.path.name} has a file that would lie outside: {name}")
        zipped.extractall(folder)


def install(wheels: Sequence[str], folder: Path, options: Sequence[str] = ()) -> None:
    """Install these with what they need; Hookline itself stays at its version."""
    kept = [f"{name}=={version}" for name in _KEPT if (version := installed_version(name))]
    held = folder / "constraints.txt"
    held.write_text("\n".join(kept) + "\n", "utf-8")
    # A wheel of the same version is another build of it: what was looked at is what is installed.
    pip(["install", "--quiet", "--constraint", str(held), *options, *wheels])


def resolve(specs: Sequence[str], options: Sequence[str] = ()) -> list[tuple[str, str]]:
    """What pip would install to have the newest of all of these together: names and versions. Changes nothing."""
    said = pip(["install", "--quiet", "--dry-run", "--upgrade", "--report", "-", *options, *specs])
    found: dict[str, Any] = json.loads(said)
    return [(each["metadata"]["name"], each["metadata"]["version"]) for each in found["install"]]


def installed_version(name: str) -> str | None:
    """The version of an installed package; None when it is not there."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def pip(arguments: Sequence[str]) -> str:
    """What pip says. PackageTrouble when it fails, or is not there."""
    if importlib.util.find_spec("pip") is None:
        raise PackageTrouble(
            "pip is not installed in this environment: run `python -m ensurepip`, or `uv pip install pip`"
        )
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # pip, without a shell
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip() and "notice" not in line]
        told = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")] or lines[-1:]
        raise PackageTrouble("pip: " + " ".join(told[-2:]))
    return done.stdout


def _check_record(zipped: zipfile.ZipFile, info: str) -> None:
    """Each file must be what the wheel's own list says."""
    for name, digest, _ in csv.reader(zipped.read(f"{info}/RECORD").decode().splitlines()):
        if digest:
            kind, _, wanted = digest.partition("=")
            found = hashlib.new(kind, zipped.read(name)).digest()
            if base64.urlsafe_b64encode(found).decode().rstrip("=") != wanted:
                raise PackageTrouble(f"{zipped.filename}: {name} is not what the wheel's RECORD says")
