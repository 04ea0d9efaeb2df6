"""Versions of a plugin that is a package with revisions of its own: as a project's folder, and as a wheel made by hand."""

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

PROJECT: Final = Path(__file__).parent / "apiary"
POINTS: Final = "[hookline.plugins]\napiary = hookline_apiary:plugin\n"
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def apiary_files(version: int, *, api: int = 1) -> dict[str, str]:
    """The files of one version: the second one weighs its hives."""
    files = {
        str(path.relative_to(PROJECT)): path.read_text("utf-8")
        for path in sorted(PROJECT.rglob("*"))
        if path.suffix in (".py", ".toml")
    }
    package = "hookline_apiary/__init__.py"
    if version == 1:
        del files["hookline_apiary/migrations/r0002_weights.py"]
        kept = [line for line in files[package].splitlines(keepends=True) if "weight" not in line]
        files[package] = "".join(kept)
    files[package] = files[package].replace('version="2.0"', f'version="{version}.0", api={api}')
    files["pyproject.toml"] = files["pyproject.toml"].replace("2.0", f"{version}.0")
    return files


def write_apiary(folder: Path, version: int) -> Path:
    """The project's folder of one version."""
    for name, text in apiary_files(version).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def make_wheel(folder: Path, version: int, *, api: int = 1, more: Mapping[str, str] = NOTHING) -> Path:
    """A wheel of one version, as a build would make it."""
    info = f"hookline_apiary-{version}.0.dist-info"
    files = {name: text for name, text in apiary_files(version, api=api).items() if name.endswith(".py")}
    files |= more
    files[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: hookline-apiary\nVersion: {version}.0\nRequires-Dist: hookline<1\n"
    )
    files[f"{info}/entry_points.txt"] = POINTS
    return _zipped(folder, f"hookline_apiary-{version}.0", files)


def make_newer_core(folder: Path) -> Path:
    """A wheel that says it is a Hookline with which no apiary goes together."""
    about = "Metadata-Version: 2.1\nName: hookline\nVersion: 99.0\n"
    return _zipped(folder, "hookline-99.0", {"hookline-99.0.dist-info/METADATA": about})


def _zipped(folder: Path, wheel: str, files: dict[str, str]) -> Path:
    info = f"{wheel}.dist-info"
    files[f"{info}/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    record = "".join(f"{name},sha256={_digest(text)},{len(text.encode())}\n" for name, text in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{wheel}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as zipped:
        for name, text in files.items():
            zipped.writestr(name, text)
    return path


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
