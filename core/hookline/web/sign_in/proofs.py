"""Proofs: somebody signed in says once more who they are, in the same form that asked for something dangerous.

The page that asks holds what was sent before; with the password, or a code of the app, it is sent again and goes on.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request
from litestar.datastructures import Cookie, FormMultiDict

from hookline.crm.audit.trail import note
from hookline.crm.sign_in.credentials import accept, email_of, try_password
from hookline.crm.sign_in.sessions import LIFETIME, renew_session
from hookline.crm.sign_in.throttles import forget_turns, take_turn
from hookline.crm.sign_in.two_step import take_code
from hookline.errors import Forbidden, NotProven, NotSignedIn, Text
from hookline.kernel.db import Transaction
from hookline.kernel.sealing import sealer_of
from hookline.web import cookies, guard
from hookline.web.site import Site
from hookline.web.visit import Visit

FIELD: Final = "_proof"


@dataclass(frozen=True)
class Proof:
    """The session under its new id: the request goes on in it."""

    secret: str
    cookie: Cookie


def prove(site: Site, request: Request[Any, Any, Any], form: FormMultiDict) -> Proof:
    """Judge the proof that came with a form and renew the session. NotProven when it is none, TooMany after several."""
    database, now = site.installation.database, site.installation.clock()
    with database.read() as tx:
        visit = guard.enter(site, tx, request, form, b"", api=False)
        if visit.signed_in is None:
            raise NotSignedIn
        if visit.signed_in.viewer is not None:
            raise Forbidden
        guard.check_csrf(visit)
        guard.check_viewing(visit, writes=True, path=request.url.path)
        email = email_of(tx, visit.signed_in.user)
    user, session, given = visit.signed_in.user, visit.signed_in.session, visit.value(FIELD)
    by_code = visit.signed_in.two_step and re.fullmatch(r"\s*[0-9]{3}\s?[0-9]{3}\s*", given) is not None
    attempt = None
    if by_code:
        with database.write(durable=False) as tx:
            take_turn(tx, code_account(user), visit.address_of_client, now)
    else:
        attempt = try_password(database, email, given, visit.address_of_client, now)
    with database.write() as tx:
        visit = guard.enter(site, tx, request, form, b"", api=False)
        right = accept(tx, attempt) == user if attempt else _has_code(tx, site, user, given, visit)
        secret = renew_session(tx, session, now) if right else ""
        note(visit.gate, "proof.given" if right else "proof.failed", f"user:{user}")
    if not secret:
        raise NotProven(Text("That was not right. Please say once more who you are."))
    cookie = cookies.make(site.settings, guard.COOKIE, secret, int(LIFETIME.total_seconds()))
    return Proof(secret, cookie)


def code_account(user: int) -> str:
    """Under which name tries at codes of a person are counted."""
    return f"code of {user}"


def _has_code(tx: Transaction, site: Site, user: int, given: str, visit: Visit) -> bool:
    if not take_code(tx, sealer_of(site.settings), user, given, visit.gate.now):
        return False
    forget_turns(tx, code_account(user))
    return True
