"""Signing in and out, and the first page's theme."""

from urllib.parse import urlsplit

from litestar.datastructures import Cookie

from hookline.crm.credentials import check_password
from hookline.crm.sessions import LIFETIME, close_session, close_sessions, find_session, open_session
from hookline.crm.users import set_preference
from hookline.errors import Text
from hookline.web.doors import PUBLIC, SIGNED_IN, Doors
from hookline.web.guard import COOKIE
from hookline.web.visit import Answer, Visit

door = Doors()


@door("GET", "/sign-in", needs=PUBLIC)
def show(visit: Visit) -> Answer:
    """The form to sign in with."""
    if visit.signed_in is not None:
        return visit.see("/")
    return _form(visit)


@door("POST", "/sign-in", needs=PUBLIC)
def sign_in(visit: Visit) -> Answer:
    """Open a session. The id is always a new one, whatever cookie came with the request."""
    user = check_password(
        visit.tx, visit.value("email"), visit.value("password"), visit.address_of_client, visit.gate.now
    )
    if user is None:
        return _form(
            visit, problem=visit.say(Text("The e-mail address or the password is wrong.")), status=422
        )
    answer = visit.see(_safe_target(visit.value("next")))
    answer.cookies.append(_cookie(visit, _open(visit, user), int(LIFETIME.total_seconds())))
    return answer


@door("POST", "/sign-out", needs=PUBLIC)
def sign_out(visit: Visit) -> Answer:
    """Close the session."""
    secret = visit.request.cookies.get(COOKIE)
    if secret:
        close_session(visit.tx, secret)
    answer = visit.see("/sign-in")
    answer.cookies.append(_cookie(visit, "", 0))
    return answer


def renew(visit: Visit) -> Cookie:
    """End all sessions of whoever is signed in and begin a new one here: after a new password, or other roles."""
    assert visit.signed_in is not None, "the door needs somebody signed in"
    close_sessions(visit.tx, visit.signed_in.user)
    secret = _open(visit, visit.signed_in.user)
    visit.signed_in = find_session(visit.tx, secret, visit.gate.now)
    return _cookie(visit, secret, int(LIFETIME.total_seconds()))


@door("POST", "/me/theme", needs=SIGNED_IN)
def set_theme(visit: Visit) -> Answer:
    """Light, dark, or as the device has it."""
    set_preference(visit.gate, "theme", visit.value("theme"))
    return Answer(status=204) if visit.is_htmx else visit.see("/")


def _open(visit: Visit, user: int) -> str:
    agent = visit.request.headers.get("user-agent", "")
    return open_session(visit.tx, user, visit.gate.now, address=visit.address_of_client, agent=agent)


def _form(visit: Visit, *, problem: str = "", status: int = 200) -> Answer:
    target = visit.value("next") or visit.query.get("next", "")
    title = visit.say("Sign in")
    return visit.page(
        "sign_in.html",
        status=status,
        problem=problem,
        email=visit.value("email"),
        next=_safe_target(target),
        page_title=title,
    )


def _safe_target(target: str) -> str:
    """Only a path of this site; anything else leads to the start."""
    parts = urlsplit(target)
    ours = (
        target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and not parts.scheme
        and not parts.netloc
    )
    return target if ours and not any(ord(c) < 32 for c in target) else "/"


def _cookie(visit: Visit, secret: str, max_age: int) -> Cookie:
    return Cookie(
        COOKIE,
        value=secret,
        path="/",
        max_age=max_age,
        httponly=True,
        samesite="lax",
        secure=visit.site.settings.secure,
    )
