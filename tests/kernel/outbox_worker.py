"""A process that lends out its body: at each line of input it forks a worker, which delivers until it is killed.

It speaks on standard output: `worker <pid>`, `told <event> <record>` at every delivery, `ended <signal>`.
"""

import os
import sys
from datetime import UTC, datetime, timedelta

from hookline.kernel.background import outbox
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.rules import Change
from sqlalchemy import insert

from tests.kernel.mill import Clock, Sack, ledger, open_mill

teller = Plugin("teller")


@teller.after_commit(Sack)
def tell(news: Change, gate: Gate) -> None:
    say(f"told {news.id} {news.record}")
    gate.tx.run(insert(ledger).values(event=news.id, record=news.record), why="test")


def say(words: str) -> None:
    os.write(1, f"{words}\n".encode())


def work(url: str, life: int) -> None:
    """Deliver what is due. Each life begins later than the last one's claims reach."""
    clock = Clock()
    clock.now = datetime.now(UTC) + timedelta(minutes=5 * life)
    with open_mill(url, teller, clock=clock) as home:
        while outbox.deliver_next(home):
            pass


def main(url: str) -> None:
    for life, _ in enumerate(sys.stdin, start=1):
        worker = os.fork()
        if worker == 0:
            say(f"worker {os.getpid()}")
            work(url, life)
            os._exit(0)
        _, status = os.waitpid(worker, 0)
        say(f"ended {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main(sys.argv[1])
