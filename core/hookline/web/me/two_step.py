"""/me/two-step: switching the second step of signing in on and off, and its recovery codes."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from hookline.crm.audit.trail import note
from hookline.crm.settings import setting
from hookline.crm.sign_in.credentials import Attempt, accept, email_of, password_set_at, try_password
from hookline.crm.sign_in.rules import must_have_two_step
from hookline.crm.sign_in.throttles import forget_turns, take_turn
from hookline.crm.sign_in.two_step import (
    WRONG_CODE,
    app_address,
    begin,
    on_since,
    pending_secret,
    recovery_codes_left,
    renew_recovery_codes,
    switch_off,
    switch_on,
    take_code,
)
from hookline.errors import Invalid, Text
from hookline.kernel.sealing import Sealer, sealer_of
from hookline.web.doors import SET_UP, SIGNED_IN, Doors
from hookline.web.guard import ask_proof
from hookline.web.sign_in.proofs import code_account
from hookline.web.sign_in.steps import renew
from hookline.web.visit import Answer, Visit

door = Doors()


@door("GET", SET_UP, needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """Whether it is on, and the next thing to do."""
    return _page(visit)


@door("POST", SET_UP, needs=SIGNED_IN)
def start(visit: Visit) -> Answer:
    """Make a secret for the app and show it."""
    ask_proof(visit)
    begin(visit.tx, _sealer(visit), _me(visit))
    return visit.see(SET_UP)


def _count(visit: Visit) -> Callable[[], None]:
    user, now, address = _me(visit), visit.gate.now, visit.address_of_client

    def count() -> None:
        with visit.site.installation.database.write(durable=False) as tx:
            take_turn(tx, code_account(user), address, now)

    return count


@door("POST", f"{SET_UP}/confirmation", needs=SIGNED_IN, first=_count)
def confirm(visit: Visit) -> Answer:
    """Switch it on with a code of the app, and show the recovery codes. Every other session ends."""
    ask_proof(visit)
    try:
        codes = switch_on(visit.tx, _sealer(visit), _me(visit), visit.value("code"), visit.gate.now)
    except Invalid as refusal:
        return _page(visit, error=visit.say(refusal.problems[0].text))
    forget_turns(visit.tx, code_account(_me(visit)))
    note(visit.gate, "totp.on", f"user:{_me(visit)}")
    cookie = renew(visit)
    answer = _page(visit, codes=codes)
    answer.cookies.append(cookie)
    return answer


@door("POST", f"{SET_UP}/recovery-codes", needs=SIGNED_IN)
def make_codes(visit: Visit) -> Answer:
    """Make new recovery codes and show them; the old ones no longer hold."""
    ask_proof(visit)
    if on_since(visit.tx, _me(visit)) is None:
        return visit.see(SET_UP)
    note(visit.gate, "recovery_codes.made", f"user:{_me(visit)}")
    return _page(visit, codes=renew_recovery_codes(visit.tx, _me(visit)))


def _try_both(visit: Visit) -> Callable[[], Attempt | None]:
    """Judge the password, where there is one, and count the try at the code."""
    user, count = _me(visit), _count(visit)
    email = email_of(visit.tx, user) if password_set_at(visit.tx, user) is not None else ""
    password, now, address = visit.value("password"), visit.gate.now, visit.address_of_client

    def work() -> Attempt | None:
        count()
        return (
            try_password(visit.site.installation.database, email, password, address, now) if email else None
        )

    return work


@door("POST", f"{SET_UP}/removal", needs=SIGNED_IN, first=_try_both)
def remove(visit: Visit) -> Answer:
    """Switch it off with the password and a code. Every other session ends."""
    user, attempt = _me(visit), visit.prepared
    if attempt is None:
        ask_proof(visit)
    elif accept(visit.tx, attempt) != user:
        return _page(visit, removal={"password": visit.say(Text("This is not your password."))})
    if not take_code(visit.tx, _sealer(visit), user, visit.value("code"), visit.gate.now):
        return _page(visit, removal={"code": visit.say(WRONG_CODE)})
    forget_turns(visit.tx, code_account(user))
    switch_off(visit.tx, user)
    note(visit.gate, "totp.off", f"user:{user}")
    cookie = renew(visit)
    answer = visit.see(SET_UP, done=Text("The second step is off. You are signed out everywhere else."))
    answer.cookies.append(cookie)
    return answer


def _page(
    visit: Visit, *, codes: Sequence[str] = (), error: str = "", removal: dict[str, str] | None = None
) -> Answer:
    user = _me(visit)
    since, secret = on_since(visit.tx, user), pending_secret(visit.tx, _sealer(visit), user)
    email = email_of(visit.tx, user)
    return visit.page(
        "me/two_step.html",
        status=422 if error or removal else 200,
        page_title=visit.say("Second step"),
        crumbs=[{"label": visit.say("Your account"), "url": "/me"}],
        since=visit.fmt.datetime(since) if since else "",
        asked=must_have_two_step(visit.gate, user),
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        qr=_drawn(app_address(secret, email, setting(visit.gate, "house_name"))) if secret else "",
        codes=codes,
        left=recovery_codes_left(visit.tx, user),
        has_password=password_set_at(visit.tx, user) is not None,
        email=email,
        error=error,
        removal=removal or {},
    )


def _drawn(address: str) -> Markup:
    """A QR code as part of the page: no style in it, which the policy of our pages would refuse."""
    import segno  # noqa: PLC0415  # whoever sets up a second step needs it, a server that starts does not

    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(scale=5, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704  # made of modules and numbers alone


def _sealer(visit: Visit) -> Sealer:
    return sealer_of(visit.site.settings)


def _me(visit: Visit) -> int:
    assert visit.signed_in is not None, "the door needs somebody signed in"
    return visit.signed_in.user
