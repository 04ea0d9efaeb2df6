"""A worker in a process of its own, as `hookline work` starts one; its job never ends by itself."""

import os
import sys
from datetime import UTC, datetime

from hookline.kernel.actor import Actor
from hookline.kernel.background.runs import JobRun
from hookline.kernel.background.worker import Worker, run_until_signalled
from hookline.kernel.db import Transaction
from hookline.kernel.plugins.plugin import Plugin

from tests.kernel.mill import Clock, open_mill

grinder = Plugin("grinder")


@grinder.job()
def grind(run: JobRun) -> None:
    os.write(1, b"grinding\n")
    turns = 0
    while True:
        turns += 1
        run.progress(turns)
        run.check()


def nobody(tx: Transaction, user: int) -> Actor | None:
    return None


if __name__ == "__main__":
    clock = Clock()
    clock.now = datetime.now(UTC)
    with open_mill(sys.argv[1], grinder, clock=clock) as home:
        run_until_signalled(Worker(home, nobody, name="the miller"))
