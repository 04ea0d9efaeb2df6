"""/settings/users: who works here. A link to choose a password with is shown once, on the page that made it."""

from collections.abc import Mapping
from typing import Any, Final

from hookline.crm.access.handovers import count_open
from hookline.crm.access.users import User
from hookline.crm.persons.subjects import PERMISSION as PRIVACY
from hookline.crm.sign_in.accounts import (
    Account,
    invitation,
    invite,
    invite_by_mail,
    list_accounts,
    remove_two_step,
)
from hookline.crm.sign_in.credentials import password_set_at
from hookline.crm.sign_in.links import address_of
from hookline.crm.sign_in.two_step import on_since
from hookline.errors import Conflict, Invalid, Text
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.mail import can_send
from hookline.web.admin import forms
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.sign_in.steps import renew
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
        "team": id_in(visit.query.get("team", "")),
    }
    return _new_page(visit, forms.draw(visit, User, forms.fields_of(visit, User, FIELDS), values))


@door("POST", "/settings/users", needs=NEEDS)
def create(visit: Visit) -> Answer:
    """Open an account, and make the link with which the person chooses a password."""
    fields = forms.fields_of(visit, User, FIELDS)
    try:
        user = invite(visit.gate, forms.read(visit, User, fields))
    except Invalid as refusal:
        return _new_page(visit, forms.draw_refused(visit, User, fields, refusal))
    if not visit.site.settings.passwords:
        return visit.see(f"/settings/users/{user}", done=Text("The account is open."))
    return _hand_link(visit, user)


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


@door("POST", "/settings/users/{id:int}/link", needs=NEEDS)
def make_link(visit: Visit) -> Answer:
    """Make a link with which a person chooses a new password. What holds now holds until it is used."""
    if visit.path_id == visit.gate.actor.user:
        return visit.see("/me", done=Text("Change your own password here."), kind="info")
    return _hand_link(visit, visit.path_id)


@door("POST", "/settings/users/{id:int}/two-step/removal", needs=NEEDS)
def end_two_step(visit: Visit) -> Answer:
    """Let a person who has lost phone and recovery codes sign in with the password alone."""
    remove_two_step(visit.gate, visit.path_id)
    return visit.see(
        f"/settings/users/{visit.path_id}", done=Text("The second step is off. All sessions have ended.")
    )


def person_page(
    visit: Visit,
    user: int,
    *,
    form: forms.Form | None = None,
    link: str = "",
    leaving_error: str = "",
    status: int = 200,
) -> Answer:
    """The page of one account, with what was refused on it."""
    info = visit.gate.schema[User]
    values = visit.gate.get(User, user)
    stored = {**vars(values), **(values.custom or {}), **visit.gate.linked(info, [user])[user]}
    form = form or forms.draw(visit, User, forms.fields_of(visit, User, FIELDS), stored)
    changed_at, two_step = password_set_at(visit.tx, user), on_since(visit.tx, user)
    return visit.page(
        "admin/user.html",
        status=max(status, form.status),
        page_title=values.name,
        crumbs=trail(visit, (visit.say("Users"), "/settings/users")),
        user=_face(visit, user, values.name),
        active=values.active,
        form=form,
        link=link,
        email=values.email or "",
        passwords=visit.site.settings.passwords,
        mail=can_send(visit.site.settings),
        two_step=visit.fmt.datetime(two_step) if two_step else "",
        password_set=visit.fmt.datetime(changed_at) if changed_at else "",
        myself=user == visit.gate.actor.user,
        open_count=count_open(visit.gate, user),
        heirs=_heirs(visit, user),
        leaving_error=leaving_error,
        privacy_url=f"/privacy/user/{user}"
        if visit.gate.actor.may(PRIVACY) and user != visit.gate.actor.user
        else "",
    )


def _hand_link(visit: Visit, user: int) -> Answer:
    """Send the link to the person, or show it to be handed over."""
    if visit.value("by") == "mail" and can_send(visit.site.settings):
        invite_by_mail(visit.gate, user)
        return visit.see(f"/settings/users/{user}", done=Text("A link is on its way. It holds for 24 hours."))
    secret = invitation(visit.gate, user)
    return person_page(visit, user, link=address_of(visit.site.settings, secret))


def _new_page(visit: Visit, form: forms.Form) -> Answer:
    return visit.page(
        "admin/user_new.html",
        status=form.status,
        page_title=visit.say("New user"),
        form=form,
        passwords=visit.site.settings.passwords,
        mail=can_send(visit.site.settings),
        crumbs=trail(visit, (visit.say("Users"), "/settings/users")),
    )


def _line(visit: Visit, account: Account) -> Mapping[str, Any]:
    known = visit.directory
    person = known.people[account.id]
    roles = [
        visit.named("role", known.roles[role].name)
        for role in known.roles_of.get(account.id, ())
        if role in known.roles
    ]
    return {
        **_face(visit, account.id, account.name),
        "url": f"/settings/users/{account.id}",
        "email": account.email or "",
        "job_title": account.job_title or "",
        "team": known.teams.get(person.team or 0, ""),
        "roles": sorted(roles),
        "may_sign_in": account.may_sign_in,
        "seen": visit.fmt.ago(account.seen_at),
    }


def _face(visit: Visit, user: int, name: str) -> dict[str, Any]:
    person = visit.directory.people[user]
    return {"id": user, "name": name, "initials": person.initials, "hue": person.hue}


def _heirs(visit: Visit, user: int) -> list[tuple[int, str]]:
    people = sorted(visit.directory.people.values(), key=lambda p: p.name)
    return [(p.id, p.name) for p in people if p.active and p.id != user]
