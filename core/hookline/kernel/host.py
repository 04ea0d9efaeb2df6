"""The plugin host: loads plugins one by one, asks their contributions, and keeps one plugin's failure from the others.

pluggy's own call stops at the first exception; every call here goes through `_guarded`, which isolates and attributes it.
"""

import logging
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pluggy

from hookline.errors import PluginError, Problem, Text
from hookline.kernel.hookspecs import HookSpecs
from hookline.kernel.kinds import Option
from hookline.kernel.plugin import Contribution, Plugin
from hookline.kernel.rules import Judgement
from hookline.kernel.schema import Schema, build_schema

log = logging.getLogger("hookline.plugins")

API_LEVELS: Final = range(1, 2)
_PAUSE_AFTER: Final = 5
_WINDOW: Final = 60.0


@dataclass(frozen=True)
class Failure:
    """One time a contribution failed: who, where, and the traceback."""

    plugin: str
    place: str
    at: float
    error: str


@dataclass
class LoadedPlugin:
    """A plugin as the host knows it. `error` says why it is off."""

    plugin: Plugin
    error: str = ""


@dataclass
class PluginHost:
    """The enabled plugins of one process and what they contribute. Fixed once the application has started."""

    strict: bool = False
    plugins: dict[str, LoadedPlugin] = field(default_factory=dict)
    failures: deque[Failure] = field(default_factory=lambda: deque(maxlen=200))
    broken: dict[str, str] = field(default_factory=dict)
    _manager: pluggy.PluginManager = field(default_factory=lambda: _manager())
    _by_kind: dict[tuple[str, str | None], list[Contribution]] = field(default_factory=dict)
    _recent: dict[str, deque[float]] = field(default_factory=dict)

    def load(self, plugins: Iterable[Plugin]) -> None:
        """Take these plugins in order of need and name. One that breaks its contract is off, the rest runs."""
        for plugin in _sorted(plugins):
            reason = self._refusal(plugin)
            if not reason:
                try:
                    self._manager.register(plugin, plugin.name)
                    self._keep(plugin.contribute())
                except Exception as error:
                    reason = f"{type(error).__name__}: {error}"
            if reason:
                self._off(plugin, reason)
            else:
                self.plugins[plugin.name] = LoadedPlugin(plugin)
        self._manager.check_pending()

    def switch_off(self, name: str, reason: str) -> None:
        """Take a plugin out again before the first request, with the reason that administrators see."""
        plugin = self.plugins.pop(name).plugin
        self._manager.unregister(plugin)
        for key, found in self._by_kind.items():
            self._by_kind[key] = [c for c in found if c.plugin != name]
        self._off(plugin, reason)

    def schema(self, custom: Iterable[Any] = ()) -> Schema:
        """Every entity of every plugin that runs."""
        classes = [cls for loaded in self.plugins.values() for cls in loaded.plugin.entities]
        kinds = {c.name: Option(c.name, c.label) for c in self._by_kind.get(("activity_kind", None), ())}
        return build_schema(classes, custom, {"activity.kind": kinds})

    def contributions(self, kind: str, entity: str | None = None) -> Sequence[Contribution]:
        """What plugins add of one kind: to one entity, or (None) everywhere. Paused ones are left out."""
        found = self._by_kind.get((kind, entity), ())
        general = self._by_kind.get((kind, None), ()) if entity is not None else ()
        return [c for c in (*general, *found) if not self.paused(c)]

    def all(self) -> list[Contribution]:
        """Every contribution of every plugin that runs."""
        return [c for found in self._by_kind.values() for c in found]

    def judges(self, kind: str, entity: str) -> bool:
        """Whether anybody wants to be asked."""
        return (kind, entity) in self._by_kind or (kind, None) in self._by_kind

    def judge(self, kind: str, entity: str, moment: Judgement) -> None:
        """Ask all judges of this moment. One that fails itself refuses the change and is named."""
        for contribution in (*self._by_kind.get((kind, None), ()), *self._by_kind.get((kind, entity), ())):
            try:
                contribution.call(moment)
            except Exception:
                self.failed(contribution, traceback.format_exc(limit=20))
                if self.strict:
                    raise
                text = Text("The plugin %(plugin)s could not check this, so it was not saved. An administrator sees why.", plugin=contribution.plugin)
                moment.problems.append(Problem("", text))

    def ask(self, contribution: Contribution, *args: Any, **named: Any) -> Any:
        """Call a contribution that only shows something. None when it fails; the failure is kept."""
        try:
            return contribution.call(*args, **named)
        except Exception:
            self.failed(contribution, traceback.format_exc(limit=20))
            if self.strict:
                raise
            return None

    def restrictions(self, entity: str) -> list[Callable[..., Any]]:
        """The conditions that narrow who sees what."""
        return [c.call for c in self._by_kind.get(("restrict", entity), ())]

    def subscribers(self, entity: str) -> list[Contribution]:
        """Who hears of saved changes."""
        return self._by_kind.get(("after_commit", entity), [])

    def followers(self, entity: str) -> list[Callable[..., Any]]:
        """What the core keeps beside a record, inside the same transaction."""
        return [c.call for c in self.contributions("follow", entity)]

    def erasers(self, entity: str) -> list[Callable[..., Any]]:
        """What the core removes beside a record that is erased."""
        return [c.call for c in self.contributions("erase", entity)]

    def failed(self, contribution: Contribution, error: str) -> None:
        """Keep a failure with its plugin and place; too many in a minute pause what only shows something."""
        now = time.monotonic()
        place = f"{contribution.kind} {contribution.name}"
        self.failures.append(Failure(contribution.plugin, place, time.time(), error))
        recent = self._recent.setdefault(contribution.key, deque(maxlen=_PAUSE_AFTER))
        recent.append(now)
        log.error("plugin %s failed in %s\n%s", contribution.plugin, place, error)

    def paused(self, contribution: Contribution) -> bool:
        """Whether it failed so often in the last minute that it is left out for a while."""
        recent = self._recent.get(contribution.key)
        return bool(recent) and len(recent or ()) == _PAUSE_AFTER and time.monotonic() - (recent or [0.0])[0] < _WINDOW

    def _refusal(self, plugin: Plugin) -> str:
        if plugin.name in self.plugins:
            return "a plugin of this name is already there"
        if plugin.api not in API_LEVELS:
            return f"it was written for API level {plugin.api}; this core has {API_LEVELS[0]} to {API_LEVELS[-1]}"
        missing = [need for need in plugin.needs if need not in self.plugins]
        return f"it needs {', '.join(missing)}, which does not run" if missing else ""

    def _keep(self, contributions: Iterable[Contribution]) -> None:
        for contribution in contributions:
            self._by_kind.setdefault((contribution.kind, contribution.entity), []).append(contribution)

    def _off(self, plugin: Plugin, reason: str) -> None:
        if self.strict:
            raise PluginError(plugin.name, "start", reason)
        self.broken[plugin.name] = reason
        log.error("plugin %s is off: %s", plugin.name, reason)


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager("hookline")
    manager.add_hookspecs(HookSpecs)
    return manager


def _sorted(plugins: Iterable[Plugin]) -> list[Plugin]:
    """By name, but each after those it needs; the core first."""
    waiting = sorted(plugins, key=lambda p: (p.name != "core", p.name))
    placed: list[Plugin] = []
    while waiting:
        names = {p.name for p in waiting}
        ready = next((p for p in waiting if not set(p.needs) & (names - {p.name})), waiting[0])
        waiting.remove(ready)
        placed.append(ready)
    return placed


