"""The guard: who asks, and whether the request comes from a page of ours."""

import hmac
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from litestar import Request
from litestar.datastructures import FormMultiDict

from hookline.crm.access.actors import load_actor
from hookline.crm.access.viewing import may_view
from hookline.crm.sign_in.rules import is_too_old, must_have_two_step
from hookline.crm.sign_in.sessions import (
    SESSION_NOTED_EVERY,
    USE_NOTED_EVERY,
    SignedIn,
    find_session,
    find_token,
    note_session_use,
    note_token_use,
)  # fmt: skip
from hookline.errors import Forbidden, NotProven, NotSignedIn, Text
from hookline.kernel.actor import Actor
from hookline.kernel.db import Transaction
from hookline.kernel.memory import configuration_version
from hookline.web import cookies
from hookline.web.site import Site
from hookline.web.visit import Visit

COOKIE: Final = "hookline_session"
# Where whoever looks as somebody else goes back to the own eyes.
LEAVE: Final = "/view-as/closure"
# What is nobody else's to look at.
_PRIVATE: Final = ("/me", "/notifications", "/favourites")
STRANGER: Final = Actor(user=None, name="signed out")


class TwoStepMissing(Forbidden):
    """This person must set up a second step before anything else."""

    def __init__(self) -> None:
        super().__init__(Text("Set up your second step first: it is asked of everybody with your role."))


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


class TokenOnlyOpens(Forbidden):
    """A token that opens one endpoint of a plugin was used elsewhere."""

    challenge = 'Bearer error="insufficient_scope"'

    def __init__(self) -> None:
        super().__init__(Text("This token opens one door only, and not this one."))


def check_context(request: Request[Any, Any, Any]) -> None:
    """Refuse what another site's page asks for in our name: only links may lead here, nothing is embedded or fetched."""
    if request.headers.get("sec-fetch-site") not in ("cross-site", "same-site") or _bearer(request):
        return
    followed = request.method in ("GET", "HEAD") and request.headers.get("sec-fetch-mode") == "navigate"
    if not followed or request.headers.get("sec-fetch-dest", "document") != "document":
        raise Forbidden(Text("This was asked for by another site."))


def enter(
    site: Site,
    tx: Transaction,
    request: Request[Any, Any, Any],
    form: FormMultiDict,
    body: bytes,
    *,
    api: bool,
    session: str = "",
) -> Visit:
    """Find out who asks and open that person's gate. `session` counts instead of the cookie that came."""
    now = site.installation.clock()
    secret = _bearer(request) if api else ""
    signed_in = find_token(tx, secret, now) if secret else _session(site, tx, request, now, session)
    if secret and signed_in is None:
        raise BadToken
    actor = None
    if signed_in is not None:
        memory, version = site.installation.memory, signed_in.configuration
        actor = load_actor(tx, memory, version, signed_in.user, now, lent=signed_in.lent)
        if signed_in.viewer is not None:
            actor, signed_in = _through_other_eyes(site, tx, signed_in, actor)
    version = signed_in.configuration if signed_in else configuration_version(tx)
    gate = site.installation.gate(tx, actor or STRANGER, version=version)
    gate.viewer = signed_in.viewer if signed_in else None
    gate.proven = signed_in is None or signed_in.is_proven(now)
    visit = Visit(site, tx, request, form, body, gate, signed_in if actor else None)
    gate.origin = visit.address_of_client
    if signed_in is not None and signed_in.made_at is not None and is_too_old(gate, signed_in.made_at):
        raise BadToken
    return visit


def ask_proof(visit: Visit) -> None:
    """NotProven unless the person has said who they are a short while ago: for what a stranger at the screen must not do."""
    if not visit.gate.proven:
        raise NotProven


def _through_other_eyes(
    site: Site, tx: Transaction, signed_in: SignedIn, other: Actor | None
) -> tuple[Actor | None, SignedIn]:
    """The person looked as, who may only read; the viewer again as soon as he or she may not look any more."""
    assert signed_in.viewer is not None, "somebody looks"
    home, version = site.installation, signed_in.configuration
    viewer = load_actor(tx, home.memory, version, signed_in.viewer, home.clock())
    if other is not None and may_view(home.schema(tx, version), viewer, other):
        return replace(other, read_only=True), signed_in
    return viewer, replace(signed_in, user=signed_in.viewer, viewer=None)


def check_viewing(visit: Visit, *, writes: bool, path: str) -> None:
    """Whoever looks as somebody else changes nothing but that, and keeps out of the other's own account."""
    if visit.gate.viewer is None or path == LEAVE:
        return
    if writes:
        raise Forbidden(
            Text(
                "You are looking as %(name)s. Leave that first to change anything.",
                name=visit.gate.actor.name,
            )
        )
    if any(path == own or path.startswith(f"{own}/") for own in _PRIVATE):
        raise Forbidden(
            Text("The account of somebody else stays closed while you are looking as that person.")
        )


def ask_two_step(visit: Visit) -> None:
    """Lead whoever must have a second step, and has none, to where it is set up. Programs and providers mind their own."""
    signed_in = visit.signed_in
    if signed_in is None or signed_in.viewer is not None:
        return
    if signed_in.token is not None or signed_in.two_step or signed_in.way == "oidc":
        return
    if must_have_two_step(visit.gate, signed_in.user):
        raise TwoStepMissing


def check_csrf(visit: Visit) -> None:
    """Refuse a form that was not sent by a page of this session. A signed-out visitor is checked by origin alone."""
    request = visit.request
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden(Text("This form was sent from another site."))
    if not _is_own_origin(visit, request.headers.get("origin")):
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


def _is_own_origin(visit: Visit, origin: str | None) -> bool:
    """Browsers say "null" where a referrer policy or a sandbox hides it; the token of the page decides then."""
    if origin in (None, "null"):
        return True
    scheme, _, host = origin.partition("://")
    schemes = ("https",) if visit.site.settings.secure else ("http", "https")
    return scheme in schemes and host == visit.request.headers.get("host")


def _session(
    site: Site, tx: Transaction, request: Request[Any, Any, Any], now: datetime, session: str
) -> SignedIn | None:
    secret = session or cookies.sent(request, site.settings, COOKIE)
    return find_session(tx, secret, now) if secret else None


def _bearer(request: Request[Any, Any, Any]) -> str:
    """The token that was sent; "" where none was. One without anything in it is sent, and bad."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() or "?" if kind.lower() == "bearer" else ""
