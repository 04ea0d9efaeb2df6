"""The tutorial does what it says: each step loads, migrates from the one before, and shows what the page promises."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT, Settled, copied

STEPS: Final = ROOT / "examples/tutorial"


def test_the_finished_plugin_has_forty_lines_and_a_heading() -> None:
    lines = (STEPS / "step6.py").read_text("utf-8").splitlines()
    assert len([line for line in lines if line]) <= 41


def test_each_step_does_what_the_tutorial_says(
    engine_name: str, settled_town: Settled, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with copied(settled_town, engine_name, request, tmp_path) as (url, ids):
        command = [sys.executable, "-m", "tests.examples.tutorial_walk", url, str(tmp_path), json.dumps(ids)]
        walked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert walked.stdout.endswith("6 steps\n"), walked.stdout + walked.stderr
