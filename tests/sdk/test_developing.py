"""`hookline dev`: one server per state of the files; what is wrong stands on the page, with file and line."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.patience import tries
from tests.plain import TRUSTS_NOBODY
from tests.sdk.test_scaffold import environment

PLUGIN = """from hookline_sdk import Entity, Mapped, Plugin, text
plugin = Plugin("kites")
class Kite(Entity, plugin=plugin):
    name: Mapped[str] = text("Name")
"""


class Demo:
    """The demo of a plugin of one file, and what its pages say."""

    def __init__(self, file: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.file, self.address, self.process = file, f"http://127.0.0.1:{port}", process

    def write(self, text: str) -> None:
        self.file.write_text(text, "utf-8")

    def until(self, status: int, *parts: str) -> str:
        """The sign-in page once it comes with this status and these words, whoever answers meanwhile."""
        said = ""
        for _ in tries():
            try:
                answer = httpx.get(
                    f"{self.address}/sign-in", headers={"accept": "text/html"}, verify=TRUSTS_NOBODY
                )
            except httpx.TransportError:
                continue
            said = answer.text
            if answer.status_code == status and all(part in said for part in parts):
                return said
        raise AssertionError(f"it never said {parts}, but: {said}")

    def until_nobody_answers(self) -> None:
        """AssertionError when somebody holds the port to the end."""
        for _ in tries():
            try:
                httpx.get(f"{self.address}/sign-in", verify=TRUSTS_NOBODY)
            except httpx.ConnectError:
                return
            except httpx.TransportError:
                continue
        raise AssertionError("its server was left behind")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    file = tmp_path / "kites.py"
    file.write_text(PLUGIN, "utf-8")
    scratch = tmp_path / ".hookline/kites"
    scratch.mkdir(parents=True)
    # As if the story had been told: it takes long, and no page here needs it.
    (scratch / "told").touch()
    port = free_port()
    command = [sys.executable, "-c", "from hookline_sdk.developing.command import dev_; dev_()"]
    with subprocess.Popen([*command, str(file), "--port", str(port)], env=environment()) as process:
        yield Demo(file, port, process)
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        finally:
            process.kill()


def test_it_starts_again_with_every_change_and_says_what_is_wrong(demo: Demo) -> None:
    first = demo.until(200, 'src="/-/dev/reload.js"')
    assert "data-mark=" in first
    demo.write(PLUGIN + "    1 / 0\n")
    demo.until(503, "ZeroDivisionError", "kites.py, line 5", 'http-equiv="refresh"')
    demo.write(
        PLUGIN.replace("name: Mapped", "title_: Mapped").replace(
            "plugin=plugin", 'plugin=plugin, title="title_"'
        )
    )
    demo.until(503, "kites_kite.name is declared no more", "--reset")
    demo.write(PLUGIN + '    string: Mapped[str | None] = text("String")\n')
    last = demo.until(200, "data-mark=")
    assert last != first
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(30) == 0
    demo.until_nobody_answers()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_however_it_is_ended_its_server_ends_with_it(demo: Demo, how: signal.Signals) -> None:
    demo.until(200, "data-mark=")
    demo.process.send_signal(how)
    assert demo.process.wait(30) == (-how if how == signal.SIGKILL else 0)
    demo.until_nobody_answers()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
