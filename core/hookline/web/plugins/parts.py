"""What plugins bring in folders and addresses: taken one plugin at a time, so that one whose parts do not fit is off and the rest is served."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from hookline.errors import SettingsError
from hookline.kernel.plugins.host import PluginHost
from hookline.web.assets import Assets
from hookline.web.doors import Door
from hookline.web.switchboard import Switchboard


def check_files(host: PluginHost) -> None:
    """Switch off each plugin whose static files or templates cannot be read."""
    for name, folder in host.folders.items():
        try:
            if (folder / "static").is_dir():
                Assets.read_folder(folder / "static")
            for page in (folder / "templates").rglob("*.html"):
                page.read_text("utf-8")
        except (OSError, UnicodeError) as error:
            host.switch_off(name, f"its files cannot be read: {error}")


def fitting_doors(
    host: PluginHost, doors: Callable[[], Sequence[Door]]
) -> tuple[Sequence[Door], Switchboard]:
    """Every door, and what finds them. A plugin whose entity has an address that is taken is switched off."""
    while True:
        found = doors()
        try:
            return found, _switchboard(tuple(found))
        except SettingsError as error:
            name = _owner(host, str(error))
            if name is None:
                raise
            host.switch_off(name, f"an address of it is taken: {error}")


# Applications of one process that have the same doors, as those of tests do, share what finds them.
_switchboard: Final = lru_cache(maxsize=4)(Switchboard)


def _owner(host: PluginHost, said: str) -> str | None:
    """The plugin of whose entity an address is told."""
    for name, loaded in reversed(host.plugins.items()):
        if name != "core" and any(
            f" /{cls.slug}" in said or f"/{cls.__tablename__}" in said for cls in loaded.plugin.entities
        ):
            return name
    return None
