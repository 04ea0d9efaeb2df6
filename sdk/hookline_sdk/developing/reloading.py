"""Around the application in development: open pages come anew after a change, and what failed says where.

Both are done here, outside of the application, so that nothing of it is in an installation that serves people.
"""

from __future__ import annotations

import secrets
from html import escape
from typing import Final

from hookline.kernel.plugins.host import PluginHost
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

_MARK: Final = "/-/dev/mark"
_SCRIPT: Final = "/-/dev/reload.js"
_CODE: Final = b"""const mark = document.currentScript.dataset.mark;
setInterval(async () => {
  try {
    const said = await fetch("/-/dev/mark");
    if ((await said.text()) !== mark) location.reload();
  } catch {}
}, 700);
"""


def reloading(inside: ASGIApp, host: PluginHost) -> ASGIApp:
    """The application, whose pages ask whether it was started anew. What failed in a plugin is added to a 5xx page."""
    mark = secrets.token_hex(8)
    told = f'<script src="{_SCRIPT}" data-mark="{mark}"></script></head>'.encode()

    async def come_in(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await inside(scope, receive, send)
        elif scope["path"] in (_MARK, _SCRIPT):
            await _say(
                send,
                *(
                    (_CODE, b"text/javascript")
                    if scope["path"] == _SCRIPT
                    else (mark.encode(), b"text/plain")
                ),
            )
        else:
            # Packed pages could not be added to.
            scope["headers"] = [
                (name, value) for name, value in scope["headers"] if name != b"accept-encoding"
            ]
            await inside(scope, receive, _Page(send, told, host).take)

    return come_in


class _Page:
    """Takes an answer in, and sends it on: a page of HTML as a whole, with the script in its head."""

    def __init__(self, send: Send, told: bytes, host: PluginHost) -> None:
        self._send, self._told, self._host = send, told, host
        self._start: HTTPResponseStartEvent | None = None
        self._body = b""

    async def take(self, message: Message) -> None:
        """What the application sends."""
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._out(self._start)

    async def _out(self, start: HTTPResponseStartEvent) -> None:
        body = self._body.replace(b"</head>", self._told, 1)
        if start["status"] >= 500 and self._host.failures:
            failure = self._host.failures[-1]
            said = (
                f"<pre>The plugin {failure.plugin} failed in {failure.place}\n\n{escape(failure.error)}</pre>"
            )
            body = body.replace(b"</main>", said.encode() + b"</main>", 1)
        length = (b"content-length", str(len(body)).encode())
        headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        start["headers"] = [*headers, length]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body, "more_body": False})


def _is_page(start: HTTPResponseStartEvent) -> bool:
    return any(name.lower() == b"content-type" and b"text/html" in value for name, value in start["headers"])


async def _say(send: Send, body: bytes, kind: bytes) -> None:
    headers = [
        (b"content-type", kind),
        (b"cache-control", b"no-store"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
