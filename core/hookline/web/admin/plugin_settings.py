"""/settings/plugins/<plugin>/<class>: the form of a plugin's settings, made of its typed class."""

from collections.abc import Mapping
from typing import Any, Final

from hookline.crm.plugins.settings import PERMISSION, Settings, change, is_kept
from hookline.errors import Invalid, Text
from hookline.kernel.forms import Secret
from hookline.kernel.plugins.contributions import Contribution
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.plugins.shown import find_open, words
from hookline.web.plugins.typed_forms import first_values, form_controls, mistakes, others, read_form
from hookline.web.records.controls import Control
from hookline.web.records.form_page import FormPage, Section, show_form
from hookline.web.records.form_values import sent_values
from hookline.web.visit import Answer, Visit

door = Doors()

NEEDS: Final = PERMISSION
# Beside a secret that is kept stands a tick that removes it.
_FORGET: Final = "__forget"


@door("GET", "/settings/plugins/{plugin:str}/{name:str}", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """The settings as they stand, but for what is secret."""
    declared, form = _meant(visit)
    stands = form.of(visit.gate)
    for name, spec in form.fields.items():
        if isinstance(spec, Secret):
            setattr(stands, name, None)
    return _page(visit, declared, form, first_values(visit, stands))


@door("POST", "/settings/plugins/{plugin:str}/{name:str}", needs=NEEDS)
def save(visit: Visit) -> Answer:
    """Keep them. They hold from the next request on."""
    declared, form = _meant(visit)
    forgotten = frozenset(name for name in form.fields if visit.value(name + _FORGET))
    try:
        change(visit.gate, declared, read_form(visit, form, unless=_kept(visit, form)), forgotten)
    except Invalid as refusal:
        sent = {name: value for name, value in sent_values(visit).items() if not _is_secret(form, name)}
        return _page(visit, declared, form, sent, refusal)
    return visit.see(_url(declared), done=Text("Saved."))


def _meant(visit: Visit) -> tuple[Contribution, type[Settings]]:
    declared = find_open(visit, "settings", "{plugin}.{name}".format_map(visit.request.path_params))
    form: type[Settings] = declared.options["form"]
    return declared, form


def _page(
    visit: Visit, declared: Contribution, form: type[Settings], written: Mapping[str, Any], refusal: Invalid | None = None
) -> Answer:  # fmt: skip
    fields = form_controls(visit, form, written, refusal)
    kept = _kept(visit, form)
    for control in fields:
        if _is_secret(form, control.name):
            control.kind = "secret"
            if control.name in kept:
                control.required = False
                control.hint = visit.say("Something is kept. Leave this empty to keep it.")
    forgets = [
        Control(
            "checkbox", name + _FORGET, visit.say(Text("Remove what is kept: %(what)s", what=form.fields[name].label)), value=False
        )
        for name in kept
        if not form.fields[name].required
    ]  # fmt: skip
    label = visit.site.installation.host.plugins[declared.plugin].plugin.label
    page = FormPage(
        title=visit.say(declared.label), text=words(visit, declared), action=_url(declared),
        sections=[Section("", [*fields, *forgets])], submit=visit.say("Save"), cancel_url="/settings",
        crumbs=trail(visit, (visit.say("Plugins"), "/-/plugins"), (visit.say(label), f"/-/plugins/{declared.plugin}")),
        problems=others(visit, form, refusal), mistakes=mistakes(visit, form, refusal), status=422 if refusal else 200,
    )  # fmt: skip
    return show_form(visit, page)


def _kept(visit: Visit, form: type[Settings]) -> list[str]:
    """The secrets that have been filled in."""
    return [name for name in form.fields if _is_secret(form, name) and is_kept(visit.gate, form, name)]


def _is_secret(form: type[Settings], name: str) -> bool:
    return isinstance(form.fields.get(name), Secret)


def _url(declared: Contribution) -> str:
    return f"/settings/plugins/{declared.plugin}/{declared.name}"
