"""The locks pin exactly, with hashes, without addresses, and cover what the pyproject files ask for."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tracked import ROOT, tracked

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)
RUN, DEV = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
OWN = {"hookline", "hookline-sdk"}


@pytest.mark.parametrize("lock", [RUN, DEV], ids=lambda lock: lock.name)
def test_a_lock_pins_with_hashes_and_without_addresses(lock: Path) -> None:
    text = lock.read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text


@pytest.mark.parametrize("lock", [RUN, DEV], ids=lambda lock: lock.name)
def test_a_lock_covers_what_the_distributions_ask_for(lock: Path) -> None:
    assert unmet(runtime_and_build_requirements(), pins(lock)) == []


def test_the_development_lock_covers_the_tools_and_all_of_the_other() -> None:
    assert unmet([*groups("dev"), *extras()], pins(DEV)) == []
    assert pins(RUN).items() <= pins(DEV).items()


def test_npm_packages_are_pinned_without_addresses() -> None:
    package = json.loads((ROOT / "core/package.json").read_text("utf-8"))
    wanted = package["dependencies"] | package["devDependencies"]
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    locked = json.loads((ROOT / "core/package-lock.json").read_text("utf-8"))["packages"]
    entries = {place: entry for place, entry in locked.items() if place}
    assert [
        place for place, entry in entries.items() if "resolved" in entry or "integrity" not in entry
    ] == []
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def pins(lock: Path) -> dict[str, str]:
    return dict(PIN.findall(lock.read_text("utf-8")))


def groups(*names: str) -> list[Requirement]:
    root = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [Requirement(text) for name in names for text in root["dependency-groups"][name]]
    return [requirement for requirement in asked if canonicalize_name(requirement.name) not in OWN]


def extras() -> list[Requirement]:
    """What an installation may do without, and the tests may not."""
    core = tomllib.loads((ROOT / "core/pyproject.toml").read_text("utf-8"))["project"]
    return [Requirement(text) for texts in core["optional-dependencies"].values() for text in texts]


def runtime_and_build_requirements() -> list[Requirement]:
    own = [path for path in tracked("pyproject.toml") if path.parts[0] in {"core", "sdk", "plugins"}]
    texts = [tomllib.loads((ROOT / path).read_text("utf-8")) for path in own]
    asked = [
        text for one in texts for text in (*one["project"]["dependencies"], *one["build-system"]["requires"])
    ]
    outside = [Requirement(text) for text in asked if canonicalize_name(Requirement(text).name) not in OWN]
    return [*outside, *groups("build")]


def unmet(requirements: list[Requirement], pinned: dict[str, str]) -> list[str]:
    found = {requirement: pinned.get(canonicalize_name(requirement.name)) for requirement in requirements}
    return [str(asked) for asked, version in found.items() if not version or version not in asked.specifier]
