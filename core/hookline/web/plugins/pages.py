"""/-/plugins, /-/hooks and /-/kit: which plugins run and where they fail, what there is to hook into and to build with."""

import inspect
from collections.abc import Mapping
from typing import Any, Final

from hookline.crm.plugins.facts import manifest
from hookline.crm.plugins.holdings import read_holdings
from hookline.crm.plugins.pauses import retry
from hookline.errors import NotFound, Text
from hookline.kernel.plugins.admitting.admission import TAKES
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.hookspecs import HookSpecs
from hookline.kernel.plugins.plugin import Plugin
from hookline.web.developing.slot_lines import slot_lines
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.kit import sample_charts
from hookline.web.plugins.states import contribution_lines, failures, plugin_lines
from hookline.web.visit import Answer, Visit

door = Doors()

_NEEDS: Final = "admin.plugins"
_SETTINGS: Final = "/settings"


@door("GET", "/-/plugins", needs=_NEEDS)
def list_plugins(visit: Visit) -> Answer:
    """Every plugin with its state, and the latest failures."""
    host = visit.gate.host
    return visit.page(
        "plugins/list.html",
        page_title=visit.say("Plugins"),
        crumbs=[{"label": visit.say("Settings"), "url": _SETTINGS}],
        plugins=plugin_lines(visit),
        failures=failures(visit),
        safe_mode=host.safe_mode,
    )


@door("GET", "/-/plugins/{name:str}", needs=_NEEDS)
def show_plugin(visit: Visit) -> Answer:
    """Everything that one plugin brings."""
    name = visit.request.path_params["name"]
    if name not in visit.gate.host.plugins:
        raise NotFound
    facts = manifest(visit.gate.host, name)
    crumbs = [
        {"label": visit.say("Settings"), "url": _SETTINGS},
        {"label": visit.say("Plugins"), "url": "/-/plugins"},
    ]
    lines = contribution_lines(visit, name)
    return visit.page(
        "plugins/plugin.html", page_title=facts["label"], crumbs=crumbs, facts=facts,
        failures=failures(visit, name), contributions=lines, paused=[line for line in lines if line["state"]],
        notes=visit.gate.host.notes.get(name, []),
        # The core is not taken out, and counting all of it would be long.
        held=None if name == "core" else read_holdings(visit.tx, visit.gate.host, name),
    )  # fmt: skip


@door("POST", "/-/plugins/{name:str}/retry", needs=_NEEDS)
def try_again(visit: Visit) -> Answer:
    """Let everything of a plugin that is paused have another chance at once."""
    name = visit.request.path_params["name"]
    found = [c for c in visit.gate.host.all() if c.plugin == name]
    if not found:
        raise NotFound
    retry(visit.gate, found)
    return visit.see(f"/-/plugins/{name}", done=Text("It is tried again from now on."))


@door("GET", "/-/hooks", needs=_NEEDS)
def list_hooks(visit: Visit) -> Answer:
    """What there is to hook into, and who does."""
    crumbs = [
        {"label": visit.say("Settings"), "url": _SETTINGS},
        {"label": visit.say("Plugins"), "url": "/-/plugins"},
    ]
    title = visit.say("Hooks")
    return visit.page(
        "plugins/hooks.html", page_title=title, crumbs=crumbs, hooks=_hooks(visit), slots=slot_lines()
    )


@door("GET", "/-/kit", needs=SIGNED_IN)
def show_kit(visit: Visit) -> Answer:
    """Every part of the interface in every state, for whoever builds pages."""
    return visit.page("kit.html", page_title=visit.say("Style page"), kit=sample_charts())


def _hooks(visit: Visit) -> list[Mapping[str, Any]]:
    """Every point at which plugins come in, each with those that do, in the order in which they are asked."""
    words = {
        name: word
        for name, word in inspect.getmembers(Plugin, inspect.isfunction)
        if not name.startswith("_")
    }
    hooks = {name: hook for name, hook in vars(HookSpecs).items() if not name.startswith("_")}
    lines: dict[str, list[Contribution]] = {}
    for contribution in visit.gate.host.all():
        lines.setdefault(contribution.kind, []).append(contribution)
    names = sorted({*words, *hooks, *lines})
    return [_hook(visit, name, hooks.get(name) or words.get(name), lines.get(name, [])) for name in names]


def _hook(visit: Visit, name: str, told: Any, found: list[Contribution]) -> Mapping[str, Any]:
    first, _, rest = inspect.cleandoc(getattr(told, "__doc__", None) or "").partition("\n\n")
    found.sort(key=lambda c: c.options.get("order", 0))
    return {
        "name": name,
        "signature": f"{name}({', '.join(TAKES.get(name, ()))})",
        "purpose": first,
        # What is indented is an example, which the reference shows better.
        "details": " ".join(line for line in rest.splitlines() if line and not line.startswith("    ")),
        "lines": [
            {
                "plugin": c.plugin,
                "entity": c.entity or "",
                "name": c.name,
                "paused": visit.gate.host.paused(c),
            }
            for c in found
        ],
    }
