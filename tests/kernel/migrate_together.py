"""Several processes that migrate one database at the same moment; each prints the steps it did."""

import os
import sys

from hookline.crm.nouns import core
from hookline.kernel.db import Database
from hookline.kernel.migrations.migrate import migrate
from hookline.kernel.plugins.host import PluginHost

from tests.kernel.mill import mill

PROCESSES = 4


def main(url: str) -> None:
    """Fork, let all begin when this end of the pipe closes, and wait for them."""
    gate, opener = os.pipe()
    for _ in range(PROCESSES):
        if os.fork() == 0:
            os.close(opener)
            os.read(gate, 1)
            host = PluginHost(strict=True)
            host.load([core, mill])
            steps = migrate(Database(url), host)
            os.write(1, "".join(f"{step}\n" for step in steps).encode())
            os._exit(0)
    os.close(opener)
    statuses = [os.waitpid(-1, 0)[1] for _ in range(PROCESSES)]
    sys.exit(max(map(os.waitstatus_to_exitcode, statuses)))


if __name__ == "__main__":
    main(sys.argv[1])
