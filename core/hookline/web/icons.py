"""The icons that there are, and those that a plugin names and that there are not."""

import difflib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin

log = logging.getLogger("hookline.plugins")

ICONS: Final = tuple((Path(__file__).parent / "icons.txt").read_text("utf-8").split())


class Misnamed(NamedTuple):
    """An icon that there is not: what is to have it (a class or a function), and what was probably meant."""

    of: Callable[..., Any]
    said: str
    near: str


def misnamed(plugin: Plugin) -> Iterator[Misnamed]:
    """The icons of a plugin's entities and contributions that would be drawn as nothing."""
    named: list[tuple[Callable[..., Any], str, Any]] = [
        (cls, f"entity {cls.__name__}", cls.icon) for cls in plugin.entities
    ]
    named += [(c.call, f"{c.kind} {c.name}", c.options.get("icon")) for c in plugin.contributions]
    for of, place, icon in named:
        if isinstance(icon, str) and icon and icon not in ICONS:
            near = difflib.get_close_matches(icon, ICONS, 3, 0.5)
            yield Misnamed(of, f"{place}: there is no icon {icon!r}, so none is drawn", ", ".join(near))


def note_icons(host: PluginHost) -> None:
    """Have administrators told of each icon that there is not; the plugin runs all the same."""
    for name, loaded in host.plugins.items():
        for found in misnamed(loaded.plugin) if name != "core" else ():
            said = found.said + (f"; did you mean {found.near}?" if found.near else "")
            notes = host.notes.setdefault(name, [])
            if said not in notes:
                notes.append(said)
                log.warning("plugin %s: %s", name, said)
