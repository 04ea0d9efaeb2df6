"""The guard: who asks, and whether the request comes from a page of ours."""

import hmac
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import FormMultiDict

from hookline.crm.actors import load_actor
from hookline.crm.sessions import (
    SESSION_NOTED_EVERY,
    USE_NOTED_EVERY,
    SignedIn,
    find_session,
    find_token,
    note_session_use,
    note_token_use,
)  # fmt: skip
from hookline.errors import Forbidden, NotSignedIn, Refused, Text
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


class BadToken(NotSignedIn):
    """A token was sent that is not, or no longer, one of ours. Whatever cookie came with it does not count."""

    challenge = 'Bearer error="invalid_token"'

    def __init__(self) -> None:
        super().__init__()
        self.text = Text("This token is not known, has expired or was revoked.")


class TokenOnlyReads(Forbidden):
    """A token that may only read was used to write."""

    challenge = 'Bearer error="insufficient_scope", scope="write"'

    def __init__(self) -> None:
        super().__init__(Text("This token may only read."))


def check_host(site: Site, request: Request[Any, Any, Any]) -> None:
    """Refuse requests for other hosts than those of the settings."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    if host not in site.settings.hosts:
        raise WrongHost


def enter(
    site: Site,
    tx: Transaction,
    request: Request[Any, Any, Any],
    form: FormMultiDict,
    body: bytes,
    *,
    api: bool,
) -> Visit:
    """Find out who asks and open that person's gate."""
    now = site.installation.clock()
    secret = _bearer(request) if api else ""
    signed_in = find_token(tx, secret, now) if secret else _session(tx, request, now)
    if secret and signed_in is None:
        raise BadToken
    actor = None
    if signed_in is not None:
        memory, version = site.installation.memory, signed_in.configuration
        actor = load_actor(tx, memory, version, signed_in.user, now, has_shares=signed_in.has_shares)
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


def note_use(visit: Visit) -> None:
    """Keep when a token or a session was last used, to some minutes: the answer is ready, so nobody waits for this often."""
    signed_in, now = visit.signed_in, visit.gate.now
    if signed_in is None:
        return
    last, every = (
        (signed_in.used_at, USE_NOTED_EVERY) if signed_in.token else (signed_in.seen_at, SESSION_NOTED_EVERY)
    )
    if last is not None and now - last < every:
        return
    with visit.site.installation.database.write(durable=False) as tx:
        if signed_in.token is not None:
            note_token_use(tx, signed_in.token, now)
        else:
            note_session_use(tx, signed_in.session, now)


def _session(tx: Transaction, request: Request[Any, Any, Any], now: Any) -> SignedIn | None:
    secret = request.cookies.get(COOKIE)
    return find_session(tx, secret, now) if secret else None


def _bearer(request: Request[Any, Any, Any]) -> str:
    """The token that was sent; "" where none was. One without anything in it is sent, and bad."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() or "?" if kind.lower() == "bearer" else ""
