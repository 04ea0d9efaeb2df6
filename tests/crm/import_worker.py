"""Processes that carry on a run and are killed in the middle: `import_worker.py URL RUN STATEMENT...`.

Each is a process of its own that dies by SIGKILL at the given statement, wherever that is: nothing is said goodbye to, as
when a machine loses power. Prints how many were killed; the others had come to the end of the run.
"""

import os
import signal
import sys
from typing import Any

from hookline.crm.imports.execution import carry_on
from hookline.crm.nouns import core
from hookline.kernel.db import Database
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost
from sqlalchemy import event


def main(url: str, run: int, *fatal: int) -> None:
    """Carry on the run, in one process after the other."""
    print(sum(_dies(url, run, statement) for statement in fatal))


def _dies(url: str, run: int, statement: int) -> bool:
    child = os.fork()
    if child == 0:
        _work(url, run, statement)
        os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def _work(url: str, run: int, statement: int) -> None:
    host = PluginHost(strict=True)
    host.load([core])
    home = Installation(Database(url), host)

    def die(*_: Any) -> None:
        if home.database.statements == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(home.database.engine, "after_cursor_execute", die)
    carry_on(home, run)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
