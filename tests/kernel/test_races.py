"""Many writers at once: nothing is lost, nobody is told that the database is locked, one of two editors wins."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hookline.errors import Conflict, Difference
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from sqlalchemy import func, select

from tests.kernel.mill import Sack, add_sacks, open_mill
from tests.kernel.writers import TRANSACTIONS, WRITERS

pytestmark = pytest.mark.usefixtures("every_core")

ROOT = Path(__file__).resolve().parents[2]


def test_eight_processes_that_read_then_write_lose_nothing(mill_url: str) -> None:
    with open_mill(mill_url) as home:
        sacks = add_sacks(home, 3)
    program = [sys.executable, "-m", "tests.kernel.writers", mill_url]
    done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    with open_mill(mill_url) as home, home.database.read() as tx:
        total = tx.run(select(func.sum(Sack.weight)), why="test").scalar_one()
    assert total == WRITERS * TRANSACTIONS + sum(range(len(sacks)))


def test_eight_threads_that_save_through_the_gate_lose_nothing(mill_url: str) -> None:
    turns = 40
    with open_mill(mill_url) as home:
        (sack,) = add_sacks(home, 1)

        def add(gate: Gate) -> None:
            found = gate.get(Sack, sack)
            gate.update(Sack, sack, {"weight": (found.weight or 0) + 1}, version=found.version)

        def work() -> None:
            saved = 0
            while saved < turns:
                try:
                    with home.house("adding") as gate:
                        add(gate)
                    saved += 1
                except Conflict:
                    # Read again, as a person would: on PostgreSQL another may have saved since.
                    continue

        in_threads(work, 8)
        with home.house("looking") as gate:
            found = gate.get(Sack, sack)
    assert (found.weight, found.version) == (8 * turns, 1 + 8 * turns)


def test_of_two_editors_one_wins_and_the_other_is_shown_both_values(mill_url: str) -> None:
    with open_mill(mill_url) as home:
        (sack,) = add_sacks(home, 1)
        for version in range(1, 201):
            won, lost = race(home, sack, version)
            assert len(won) == len(lost) == 1
            (conflict,) = lost
            assert conflict.version == version + 1
            assert conflict.differences == (Difference("note", won[0], other(won[0], version)),)
        with home.house("looking") as gate:
            assert gate.get(Sack, sack).version == 201


def race(home: Installation, sack: int, version: int) -> tuple[list[str], list[Conflict]]:
    """Two people save at the same moment what they made of the same version."""
    start, won, lost = threading.Barrier(2), list[str](), list[Conflict]()

    def edit(note: str) -> None:
        start.wait()
        try:
            with home.house("editing") as gate:
                gate.update(Sack, sack, {"note": note}, version=version)
            won.append(note)
        except Conflict as conflict:
            lost.append(conflict)

    editors = [threading.Thread(target=edit, args=(f"{name}, {version}",)) for name in ("ada", "ben")]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()
    return won, lost


def other(note: str, version: int) -> str:
    return f"{'ben' if note.startswith('ada') else 'ada'}, {version}"


def in_threads(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
