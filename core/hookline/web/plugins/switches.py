"""/-/plugins/<name>/switch: a plugin is switched off or on, after its page has said what that means."""

from typing import Any, Final

from hookline.crm.plugins.holdings import read_holdings
from hookline.crm.plugins.switching import PERMISSION, switch_plugin_off, switch_plugin_on
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.plugins.admitting.switches import list_switches
from hookline.web.doors import Doors
from hookline.web.visit import Answer, Visit

door = Doors()

_LONGEST: Final = 200
_BY_ITSELF: Final = Text("The servers start again by themselves, which takes a few seconds.")
_NEXT_START: Final = Text("It holds from the next start of the servers on.")


@door("GET", "/-/plugins/{name:str}/switch", needs=PERMISSION)
def ask(visit: Visit) -> Answer:
    """What stays, what waits and who stands on it, with the button."""
    return _page(visit, _name(visit))


@door("POST", "/-/plugins/{name:str}/switch", needs=PERMISSION)
def turn(visit: Visit) -> Answer:
    """Switch it off, or on again."""
    name = _name(visit)
    if visit.form.get("on") == "1":
        switch_plugin_on(visit.gate, name)
        return _done(visit, Text("%(name)s is switched on.", name=name))
    reason = str(visit.form.get("reason", "")).strip()
    if len(reason) > _LONGEST:
        text = Text("At most %(limit)s characters; this has %(length)s.", limit=_LONGEST, length=len(reason))
        return _page(visit, name, Invalid([Problem("reason", text)]))
    switch_plugin_off(visit.gate, [name], reason or visit.say("switched off by an administrator"))
    return _done(visit, Text("%(name)s is switched off.", name=name))


def _done(visit: Visit, what: Text) -> Answer:
    """Where a parent process looks after this one, everything starts again by itself; nobody who connects is refused."""
    by_itself = visit.site.installation.pulse is not None
    when = _BY_ITSELF if by_itself else _NEXT_START
    return visit.see("/-/plugins", done=Text("%(what)s %(when)s", what=visit.say(what), when=visit.say(when)))


def _page(visit: Visit, name: str, refusal: Invalid | None = None) -> Answer:
    host = visit.gate.host
    runs = name in host.plugins
    switch = list_switches(visit.tx).get(name)
    label = Text(host.plugins[name].plugin.label) if runs else name
    crumbs = [
        {"label": visit.say("Settings"), "url": "/settings"},
        {"label": visit.say("Plugins"), "url": "/-/plugins"},
    ]
    title = Text("Switch %(name)s on", name=label) if switch else Text("Switch %(name)s off", name=label)
    facts: dict[str, Any] = {
        "name": name, "runs": runs, "switch": switch, "words": _words(visit),
        "since": visit.fmt.datetime(switch.since) if switch else "",
        "held": read_holdings(visit.tx, host, name) if runs else None,
        # Whoever set up the house has said so, and no button overrules that.
        "by_hand": switch is None and name in host.disabled,
        "problem": visit.say(refusal.problems[0].text) if refusal else "", "reason": str(visit.form.get("reason", "")),
    }  # fmt: skip
    return visit.page(
        "plugins/switch.html",
        status=422 if refusal else 200,
        page_title=visit.say(title),
        crumbs=crumbs,
        **facts,
    )


def _words(visit: Visit) -> dict[str, str]:
    """Tables and columns as people know them."""
    words = {}
    for info in visit.gate.schema.entities.values():
        records = words[info.name] = visit.say(info.cls.plural)
        words |= {f"{info.name}.{f.name}": f"{records}, {visit.say(f.label)}" for f in info.fields.values()}
    return words


def _name(visit: Visit) -> str:
    """The plugin of the address; the core cannot be switched off."""
    name = str(visit.request.path_params["name"])
    host = visit.gate.host
    if name == "core" or name not in {*host.plugins, *host.broken, *host.disabled, *list_switches(visit.tx)}:
        raise NotFound
    return name
