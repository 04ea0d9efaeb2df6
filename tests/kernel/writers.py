"""Eight processes that each add one to the same few sacks, five hundred times, reading before they write."""

import os
import sys

from hookline.kernel.db import Database
from sqlalchemy import select, update

from tests.kernel.mill import Sack

WRITERS = 8
TRANSACTIONS = 500


def add_ones(url: str, writer: int) -> None:
    """Read a weight, then write it one higher, in one transaction."""
    database = Database(url)
    for turn in range(TRANSACTIONS):
        this = Sack.id == 1 + (writer + turn) % 3
        with database.write(durable=False) as tx:
            weight = tx.run(select(Sack.weight).where(this).with_for_update(), why="test").scalar_one()
            tx.run(update(Sack).where(this).values(weight=(weight or 0) + 1), why="test")
    database.close()


def main(url: str) -> None:
    for writer in range(WRITERS):
        if os.fork() == 0:
            add_ones(url, writer)
            os._exit(0)
    statuses = [os.wait()[1] for _ in range(WRITERS)]
    sys.exit(max(map(os.waitstatus_to_exitcode, statuses)))


if __name__ == "__main__":
    main(sys.argv[1])
