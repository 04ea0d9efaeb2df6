"""An application takes nothing of its process for itself, and gives back what it had."""

import logging
import threading
from pathlib import Path

import pytest

from tests.town import Town
from tests.web.visitor import open_doors

pytestmark = pytest.mark.one_engine


def test_a_closed_application_leaves_no_thread(town: Town, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with open_doors(town, tmp_path / "data") as doors:
        doors.enter("ada").see("/deals")
        had = set(threading.enumerate()) - before
    assert any(thread.name.startswith("door") for thread in had)
    for thread in had:
        thread.join(timeout=10)
    assert [thread for thread in threading.enumerate() if thread not in before] == []


def test_the_log_stays_as_it_was_begun(town: Town, tmp_path: Path) -> None:
    root = logging.getLogger()
    before = root.level, root.handlers[:]
    with open_doors(town, tmp_path / "data") as doors:
        doors.enter("ada").see("/deals")
        assert (root.level, root.handlers) == before
