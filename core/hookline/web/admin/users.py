"""/settings/users: who works here. A new password is shown once, on the page that made it."""

from collections.abc import Mapping
from typing import Any, Final

from hookline.crm.accounts import Account, invite, list_accounts, reset_password
from hookline.crm.credentials import password_set_at
from hookline.crm.handovers import count_open
from hookline.crm.users import User
from hookline.errors import Conflict, Invalid, Text
from hookline.web.admin import forms
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.sign_in import renew
from hookline.web.visit import Answer, Visit

door = Doors()

NEEDS: Final = "admin.users"
FIELDS: Final = ("name", "email", "job_title", "phone", "team", "language", "time_zone", "roles")


@door("GET", "/settings/users", needs=NEEDS)
def show_all(visit: Visit) -> Answer:
    """Everybody who works here; those who no longer do on request."""
    words, gone = visit.query.get("q", "").strip().casefold()[:100], visit.query.get("show") == "gone"
    accounts = list_accounts(visit.gate)
    here = [a for a in accounts if a.active]
    shown = [
        a
        for a in accounts
        if a.active is not gone and words in f"{a.name} {a.email} {a.job_title}".casefold()
    ]
    tabs = [
        {"label": visit.say("Work here"), "url": "/settings/users", "count": len(here), "current": not gone},
        {
            "label": visit.say("Deactivated"),
            "url": "/settings/users?show=gone",
            "count": len(accounts) - len(here),
            "current": gone,
        },
    ]
    return visit.page(
        "admin/users.html",
        page_title=visit.say("Users"),
        crumbs=trail(visit),
        users=[_line(visit, a) for a in shown],
        tabs=tabs,
        q=visit.query.get("q", "")[:100],
        show="gone" if gone else "",
    )


@door("GET", "/settings/users/new", needs=NEEDS)
def new(visit: Visit) -> Answer:
    """The form to let somebody in."""
    values = {
        "language": visit.language,
        "time_zone": visit.reader.zone,
        "team": _number(visit.query.get("team", "")),
    }
    return _new_page(visit, forms.draw(visit, User, forms.fields_of(visit, User, FIELDS), values))


@door("POST", "/settings/users", needs=NEEDS)
def create(visit: Visit) -> Answer:
    """Let somebody in, and show the password where it was made up here."""
    fields = forms.fields_of(visit, User, FIELDS)
    try:
        user, password = invite(visit.gate, forms.read(visit, User, fields), visit.value("password"))
    except Invalid as refusal:
        return _new_page(
            visit,
            forms.draw_refused(visit, User, fields, refusal),
            forms.complaints(visit, refusal).get("password", ""),
        )
    if visit.value("password"):
        return visit.see(f"/settings/users/{user}", done=Text("The account is open."))
    return person_page(visit, user, secret=password)


@door("GET", "/settings/users/{id:int}", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """One account: what is known of the person, signing in, leaving."""
    return person_page(visit, visit.path_id)


@door("POST", "/settings/users/{id:int}", needs=NEEDS)
def change(visit: Visit) -> Answer:
    """Change an account. Whoever gets other roles signs in again; only this very session goes on, under a new id."""
    user, fields = visit.path_id, forms.fields_of(visit, User, FIELDS)
    try:
        visit.gate.update(User, user, forms.read(visit, User, fields), version=forms.version_sent(visit))
    except (Invalid, Conflict) as refusal:
        return person_page(visit, user, form=forms.draw_refused(visit, User, fields, refusal))
    cookies = [renew(visit)] if user == visit.gate.actor.user else []
    answer = visit.see(f"/settings/users/{user}", done=Text("Saved."))
    answer.cookies += cookies
    return answer


@door("POST", "/settings/users/{id:int}/password", needs=NEEDS)
def give_password(visit: Visit) -> Answer:
    """Give a person a new password, and show it where it was made up here."""
    if visit.path_id == visit.gate.actor.user:
        return visit.see("/me", done=Text("Change your own password here."), kind="info")
    try:
        password = reset_password(visit.gate, visit.path_id, visit.value("password"))
    except Invalid as refusal:
        visit.take_back()
        return person_page(
            visit,
            visit.path_id,
            password_error=forms.complaints(visit, refusal).get("password", ""),
            status=422,
        )
    if visit.value("password"):
        return visit.see(
            f"/settings/users/{visit.path_id}",
            done=Text("The new password holds. All sessions and tokens have ended."),
        )
    return person_page(visit, visit.path_id, secret=password)


def person_page(
    visit: Visit,
    user: int,
    *,
    form: forms.Form | None = None,
    secret: str = "",
    password_error: str = "",
    leaving_error: str = "",
    status: int = 200,
) -> Answer:
    """The page of one account, with what was refused on it."""
    info = visit.gate.schema[User]
    values = visit.gate.get(User, user)
    stored = {**vars(values), **(values.custom or {}), **visit.gate.linked(info, [user])[user]}
    form = form or forms.draw(visit, User, forms.fields_of(visit, User, FIELDS), stored)
    changed_at = password_set_at(visit.tx, user)
    return visit.page(
        "admin/user.html",
        status=max(status, form.status),
        page_title=values.name,
        crumbs=trail(visit, (visit.say("Users"), "/settings/users")),
        user=_face(visit, user, values.name),
        active=values.active,
        form=form,
        secret=secret,
        email=values.email or "",
        password_error=password_error,
        password_set=visit.fmt.datetime(changed_at) if changed_at else "",
        myself=user == visit.gate.actor.user,
        open_count=count_open(visit.gate, user),
        heirs=_heirs(visit, user),
        leaving_error=leaving_error,
    )


def _new_page(visit: Visit, form: forms.Form, password_error: str = "") -> Answer:
    form.problems = [text for text in form.problems if text != password_error]
    return visit.page(
        "admin/user_new.html",
        status=form.status,
        page_title=visit.say("New user"),
        form=form,
        password_error=password_error,
        crumbs=trail(visit, (visit.say("Users"), "/settings/users")),
    )


def _line(visit: Visit, account: Account) -> Mapping[str, Any]:
    known = visit.directory
    person = known.people[account.id]
    roles = [known.roles[role].name for role in known.roles_of.get(account.id, ()) if role in known.roles]
    return {
        **_face(visit, account.id, account.name),
        "url": f"/settings/users/{account.id}",
        "email": account.email or "",
        "job_title": account.job_title or "",
        "team": known.teams.get(person.team or 0, ""),
        "roles": sorted(roles),
        "may_sign_in": account.may_sign_in,
        "seen": visit.fmt.when(account.seen_at)[0] if account.seen_at else "",
    }


def _face(visit: Visit, user: int, name: str) -> dict[str, Any]:
    person = visit.directory.people[user]
    return {"id": user, "name": name, "initials": person.initials, "hue": person.hue}


def _heirs(visit: Visit, user: int) -> list[tuple[int, str]]:
    people = sorted(visit.directory.people.values(), key=lambda p: p.name)
    return [(p.id, p.name) for p in people if p.active and p.id != user]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
