"""`hookline plugin check`: each rule is broken once in `wrong`, and says the file, the line and what to do about it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hookline.errors import PluginError
from hookline_sdk.check.checking import check
from hookline_sdk.check.quality import read_quality
from hookline_sdk.check.rules import RULES
from hookline_sdk.check.tabled import table

from tests.conftest import ROOT, mypy_cache

WRONG = Path(__file__).parent / "wrong"
COMMAND = [sys.executable, "-c", "from hookline_sdk.check.command import check_; check_()"]
# What is missing stands on no line, and what a chain of revisions does is said of the one it begins with.
ELSEWHERE = {
    ("quality", "quality.toml", 4),
    ("papers", "README.md", 1),
    ("papers", "docs/index.md", 1),
    ("papers", "CHANGELOG.md", 1),
    ("upgrades", "hookline_wrong/migrations/r0001_initial.py", 1),
    ("upgrades", "hookline_wrong/migrations/r0002_sneak.py", 1),
    ("life", "hookline_wrong", 1),
    ("russian", "hookline_wrong/locale/ru/LC_MESSAGES/wrong.po", 1),
}
# A plugin that breaks these does not come as far as the others.
# Nothing of the SDK is going as long as nobody says so: see test_leaving.
BY_THEMSELVES = {"starts", "migrates", "lasting"}

pytestmark = pytest.mark.one_engine


@pytest.fixture(autouse=True)
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checker of types does not begin with Hookline each time."""
    monkeypatch.setenv("MYPY_CACHE_DIR", str(mypy_cache("strict")))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The plugin in which everything is wrong; beside its files stands what is. They are no Python to our own checkers."""
    folder = tmp_path / "wrong"
    shutil.copytree(WRONG, folder)
    for path in folder.rglob("*.txt"):
        path.rename(path.with_suffix(""))
    return folder


def run(folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    command = [*COMMAND, ".", "--json", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout)


def marked(project: Path) -> set[tuple[str, str, int]]:
    """The rule, file and line of each comment."""
    return {
        (rule.strip(), str(path.relative_to(project)), number)
        for path in sorted(project.rglob("*"))
        if path.suffix in (".py", ".html")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if (said := re.search(r"# wrong: ([\w, -]+)", line))
        for rule in said[1].split(",")
    }


def test_every_rule_finds_what_breaks_it(project: Path) -> None:
    expected = marked(project) | ELSEWHERE
    status, said = run(project, "--level", "gold")
    found = {(each["rule"], each["file"], each["line"]) for each in said["findings"]}
    assert expected <= found, expected - found
    assert {rule for rule, _, _ in found} == {rule.name for rule in RULES} - BY_THEMSELVES | {"quality"}
    assert all(each["what"] and each["remedy"] for each in said["findings"])
    # Nothing is found but what is marked; the checkers of types have more to say of some lines.
    assert not {each for each in found if each[0] != "types"} - expected
    assert status == 1
    assert said["reached"] is None


def test_a_plugin_that_does_not_start_says_where(tmp_path: Path) -> None:
    plugin = tmp_path / "late.py"
    plugin.write_text(
        '"""Late."""\nfrom hookline_sdk import Deal, Plugin\nplugin = Plugin("late")\n\n\n'
        '@plugin.panel(Deal, "Late")\ndef late(record: Deal) -> None:\n    return None\n'
    )
    report = check(str(plugin))
    (finding,) = report.findings
    assert (finding.rule, finding.path.name) == ("starts", "late.py")
    assert "must take (record, gate)" in finding.what
    assert finding.line == 6
    assert {each.rule.name for each in report.checked if each.left_out} >= {"names", "migrates", "owned-ddl"}
    assert report.reached is None


def test_a_revision_that_fails_is_named_with_its_line(project: Path) -> None:
    broken = project / "hookline_wrong/migrations/r0004_broken.py"
    broken.write_text(
        '"""It does not work."""\n\nfrom alembic import op\n\nrevision = "0004"\ndown_revision = "0003"\n\n\n'
        'def upgrade() -> None:\n    op.drop_table("nowhere")\n'
    )
    _, said = run(project, "--rule", "migrates", "--rule", "owned-ddl")
    (found,) = [each for each in said["findings"] if each["rule"] != "quality"]
    assert (found["rule"], found["file"], found["line"]) == (
        "migrates",
        "hookline_wrong/migrations/r0004_broken.py",
        10,
    )


def test_the_example_of_one_file_is_silver() -> None:
    command = [*COMMAND, str(ROOT / "examples/one_file_plugin.py"), "--level", "silver"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "one_file_plugin: silver; 0 to do for silver" in done.stdout


def test_plugins_in_the_next_folders_are_neighbours(tmp_path: Path) -> None:
    for name in ("ferry", "harbour"):
        (tmp_path / name / f"{name}_plugin").mkdir(parents=True)
        (tmp_path / name / "pyproject.toml").write_text(
            f'[project]\nname = "{name}"\n[project.entry-points."hookline.plugins"]\n{name} = "{name}_plugin"\n'
        )
        (tmp_path / name / f"{name}_plugin/__init__.py").write_text(
            f'from hookline_sdk import Plugin\nplugin = Plugin("{name}")\nplugin.activity_kind("landing", "Landing")\n'
        )
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/pyproject.toml").write_text("[project\n")
    _, said = run(tmp_path / "ferry", "--level", "gold", "--rule", "neighbours")
    (found,) = [each for each in said["findings"] if each["rule"] == "neighbours"]
    assert "beside harbour, harbour is off" in found["what"]


def test_an_exemption_has_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "quality.toml"
    rules = {rule.name for rule in RULES}
    path.write_text(
        'level = "silver"\n[rules]\nimports = "done"\nrussian = { exempt = "It is sold in Finland only." }\n'
    )
    said = read_quality(tmp_path, rules)
    assert (said.level, said.exempt, said.findings) == (
        "silver",
        {"russian": "It is sold in Finland only."},
        [],
    )
    path.write_text('[rules]\nrussian = { exempt = "later" }\nimport = "done"\ntests = true\n')
    found = [(each.line, each.what) for each in read_quality(tmp_path, rules).findings]
    assert found == [
        (2, "russian is exempt without a reason"),
        (3, "there is no rule 'import'"),
        (4, "tests is neither done nor exempt"),
    ]
    path.write_text("level = \n")
    assert "cannot be read" in read_quality(tmp_path, rules).findings[0].what


def test_an_exempt_rule_is_not_asked(tmp_path: Path) -> None:
    (tmp_path / "pair.py").write_text('from hookline_sdk import Plugin\nplugin = Plugin("pair")\n')
    assert [f.rule for f in check(str(tmp_path / "pair.py"), only=("papers",)).findings] == ["papers"]
    (tmp_path / "quality.toml").write_text('[rules]\npapers = { exempt = "It is for our own house." }\n')
    report = check(str(tmp_path / "pair.py"), only=("papers",))
    assert (report.findings, report.checked[0].exempt) == ([], "It is for our own house.")


def test_several_rules_are_asked_at_once_and_told_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "pair.py").write_text('from hookline_sdk import Plugin\nplugin = Plugin("pair")\n')
    only, told = ("papers", "lasting", "permissions", "upgrades", "hostile"), set[str]()
    report = check(
        str(tmp_path / "pair.py"), "gold", only=only, processes=2, tell=lambda each: told.add(each.rule.name)
    )
    assert [each.rule.name for each in report.checked] == list(only)
    assert told == {*only}
    assert [f.rule for f in report.findings] == ["papers"]
    assert all(each.seconds for each in report.checked if each.rule.name in ("permissions", "hostile"))


def test_a_plugin_that_ends_the_process_is_told_with_the_rules_that_are_left(tmp_path: Path) -> None:
    (tmp_path / "gone.py").write_text(
        'import os\nfrom hookline_sdk import Gate, Plugin, Report\nplugin = Plugin("gone")\n\n\n'
        '@plugin.report("Gone")\ndef gone(gate: Gate) -> Report:\n    os._exit(3)\n'
    )
    with pytest.raises(PluginError, match=r"ended the process that asked one of .*screens"):
        check(str(tmp_path / "gone.py"), "silver", only=("lasting", "screens"), processes=2)


def test_the_docs_list_the_rules() -> None:
    text = (ROOT / "docs/plugin-quality.md").read_text("utf-8")
    listed = text.partition("-->\n")[2].partition("\n<!-- end of rules")[0]
    assert listed == table(), "python -m hookline_sdk.check.tabled prints the table"
