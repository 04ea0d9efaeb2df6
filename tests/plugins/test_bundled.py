"""The bundled plugins have the shape that `hookline plugin new` gives, and pass their own tests in a process of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tracked import ROOT, tracked
from tests.sdk.test_scaffold import environment

TEMPLATE = ROOT / "cookiecutter-plugin/{{cookiecutter.name}}"
NAMES = sorted({path.parts[1] for path in tracked() if path.parts[0] == "plugins"})
# Where a plugin grows: further modules with their tests, pages with what they need, the next revisions, pages of its docs.
GROWING = (
    "{package}/*.py",
    "{package}/*/*.py",
    "{package}/templates/*",
    "{package}/static/*",
    "{package}/migrations/r*.py",
    "tests/test_*.py",
    "tests/conftest.py",
    "bench/*.py",
    "docs/*",
    "docs/pictures/*",
)


@pytest.mark.parametrize("name", NAMES)
def test_it_has_the_tree_of_the_template(name: str) -> None:
    package = f"hookline_{name}"
    wanted = {each for each in template(name) if not each.match("*/templates/.gitkeep")}
    found = {Path(*path.parts[2:]) for path in tracked() if path.parts[:2] == ("plugins", name)}
    # One that has outgrown its modules has a room for each capability, and in each of them its data.
    grown = any(path.match(f"{package}/*/data.py") for path in found)
    kept = {each for each in wanted if each.stem in ("__init__", "plugin") or each.parent != Path(package)}
    assert (kept if grown else wanted) - found == set()
    allowed = [pattern.format(package=package) for pattern in GROWING]
    assert {path for path in found - wanted if not any(path.match(pattern) for pattern in allowed)} == set()


@pytest.mark.parametrize("name", NAMES)
def test_its_own_tests_are_green(name: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "hookline_sdk.testing", "-p", "no:cacheprovider"]
    folder = ROOT / "plugins" / name
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def template(name: str) -> set[Path]:
    """The files that a plugin of this name is baked with."""
    files = [path.relative_to(TEMPLATE) for path in TEMPLATE.rglob("*") if path.is_file()]
    written = {Path(str(path).replace("{{cookiecutter.name}}", name)) for path in files}
    return {*written, Path(f"hookline_{name}/migrations/r0001_initial.py")}
