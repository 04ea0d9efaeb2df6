"""A plugin that hangs, in whatever way, costs seconds: pages come without it, and its process is replaced."""

import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue

import httpx
import pytest
from hookline.commands import guarding, workers
from hookline.commands.workers import can_split
from hookline.crm.sign_in.sessions import open_session
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.plugins.watching import keeper
from hookline.kernel.plugins.watching.patience import Patience
from hookline.web.guard import COOKIE

from tests.commands.serving import HOOKLINE, _address, _environment
from tests.patience import tries
from tests.plain import TRUSTS_NOBODY
from tests.town import Town, build_town

pytestmark = [
    pytest.mark.one_engine,
    pytest.mark.skipif(not can_split(), reason="only Linux splits processes safely"),
]

PLUGIN = '''
import re, time
from hookline_sdk import Contact, Deal, Panel, Plugin

plugin = Plugin("molasses")

@plugin.panel(Deal, "Sleeps")
def sleeps(record, gate):
    """It waits in the system, and lets others run."""
    time.sleep(3600)

@plugin.panel(Deal, "Sound")
def sound(record, gate):
    return Panel(text="It is sound")

@plugin.before_save(Contact)
def spins(event):
    """It runs, and others run beside it."""
    while True:
        pass

@plugin.column(Deal, "Locks")
def locks(rows, gate):
    """Python's own lock is held: nothing else of the process runs."""
    re.match("(a+)+$", "a" * 200 + "b")

@plugin.job(quiet=1, attempts=1)
def loops(run):
    while True:
        time.sleep(1)
'''


@dataclass
class House:
    """A serving house. `said` are the lines of its log."""

    town: Town
    address: str
    cookie: str
    said: "Queue[str]"

    def get(self, path: str) -> httpx.Response:
        """The answer. A request may come to the process that is on its way out, and end with it: then it is asked again."""
        while True:
            with suppress(httpx.RemoteProtocolError, httpx.ReadError):
                return self.ask(path)

    def ask(self, path: str) -> httpx.Response:
        """The answer of one request."""
        return httpx.get(
            f"{self.address}{path}",
            headers={"cookie": f"{COOKIE}={self.cookie}"},
            timeout=60,
            verify=TRUSTS_NOBODY,
        )

    def get_until(self, path: str, words: str) -> httpx.Response:
        """The first answer that has these words: on a busy machine what is sound may be late too."""
        for _ in tries():
            answer = self.get(path)
            assert answer.status_code == 200
            if words in answer.text:
                return answer
        raise AssertionError(f"{path} never said: {words}")

    def wait_for(self, *words: str) -> str:
        """The next line with all of these words; queue.Empty when it does not come."""
        while True:
            line = self.said.get(timeout=60)
            if all(word in line for word in words):
                return line


@contextmanager
def _open(town: Town, folder: Path) -> Iterator[House]:
    (folder / "molasses.py").write_text(PLUGIN, "utf-8")
    environment = _environment({
        "HOOKLINE_DATABASE_URL": town.installation.database.url,
        "HOOKLINE_DATA_DIR": str(folder / "data"),
        "HOOKLINE_PLUGINS": str(folder / "molasses.py"),
        # A quarter of the usual.
        "HOOKLINE_PLUGIN_PATIENCE": "0.5",
    })  # fmt: skip
    with town.installation.database.write() as tx:
        now = datetime.now(UTC)
        cookie = open_session(tx, town.ids["ada"], now, address="127.0.0.1", agent="test")
    command = [*HOOKLINE, "serve", "--migrate", "--port", "0"]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        said: Queue[str] = Queue()
        hears = threading.Thread(target=_hear, args=(server.stderr, said))
        hears.start()
        try:
            yield House(town, _address(server.stdout), cookie, said)
        finally:
            server.terminate()
            hears.join()


def test_what_hangs_is_left_out_and_its_process_replaced(migrated_url: str, tmp_path: Path) -> None:
    town = build_town(migrated_url)
    deal = town.ids["scanners"]
    with _open(town, tmp_path) as house:
        # It sleeps: its panel is a small error, those of others come, and who asks again does not wait.
        for _ in range(2):
            shown = house.get(f"/deals/{deal}/panel/molasses/sleeps")
            assert (shown.status_code, "could not be shown" in shown.text) == (200, True)
        house.get_until(f"/deals/{deal}/panel/molasses/sound", "It is sound")
        house.wait_for("a serving process hangs and is replaced", "molasses in panel sleeps")
        house.get_until("/-/plugins/molasses", "Paused")

        # It holds Python's lock: the process says nothing more, and is replaced all the same.
        seen = threading.Event()
        asking = threading.Thread(target=_ask_until, args=(house, "/deals", seen), daemon=True)
        asking.start()
        try:
            house.wait_for("nothing moves any more", "molasses in column locks")
        finally:
            seen.set()
        asking.join()
        house.get_until("/deals", "Scanners")

        # A job that loops: nobody waits for it for ever, and the attempt counts.
        with town.installation.database.write() as tx:
            enqueue(tx, "molasses.loops", {}, now=datetime.now(UTC))
        house.wait_for("a serving process hangs and is replaced", "molasses in job loops")
        assert house.get("/companies").status_code == 200

        # All of it is in the audit log.
        audit = house.get("/settings/audit").text
        assert audit.count("molasses") >= 2


def test_whoever_saves_is_told_of_the_plugin_and_nothing_is_saved(migrated_url: str, tmp_path: Path) -> None:
    town = build_town(migrated_url)
    with _open(town, tmp_path) as house:
        page = house.get("/contacts/new").text
        token = page.partition('data-csrf="')[2].partition('"')[0]
        answer = httpx.post(
            f"{house.address}/contacts",
            data={"_csrf": token, "first_name": "Nora"},
            headers={"cookie": f"{COOKIE}={house.cookie}", "origin": house.address},
            timeout=30,
        )
        assert answer.status_code == 422
        assert "The plugin molasses did not answer, so nothing was saved." in answer.text
        house.wait_for("a serving process hangs and is replaced", "molasses in before_save spins")
        assert "Nora" not in house.get("/contacts").text


def test_in_all_it_takes_less_than_fifteen_seconds() -> None:
    parent = workers._LOOK_EVERY + guarding._TELL
    assert Patience().lost + keeper.EVERY + parent < 15
    assert Patience().silent + keeper.EVERY + parent < 15


def _ask_until(house: House, path: str, seen: threading.Event) -> None:
    """Ask again and again: the first may still come to the process that is on its way out, and end with it."""
    while not seen.is_set():
        with suppress(httpx.TransportError):
            house.ask(path)


def _hear(lines: Iterable[str], said: "Queue[str]") -> None:
    for line in lines:
        said.put(line)
