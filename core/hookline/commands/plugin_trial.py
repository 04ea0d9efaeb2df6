"""A trial in a process of its own: what a plugin would bring, beside those that run, in an empty database.

`python -m hookline.commands.plugin_trial NAME SOURCE` prints it as JSON: the plugin's entry point. Whoever starts it chooses the environment: where the
plugin's files lie, and a database and a folder that are thrown away.
"""

import json
import sys
from typing import Any

from hookline.crm.plugins.facts import manifest
from hookline.errors import PluginError
from hookline.kernel.installation import Installation
from hookline.kernel.migrations.histories import history_of
from hookline.kernel.migrations.migrate import plan
from hookline.settings import Settings
from hookline.start import create_installation


def try_out(home: Installation, name: str, source: str) -> dict[str, Any]:
    """What this plugin brings, or why it cannot run: {"refused": ...}. `broken` are others that would not run with it."""
    host = home.host
    name = next((found for found, text in host.sources.items() if text == source), name)
    if name not in host.plugins:
        known = ", ".join(sorted(set(host.plugins) - {"core"})) or "none"
        return {
            "name": name,
            "refused": host.broken.get(name, f"it declares no plugin of this name (there are: {known})"),
        }
    plugin = host.plugins[name].plugin
    own = [c for c in host.all() if c.plugin == name]
    history = history_of(plugin)
    return {
        "name": name,
        "label": plugin.label,
        "version": plugin.version,
        "api": plugin.api,
        "needs": list(plugin.needs),
        "steps": [
            [s.what, s.name] for s in plan(home.database, host) if s.owner == name and s.what != "revision"
        ],
        "revisions": [s.revision for s in history.scripts.walk_revisions()][::-1] if history else [],
        "permissions": sorted(c.key for c in own if c.kind == "permission"),
        "asks": sorted({needs for c in own if (needs := c.options.get("needs"))}),
        "jobs": {c.key: c.options.get("cron") for c in own if c.kind == "job"},
        "slots": sorted({f"{c.options['slot']}: {c.key}" for c in own if c.options.get("slot")}),
        "contributions": _counted([c.kind for c in own]),
        "entities": [entity["address"] for entity in manifest(host, name)["entities"]],
        "broken": {other: why for other, why in host.broken.items() if other != name},
    }


def _counted(kinds: list[str]) -> dict[str, int]:
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _main(name: str, source: str) -> int:
    home = create_installation(Settings.from_environment())
    try:
        found = try_out(home, name, source)
    except PluginError as error:
        found = {"name": name, "refused": str(error)}
    finally:
        home.database.close()
    sys.stdout.write(f"\n{json.dumps(found)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:3]))
