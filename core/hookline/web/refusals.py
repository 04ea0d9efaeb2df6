"""Refusals as answers: a page, a fragment or problem+json, with what happened and what to do next."""

import logging
import secrets
from typing import Any, Final

from litestar import Request, Response
from litestar.datastructures import FormMultiDict
from litestar.exceptions import HTTPException

from hookline.crm.sign_in.credentials import email_of, password_set_at
from hookline.errors import Invalid, NotFound, NotProven, NotSignedIn, Refused, Text, TooMany
from hookline.web import guard, incidents
from hookline.web.addresses import came_from, loggable
from hookline.web.api import problems
from hookline.web.sign_in import proofs
from hookline.web.site import Site
from hookline.web.visit import Answer, Visit, language_of

log = logging.getLogger("hookline.web")

_UNHEARD: Final = {
    404: NotFound().text,
    405: Text("This address does not take this method."),
    413: Text("This is larger than what can be sent here."),
    415: Text("This kind of content cannot be sent here."),
}
_SIGNS: Final = {403: "lock", 404: "search", 429: "clock"}


def answer(
    site: Site, request: Request[Any, Any, Any], refusal: Refused, form: FormMultiDict, *, api: bool
) -> Response[Any]:
    """What somebody sees whose request was refused. Their transaction is over: this is a visit of its own, which reads only."""
    with site.installation.database.read() as tx:
        # A bad token was refused once already: whose language the answer has is now up to the browser.
        known = api and not isinstance(refusal, guard.BadToken)
        visit = guard.enter(site, tx, request, form, b"", api=known)
        incidents.tell(visit, refusal)
        return visit.respond(_problem(visit, refusal) if api else _spoken(visit, refusal))


def unheard(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What no door of ours heard: addresses that nobody declared, methods they do not take, bodies that are too large."""
    site: Site = request.app.state.site
    said = site.translations.say(_UNHEARD.get(error.status_code, error.detail), language_of(request))
    headers = error.headers or {}
    if request.url.path.startswith("/api/"):
        body = problems.written(problems.plain_problem(error.status_code, said))
        return Response(body, status_code=error.status_code, media_type=problems.MEDIA_TYPE, headers=headers)
    return Response(said.encode(), status_code=error.status_code, media_type="text/plain", headers=headers)


def broken(site: Site, request: Request[Any, Any, Any], error: Exception, *, api: bool) -> Response[Any]:
    """Our own mistake: logged with a reference that the person can quote."""
    reference = secrets.token_hex(4)
    log.error(
        "request %s %s failed, reference %s",
        request.method,
        loggable(request.url.path),
        reference,
        exc_info=error,
    )
    text = Text(
        "Something went wrong on our side. Nothing was saved. Reference: %(reference)s.", reference=reference
    )
    if api:
        body = problems.written(problems.plain_problem(500, str(text)))
        return Response(body, status_code=500, media_type=problems.MEDIA_TYPE)
    if site.settings.development:
        from hookline.web.developing.failure import failure_page  # noqa: PLC0415  # in production nothing of it is there

        return failure_page(site, request, error, reference)
    # The page's frame may be what is broken, so this answer stands without it.
    return Response(str(text).encode(), status_code=500, media_type="text/plain")


def _spoken(visit: Visit, refusal: Refused) -> Answer:
    if isinstance(refusal, NotSignedIn):
        return _to_sign_in(visit)
    if isinstance(refusal, guard.TwoStepMissing):
        return visit.see("/me/two-step")
    if isinstance(refusal, NotProven) and not visit.is_htmx:
        return _ask_proof(visit, refusal)
    more = [visit.say(p.text) for p in refusal.problems] if isinstance(refusal, Invalid) else []
    text = visit.say(refusal.text)
    page = visit.page(
        "refusal.html", block="refusal", status=refusal.status, text=text, more=more, page_title=text,
        sign=_SIGNS.get(refusal.status, "circle-alert"),
    )  # fmt: skip
    if isinstance(refusal, TooMany):
        page.headers["Retry-After"] = str(refusal.retry_after)
    return page


def _ask_proof(visit: Visit, refusal: NotProven) -> Answer:
    """The form once more, with everything that was sent in it, and the question who sends it."""
    signed_in = visit.signed_in
    assert signed_in is not None, "only somebody signed in is asked for a proof"
    sent = [(name, value) for name, value in visit.form.multi_items() if isinstance(value, str)]
    return visit.page(
        "proof.html",
        status=refusal.status,
        page_title=visit.say("Is it you?"),
        text=visit.say(refusal.text),
        action=visit.address(),
        sent=[(name, value) for name, value in sent if name not in ("_csrf", proofs.FIELD)],
        email=email_of(visit.tx, signed_in.user),
        by_password=password_set_at(visit.tx, signed_in.user) is not None,
        by_code=signed_in.two_step,
        oidc=visit.site.settings.oidc,
    )


def _problem(visit: Visit, refusal: Refused) -> Answer:
    body = problems.written(problems.problem(refusal, visit.say))
    return Answer(body, refusal.status, problems.MEDIA_TYPE, problems.headers_of(refusal))


def _to_sign_in(visit: Visit) -> Answer:
    """To the sign-in, and from there back: to the page asked for, or to the one whose form was sent when a session had ended."""
    asked = visit.request.method == "GET" and not visit.is_htmx
    target = visit.address() if asked else came_from(visit.request, "/")
    sign_in = visit.address("/sign-in", **{**dict.fromkeys(visit.query), "next": target})
    return Answer("", 401, headers={"HX-Redirect": sign_in}) if visit.is_htmx else visit.see(sign_in)
