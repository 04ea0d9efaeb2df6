"""Rules for every file: what the repository keeps, and how a Python file begins, ends and excuses itself."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.tracked import ROOT, text_of, tracked

LONGEST = 500
VAGUE_NAMES = {"common", "helpers", "managers", "services", "util", "utils"}
ADDRESSES = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|tmp|home|var/tmp)/\w")
SUPPRESSION = re.compile(r"#\s*(?:noqa|type:\s*ignore|pyright:\s*ignore)\b")
REASONED = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|(?:type|pyright):\s*ignore\[[\w\-, ]+\])\s+#\s*\S.{7,}"
)
PYTHON = tracked(".py")
OWN_PYTHON = [
    path for path in PYTHON if path.parts[0] in {"core", "sdk", "plugins"} and "tests" not in path.parts
]


def test_the_rules_have_files_to_judge() -> None:
    assert Path("core/hookline/errors.py") in OWN_PYTHON
    assert Path("LICENSE") in tracked()


def test_each_suppression_carries_its_reason() -> None:
    lines = [
        (path, line) for path in PYTHON for line in text_of(path).splitlines() if SUPPRESSION.search(line)
    ]
    judged = [(path, line) for path, line in lines if path.parts[:2] != ("tests", "house")]
    assert [f"{path}: {line.strip()}" for path, line in judged if not REASONED.search(line)] == []


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        ("x = 1  # noqa: F401", False),
        ("x = 1  # noqa: F401  # kept for plugins", True),
        ("x = 1  # type: ignore[arg-type]", False),
        ("x = 1  # type: ignore[arg-type]  # the stub is older than the package", True),
        ("x = 1  # type: ignore", False),
    ],
)
def test_a_reason_is_told_from_a_bare_suppression(line: str, *, fine: bool) -> None:
    assert SUPPRESSION.search(line)
    assert bool(REASONED.search(line)) is fine


def test_each_module_opens_with_a_sentence_that_says_what_it_is() -> None:
    silent = [path for path in OWN_PYTHON if text_of(path).strip() and not ast.get_docstring(_tree(path))]
    assert silent == []


def test_no_file_outgrows_one_reading() -> None:
    written = tracked(".py", ".html", ".css", ".js", ".jinja")
    # A revision is written by a program, a statement for each table.
    lengths = {path: text_of(path).count("\n") for path in written if not path.match("r[0-9]*_*.py")}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in PYTHON if VAGUE_NAMES & {path.stem, *path.parts}] == []


def test_doors_keep_their_annotations_real() -> None:
    """Litestar reads them at run time, from the names that the module has then."""
    doors = [path for path in OWN_PYTHON if path.parts[:3] == ("core", "hookline", "web")]
    assert [path for path in doors if "from __future__ import annotations" in text_of(path)] == []


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    named = [path for path in tracked() if any(address in text_of(path) for address in ADDRESSES)]
    placed = [f"{path}: {found[0]}" for path in tracked() if (found := MACHINE.search(text_of(path)))]
    assert named + placed == []


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")
    assert [path for path in tracked() if marks.search(text_of(path))] == []


def test_no_file_of_others_is_kept() -> None:
    others = [path for path in tracked() if {"node_modules", "vendor", "site-packages"} & set(path.parts)]
    minified = [path for path in tracked(".js", ".css") if ".min." in path.name]
    assert others + minified + tracked(".woff", ".woff2", ".ttf", ".whl") == []


def test_each_icon_that_a_template_draws_is_in_the_sprite() -> None:
    drawn = re.compile(r"""\bicon\(\s*["']([a-z0-9-]+)["']""")
    named = (ROOT / "core/hookline/web/icons.txt").read_text("utf-8").split()
    assert named == sorted(set(named))
    core = [path for path in tracked(".html") if path.parts[0] == "core"]
    missing = {
        f"{path}: {name}" for path in core for name in drawn.findall(text_of(path)) if name not in named
    }
    assert missing == set()


def test_each_distribution_carries_the_license() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    distributions = [
        path.parent for path in tracked("pyproject.toml") if path.parts[0] in {"core", "sdk", "plugins"}
    ]
    assert [place for place in distributions if text_of(place / "LICENSE") != text] == []


def _tree(path: Path) -> ast.Module:
    return ast.parse(text_of(path))
