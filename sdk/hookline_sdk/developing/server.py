"""The server of `hookline dev`: an installation in development, its tables brought to the declarations, a story in it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Final

import uvicorn
from hookline.app import create_app
from hookline.crm import demo
from hookline.crm.seeds import lay_seeds
from hookline.errors import HooklineError
from hookline.kernel.installation import Installation
from hookline.kernel.migrations.migrate import migrate
from hookline.kernel.plugins.admitting.loader import find_sources
from hookline.settings import Settings
from hookline.start import create_installation

from hookline_sdk.developing.leftovers import Leftover, find_leftovers
from hookline_sdk.developing.reloading import reloading

_LOOK: Final = 0.5


def main(plugin: str, scratch: str, port: str, parent: str) -> int:
    """Serve as long as the parent process is there; what keeps it from starting is written into `trouble.txt`, and 1 returned."""
    threading.Thread(target=_end_with, args=(int(parent),), daemon=True).start()
    folder = Path(scratch)
    try:
        home = open_home(plugin, folder, int(port))
    except HooklineError as error:
        return _tell(folder, str(error))
    except Exception:  # noqa: BLE001  # whatever a plugin does, its author is told where
        return _tell(folder, traceback.format_exc(limit=-12))
    app = reloading(create_app(home.settings, home, works=True), home.host)
    print(f"Hookline is ready: http://127.0.0.1:{port}   {_accounts()}", flush=True)  # noqa: T201  # this is what it is for
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", timeout_graceful_shutdown=1)
    return 0


def open_home(plugin: str, folder: Path, port: int) -> Installation:
    """The installation, ready to be served. HooklineError says with file and line why there is none."""
    settings = replace(
        Settings.from_environment(),
        database_url=f"sqlite:///{folder / 'hookline.db'}",
        data_dir=folder,
        base_url=f"http://127.0.0.1:{port}",
        plugins=(plugin,),
        development=True,
    )
    home = create_installation(settings)
    names = [name for name in home.host.plugins if name in {s.name for s in find_sources((plugin,))}]
    steps = migrate(home.database, home.host, growing=names or list(home.host.plugins)[1:])
    for step in steps if (folder / "told").exists() else ():
        print(step, flush=True)  # noqa: T201  # said in the terminal of who writes the plugin
    for left in (left for name in home.host.plugins for left in find_leftovers(home.database, name)):
        _refuse_or_say(left)
    lay_seeds(home)
    if not (folder / "told").exists():
        demo.tell_once(home)
        (folder / "told").touch()
    return home


def _end_with(parent: int) -> None:
    """End this process when its parent has gone, however that was: nobody would end it then, and it holds the port."""
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os.kill(os.getpid(), signal.SIGTERM)


def _refuse_or_say(left: Leftover) -> None:
    if left.required:
        raise HooklineError(f"{left}\nNothing can be saved while it stands there: {left.mend}")
    print(f"{left} {left.mend}", flush=True)  # noqa: T201  # said in the terminal of who writes the plugin


def _accounts() -> str:
    first = demo.list_accounts()[0]
    return f"sign in as {first.email} with {demo.PASSWORD}"


def _tell(folder: Path, said: str) -> int:
    (folder / "trouble.txt").write_text(said, "utf-8")
    print(f"\n{said}\n", file=sys.stderr, flush=True)  # noqa: T201  # said in the terminal of who writes the plugin
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
