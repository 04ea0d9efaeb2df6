"""Answers in the place of a server that has ended by itself: each address says why, until the server is back."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

_PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="1">
<title>The plugin cannot start</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 60rem; padding: 0 1rem }}
pre {{ background: #f4f4f5; border-left: 4px solid #dc2626; overflow: auto; padding: 1rem; white-space: pre-wrap }}
@media (prefers-color-scheme: dark) {{ body {{ background: #18181b; color: #e4e4e7 }} pre {{ background: #27272a }} }}
</style><h1>The plugin cannot start</h1><pre>{said}</pre>
<p>Mend it and save the file: this page comes back by itself.</p></html>"""


@contextmanager
def standing_in(process: subprocess.Popen[bytes], trouble: Path, port: int) -> Iterator[None]:
    """While the block runs: as soon as the process has ended, answer at its port with what it left in `trouble`."""
    over = threading.Event()
    servers: list[ThreadingHTTPServer] = []

    def wait() -> None:
        process.wait()
        if over.is_set():
            return
        said = (
            trouble.read_text("utf-8")
            if trouble.exists()
            else f"It ended with the status {process.returncode}."
        )
        with suppress(OSError):  # the port may be what it lacked
            server = ThreadingHTTPServer(("127.0.0.1", port), _answering(said))
            servers.append(server)
            server.serve_forever(poll_interval=0.1)

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    try:
        yield
    finally:
        over.set()
        for server in servers:
            server.shutdown()
            server.server_close()


def _answering(said: str) -> type[BaseHTTPRequestHandler]:
    page = _PAGE.format(said=escape(said)).encode()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # its name is set by the library
            self.send_response(503)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        do_POST = do_GET  # noqa: N815  # its name is set by the library

        def log_message(self, format: str, *args: object) -> None:
            return

    return Answer
