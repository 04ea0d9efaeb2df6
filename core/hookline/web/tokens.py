"""/me/tokens: the API tokens of whoever is signed in. A secret is shown once, on the page that made it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from hookline.crm.sessions import SCOPES, list_tokens, make_token, revoke_token
from hookline.errors import Invalid, Text
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.visit import Answer, Visit

door = Doors()

_LIFETIMES: Final[Mapping[str, tuple[timedelta | None, Text]]] = {
    "30": (timedelta(days=30), Text("30 days")),
    "90": (timedelta(days=90), Text("90 days")),
    "365": (timedelta(days=365), Text("One year")),
    "": (None, Text("Until I revoke it")),
}
_SCOPE_TEXTS: Final = {"read": Text("Read only"), "write": Text("Read and write")}


@door("GET", "/me/tokens", needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """One's own tokens, and the form that makes another."""
    return _page(visit, {"name": "", "scope": "read", "expires": "90"})


@door("POST", "/me/tokens", needs=SIGNED_IN)
def make(visit: Visit) -> Answer:
    """Make a token and show its secret, for the only time."""
    sent = {name: visit.value(name) for name in ("name", "scope", "expires")}
    lifetime, _ = _LIFETIMES.get(sent["expires"], _LIFETIMES["30"])
    expires_at = None if lifetime is None else visit.gate.now + lifetime
    try:
        secret = make_token(visit.tx, _me(visit), sent["name"], sent["scope"], visit.gate.now, expires_at)
    except Invalid as refusal:
        return _page(visit, sent, status=422, errors={p.field: visit.say(p.text) for p in refusal.problems})
    return _page(visit, {"name": "", "scope": "read", "expires": "90"}, secret=secret)


@door("POST", "/me/tokens/{id:int}/revoke", needs=SIGNED_IN)
def revoke(visit: Visit) -> Answer:
    """End a token at once."""
    revoke_token(visit.tx, _me(visit), visit.path_id)
    return visit.see("/me/tokens", done=Text("The token was revoked."))


def _me(visit: Visit) -> int:
    assert visit.signed_in is not None, "the door needs somebody signed in"
    return visit.signed_in.user


def _page(
    visit: Visit,
    sent: Mapping[str, str],
    *,
    secret: str = "",
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Answer:
    context: dict[str, Any] = {
        "tokens": [_line(visit, token) for token in list_tokens(visit.tx, _me(visit))],
        "scopes": [(scope, visit.say(_SCOPE_TEXTS[scope])) for scope in SCOPES],
        "lifetimes": [(days, visit.say(text)) for days, (_, text) in _LIFETIMES.items()],
        "crumbs": [{"label": visit.say("Your account"), "url": "/me"}],
        "base": visit.site.settings.base_url,
    }
    title = visit.say("API tokens")
    return visit.page(
        "me/tokens.html",
        status=status,
        page_title=title,
        sent=sent,
        secret=secret,
        errors=errors or {},
        **context,
    )


def _line(visit: Visit, token: Any) -> Mapping[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "writes": token.scope == "write",
        "scope": visit.say(_SCOPE_TEXTS[token.scope]),
        "created": visit.fmt.datetime(token.created_at),
        "used": visit.fmt.when(token.used_at)[0] if token.used_at else "",
        "expires": visit.fmt.datetime(token.expires_at),
        "expired": token.expires_at is not None and token.expires_at <= visit.gate.now,
    }
