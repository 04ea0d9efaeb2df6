"""How plugins and their contributions stand: whether they run, fail, are paused or slow, as administrators read it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hookline.errors import Text
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.watching.breaker import Pause
from hookline.kernel.plugins.watching.watch import Times, switch_of
from hookline.web.visit import Visit

_SHOWN: Final = 50
_STATES: Final = {
    "runs": (Text("Runs"), "green"),
    "failing": (Text("Fails"), "amber"),
    "paused": (Text("Partly paused"), "amber"),
    "off": (Text("Off: failed at start"), "red"),
    "disabled": (Text("Switched off"), "gray"),
}
_WHY: Final = {
    "failed": Text("It failed again and again."),
    "late": Text("It kept people waiting again and again."),
    "hung": Text("It did not come back."),
}


@dataclass(frozen=True)
class Line:
    """One plugin in the list. `calls` and `p95` are of this process, since its start."""

    name: str
    label: str
    version: str
    state: str
    tone: str
    reason: str = ""
    url: str = ""
    count: int = 0
    calls: str = ""
    p95: str = ""
    off: bool = False


def plugin_lines(visit: Visit) -> list[Line]:
    """Every plugin: those that run in the order in which they were taken, then those that do not."""
    host = visit.gate.host
    found = [_running(visit, name) for name in host.plugins]
    found += [_idle(visit, name, "off", reason) for name, reason in host.broken.items()]
    return found + [_idle(visit, name, "disabled", reason) for name, reason in host.disabled.items()]


def contribution_lines(visit: Visit, plugin: str) -> list[Mapping[str, Any]]:
    """What a plugin contributes, each with its state and times."""
    return [_contribution(visit, c) for c in visit.gate.host.all() if c.plugin == plugin]


def failures(visit: Visit, plugin: str = "") -> Sequence[Mapping[str, Any]]:
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
        if plugin in ("", failure.plugin)
    ][:_SHOWN]


def _running(visit: Visit, name: str) -> Line:
    host = visit.gate.host
    own = [c for c in host.all() if c.plugin == name]
    times = [host.watch.times[switch_of(c)] for c in own if switch_of(c) in host.watch.times]
    failing = any(failure.plugin == name for failure in host.failures)
    paused = any(host.paused(c) for c in own)
    said, tone = _STATES["paused" if paused else "failing" if failing else "runs"]
    calls, slowest = sum(t.count for t in times), max((t.p95 for t in times), default=0.0)
    plugin = host.plugins[name].plugin
    return Line(
        name, visit.say(plugin.label), plugin.version, visit.say(said), tone, " ".join(_notes(visit, name)),
        f"/-/plugins/{name}", len(own), visit.fmt.number(calls) if calls else "", _milliseconds(visit, slowest) if calls else "",
    )  # fmt: skip


def _idle(visit: Visit, name: str, state: str, reason: str) -> Line:
    said, tone = _STATES[state]
    return Line(name, name, "", visit.say(said), tone, reason, off=state == "disabled")


def _notes(visit: Visit, name: str) -> Sequence[str]:
    return visit.gate.host.notes.get(name, [])


def _contribution(visit: Visit, contribution: Contribution) -> Mapping[str, Any]:
    host, switch = visit.gate.host, switch_of(contribution)
    pause, times = host.breaker.pause(switch), host.watch.times.get(switch, Times())
    called = times.count > 0
    return {
        "kind": contribution.kind,
        "entity": contribution.entity or "",
        "name": contribution.name,
        "url": _address(contribution),
        "state": _paused(visit, pause) if pause else "",
        "why": visit.say(_WHY[pause.why]) if pause else "",
        "calls": visit.fmt.number(times.count) if called else "",
        "mean": _milliseconds(visit, times.total / times.count) if called else "",
        "p95": _milliseconds(visit, times.p95) if called else "",
        "slow": visit.fmt.number(times.slow) if times.slow else "",
    }


def _paused(visit: Visit, pause: Pause) -> str:
    if pause.quarantine:
        return visit.say("In quarantine")
    until = visit.fmt.datetime(dt.datetime.fromtimestamp(pause.until, dt.UTC))
    return visit.say(Text("Paused until %(when)s", when=until))


def _address(contribution: Contribution) -> str:
    if contribution.kind in ("report", "widget"):
        return f"/{contribution.kind}s/{contribution.plugin}/{contribution.name}"
    is_page = contribution.kind == "page" and not contribution.options.get("public")
    return f"/x/{contribution.plugin}/{contribution.name}" if is_page else ""


def _milliseconds(visit: Visit, seconds: float) -> str:
    taken = round(seconds * 1000)
    return visit.say(Text("%(count)s ms", count=visit.fmt.number(taken) if taken else "< 1"))
