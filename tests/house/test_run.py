"""run.py speaks in one friendly line when something is not as it should be."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.tracked import ROOT


def run(*arguments: str, script: Path = ROOT / "run.py") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_help_names_every_command() -> None:
    said = run("--help").stdout
    assert [name for name in "setup demo test check lock".split() if name not in said] == []


def test_an_option_that_does_not_exist_is_named() -> None:
    done = run("demo", "--prot", "8000")
    assert done.returncode == 1
    assert done.stderr == "run.py: demo does not know --prot 8000; see: python3 run.py --help\n"


def test_a_copy_without_its_locks_is_told_apart(tmp_path: Path) -> None:
    script = Path(shutil.copy(ROOT / "run.py", tmp_path))
    done = run("setup", script=script)
    assert done.returncode == 1
    assert done.stderr == "run.py: requirements.lock is missing; is this a whole copy of the repository?\n"
    assert [path.name for path in tmp_path.iterdir()] == ["run.py"]


def test_a_finished_set_up_has_nothing_left_to_do() -> None:
    assert run("setup", "--dev").returncode == 0
    done = run("setup", "--dev")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
