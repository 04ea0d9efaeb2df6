"""Who may import whom: the contracts in pyproject.toml bite, and the core knows no plugin by name."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tracked import ROOT, text_of, tracked

TRESPASSES = {
    "app, cli -> web": ("hookline/kernel/gate.py", "import hookline.crm.deals"),
    "the core never imports the SDK": ("hookline/app.py", "import hookline_sdk"),
    "kernel and crm know no HTTP": ("hookline/crm/deals.py", "import litestar"),
    "web writes no SQL of its own": ("hookline/web/records.py", "import sqlalchemy"),
}


@pytest.mark.parametrize("contract", TRESPASSES)
def test_a_contract_sees_its_trespass(contract: str, tmp_path: Path) -> None:
    module, line = TRESPASSES[contract]
    build_house(tmp_path)
    assert "0 broken" in lint(tmp_path)
    (tmp_path / module).write_text(line + "\n", "utf-8")
    said = lint(tmp_path)
    assert "1 broken" in said
    assert f"{contract}" in next(row for row in said.splitlines() if row.endswith("BROKEN"))


def test_the_core_names_no_plugin() -> None:
    core = [path for path in tracked(".py") if path.parts[:2] == ("core", "hookline")]
    outside = {
        f"{path}: {name}" for path in core for name in imported_by(path) if name.startswith("hookline_")
    }
    assert core
    assert outside == set()


def build_house(folder: Path) -> None:
    modules = "app cli web/records crm/deals kernel/gate errors settings".split()
    for name in ("hookline_sdk/__init__", "hookline/__init__", *(f"hookline/{module}" for module in modules)):
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        (path.parent / "__init__.py").touch()


def lint(folder: Path) -> str:
    program = Path(sys.executable).with_name("lint-imports")
    command: list[str | Path] = [program, "--no-cache", "--no-logo", "--config", ROOT / "pyproject.toml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def imported_by(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(text_of(path))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
