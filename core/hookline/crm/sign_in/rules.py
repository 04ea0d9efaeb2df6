"""What the house asks of those who sign in: for whom a second step is a must, and how long tokens may hold."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from hookline.crm.access.actors import directory
from hookline.crm.audit.trail import note
from hookline.crm.settings import set_setting, setting
from hookline.errors import Forbidden, Invalid, NotProven, Problem, Text
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads

PERMISSION: Final = "admin.users"
WHO: Final = ("nobody", "roles", "everybody")
LONGEST_TOKENS: Final = 3660


def must_have_two_step(gate: Reads, user: int) -> bool:
    """Whether the house asks a second step of this person."""
    who = setting(gate, "two_step")
    if who == "roles":
        return bool(set(setting(gate, "two_step_roles")) & set(directory(gate).roles_of.get(user, ())))
    return bool(who == "everybody")


def is_too_old(gate: Reads, made_at: datetime) -> bool:
    """Whether a token was made longer ago than tokens may be used, whatever was said when it was made."""
    days = setting(gate, "token_days")
    return bool(days) and made_at + timedelta(days=days) <= gate.now


def token_end(gate: Reads, made_at: datetime, expires_at: datetime | None) -> datetime | None:
    """When a token ends, by its own date or the house's rule; None when never."""
    days = setting(gate, "token_days")
    ends = [at for at in (expires_at, made_at + timedelta(days=days) if days else None) if at is not None]
    return min(ends, default=None)


def change_rules(gate: Gate, who: str, roles: Sequence[int], token_days: int) -> None:
    """Change what is asked of everybody. It holds from the next request on."""
    if not gate.actor.may(PERMISSION):
        raise Forbidden
    if not gate.proven:
        raise NotProven
    known = directory(gate).roles
    problems = []
    if who not in WHO:
        problems.append(Problem("two_step", Text("%(value)s is not one of the choices.", value=who[:40])))
    if who == "roles" and not (roles and all(role in known for role in roles)):
        problems.append(Problem("two_step_roles", Text("Choose the roles.")))
    if not 0 <= token_days <= LONGEST_TOKENS:
        text = Text("Between 0 and %(max)s days.", max=LONGEST_TOKENS)
        problems.append(Problem("token_days", text))
    if problems:
        raise Invalid(problems)
    new: Mapping[str, Any] = {"two_step": who, "two_step_roles": sorted(set(roles)), "token_days": token_days}
    before = {name: setting(gate, name) for name in new}
    for name, value in new.items():
        set_setting(gate, name, value)
    note(gate, "sign_in_rules.changed", before=before, after=dict(new))
