"""`Plugin`: one object per plugin, on which it declares everything it adds; the core is one too."""

from types import ModuleType
from typing import TYPE_CHECKING

import pluggy

from hookline.errors import PluginError
from hookline.kernel.plugins.admitting.capabilities import KINDS as CAPABILITIES
from hookline.kernel.plugins.contributions import NAME, Contribution
from hookline.kernel.plugins.words.actions import Actions
from hookline.kernel.plugins.words.endpoints import Endpoints
from hookline.kernel.plugins.words.lists import Lists
from hookline.kernel.plugins.words.meetings import Meetings
from hookline.kernel.plugins.words.moments import Moments
from hookline.kernel.plugins.words.operation import Operation
from hookline.kernel.plugins.words.pages import Pages
from hookline.kernel.plugins.words.screens import Screens
from hookline.kernel.plugins.words.work import Work
from hookline.kernel.plugins.words.writing import Writing

if TYPE_CHECKING:
    from hookline.kernel.entity import FieldGroup, Record
    from hookline.kernel.own_events import Event

hookimpl = pluggy.HookimplMarker("hookline")


class Plugin(Moments, Writing, Meetings, Screens, Lists, Pages, Actions, Endpoints, Work, Operation):
    """A plugin's name, its tables and its contributions.

    `name` is the prefix of everything it owns; `api` is the level of the SDK it was written for;
    `needs` are the names of plugins that must be there too. `uses` says what else it needs than records, of "network",
    "processes", "native code", "eval", "files" and "raw SQL": `hookline plugin audit` tells what it uses without saying so.
    """

    def __init__(
        self,
        name: str,
        *,
        api: int = 1,
        label: str = "",
        needs: tuple[str, ...] = (),
        uses: tuple[str, ...] = (),
        version: str = "0",
    ) -> None:
        if not NAME.fullmatch(name):
            raise PluginError(
                name, "Plugin(...)", "the name must be lower-case letters, digits and _", "Rename it."
            )
        if unknown := set(uses) - set(CAPABILITIES):
            raise PluginError(
                name,
                "Plugin(...)",
                f"uses {', '.join(sorted(unknown))}",
                f"There are {', '.join(CAPABILITIES)}.",
            )
        self.name, self.api, self.needs, self.uses, self.version = name, api, needs, uses, version
        self.label = label or name.replace("_", " ").capitalize()
        self.entities: list[type[Record]] = []
        self.groups: list[type[FieldGroup]] = []
        self.events: list[type[Event]] = []
        self.contributions: list[Contribution] = []
        # Set by whoever imports it: the file it was found in, and that file's module where it has hooks of its own.
        self.file = ""
        self.module: ModuleType | None = None

    def __repr__(self) -> str:
        return f"Plugin({self.name!r})"

    @property
    def prefix(self) -> str:
        """What its tables and columns begin with. The core's begin with nothing."""
        return "" if self.name == "core" else f"{self.name}_"

    @hookimpl
    def contribute(self) -> list[Contribution]:
        """What the plugin host collects."""
        return list(self.contributions)
