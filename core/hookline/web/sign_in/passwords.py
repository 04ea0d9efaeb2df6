"""Forgotten passwords and one-use links: the pages of those who are not in yet."""

from collections.abc import Callable
from typing import Final

from hookline.crm.audit.trail import note
from hookline.crm.sign_in.accounts import choose_password
from hookline.crm.sign_in.credentials import NewPassword, hash_password
from hookline.crm.sign_in.letters import ask_for_reset
from hookline.crm.sign_in.links import Link, Purpose, find_link, take_link
from hookline.crm.sign_in.throttles import take_turn
from hookline.errors import Invalid, NotFound, Text
from hookline.kernel.mail import can_send
from hookline.web.doors import PUBLIC, Doors
from hookline.web.sign_in.steps import go_on
from hookline.web.visit import Answer, Visit

door = Doors()

# Letters one address may be sent, until the throttle's window is over.
MOST_LETTERS: Final = 3
_SENT: Final = Text("If somebody here has this address, a link is on its way to it. It holds for 30 minutes.")


@door("GET", "/sign-in/forgotten", needs=PUBLIC)
def show(visit: Visit) -> Answer:
    """Asks for the address, or says whom to ask where no mail can be sent."""
    return _forgotten_page(visit)


def _count_letter(visit: Visit) -> Callable[[], None]:
    if not (visit.site.settings.passwords and can_send(visit.site.settings)):
        raise NotFound
    account, now, address = visit.value("email").strip().casefold(), visit.gate.now, visit.address_of_client

    def count() -> None:
        with visit.site.installation.database.write(durable=False) as tx:
            take_turn(tx, f"letter to {account}", address, now, tries=MOST_LETTERS)

    return count


@door("POST", "/sign-in/forgotten", needs=PUBLIC, first=_count_letter)
def ask(visit: Visit) -> Answer:
    """Leave the letter to the background. Work and answer are the same whether or not anybody has the address."""
    ask_for_reset(visit.tx, visit.value("email"), visit.gate.now)
    note(visit.gate, "password.reset_asked")
    return _forgotten_page(visit, sent=visit.say(_SENT))


@door("GET", "/password/{secret:str}", needs=PUBLIC)
def open_link(visit: Visit) -> Answer:
    """What a one-use link leads to. Looking at it does not use it up: mail programs look too."""
    return _link_page(visit, find_link(visit.tx, _secret(visit), visit.gate.now))


def _hash(visit: Visit) -> Callable[[], NewPassword | None]:
    """The new password, hashed for those only whose link holds: others cost no work."""
    text, found = visit.value("password"), find_link(visit.tx, _secret(visit), visit.gate.now)
    return lambda: None if found is None or found.purpose == Purpose.entry else hash_password(text)


@door("POST", "/password/{secret:str}", needs=PUBLIC, first=_hash)
def use_link(visit: Visit) -> Answer:
    """Set the password, or let in who was given an entry. The link is used up; a second step is still asked for."""
    found = take_link(visit.tx, _secret(visit), visit.gate.now)
    if found is None:
        return _link_page(visit, None)
    if found.purpose == Purpose.entry:
        return go_on(visit, found.user, "/", way="entry")
    problem = _judge(visit, found)
    if problem:
        visit.take_back()
        return _link_page(visit, found, problem=problem)
    return visit.see("/sign-in", done=Text("Your password is set. Sign in with it."))


def _judge(visit: Visit, found: Link) -> str:
    """Set the password; "" or what is wrong with it."""
    if visit.value("password") != visit.value("again"):
        return visit.say(Text("The two new passwords differ."))
    try:
        choose_password(visit.gate, found.user, visit.prepared)
    except Invalid as refusal:
        return " ".join(visit.say(p.text) for p in refusal.problems)
    return ""


def _secret(visit: Visit) -> str:
    return str(visit.request.path_params["secret"])[:200]


def _forgotten_page(visit: Visit, *, sent: str = "") -> Answer:
    settings = visit.site.settings
    sends = settings.passwords and can_send(settings)
    title = visit.say("A new password")
    return visit.page("password/forgotten.html", page_title=title, sends=sends, sent=sent)


def _link_page(visit: Visit, found: Link | None, *, problem: str = "") -> Answer:
    """The same for a link that was used, is over, or never was."""
    status = 404 if found is None else 422 if problem else 200
    title = visit.say("Sign in" if found and found.purpose == Purpose.entry else "Choose a password")
    return visit.page(
        "password/link.html",
        status=status,
        page_title=title,
        link=found,
        problem=problem,
        path=visit.request.url.path,
    )
