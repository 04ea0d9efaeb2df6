"""A house served in earnest with a plugin that hangs at every point there is: what people and programs get meanwhile.

    python -m bench.hangs [sleeps|spins|locks] [PATIENCE]

`sleeps` waits in the system, `spins` runs beside others, `locks` holds Python's own lock. PATIENCE is HOOKLINE_PLUGIN_PATIENCE.
Every page is asked for, everything is sent, several at a time, until all points have hung; somebody else asks for the sign-in
all the while. Prints how the answers ended and the longest time in which that page did not come.
"""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import httpx
from hookline.app import create_app
from hookline.crm.nouns import core
from hookline.crm.sign_in.sessions import find_session, make_token, open_session
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.db import Database
from hookline.kernel.installation import Installation
from hookline.kernel.migrations.migrate import migrate
from hookline.kernel.plugins.host import PluginHost
from hookline.settings import Settings
from hookline.web.guard import COOKIE

from tests.pages import add_rarities, addresses
from tests.town import Town, build_town

ROOT: Final = Path(__file__).parents[1]
AT_ONCE: Final = 4
WAYS: Final = {
    "sleeps": "time.sleep(3600)",
    "spins": "while True:\n        pass",
    "locks": "re.match('(a+)+$', 'a' * 200 + 'b')",
}
PLUGIN: Final = "import re, time\nfrom tests.web.chaos import misbehaving\n\ndef hangs(*_):\n    {how}\n\nplugin = misbehaving(hangs, only={only})\n"
# Where nothing moves any more only one can hang at a time, and each takes its process with it.
FEW: Final = ("panel", "column", "page", "report", "before_save", "endpoint", "restrict")


@dataclass
class Found:
    """How the answers ended (a status, or "cut off" by a process that was replaced), and how long each took."""

    ends: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    slowest: float = 0.0
    gap: float = 0.0
    replaced: list[str] = field(default_factory=list)


@dataclass
class Visitor:
    """Somebody with a browser, and a program."""

    found: Found
    address: str
    cookie: str
    csrf: str
    token: str

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> None:
        began = time.monotonic()
        sent = None if form is None else {"_csrf": self.csrf, **form}
        by_program = path.startswith("/api/")
        headers = {"cookie": f"{COOKIE}={self.cookie}", "origin": self.address}
        try:
            answer = httpx.request(
                method,
                f"{self.address}{path}",
                headers={"authorization": f"Bearer {self.token}"} if by_program else headers,
                data=None if by_program else sent,
                json=form if by_program else None,
                timeout=90,
            )
            end = str(answer.status_code)
        except httpx.TimeoutException:
            end = "nothing in 90 s"
        except httpx.TransportError:
            end = "cut off"
        self.found.ends[end] += 1
        self.found.slowest = max(self.found.slowest, time.monotonic() - began)
        if end[0] in "5n":
            self.found.failed.append(f"{method} {path}: {end}")


def run(way: str, patience: str, folder: Path) -> Found:
    """One house, from its start until everything has hung."""
    home = Installation(_database(folder), PluginHost(), clock=lambda: datetime.now(UTC))
    home.host.load([core])
    migrate(home.database, home.host)
    town = build_town(home.database.url)
    add_rarities(town.installation, folder)
    (folder / "hanging.py").write_text(
        PLUGIN.format(how=WAYS[way], only=FEW if way == "locks" else ()), "utf-8"
    )
    found = Found()
    with _served(home.database.url, folder, patience, found) as address, _asking(address, found):
        visitor = _visitor(home, town, address, found)
        reads, writes = _reads(home, town, folder), _writes(town)
        for _ in range(2):
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(lambda path: visitor.ask("GET", path), reads))
            for path, form in writes:
                visitor.ask("POST", path, form)
            with home.database.write() as tx:
                enqueue(tx, "chaos_hangs.hangs", {}, now=datetime.now(UTC))
        time.sleep(float(patience) * 35)
        visitor.ask("GET", "/deals")
    home.database.close()
    return found


def _reads(home: Installation, town: Town, folder: Path) -> list[str]:
    settings = Settings(database_url=home.database.url, data_dir=folder)
    app = create_app(settings, town.installation)
    paths = [address.path for address in addresses(app, town.installation)]
    deal = town.ids["scanners"]
    of_plugin = {
        "panel": f"/deals/{deal}/panel/chaos_hangs/hangs", "report": "/reports/chaos_hangs/hangs", "page": "/x/chaos_hangs/hangs",
        "widget": "/widgets/chaos_hangs/hangs", "block": "/blocks/chaos_hangs/hangs", "selection": "/deals?id.among=chaos_hangs.hangs:1",
        "choices": "/deals?filter=set:chaos_hangs.hangs_too", "search": "/search?q=scan",
    }  # fmt: skip
    similar = [f"/{slug}/similar?name=Acme&owner=1" for slug in ("deals", "companies", "contacts", "leads")]
    return [path for path in [*paths, *of_plugin.values(), *similar, "/products"] if path != "/sign-out"]


def _writes(town: Town) -> list[tuple[str, dict[str, str]]]:
    ids = town.ids
    deal, helen = f"/deals/{ids['scanners']}", ids["helen"]
    return [
        ("/api/v1/x/chaos_hangs/hangs", {"said": "Hello"}), ("/contacts", {"first_name": "Nora"}), ("/companies", {"name": "Brand new"}),
        ("/leads", {"name": "A request"}), (f"{deal}/stage", {"stage": str(ids["offer"]), "version": "1"}),
        (f"{deal}/trash", {"version": "1"}), (f"{deal}/action/chaos_hangs/hangs", {"version": "1"}),
        ("/deals/bulk/action/chaos_hangs/hangs_too", {"id": str(ids["scanners"])}), ("/x/chaos_hangs/hangs", {"said": "Hello"}),
        ("/deals/export", {"format": "chaos_hangs.hangs", "query": "sort=id"}), (f"/privacy/contact/{helen}/copy", {}),
        (f"/privacy/contact/{helen}/erasure", {"name": "Helen Marsh", "reason": "asked"}),
        ("/settings/lists/source", {"name": "Fair"}), ("/settings/lists/lost_reason", {"name": "Fair"}),
    ]  # fmt: skip


def _visitor(home: Installation, town: Town, address: str, found: Found) -> Visitor:
    now = datetime.now(UTC)
    with home.database.write() as tx:
        cookie = open_session(tx, town.ids["ada"], now, address="127.0.0.1", agent="bench")
        session = find_session(tx, cookie, now)
        token = make_token(tx, town.ids["ada"], "bench", "write", now)
    assert session is not None, "it has just been opened"
    return Visitor(found, address, cookie, session.csrf, token)


def _database(folder: Path) -> Database:
    return Database(f"sqlite:///{folder / 'hangs.db'}")


@contextmanager
def _served(url: str, folder: Path, patience: str, found: Found) -> Iterator[str]:
    environment = {
        **os.environ, "HOOKLINE_DATABASE_URL": url, "HOOKLINE_DATA_DIR": str(folder / "data"), "HOOKLINE_PLUGINS": str(folder / "hanging.py"),
        "HOOKLINE_PLUGIN_PATIENCE": patience, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "hookline.cli", "serve", "--migrate", "--port", "0"]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as server,
    ):
        try:
            assert server.stdout is not None, "it is a pipe"
            ready = next(m for line in server.stdout if (m := re.search(r"ready: (http://\S+)", line)))
            yield ready[1]
        finally:
            server.terminate()
    said = (folder / "log").read_text("utf-8")
    found.replaced = re.findall(r"is replaced: .*?; it was (.*)", said)


@contextmanager
def _asking(address: str, found: Found) -> Iterator[None]:
    """Ask for the sign-in four times a second; the longest time without it is the gap."""
    over = threading.Event()

    def ask() -> None:
        came = time.monotonic()
        while not over.wait(0.25):
            try:
                if httpx.get(f"{address}/sign-in", timeout=1).status_code == 200:
                    came = time.monotonic()
            except httpx.TransportError:
                pass
            found.gap = max(found.gap, time.monotonic() - came)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    try:
        yield
    finally:
        over.set()
        asking.join()


def main(way: str = "sleeps", patience: str = "2") -> None:
    """Run one way and print what came of it."""
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        found = run(way, patience, Path(folder))
    hung = sorted({name for line in found.replaced for name in re.findall(r" in (\w+) ", line)})
    told = {
        "way": way, "patience_s": float(patience), "answers": dict(found.ends), "answers_5xx": found.failed,
        "slowest_answer_s": round(found.slowest, 1), "longest_without_sign_in_s": round(found.gap, 1),
        "processes_replaced": len(found.replaced), "kinds_that_hung": hung, "kinds": len(hung),
        "took_s": round(time.monotonic() - began),
    }  # fmt: skip
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
