"""The front of the house: what every request passes before a door is looked for, and every answer on its way out."""

import logging
import re
from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from hookline.settings import Settings
from hookline.web.addresses import loggable
from hookline.web.headers import Pairs, secured
from hookline.web.incidents import tell_of_front
from hookline.web.proxies import believe, networks

log = logging.getLogger("hookline.web")

_HOST: Final = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.IGNORECASE)
_TEXT: Final = (b"content-type", b"text/plain; charset=utf-8")


def front(settings: Settings, inside: ASGIApp) -> ASGIApp:
    """The application behind its front.

    Proxies are believed or not, other hosts and plain http are turned away, what breaks inside becomes an answer, and all
    answers carry the security headers.
    """
    trusted = networks(settings.trusted_proxies)

    async def come_in(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await inside(scope, receive, send)
            return
        sent = _Sent(settings, send)
        believe(scope, trusted)
        if not _is_ours(settings, scope):
            tell_of_front(scope, "another host")
            await sent.text(400, "This address is not served here.")
        elif settings.secure and trusted and scope["scheme"] == "http":
            await _insist_on_https(settings, scope, sent)
        else:
            await _answer(inside, scope, receive, sent)

    return come_in


class _Sent:
    """Where an answer goes out."""

    def __init__(self, settings: Settings, send: Send) -> None:
        self._settings = settings
        self._send = send
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            message["headers"] = secured(self._settings, message["headers"])
        await self._send(message)

    async def text(self, status: int, said: str, headers: Pairs | None = None) -> None:
        """Answer with one sentence."""
        body = said.encode()
        length = (b"content-length", str(len(body)).encode())
        await self(
            {"type": "http.response.start", "status": status, "headers": [_TEXT, length, *(headers or [])]}
        )
        await self({"type": "http.response.body", "body": body, "more_body": False})


async def _answer(inside: ASGIApp, scope: HTTPScope, receive: Receive, sent: _Sent) -> None:
    try:
        await inside(scope, receive, sent)
    except Exception:
        log.exception("request %s %s failed outside of any door", scope["method"], loggable(scope["path"]))
        if sent.begun:
            raise
        await sent.text(500, "Something went wrong on our side. Nothing was saved.")


async def _insist_on_https(settings: Settings, scope: HTTPScope, sent: _Sent) -> None:
    """Lead people to https. Programs, and whatever was sent already, are refused: their mistake should be noticed."""
    if scope["method"] not in ("GET", "HEAD") or scope["path"].startswith("/api/"):
        tell_of_front(scope, "plain http")
        await sent.text(400, "Use https.")
        return
    path = scope["raw_path"].partition(b"?")[0].decode("latin-1").lstrip("/\\")
    query = scope["query_string"].decode("latin-1")
    target = f"{settings.base_url.rstrip('/')}/{path}" + (f"?{query}" if query else "")
    await sent.text(308, "Use https.", [(b"location", target.encode("latin-1"))])


def _is_ours(settings: Settings, scope: HTTPScope) -> bool:
    told = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    found = _HOST.fullmatch(told[0]) if len(told) == 1 else None
    return found is not None and found[1].strip("[]").lower() in settings.hosts
