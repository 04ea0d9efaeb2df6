"""Refusals as answers: a page, a fragment or problem+json, with what happened and what to do next."""

import json
import logging
import secrets
from typing import Any

from litestar import Request, Response
from litestar.datastructures import FormMultiDict

from hookline.errors import Conflict, Invalid, NotSignedIn, Refused, Text, TooMany
from hookline.web import guard
from hookline.web.site import Site
from hookline.web.visit import Answer, Visit

log = logging.getLogger("hookline.web")


def answer(site: Site, request: Request[Any, Any, Any], refusal: Refused, *, api: bool) -> Response[Any]:
    """What somebody sees whose request was refused. Their transaction is over: this is a visit of its own, which reads only."""
    if isinstance(refusal, guard.WrongHost):
        return Response(str(refusal.text).encode(), status_code=refusal.status, media_type="text/plain")
    with site.installation.database.read() as tx:
        visit = guard.enter(site, tx, request, FormMultiDict(), b"", api=api)
        return visit.respond(_problem(visit, refusal) if api else _spoken(visit, refusal))


def broken(site: Site, request: Request[Any, Any, Any], error: Exception, *, api: bool) -> Response[Any]:
    """Our own mistake: logged with a reference that the person can quote."""
    reference = secrets.token_hex(4)
    log.error("request %s %s failed, reference %s", request.method, request.url.path, reference, exc_info=error)
    text = Text("Something went wrong on our side. Nothing was saved. Reference: %(reference)s.", reference=reference)
    if api:
        body = json.dumps({"type": "about:blank", "title": str(text), "status": 500})
        return Response(body.encode(), status_code=500, media_type="application/problem+json")
    # The page's frame may be what is broken, so this answer stands without it.
    return Response(str(text).encode(), status_code=500, media_type="text/plain")


def _spoken(visit: Visit, refusal: Refused) -> Answer:
    if isinstance(refusal, NotSignedIn):
        return _to_sign_in(visit)
    more = [visit.say(p.text) for p in refusal.problems] if isinstance(refusal, Invalid) else []
    text = visit.say(refusal.text)
    page = visit.page("refusal.html", block="refusal", status=refusal.status, text=text, more=more, page_title=text)
    if isinstance(refusal, TooMany):
        page.headers["Retry-After"] = str(refusal.retry_after)
    return page


def _problem(visit: Visit, refusal: Refused) -> Answer:
    """RFC 9457. `errors` lists [field, sentence]; a conflict carries the version that stands and both values."""
    body: dict[str, Any] = {"type": "about:blank", "title": visit.say(refusal.text), "status": refusal.status}
    headers = {}
    if isinstance(refusal, Invalid):
        body["errors"] = [{"field": p.field, "message": visit.say(p.text)} for p in refusal.problems]
    if isinstance(refusal, Conflict):
        body["version"] = refusal.version
        body["differences"] = [{"field": d.field, "theirs": _plain(d.theirs), "yours": _plain(d.yours)} for d in refusal.differences]
    if isinstance(refusal, TooMany):
        headers["Retry-After"] = str(refusal.retry_after)
    if isinstance(refusal, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    return visit.json(body, status=refusal.status, headers=headers, problem=True)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _to_sign_in(visit: Visit) -> Answer:
    if visit.is_htmx:
        return Answer("", 401, headers={"HX-Redirect": "/sign-in"})
    target = visit.address() if visit.request.method == "GET" else "/"
    return visit.see(visit.address("/sign-in", **{**dict.fromkeys(visit.query), "next": target}))
