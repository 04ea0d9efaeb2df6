"""On SQLite what is committed is on the disk, but for bulk work that can do without."""

import subprocess
import sys
from pathlib import Path

# In a process of its own: nothing is flushed in that of the tests.
WRITING = """
import sys
from hookline.kernel.db import Database
from sqlalchemy import text

database = Database(sys.argv[1])
for durable in (True, False, True):
    with database.write(durable=durable) as tx:
        print(tx.run(text("PRAGMA synchronous"), why="test").scalar())
database.close()
"""


def test_a_commit_reaches_the_disk(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITING, f"sqlite:///{tmp_path / 'kept.db'}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (["2", "1", "2"], "")
