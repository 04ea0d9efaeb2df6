"""Accounts: how people are let in, changed and sent away, and the rules that keep an installation in somebody's hands.

The rules hold in forms, API and imports alike. Apart from `users`, because they need roles, sessions and credentials.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import available_timezones

from sqlalchemy import func, select

from hookline.crm.access.actors import Directory, directory
from hookline.crm.access.users import OWN, User
from hookline.crm.audit.trail import note
from hookline.crm.calendars.feeds import end_feed
from hookline.crm.core import core
from hookline.crm.sign_in.challenges import close_challenges
from hookline.crm.sign_in.credentials import NewPassword, credential, email_of, set_password
from hookline.crm.sign_in.letters import send_invitation
from hookline.crm.sign_in.links import Purpose, close_links, make_link
from hookline.crm.sign_in.sessions import close_sessions, revoke_tokens, session
from hookline.crm.sign_in.two_step import switch_off
from hookline.errors import Forbidden, Invalid, NotFound, NotProven, Problem, Text
from hookline.kernel.actor import ANY
from hookline.kernel.followers import Saved
from hookline.kernel.gate import Gate
from hookline.kernel.rules import BeforeDelete, BeforeSave
from hookline.kernel.schema import EntityInfo

PERMISSION: Final = "admin.users"
_LAST: Final = Text(
    "Somebody must keep every right: give another active person the role of an administrator first."
)
_ABOVE: Final = Text("This person has rights that you do not have. Ask an administrator.")


@dataclass(frozen=True)
class Account:
    """An account as the list of accounts shows it. `seen_at` is the last use of a session that still holds."""

    id: int
    name: str
    email: str | None
    job_title: str | None
    active: bool
    may_sign_in: bool
    seen_at: datetime | None


def invite(gate: Gate, values: Mapping[str, Any], password: str = "") -> int:
    """Open an account, and return its id. Without a password the person chooses one by a link of `invitation`."""
    if not values.get("email"):
        raise Invalid([Problem("email", Text("Please fill this in."))])
    user = gate.create(User, values)
    if password:
        set_password(gate.tx, user, password, gate.now)
    note(gate, "user.invited", f"user:{user}")
    return user


def invitation(gate: Gate, user: int, purpose: Purpose = Purpose.invitation) -> str:
    """The secret of a link with which a person chooses a password, or comes in without one. Links made before end."""
    _may_open(gate, user)
    note(gate, "link.made", f"user:{user}", purpose=purpose.value)
    return make_link(gate.tx, user, purpose, gate.now)


def invite_by_mail(gate: Gate, user: int) -> None:
    """The same, sent to the person's address; nobody here gets to see it."""
    _may_open(gate, user)
    note(gate, "link.made", f"user:{user}", purpose=Purpose.invitation.value, mail=True)
    send_invitation(gate, email_of(gate.tx, user))


def reset_password(gate: Gate, user: int, password: str) -> None:
    """Give a person a new password. Whoever is signed in with the old one is signed out, programs too."""
    _may_open(gate, user)
    choose_password(gate, user, password)


def choose_password(gate: Gate, user: int, password: str | NewPassword) -> None:
    """Set the password of whoever has come by a link that holds; the caller has seen it."""
    set_password(gate.tx, user, password, gate.now)
    close_sessions(gate.tx, user)
    revoke_tokens(gate.tx, user)
    note(gate, "password.changed", f"user:{user}")


def remove_two_step(gate: Gate, user: int) -> None:
    """Ask a person for no second step any more, who has lost phone and recovery codes."""
    _may_open(gate, user)
    if not switch_off(gate.tx, user):
        raise NotFound
    close_sessions(gate.tx, user)
    note(gate, "totp.off", f"user:{user}", by="administrator")


def list_accounts(gate: Gate) -> list[Account]:
    """Everybody whom the actor may see, by name, those who no longer work here too. Two statements."""
    seen = dict(_sign_ins(gate))
    rows = gate.rows(
        select(User.id, User.name, User.email, User.job_title, User.active).order_by(User.name, User.id)
    )
    return [
        Account(
            r.id, r.name, r.email, r.job_title, r.active, may_sign_in=r.id in seen, seen_at=seen.get(r.id)
        )
        for r in rows
    ]


def refuse_lockout(gate: Gate, *, but: int = 0) -> None:
    """Invalid when nobody would be left who may do everything, were it not for the role `but`.

    Two who ask at once are asked one after the other.
    """
    gate.configured()
    known = directory(gate)
    if not any(
        _may_all(known, [r for r in known.roles_of.get(p.id, ()) if r != but])
        for p in known.people.values()
        if p.active
    ):
        raise Invalid([Problem("", _LAST)])


@core.before_save(User)
def judge_account(event: BeforeSave[User]) -> None:
    """Accounts are changed by those who may; one's own name and language by everybody; the last administrator stays."""
    gate, values = event.gate, event.values
    if isinstance(values.get("email"), str):
        values["email"] = values["email"].strip().casefold() or None
    if "time_zone" in values and values["time_zone"] not in available_timezones():
        event.reject("Choose one of the time zones.", "time_zone")
    if _is_own(event):
        return
    if not gate.actor.may(PERMISSION):
        raise Forbidden
    if event.before is not None and not _reaches(gate, event.before.id):
        raise Forbidden(_ABOVE)
    if not gate.proven and _is_grave(event):
        raise NotProven
    _judge_roles(event)
    _judge_leaving(event)


@core.before_delete(User)
def judge_departure(event: BeforeDelete[User]) -> None:
    """An account goes to the trash by those who may; never one's own, never the last administrator's."""
    gate, user = event.gate, event.record.id
    if not gate.actor.may(PERMISSION):
        raise Forbidden
    if not _reaches(gate, user):
        raise Forbidden(_ABOVE)
    if user == gate.actor.user:
        event.reject("You cannot delete your own account.")
    if _is_last(gate, user):
        event.reject(_LAST)


@core.follow(User)
def end_access(gate: Gate, _info: EntityInfo, what: str, saved: Saved) -> None:
    """Sessions and tokens of whoever leaves end at once; whoever has other roles signs in again."""
    for user, _, before, after in saved:
        if what in ("trashed", "erased") or (before.get("active") and after.get("active") is False):
            close_sessions(gate.tx, user)
            revoke_tokens(gate.tx, user)
            end_feed(gate.tx, user)
            close_challenges(gate.tx, user)
            close_links(gate.tx, user)
        elif before and ("roles" in after or "email" in after):
            close_sessions(gate.tx, user)
            close_links(gate.tx, user)
        _note(gate, user, before, after)
    # Behind the rules above, for what asks no rule: taking back an import, erasing for good.
    known = directory(gate)
    if any(before.get("active") and _may_all(known, before.get("roles") or ()) for _, _, before, _ in saved):
        _guard_last(gate)


def _sign_ins(gate: Gate) -> list[tuple[int, datetime | None]]:
    """Who has a password, and when each was last here."""
    seen = select(credential.c.user, func.max(session.c.seen_at)).outerjoin(
        session, session.c.user == credential.c.user
    )
    return [(row[0], row[1]) for row in gate.tx.run(seen.group_by(credential.c.user), why="accounts")]


def _note(gate: Gate, user: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Who comes, goes, and gets or loses rights is for the audit log, too."""
    if "active" in after and before and before.get("active") != after["active"]:
        note(gate, "user.activated" if after["active"] else "user.deactivated", f"user:{user}")
    had, has = set(before.get("roles") or ()), set(after.get("roles") or ())
    if "roles" in after and had != has:
        note(gate, "roles.changed", f"user:{user}", given=sorted(has - had), taken=sorted(had - has))


def _may_open(gate: Gate, user: int) -> None:
    """Whether the actor may let this person in anew, or let others in as this person."""
    if not gate.actor.may(PERMISSION):
        raise Forbidden
    gate.get(User, user)
    if not _reaches(gate, user):
        raise Forbidden(_ABOVE)
    if not gate.proven:
        raise NotProven


def _is_grave(event: BeforeSave[User]) -> bool:
    """Whether it changes what somebody may do here, or who may sign in."""
    before = event.before
    if before is None or set(_roles(event.record)) != set(_roles(before)):
        return True
    return (event.record.email, event.record.active) != (before.email, before.active)


def _guard_last(gate: Gate) -> None:
    if gate.actor.user is not None:
        refuse_lockout(gate)


def _is_own(event: BeforeSave[User]) -> bool:
    """Whether somebody changes only what is everybody's own to change."""
    mine = event.before is not None and event.before.id == event.gate.actor.user
    return mine and not event.values.keys() - OWN


def _reaches(gate: Gate, user: int) -> bool:
    """Whether the actor has every permission that the person has: otherwise a new password would be a way up."""
    return (
        ANY in gate.actor.permissions or directory(gate).rights_of(user).permissions <= gate.actor.permissions
    )


def _judge_roles(event: BeforeSave[User]) -> None:
    gate, known = event.gate, directory(event.gate)
    roles, had = _roles(event.record), _roles(event.before)
    added = [known.roles[role] for role in roles if role not in had and role in known.roles]
    if ANY not in gate.actor.permissions and any(role.permissions - gate.actor.permissions for role in added):
        event.reject("You may not give a role with rights that you do not have yourself.", "roles")
    if event.record.active and not event.record.email and _may_all(known, roles):
        event.reject("An administrator needs an e-mail address to sign in with.", "email")


def _judge_leaving(event: BeforeSave[User]) -> None:
    gate, before = event.gate, event.before
    if before is None or not {"active", "roles"} & event.values.keys():
        return
    if not event.record.active and before.id == gate.actor.user:
        event.reject("You cannot deactivate your own account.", "active")
    stays = event.record.active and _may_all(directory(gate), _roles(event.record))
    if not stays and _is_last(gate, before.id):
        event.reject(_LAST, "roles" if event.record.active else "active")


def _is_last(gate: Gate, user: int) -> bool:
    """Whether nobody else may do everything. Two who ask this of each other at once are asked one after the other."""
    if gate.actor.user is None:
        return False
    gate.configured()
    return [person.id for person in directory(gate).holders(ANY)] == [user]


def _roles(user: User | None) -> tuple[int, ...]:
    """The roles of a user as an event holds it; the class itself has the declaration under this name."""
    return tuple(vars(user).get("roles") or ()) if user is not None else ()


def _may_all(known: Directory, roles: Iterable[int]) -> bool:
    return any(ANY in known.roles[role].permissions for role in roles if role in known.roles)
