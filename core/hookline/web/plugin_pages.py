"""/-/plugins, /-/hooks and /-/kit: which plugins run and where they fail, what there is to hook into and to build with."""

import datetime as dt
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hookline.crm.plugin_facts import manifest
from hookline.crm.plugin_holdings import read_holdings
from hookline.errors import NotFound, Text
from hookline.kernel.plugins.hookspecs import HookSpecs
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.kit import sample_charts
from hookline.web.visit import Answer, Visit

door = Doors()

_NEEDS: Final = "admin.plugins"
_SETTINGS: Final = "/settings"
_STATES: Final = {
    "runs": (Text("Runs"), "green"),
    "failing": (Text("Fails"), "amber"),
    "off": (Text("Off: failed at start"), "red"),
    "disabled": (Text("Switched off"), "gray"),
}


@door("GET", "/-/plugins", needs=_NEEDS)
def list_plugins(visit: Visit) -> Answer:
    """Every plugin with its state, and the latest failures."""
    host = visit.gate.host
    return visit.page(
        "plugins/list.html",
        page_title=visit.say("Plugins"),
        crumbs=[{"label": visit.say("Settings"), "url": _SETTINGS}],
        plugins=_plugins(visit),
        failures=_failures(visit),
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
    failures = [failure for failure in _failures(visit) if failure["plugin"] == name]
    return visit.page(
        "plugins/plugin.html", page_title=facts["label"], crumbs=crumbs, facts=facts, failures=failures,
        # The core is not taken out, and counting all of it would be long.
        held=None if name == "core" else read_holdings(visit.tx, visit.gate.host, name),
    )  # fmt: skip


@door("GET", "/-/hooks", needs=_NEEDS)
def list_hooks(visit: Visit) -> Answer:
    """What there is to hook into, and who does."""
    crumbs = [
        {"label": visit.say("Settings"), "url": _SETTINGS},
        {"label": visit.say("Plugins"), "url": "/-/plugins"},
    ]
    title = visit.say("Hooks")
    return visit.page(
        "plugins/hooks.html", page_title=title, crumbs=crumbs, hooks=_hooks(), kinds=_kinds(visit)
    )


@door("GET", "/-/kit", needs=SIGNED_IN)
def show_kit(visit: Visit) -> Answer:
    """Every part of the interface in every state, for whoever builds pages."""
    return visit.page("kit.html", page_title=visit.say("Style page"), kit=sample_charts())


@dataclass(frozen=True)
class _Line:
    name: str
    label: str
    version: str
    state: str
    tone: str
    reason: str
    url: str
    count: int


def _plugins(visit: Visit) -> Sequence[_Line]:
    host = visit.gate.host
    failing = {failure.plugin for failure in host.failures}
    counts: dict[str, int] = {}
    for contribution in host.all():
        counts[contribution.plugin] = counts.get(contribution.plugin, 0) + 1
    found = []
    for name, loaded in host.plugins.items():
        state, tone = _STATES["failing" if name in failing else "runs"]
        plugin = loaded.plugin
        found.append(
            _Line(
                name,
                plugin.label,
                plugin.version,
                visit.say(state),
                tone,
                "",
                f"/-/plugins/{name}",
                counts.get(name, 0),
            )
        )
    for name, reason in host.broken.items():
        state, tone = _STATES["off"]
        found.append(_Line(name, name, "", visit.say(state), tone, reason, "", 0))
    for name in host.disabled:
        state, tone = _STATES["disabled"]
        found.append(_Line(name, name, "", visit.say(state), tone, "", "", 0))
    return found


def _failures(visit: Visit) -> Sequence[Mapping[str, Any]]:
    """The latest first, of this process."""
    return [
        {
            "plugin": failure.plugin,
            "place": failure.place,
            "at": visit.fmt.datetime(dt.datetime.fromtimestamp(failure.at, dt.UTC)),
            "reference": failure.reference,
            "summary": failure.error.strip().splitlines()[-1],
            "error": failure.error,
        }
        for failure in reversed(visit.gate.host.failures)
    ][:50]


def _hooks() -> list[Mapping[str, str]]:
    found: list[Mapping[str, str]] = []
    for name, function in vars(HookSpecs).items():
        if not name.startswith("_") and inspect.isfunction(function):
            takes = ", ".join(p for p in inspect.signature(function).parameters if p != "self")
            first, _, rest = inspect.cleandoc(function.__doc__ or "").partition("\n\n")
            found.append(
                {"signature": f"{name}({takes})", "purpose": first, "details": " ".join(rest.split())}
            )
    return found


def _kinds(visit: Visit) -> list[Mapping[str, Any]]:
    """Every contribution, by its kind."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for c in sorted(visit.gate.host.all(), key=lambda c: (c.kind, c.plugin, c.entity or "", c.name)):
        line = {
            "plugin": c.plugin,
            "entity": c.entity or "",
            "name": c.name,
            "paused": visit.gate.host.paused(c),
        }
        groups.setdefault(c.kind, []).append(line)
    return [{"kind": kind, "lines": lines} for kind, lines in groups.items()]
