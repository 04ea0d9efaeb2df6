"""/settings/sign-in: for whom a second step is a must, and how long API tokens may hold."""

from collections.abc import Mapping
from typing import Any, Final

from hookline.crm.settings import setting
from hookline.crm.sign_in.rules import PERMISSION, change_rules
from hookline.errors import Invalid, Text
from hookline.kernel.kinds.keys import number_in
from hookline.web.admin import forms
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.visit import Answer, Visit

door = Doors()

_NAMES: Final = ("two_step", "two_step_roles", "token_days")
_WHO: Final = (
    ("nobody", Text("Nobody; everybody may")),
    ("roles", Text("People with these roles")),
    ("everybody", Text("Everybody")),
)


@door("GET", "/settings/sign-in", needs=PERMISSION)
def show(visit: Visit) -> Answer:
    """The rules as they stand."""
    return _page(visit, {name: setting(visit.gate, name) for name in _NAMES}, {})


@door("POST", "/settings/sign-in", needs=PERMISSION)
def change(visit: Visit) -> Answer:
    """Save them. They hold for everybody from the next request on."""
    days, roles = (
        visit.value("token_days").strip(),
        [_number(role) for role in visit.values("two_step_roles") if role],
    )
    try:
        change_rules(visit.gate, visit.value("two_step"), roles, _number(days))
    except Invalid as refusal:
        sent = {"two_step": visit.value("two_step"), "two_step_roles": roles, "token_days": days}
        return _page(visit, sent, forms.complaints(visit, refusal))
    return visit.see("/settings/sign-in", done=Text("Saved. It holds from now on."))


def _page(visit: Visit, values: Mapping[str, Any], errors: Mapping[str, str]) -> Answer:
    roles = sorted(
        ((id, rights.name) for id, rights in visit.directory.roles.items()), key=lambda pair: pair[1]
    )
    return visit.page(
        "admin/sign_in_rules.html",
        status=422 if errors else 200,
        page_title=visit.say("Signing in"),
        crumbs=trail(visit),
        values=values,
        errors=errors,
        who=[(value, visit.say(text)) for value, text in _WHO],
        roles=roles,
    )


def _number(written: str) -> int:
    """The number, or one that no rule takes."""
    number = number_in(written)
    return -1 if number is None else number
