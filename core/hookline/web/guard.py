"""The guard: who asks, and whether the request comes from a page of ours."""

import hmac
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import FormMultiDict

from hookline.crm.actors import load_actor
from hookline.crm.sessions import SignedIn, find_session, find_token
from hookline.errors import Forbidden, Refused, Text
from hookline.kernel.actor import Actor
from hookline.kernel.db import Transaction
from hookline.kernel.memory import configuration_version
from hookline.web.site import Site
from hookline.web.visit import Visit

COOKIE: Final = "hookline_session"
_STRANGER: Final = Actor(user=None, name="signed out")


class WrongHost(Refused):
    """The request names a host that this installation does not answer to."""

    status = 400

    def __init__(self) -> None:
        super().__init__(Text("This address is not served here."))


def check_host(site: Site, request: Request[Any, Any, Any]) -> None:
    """Refuse requests for other hosts than those of the settings."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    if host not in site.settings.hosts:
        raise WrongHost


def enter(site: Site, tx: Transaction, request: Request[Any, Any, Any], form: FormMultiDict, body: bytes, *, api: bool) -> Visit:
    """Find out who asks and open that person's gate."""
    now = site.installation.clock()
    signed_in = _token(tx, request, now) if api else None
    signed_in = signed_in or _session(tx, request, now)
    actor = None
    if signed_in is not None:
        actor = load_actor(tx, site.installation.memory, signed_in.configuration, signed_in.user, now)
    version = signed_in.configuration if signed_in else configuration_version(tx)
    gate = site.installation.gate(tx, actor or _STRANGER, version=version)
    return Visit(site, tx, request, form, body, gate, signed_in if actor else None)


def check_csrf(visit: Visit) -> None:
    """Refuse a form that was not sent by a page of this session. A signed-out visitor is checked by origin alone."""
    request = visit.request
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden(Text("This form was sent from another site."))
    origin = request.headers.get("origin")
    if origin not in (None, "null") and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden(Text("This form was sent from another site."))
    if visit.signed_in is not None:
        sent = request.headers.get("x-csrf-token") or visit.value("_csrf")
        if not hmac.compare_digest(sent.encode(), visit.signed_in.csrf.encode()):
            raise Forbidden(Text("This page is too old. Load it again and repeat."))


def _session(tx: Transaction, request: Request[Any, Any, Any], now: Any) -> SignedIn | None:
    secret = request.cookies.get(COOKIE)
    return find_session(tx, secret, now) if secret else None


def _token(tx: Transaction, request: Request[Any, Any, Any], now: Any) -> SignedIn | None:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return find_token(tx, secret.strip(), now) if kind.lower() == "bearer" and secret else None
