"""/me: one's own account: name, language, looks, password, and where one is signed in."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from hookline.crm.access.users import User
from hookline.crm.audit.trail import note
from hookline.crm.sign_in.credentials import (
    Attempt,
    NewPassword,
    accept,
    email_of,
    hash_password,
    password_set_at,
    set_password,
    try_password,
)
from hookline.crm.sign_in.sessions import close_sessions, list_sessions, revoke_session
from hookline.crm.sign_in.two_step import on_since
from hookline.errors import Conflict, Invalid, Text
from hookline.web.admin import forms
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.guard import ask_proof
from hookline.web.me.notifications import choices_context
from hookline.web.sign_in.steps import renew
from hookline.web.visit import Answer, Visit

door = Doors()

FIELDS: Final = ("name", "phone", "language", "time_zone", "theme", "density")
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("YaBrowser", "Yandex Browser"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@door("GET", "/me", needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """One's own account."""
    return _page(visit)


@door("POST", "/me", needs=SIGNED_IN)
def change(visit: Visit) -> Answer:
    """Save name, language and looks."""
    fields = forms.fields_of(visit, User, FIELDS)
    fields = [f for f in fields if not f.custom]
    try:
        visit.gate.update(
            User, _me(visit), forms.read(visit, User, fields), version=forms.version_sent(visit)
        )
    except (Invalid, Conflict) as refusal:
        return _page(visit, form=forms.draw_refused(visit, User, fields, refusal))
    return visit.see("/me", done=Text("Saved."))


def _try_old(visit: Visit) -> Callable[[], tuple[Attempt, NewPassword | None]]:
    email, database, now = email_of(visit.tx, _me(visit)), visit.site.installation.database, visit.gate.now
    old, new, address = visit.value("old"), visit.value("password"), visit.address_of_client

    def work() -> tuple[Attempt, NewPassword | None]:
        attempt = try_password(database, email, old, address, now)
        return attempt, None if attempt.user is None else hash_password(new)

    return work


@door("POST", "/me/password", needs=SIGNED_IN, first=_try_old)
def change_password(visit: Visit) -> Answer:
    """Change the password, asking for the old one. Every other session ends; this one goes on under a new id."""
    user, (attempt, new) = _me(visit), visit.prepared
    if accept(visit.tx, attempt) != user:
        return _page(visit, errors={"old": visit.say(Text("This is not your password."))})
    if visit.value("password") != visit.value("again"):
        return _page(visit, errors={"again": visit.say(Text("The two new passwords differ."))})
    try:
        set_password(visit.tx, user, new, visit.gate.now)
    except Invalid as refusal:
        return _page(visit, errors=forms.complaints(visit, refusal))
    note(visit.gate, "password.changed", f"user:{user}")
    cookie = renew(visit)
    answer = visit.see("/me", done=Text("Your password was changed. You are signed out everywhere else."))
    answer.cookies.append(cookie)
    return answer


@door("POST", "/me/sessions/closure", needs=SIGNED_IN)
def close_all(visit: Visit) -> Answer:
    """Sign out everywhere, here too."""
    ask_proof(visit)
    close_sessions(visit.tx, _me(visit))
    note(visit.gate, "session.revoked", f"user:{_me(visit)}", all=True)
    return visit.see("/sign-in")


@door("POST", "/me/sessions/{session:str}/closure", needs=SIGNED_IN)
def close_one(visit: Visit) -> Answer:
    """End one session."""
    ask_proof(visit)
    revoke_session(visit.tx, _me(visit), str(visit.request.path_params["session"]))
    note(visit.gate, "session.revoked", f"user:{_me(visit)}")
    return visit.see("/me", done=Text("That session has ended."))


def _page(visit: Visit, *, form: forms.Form | None = None, errors: Mapping[str, str] | None = None) -> Answer:
    user = _me(visit)
    values = visit.gate.get(User, user)
    fields = [f for f in forms.fields_of(visit, User, FIELDS) if not f.custom]
    form = form or forms.draw(visit, User, fields, vars(values))
    person = visit.directory.people[user]
    status = max(form.status, 422 if errors else 200)
    return visit.page(
        "me/account.html",
        status=status,
        page_title=visit.say("Your account"),
        form=form,
        notifications=choices_context(visit),
        errors=errors or {},
        person=person,
        email=values.email or "",
        team=visit.directory.teams.get(person.team or 0, ""),
        roles=_roles(visit, user),
        two_step=bool(on_since(visit.tx, user)),
        has_password=password_set_at(visit.tx, user) is not None,
        sessions=[_line(visit, session) for session in list_sessions(visit.tx, user, visit.gate.now)],
    )


def _roles(visit: Visit, user: int) -> list[str]:
    known = visit.directory
    return sorted(
        visit.named("role", known.roles[role].name)
        for role in known.roles_of.get(user, ())
        if role in known.roles
    )


def _line(visit: Visit, session: Any) -> Mapping[str, Any]:
    here = visit.signed_in is not None and visit.signed_in.session == session.id
    return {
        "id": session.id,
        "here": here,
        "device": _device(session.agent) or visit.say("Unknown program"),
        "address": session.address,
        "since": visit.fmt.datetime(session.created_at),
        "seen": visit.fmt.ago(session.seen_at),
        "icon": "smartphone" if re.search("Mobile|Android|iPhone", session.agent) else "monitor",
    }


def _device(agent: str) -> str:
    """Browser and system, as far as they can be told from what a browser says of itself."""
    found = (next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS))
    return ", ".join(part for part in found if part)


def _me(visit: Visit) -> int:
    assert visit.signed_in is not None, "the door needs somebody signed in"
    return visit.signed_in.user
