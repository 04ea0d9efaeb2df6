"""The outbox under kill -9: no event is lost, each keeps its id, and what was done in the database was done once."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import IO

import pytest
from hookline.kernel.background import outbox
from hookline.kernel.plugins.plugin import Plugin
from sqlalchemy import select

from tests.kernel.mill import add_sacks, ledger, open_mill
from tests.kernel.outbox_worker import teller

pytestmark = pytest.mark.usefixtures("every_core")

EVENTS = 2000
KILLS = 20
ROOT = Path(__file__).resolve().parents[2]


def test_a_worker_killed_at_twenty_random_points_loses_and_repeats_nothing(mill_url: str) -> None:
    with open_mill(mill_url, teller) as home:
        sacks = [id for _ in range(EVENTS // 250) for id in add_sacks(home, 250)]
    told, endings = run_and_kill(mill_url, points=cuts(random.Random(4)))
    assert endings == [-signal.SIGKILL] * KILLS + [0]
    assert set(told) == set(sacks), "none was lost"
    assert all(len(ids) == 1 for ids in told.values()), "each kept its id"
    assert EVENTS <= sum(sum(ids.values()) for ids in told.values()) <= EVENTS + KILLS
    with open_mill(mill_url, Plugin("nobody")) as home, home.database.read() as tx:
        done = Counter(tx.run(select(ledger.c.record), why="test").scalars())
        assert outbox.count_open(tx) == (0, 0)
    assert done == Counter(sacks), "what was done in the database was done once"


def cuts(dice: random.Random) -> list[int]:
    """How many deliveries each life sees before it is killed."""
    points = sorted(dice.sample(range(EVENTS - KILLS), KILLS))
    return [after - before for before, after in zip([0, *points], points, strict=False)]


def run_and_kill(url: str, *, points: list[int]) -> tuple[dict[int, Counter[int]], list[int]]:
    """Kill a worker after so many deliveries, and the next, and so on; let the last one finish.

    Returns for each record the ids of the events that were told of it, and how each worker ended.
    """
    told: dict[int, Counter[int]] = defaultdict(Counter)
    endings = []
    program = [sys.executable, "-m", "tests.kernel.outbox_worker", url]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as lender:
        assert lender.stdin is not None
        assert lender.stdout is not None
        for point in [*points, EVENTS * 2]:
            print("live", file=lender.stdin, flush=True)
            endings.append(one_life(lender.stdout, point, told))
        lender.stdin.close()
    return told, endings


def one_life(lines: IO[str], point: int, told: dict[int, Counter[int]]) -> int:
    worker, seen = 0, 0
    for line in lines:
        word, *numbers = line.split()
        if word == "ended":
            return int(numbers[0])
        if word == "worker":
            worker = int(numbers[0])
        else:
            told[int(numbers[1])][int(numbers[0])] += 1
            seen += 1
        if seen == point:
            os.kill(worker, signal.SIGKILL)
    raise AssertionError("the workers' lender has gone")
