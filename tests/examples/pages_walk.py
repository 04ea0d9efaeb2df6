"""Opens the screens of one-file plugins, each in a process of its own. Called with a folder in which they lie."""

import os
import shutil
import sys
import traceback
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from hookline.crm.seeds import lay_seeds
from hookline.kernel.migrations.migrate import migrate
from hookline_sdk.testing.crm import Crm, settle_in
from hookline_sdk.testing.running import Jobs
from hookline_sdk.testing.screens import look_at
from hookline_sdk.testing.sources import import_all


def main(folder: str) -> None:
    """Look at each; ends with 1 when something is wrong with one of them, and says what."""
    files = sorted(Path(folder).glob("*.py"))
    settled = Path(folder) / "settled.db"
    with closing(Crm(f"sqlite:///{settled}", Path(folder))) as crm:
        settle_in(crm)
    statuses = [_looked_at(file, settled) for file in files]
    print(f"{statuses.count(0)} of {len(files)} plugins stand")
    sys.exit(max(statuses))


def _looked_at(file: Path, settled: Path) -> int:
    if (child := os.fork()) == 0:
        os._exit(_status(file, settled))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _status(file: Path, settled: Path) -> int:
    try:
        found = list(_troubles(file, settled))
    except BaseException:  # noqa: BLE001  # this process ends here, whatever it was
        found = [traceback.format_exc()]
    sys.stderr.writelines(f"{file.stem}: {trouble}\n" for trouble in found)
    return 1 if found else 0


def _troubles(file: Path, settled: Path) -> Iterator[str]:
    folder = file.with_suffix("")
    folder.mkdir()
    plugins = import_all([str(file)])
    copy = shutil.copyfile(settled, folder / "page.db")
    with closing(Crm(f"sqlite:///{copy}", folder, plugins)) as crm:
        migrate(crm.home.database, crm.home.host)
        lay_seeds(crm.home)
        seen = look_at(crm, languages=("en",), records=("full",))
        yield from (str(screen) for screen in seen if screen.trouble)
        for job in crm.home.host.contributions("job"):
            if job.plugin == plugins[0].name and job.options["cron"]:
                Jobs(crm).call(job.key)


if __name__ == "__main__":
    main(*sys.argv[1:])
