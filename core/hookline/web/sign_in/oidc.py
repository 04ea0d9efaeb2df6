"""Signing in through a provider of identities: there, and back with a code that holds once."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import asdict
from typing import Final

from hookline.crm.audit.trail import note
from hookline.crm.sign_in.challenges import HOLDS, open_challenge, take_challenge
from hookline.crm.sign_in.identities import Identity, person_of
from hookline.errors import Forbidden, NotFound
from hookline.kernel.actor import house
from hookline.web import cookies
from hookline.web.addresses import own_address
from hookline.web.doors import PUBLIC, Doors
from hookline.web.sign_in.oidc_provider import Asked, ProviderFailed, identify, sign_in_address
from hookline.web.sign_in.steps import come_in, form_page
from hookline.web.visit import Answer, Visit

door = Doors()

ON_THE_WAY: Final = "hookline_oidc"
_KIND: Final = "oidc"


def _ask(visit: Visit) -> Callable[[], tuple[Asked, str]]:
    """Draw what the provider's answer must fit, and find out where to send the browser."""
    settings = visit.site.settings
    if not settings.oidc:
        raise NotFound
    asked = Asked(*(secrets.token_urlsafe(48) for _ in range(3)))
    anew = visit.signed_in is not None
    return lambda: (asked, sign_in_address(settings, asked, anew=anew))


@door("GET", "/sign-in/oidc", needs=PUBLIC, first=_ask, commits=True)
def go(visit: Visit) -> Answer:
    """Send the browser to the provider. The one address outside of this site that anybody is led to."""
    asked, address = visit.prepared
    facts = {**asdict(asked), "next": own_address(visit.query.get("next", ""), "/")}
    secret = open_challenge(visit.tx, _KIND, visit.gate.now, facts)
    answer = Answer("", 303, headers={"Location": address})
    answer.cookies.append(cookies.make(visit.site.settings, ON_THE_WAY, secret, int(HOLDS.total_seconds())))
    return answer


def _exchange(visit: Visit) -> Callable[[], tuple[Identity, str]]:
    """Use the challenge up, whatever comes of it, and have the provider say who it is."""
    settings, query, now = visit.site.settings, dict(visit.query), visit.gate.now
    if not settings.oidc:
        raise NotFound
    secret = cookies.sent(visit.request, settings, ON_THE_WAY)

    def work() -> tuple[Identity, str]:
        with visit.site.installation.database.write() as tx:
            taken = take_challenge(tx, _KIND, secret, now)
        if taken is None:
            raise ProviderFailed("this browser has not asked, or too long ago, or was answered already")
        asked = Asked(**{name: taken.facts[name] for name in ("state", "nonce", "verifier")})
        if not hmac.compare_digest(query.get("state", "").encode(), asked.state.encode()):
            raise ProviderFailed("the state is not the one that was sent")
        if query.get("iss", settings.oidc_issuer) != settings.oidc_issuer:
            raise ProviderFailed("another provider has answered")
        if "code" not in query:
            raise ProviderFailed(f"the provider answered {query.get('error', 'nothing')!r}")
        return identify(settings, query["code"], asked), str(taken.facts["next"])

    return work


@door("GET", "/sign-in/oidc/callback", needs=PUBLIC, first=_exchange, commits=True)
def come_back(visit: Visit) -> Answer:
    """Open a session for whomever the provider has named, if that person works here."""
    who, target = visit.prepared
    gate = visit.site.installation.gate(visit.tx, house("sign-in through the provider"))
    gate.origin = visit.gate.origin
    try:
        user = person_of(gate, who, visit.site.settings.oidc_role)
    except Forbidden as refusal:
        note(visit.gate, "sign_in.failed", way=_KIND)
        answer = form_page(visit, problem=visit.say(refusal.text), status=403)
    else:
        answer = come_in(visit, user, own_address(target, "/"), way=_KIND)
    answer.cookies.append(cookies.make(visit.site.settings, ON_THE_WAY, "", 0))
    return answer
