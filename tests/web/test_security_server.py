"""The house behind its real server: where requests end, what is served, and that nothing of development is on."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from hookline.app import create_app
from hookline.commands.serving import _HOW
from hookline.settings import Settings
from hookline.web.assets import Assets

from tests.town import Town
from tests.web.visitor import Doors

pytestmark = pytest.mark.one_engine

HOST = "127.0.0.1"


@pytest.fixture
def port(town: Town, tmp_path: Path) -> Iterator[int]:
    """The port of the application as `hookline serve` serves it."""
    with socket.create_server((HOST, 0)) as listening:
        found = listening.getsockname()[1]
        settings = Settings(
            database_url=town.installation.database.url,
            data_dir=tmp_path / "data",
            base_url=f"http://{HOST}:{found}",
        )
        how: dict[str, Any] = {**_HOW, "timeout_graceful_shutdown": 1}
        server = uvicorn.Server(uvicorn.Config(create_app(settings, town.installation), **how))
        serving = threading.Thread(target=server.run, args=([listening],))
        serving.start()
        yield found
        server.should_exit = True
        serving.join()


def told(port: int, request: bytes) -> bytes:
    """Everything that a connection answers to these bytes, until the server ends it."""
    with closing(socket.create_connection((HOST, port), timeout=10)) as line:
        line.sendall(request)
        found = b""
        while piece := line.recv(65_536):
            found += piece
        return found


def get(port: int, path: str, *headers: str, method: str = "GET") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{port}", "Connection: close", *headers]
    return told(port, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "lines",
    [
        "Content-Length: 4\r\nContent-Length: 5", "Transfer-Encoding: xchunked", "Content-Length: -1", "Content-Length: 4x",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "X: a\r\n Content-Length: 4\r\nBad Header: x",
    ],
)  # fmt: skip
def test_a_request_that_two_servers_could_read_differently_is_refused(port: int, lines: str) -> None:
    hidden = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
    request = f"POST /sign-in HTTP/1.1\r\nHost: {HOST}:{port}\r\n{lines}\r\n\r\n{hidden}"
    answer = told(port, request.encode())
    assert answer.count(b"HTTP/1.1 ") == 1
    assert status(answer) == 400


def test_chunks_count_before_a_length(port: int) -> None:
    """Both are there: the length is not believed, and what follows is no request of its own."""
    hidden = f"GET /sign-in HTTP/1.1\r\nHost: {HOST}:{port}\r\n\r\n"
    request = f"POST /nowhere HTTP/1.1\r\nHost: {HOST}:{port}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n{hidden}"
    answer = told(port, request.encode())
    assert answer.count(b"HTTP/1.1 ") == 1


def test_an_address_is_decoded_once(port: int) -> None:
    assert status(get(port, "/%73ign-in")) == 200
    assert status(get(port, "/%2573ign-in")) == 404


def test_only_our_own_kinds_of_static_files_are_served(port: int, doors: Doors) -> None:
    outside = [
        "/static/", "/static", "/static/css", "/static/css/", "/static/../app.py", "/static/%2e%2e/%2e%2e/settings.py", "/static/..%2f..%2fapp.py",
        "/static/js/_order.txt", "/static//etc/passwd", "/static/vendor/LICENSES.txt", "/.git/config", "/.git/HEAD", "/.env", "/.well-known/", "/hookline.db",
        "/static/.git/config", "/static/x/", "/requirements.lock", "/static/css/app.css%00.html",
    ]  # fmt: skip
    for path in outside:
        answer = get(port, path)
        assert status(answer) in (303, 404), path
        assert b"Index of" not in answer
    kinds = {Path(name).suffix for name in Assets()._assets}
    assert kinds <= {".css", ".js", ".svg", ".woff2", ".png", ".webmanifest"}
    served = doors.client.get("/static/js/app.js")
    assert served.headers["content-type"] == "text/javascript; charset=utf-8"


def test_nothing_of_development_is_on(port: int, doors: Doors) -> None:
    assert Settings().development is False
    assert Settings().count_statements is False
    assert doors.client.app.debug is False
    assert doors.client.app.openapi_config is None
    answer = get(port, "/sign-in")
    head = answer.split(b"\r\n\r\n")[0].lower()
    for telling in (
        b"\r\nserver:",
        b"\r\nx-powered-by:",
        b"\r\nx-statements:",
        b"uvicorn",
        b"litestar",
        b"python",
    ):
        assert telling not in head
    for path in (
        "/schema",
        "/schema/openapi.json",
        "/schema/swagger",
        "/docs",
        "/redoc",
        "/debug",
        "/metrics",
        "/console",
        "/admin",
    ):
        assert status(get(port, path)) in (303, 404), path
    assert status(get(port, "/sign-in", method="TRACE")) == 405
    assert status(get(port, "/sign-in", method="CONNECT")) in (400, 405)


def test_the_api_is_described_to_those_only_who_are_signed_in(doors: Doors) -> None:
    for path in ("/openapi.json", "/api/docs", "/api/docs/deal", "/-/hooks", "/-/plugins"):
        answer = doors.client.get(path, follow_redirects=False)
        assert answer.status_code in (303, 401), path
        assert "paths" not in answer.text
