"""Asking the application without a server: one request after the other, straight into its ASGI callable."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from anyio.from_thread import BlockingPortal, start_blocking_portal
from hookline.web.guard import COOKIE
from litestar.exceptions import LitestarException

from tests.access.oracle import Principal
from tests.access.world import ORIGIN, World


@dataclass(frozen=True)
class Heard:
    """An answer: its status, its headers but for the security ones, its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")


@dataclass
class Asker:
    """Asks for one principal after the other, in a loop of its own thread: the browser's tests leave one running in this."""

    world: World
    asked: int = 0
    _open: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def portal(self) -> BlockingPortal:
        """Where the application runs."""
        return self._open.enter_context(start_blocking_portal())

    def get(self, who: Principal, path: str, *, api: bool = False, htmx: bool = False) -> Heard:
        """Ask for a page, with the session; of the API with a token that may only read."""
        return self.ask(who, "GET", path, api=api, htmx=htmx)

    def post(
        self, who: Principal, path: str, form: Mapping[str, Any] | None = None, *, csrf: bool = True
    ) -> Heard:
        """Send a form."""
        return self.ask(who, "POST", path, form=form or {}, csrf=csrf)

    def ask(
        self, who: Principal, method: str, path: str, *, form: Mapping[str, Any] | None = None, body: bytes = b"",
        api: bool = False, writing: bool = False, htmx: bool = False, csrf: bool = True,
    ) -> Heard:  # fmt: skip
        """One request."""
        headers = {"host": urlsplit(ORIGIN).netloc}
        keys = self.world.cookies.get(who.name)
        tokens = self.world.writing if writing else self.world.tokens
        if (api or writing) and who.name in tokens:
            headers["authorization"] = f"Bearer {tokens[who.name]}"
        elif keys:
            headers["cookie"] = f"{COOKIE}={keys[0]}"
        if htmx:
            headers["hx-request"] = "true"
        if form is not None:
            sent = {"_csrf": keys[1], **form} if keys and csrf else dict(form)
            body = urlencode(sent, doseq=True).encode()
            headers |= {"content-type": "application/x-www-form-urlencoded", "origin": ORIGIN}
        elif method != "GET":
            headers |= {"content-type": "application/json", "origin": ORIGIN}
        return self.send(who, method, path, headers, body)

    def send(self, who: Principal, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Heard:
        """One request with exactly these headers."""
        self.asked += 1
        plain, _, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": unquote(plain), "raw_path": plain.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(k.encode(), v.encode()) for k, v in {**headers, "content-length": str(len(body))}.items()],
            "client": ("127.0.0.1", 4711), "server": ("town.example", 80), "state": {}, "app": self.world.app_of(who),
        }  # fmt: skip
        return self.portal.call(partial(_heard, self.world.app_of(who), scope, body))

    def close(self) -> None:
        """No more questions."""
        self._open.close()


async def _heard(app: Any, scope: dict[str, Any], body: bytes) -> Heard:
    sent, told = False, dict[str, Any]()
    chunks, over = list[bytes](), asyncio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            # Whoever asks stays till the end: a stream to somebody who has gone is broken off.
            await over.wait()
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            told.update(message)
        else:
            chunks.append(message.get("body", b""))
            if not message.get("more_body"):
                over.set()

    try:
        await app(scope, receive, send)
    except LitestarException as error:
        # An answer that breaks off in its middle: as much a failure as a 500.
        return Heard(599, {}, str(error.__cause__ or error).encode())
    headers = {k.decode().lower(): v.decode() for k, v in told["headers"]}
    return Heard(told["status"], headers, b"".join(chunks))
