"""Signing in, in one step or two, and out; and the first page's theme."""

from collections.abc import Callable
from typing import Final

from litestar.datastructures import Cookie

from hookline.crm.audit.trail import note
from hookline.crm.sign_in.challenges import HOLDS, Challenge, find_challenge, open_challenge, take_challenge
from hookline.crm.sign_in.credentials import Attempt, accept, try_password
from hookline.crm.sign_in.sessions import LIFETIME, close_session, close_sessions, find_session, open_session
from hookline.crm.sign_in.throttles import forget_turns, take_turn
from hookline.crm.sign_in.two_step import WRONG_CODE, on_since, recovery_codes_left, take_code
from hookline.errors import NotFound, NotSignedIn, Text
from hookline.kernel.sealing import sealer_of
from hookline.web import cookies
from hookline.web.addresses import own_address
from hookline.web.doors import PUBLIC, Doors
from hookline.web.guard import COOKIE
from hookline.web.sign_in.proofs import code_account
from hookline.web.visit import Answer, Visit

door = Doors()

HALF_WAY: Final = "hookline_half_way"
_KIND: Final = "code"


@door("GET", "/sign-in", needs=PUBLIC)
def show(visit: Visit) -> Answer:
    """The form to sign in with."""
    if visit.signed_in is not None:
        return visit.see("/")
    return form_page(visit)


def _try(visit: Visit) -> Callable[[], Attempt]:
    if not visit.site.settings.passwords:
        raise NotFound
    database, now, address = visit.site.installation.database, visit.gate.now, visit.address_of_client
    email, password = visit.value("email"), visit.value("password")
    return lambda: try_password(database, email, password, address, now)


@door("POST", "/sign-in", needs=PUBLIC, first=_try)
def sign_in(visit: Visit) -> Answer:
    """Open a session, or ask for the second step. Nothing in the answer tells whether there is such an account."""
    attempt: Attempt = visit.prepared
    user = accept(visit.tx, attempt)
    if user is None:
        note(visit.gate, "sign_in.failed", f"user:{attempt.known}" if attempt.known else "", way="password")
        return form_page(
            visit, problem=visit.say(Text("The e-mail address or the password is wrong.")), status=422
        )
    return go_on(visit, user, own_address(visit.value("next"), "/"), way="password")


@door("GET", "/sign-in/code", needs=PUBLIC)
def ask_code(visit: Visit) -> Answer:
    """The form for the second step, to whoever has done the first."""
    _half_way(visit)
    return _code_page(visit)


def _count_code(visit: Visit) -> Callable[[], None]:
    """Count the try before it is judged, so that many at once cannot slip through together."""
    user, now, address = _half_way(visit).user, visit.gate.now, visit.address_of_client

    def count() -> None:
        with visit.site.installation.database.write(durable=False) as tx:
            take_turn(tx, code_account(user or 0), address, now)

    return count


@door("POST", "/sign-in/code", needs=PUBLIC, first=_count_code)
def take_second_step(visit: Visit) -> Answer:
    """Open the session for whoever brings the code too. The half-way state is used up with it."""
    user = _half_way(visit).user
    assert user is not None, "a code is asked of somebody"
    kind = take_code(visit.tx, sealer_of(visit.site.settings), user, visit.value("code"), visit.gate.now)
    if not kind:
        note(visit.gate, "sign_in.failed", f"user:{user}", way="code")
        return _code_page(visit, problem=visit.say(WRONG_CODE), status=422)
    taken = take_challenge(visit.tx, _KIND, _half_way_cookie(visit), visit.gate.now)
    if taken is None:
        raise NotSignedIn
    forget_turns(visit.tx, code_account(user))
    if kind == "recovery":
        note(visit.gate, "recovery_code.used", f"user:{user}", left=recovery_codes_left(visit.tx, user))
    target = own_address(str(taken.facts["next"]), "/")
    answer = come_in(visit, user, target, way=str(taken.facts["way"]))
    answer.cookies.append(cookies.make(visit.site.settings, HALF_WAY, "", 0))
    return answer


@door("POST", "/sign-out", needs=PUBLIC)
def sign_out(visit: Visit) -> Answer:
    """Close the session."""
    _close_sent(visit)
    if visit.signed_in is not None:
        note(visit.gate, "signed_out", f"user:{visit.signed_in.viewer or visit.signed_in.user}")
    answer = visit.see("/sign-in?left=1")  # read by js/leaving.js
    # What was typed and not sent is kept by the browser for this tab; it goes too.
    answer.headers["Clear-Site-Data"] = '"storage"'
    answer.cookies.append(_cookie(visit, "", 0))
    return answer


def go_on(visit: Visit, user: int, target: str, *, way: str) -> Answer:
    """Sign a person in, or ask for the second step first."""
    if on_since(visit.tx, user) is None:
        return come_in(visit, user, target, way=way)
    secret = open_challenge(visit.tx, _KIND, visit.gate.now, {"next": target, "way": way}, user)
    answer = visit.see("/sign-in/code")
    answer.cookies.append(cookies.make(visit.site.settings, HALF_WAY, secret, int(HOLDS.total_seconds())))
    return answer


def come_in(visit: Visit, user: int, target: str, *, way: str) -> Answer:
    """Sign a person in and lead on. The id is always a new one, and the session whose cookie came ends."""
    _close_sent(visit)
    secret = _open(visit, user, way)
    visit.signed_in = find_session(visit.tx, secret, visit.gate.now)
    note(visit.gate, "signed_in", f"user:{user}", way=way)
    answer = visit.see(target)
    answer.cookies.append(_cookie(visit, secret, int(LIFETIME.total_seconds())))
    return answer


def renew(visit: Visit) -> Cookie:
    """End all sessions of whoever is signed in and begin a new one here: after a new password, or other roles."""
    assert visit.signed_in is not None, "the door needs somebody signed in"
    close_sessions(visit.tx, visit.signed_in.user)
    secret = _open(visit, visit.signed_in.user, visit.signed_in.way)
    visit.signed_in = find_session(visit.tx, secret, visit.gate.now)
    return _cookie(visit, secret, int(LIFETIME.total_seconds()))


def form_page(visit: Visit, *, problem: str = "", status: int = 200) -> Answer:
    """The page to sign in on, with what was wrong."""
    settings = visit.site.settings
    return visit.page(
        "sign_in.html",
        status=status,
        problem=problem,
        email=visit.value("email"),
        next=own_address(visit.value("next") or visit.query.get("next", ""), "/"),
        page_title=visit.say("Sign in"),
        passwords=settings.passwords,
        oidc=settings.oidc,
        oidc_label=settings.oidc_label,
    )


def _half_way(visit: Visit) -> Challenge:
    """Who has done the first step here; NotSignedIn when nobody has, or too long ago."""
    found = find_challenge(visit.tx, _KIND, _half_way_cookie(visit), visit.gate.now)
    if found is None:
        raise NotSignedIn
    return found


def _half_way_cookie(visit: Visit) -> str:
    return cookies.sent(visit.request, visit.site.settings, HALF_WAY)


def _code_page(visit: Visit, *, problem: str = "", status: int = 200) -> Answer:
    title = visit.say("Second step")
    return visit.page("sign_in_code.html", status=status, problem=problem, page_title=title)


def _close_sent(visit: Visit) -> None:
    secret = cookies.sent(visit.request, visit.site.settings, COOKIE)
    if secret:
        close_session(visit.tx, secret)


def _open(visit: Visit, user: int, way: str) -> str:
    agent = visit.request.headers.get("user-agent", "")
    return open_session(visit.tx, user, visit.gate.now, address=visit.address_of_client, agent=agent, way=way)


def _cookie(visit: Visit, secret: str, max_age: int) -> Cookie:
    return cookies.make(visit.site.settings, COOKIE, secret, max_age)
