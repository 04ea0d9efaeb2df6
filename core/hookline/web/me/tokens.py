"""/me/tokens: the API tokens of whoever is signed in. A secret is shown once, on the page that made it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hookline.crm.audit.trail import note
from hookline.crm.settings import setting
from hookline.crm.sign_in.rules import token_end
from hookline.crm.sign_in.sessions import SCOPES, list_tokens, make_token, revoke_token
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.kinds.keys import key_in
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.titles import keys_by_entity, titles_of
from hookline.web.api.endpoints import list_endpoints, path_of
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.guard import ask_proof
from hookline.web.records.words import Titles
from hookline.web.visit import Answer, Visit

door = Doors()

_LIFETIMES: Final[Mapping[str, Text]] = {
    "30": Text("30 days"),
    "90": Text("90 days"),
    "365": Text("One year"),
    "date": Text("Until a day"),
}
_USUAL: Final = {"name": "", "scope": "read", "about": "", "expires": "90", "until": ""}
_SCOPE_TEXTS: Final = {"read": Text("Read only"), "write": Text("Read and write")}


@door("GET", "/me/tokens", needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """One's own tokens, and the form that makes another; `scope` and `about` in the address say for which endpoint."""
    asked = {name: visit.query[name] for name in ("scope", "about") if name in visit.query}
    own = _own_door(visit, asked)
    return _page(visit, {**_USUAL, **asked} if own else _USUAL, own)


@door("POST", "/me/tokens", needs=SIGNED_IN)
def make(visit: Visit) -> Answer:
    """Make a token and show its secret, for the only time."""
    ask_proof(visit)
    sent = {name: visit.value(name) for name in _USUAL}
    own = _own_door(visit, sent)
    about = sent["about"] if own else ""
    try:
        expires_at = _end(visit, sent)
        secret = make_token(
            visit.tx, _me(visit), sent["name"], sent["scope"], visit.gate.now, expires_at, about=about
        )
    except Invalid as refusal:
        return _page(
            visit, sent, own, status=422, errors={p.field: visit.say(p.text) for p in refusal.problems}
        )
    note(
        visit.gate, "token.made", f"user:{_me(visit)}", name=sent["name"].strip(), scope=sent["scope"],
        **({"record": about} if about else {}), until=expires_at.isoformat(),
    )  # fmt: skip
    again = {**_USUAL, "scope": sent["scope"], "about": about} if own else _USUAL
    return _page(visit, again, own, secret=secret)


@door("POST", "/me/tokens/{id:int}/revoke", needs=SIGNED_IN)
def revoke(visit: Visit) -> Answer:
    """End a token at once."""
    revoke_token(visit.tx, _me(visit), visit.path_id)
    note(visit.gate, "token.revoked", f"user:{_me(visit)}", token=visit.path_id)
    return visit.see("/me/tokens", done=Text("The token was revoked."))


def _own_door(visit: Visit, sent: Mapping[str, str]) -> Contribution | None:
    """The endpoint that a token alone is to open, for a record that this person may edit. NotFound for what there is not."""
    if not sent.get("about"):
        return None
    about = key_in(sent["about"])
    mine = (c for c in list_endpoints(visit) if c.key == sent.get("scope"))
    found = next((c for c in mine if about is not None and c.entity == about.entity), None)
    if found is None or about is None:
        raise NotFound
    visit.gate.get(visit.gate.schema[about.entity].cls, about.id, action=Action.edit)
    return found


def _end(visit: Visit, sent: Mapping[str, str]) -> datetime:
    """When the new token ends. Invalid for a day that has passed, or is further off than the house allows."""
    now, days = visit.gate.now, int(setting(visit.gate, "token_days"))
    if sent["expires"] == "date":
        end = _midnight_after(visit, sent["until"])
    elif sent["expires"] in _LIFETIMES:
        end = now + timedelta(days=int(sent["expires"]))
    else:
        raise Invalid([Problem("expires", Text("Choose how long it holds."))])
    if end <= now:
        raise Invalid([Problem("until", Text("Choose a day to come."))])
    if days and end > now + timedelta(days=days + 1):
        text = Text("Tokens hold for at most %(days)s days here.", days=days)
        raise Invalid([Problem("until" if sent["expires"] == "date" else "expires", text)])
    return end


def _midnight_after(visit: Visit, written: str) -> datetime:
    try:
        day = date.fromisoformat(written) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise Invalid([Problem("until", Text("Choose a day to come."))]) from None
    return datetime.combine(day, time(), ZoneInfo(visit.reader.zone)).astimezone(UTC)


def _me(visit: Visit) -> int:
    assert visit.signed_in is not None, "the door needs somebody signed in"
    return visit.signed_in.user


def _page(
    visit: Visit,
    sent: Mapping[str, str],
    own: Contribution | None,
    *,
    secret: str = "",
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Answer:
    tokens = list_tokens(visit.tx, _me(visit))
    titles = titles_of(visit.gate, keys_by_entity([*(token.about for token in tokens), sent["about"]]))
    context: dict[str, Any] = {
        "tokens": [_line(visit, token, titles) for token in tokens],
        "scopes": [(own.key, _said_of(visit, own.key, sent["about"], titles))]
        if own
        else _usual_scopes(visit),
        "lifetimes": [(days, visit.say(text)) for days, text in _LIFETIMES.items()],
        "crumbs": [{"label": visit.say("Your account"), "url": "/me"}],
        "base": visit.site.settings.base_url,
        "opens": path_of(own) if own else "",
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


def _usual_scopes(visit: Visit) -> list[tuple[str, str]]:
    return [(scope, visit.say(_SCOPE_TEXTS[scope])) for scope in SCOPES]


def _said_of(visit: Visit, scope: str, about: str, titles: Titles) -> str:
    """What a token may: read, write, or open one endpoint for one record. One of a plugin that is gone opens nothing."""
    if not about:
        return visit.say(_SCOPE_TEXTS[scope])
    found = visit.gate.host.find("endpoint", scope)
    title = titles.get(key) if (key := key_in(about)) else None
    return ": ".join(filter(None, [visit.say(found.label if found else Text("Nothing any more")), title]))


def _line(visit: Visit, token: Any, titles: Titles) -> Mapping[str, Any]:
    end = token_end(visit.gate, token.created_at, token.expires_at)
    return {
        "id": token.id,
        "name": token.name,
        "writes": token.scope == "write",
        "scope": _said_of(visit, token.scope, token.about or "", titles),
        "created": visit.fmt.datetime(token.created_at),
        "used": visit.fmt.ago(token.used_at),
        "expires": visit.fmt.datetime(end),
        "expired": end is not None and end <= visit.gate.now,
    }
