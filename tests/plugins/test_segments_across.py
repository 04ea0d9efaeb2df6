"""A segment that asks of two plugins works with both, says what is missing while one is off, and loses nobody meanwhile."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tracked import ROOT
from tests.plugins.segments_walk import STAGES
from tests.sdk.test_scaffold import environment


@pytest.mark.skipif(sys.platform == "win32", reason="its stages are split off")
def test_a_segment_over_real_estate_and_a_tier_outlives_either(database_url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.plugins.segments_walk", database_url, str(tmp_path), *STAGES]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr[-4000:]
