"""What a plugin must fulfil before it may run, and the contributions that it then brings."""

import difflib
import functools
import inspect
import os
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from types import FunctionType
from typing import Any, Final, cast

import pluggy
from sqlalchemy import Table

from hookline.errors import PluginError
from hookline.kernel.entity import Base, grafted
from hookline.kernel.own_events import check_event
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.declarations import (
    check_conditions,
    check_contribution,
    check_places,
    check_titles,
    check_when,
)
from hookline.kernel.plugins.hookspecs import HookSpecs
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.plugins.words.lists import check_view

API_LEVELS: Final = range(1, 2)

# The arguments with which each kind of contribution is called.
TAKES: Final = {
    "before_save": ("event",),
    "before_delete": ("event",),
    "before_stage_change": ("event",),
    "after_commit": ("event", "gate"),
    "default": ("draft", "gate"),
    "similar": ("drafts", "gate"),
    "around_write": ("write", "gate"),
    "on": ("event", "gate"),
    "point": ("subject", "gate"),
    "provides": ("subject", "gate"),
    "follow": ("gate", "info", "what", "saved"),
    "erase": ("gate", "info", "ids"),
    "panel": ("record", "gate"),
    "column": ("rows", "gate"),
    "report": ("gate",),
    "widget": ("gate",),
    "selection": ("gate", "given"),
    "page": ("asked", "gate"),
    "action": ("act", "gate"),
    "endpoint": ("call", "gate"),
    "settings": ("values",),
    "search": ("asked", "gate"),
    "cell": ("rows", "gate"),
    "block": ("at", "gate"),
    "job": ("run",),
    "restrict": ("actor", "table"),
    "seed": ("gate",),
    "health": ("gate",),
    "demo": ("story", "gate"),
    "follow_event": ("gate", "told", "about"),
    "exporter": ("run", "gate"),
    "importer": ("file", "gate"),
    "public_file": ("file", "gate"),
    "personal_data": ("record", "gate"),
    "erase_personal_data": ("record", "gate"),
}


class Admission:
    """Knows the hooks, and who implements them."""

    def __init__(self) -> None:
        self._manager = pluggy.PluginManager("hookline")
        self._manager.add_hookspecs(HookSpecs)
        self._traced = os.environ.get("HOOKLINE_TRACE_HOOKS") == "1"

    def admit(self, plugin: Plugin, running: Collection[str]) -> list[Contribution]:
        """Everything a plugin brings, checked. PluginError says what is wrong with it and changes nothing."""
        _check_place(plugin, running)
        check_titles(plugin)
        check_places(plugin)
        check_conditions(plugin)
        _check_references(plugin, running)
        for event in plugin.events:
            check_event(plugin.name, event)
        self._register(plugin)
        found = [*plugin.contribute(), *self._own_hooks(plugin)]
        for contribution in found:
            check_contribution(plugin, contribution)
            _check_signature(contribution)
            if contribution.kind == "view":
                check_view(contribution, plugin.groups)
            if contribution.kind == "action":
                check_when(plugin, contribution)
        _check_names(plugin, found)
        return [self._held(contribution) for contribution in found]

    def expel(self, plugin: Plugin) -> None:
        """Forget a plugin."""
        for part in (plugin, plugin.module):
            if part is not None and self._manager.is_registered(part):
                self._manager.unregister(part)

    def _register(self, plugin: Plugin) -> None:
        self._manager.register(plugin, plugin.name)
        if plugin.module is None:
            return
        try:
            self._manager.register(plugin.module, f"{plugin.name}: hooks")
            self._manager.check_pending()
        except pluggy.PluginValidationError as error:
            raise PluginError(plugin.name, "hooks", _explained(plugin, str(error))) from error

    def _own_hooks(self, plugin: Plugin) -> list[Contribution]:
        """The hooks that the plugin's module implements itself, as contributions to every entity."""
        if plugin.module is None:
            return []
        found = []
        for caller in self._manager.get_hookcallers(plugin.module) or ():
            for implementation in caller.get_hookimpls():
                if implementation.plugin is plugin.module:
                    found += _contributed(plugin, caller.name, implementation)
        return found

    def _held(self, contribution: Contribution) -> Contribution:
        return replace(contribution, call=_traced(contribution)) if self._traced else contribution


def sort_by_need(plugins: Iterable[Plugin]) -> list[Plugin]:
    """By name, but each after those it needs; the core first."""
    waiting = sorted(plugins, key=lambda p: (p.name != "core", p.name))
    placed: list[Plugin] = []
    while waiting:
        names = {p.name for p in waiting}
        ready = next((p for p in waiting if not set(p.needs) & (names - {p.name})), waiting[0])
        waiting.remove(ready)
        placed.append(ready)
    return placed


def _check_place(plugin: Plugin, running: Collection[str]) -> None:
    if plugin.name in running:
        raise PluginError(
            plugin.name, "start", f"another plugin is called {plugin.name} too, and was there first"
        )
    if plugin.api not in API_LEVELS:
        here = f"{API_LEVELS[0]} to {API_LEVELS[-1]}" if len(API_LEVELS) > 1 else str(API_LEVELS[0])
        raise PluginError(
            plugin.name, "start", f"it was written for API level {plugin.api}; this Hookline has {here}"
        )
    missing = [need for need in plugin.needs if need not in running]
    if missing:
        raise PluginError(plugin.name, "start", f"it needs {' and '.join(missing)}, which does not run")


def _check_references(plugin: Plugin, running: Collection[str]) -> None:
    """A reference to what nobody declares would stop every migration."""
    owners = {table.name: table.info.get("owner") for table in Base.metadata.tables.values()}
    known = {name for name, owner in owners.items() if owner == plugin.name or owner in running}
    for place, target in _references(plugin):
        if target in known:
            continue
        if target in owners:
            hint = f"Write needs=({owners[target]!r},) if it is to run after that plugin."
            raise PluginError(
                plugin.name, place, f"it refers to {target!r} of a plugin that does not run yet", hint
            )
        near = difflib.get_close_matches(target, known, 1)
        hint = f"Did you mean {near[0]!r}?" if near else ""
        raise PluginError(plugin.name, place, f"it refers to {target!r}, which nobody declares", hint)


def _references(plugin: Plugin) -> Iterator[tuple[str, str]]:
    """Where a plugin refers to which table."""
    columns = [
        (cls.__name__, column)
        for cls in plugin.entities
        for column in cast(Table, cls.__table__).columns
        if column.info.get("owner", plugin.name) == plugin.name
    ]
    columns += [(group.__name__, column) for group in plugin.groups for column in grafted(group)]
    for place, column in columns:
        for key in column.foreign_keys:
            yield f"{place}.{column.name}", key.target_fullname.partition(".")[0]
    for entity in plugin.entities:
        for name, many in entity.many.items():
            yield f"{entity.__name__}.{name}", many.target


# Those by which plugins meet.
_MET: Final = ("on", "point", "provides", "default", "pipeline")
# What is known by its function's name: in addresses, in the database, in a list's columns.
_NAMED: Final = (
    "panel", "column", "report", "widget", "selection", "page", "action", "endpoint", "settings", "search", "cell", "block", "job", "after_commit", "seed",
    "health", "command", "demo", "exporter", "importer", "public_file", "similar", *_MET,
)  # fmt: skip


def _check_names(plugin: Plugin, found: Iterable[Contribution]) -> None:
    seen: set[tuple[str, str | None, str]] = set()
    for contribution in found:
        if contribution.kind not in _NAMED:
            continue
        place = f"{contribution.kind} {contribution.name}"
        if not contribution.name.isidentifier():
            raise PluginError(plugin.name, place, "it has no name of its own", "Write it as a def.")
        key = (contribution.kind, contribution.entity, contribution.name)
        if key in seen:
            raise PluginError(
                plugin.name, place, "there is another one of this name", "Rename one of the functions."
            )
        seen.add(key)


def _check_signature(contribution: Contribution) -> None:
    takes = TAKES.get(contribution.kind)
    if takes is None:
        return
    if contribution.kind in ("report", "widget") and contribution.options.get("takes"):
        takes = (*takes, "asked")
    if contribution.kind == "panel" and contribution.options.get("takes"):
        takes = (*takes, "asking")
    if contribution.kind == "restrict" and contribution.options.get("by_gate"):
        takes = (*takes, "gate")
    if _takes_so_many(contribution.call, len(takes)):
        return
    try:
        inspect.signature(contribution.call).bind(*takes)
    except (TypeError, ValueError) as error:
        place, wanted = _place(contribution.call), ", ".join(takes)
        reason = f"{contribution.kind} {contribution.name} must take ({wanted}){place}: {error}"
        raise PluginError(contribution.plugin, contribution.kind, reason) from error


def _takes_so_many(call: Callable[..., Any], count: int) -> bool:
    """Whether this is a plain function of so many parameters: most are, and their signatures need not be worked out."""
    if type(call) is not FunctionType or call.__dict__:
        return False
    return call.__code__.co_argcount == count and not call.__code__.co_kwonlyargcount


def _contributed(plugin: Plugin, hook: str, implementation: pluggy.HookImpl) -> list[Contribution]:
    """A hook that a module implements, in the form of everything else that plugins add."""
    if hook == "contribute":
        return cast(list[Contribution], implementation.function())
    function, names = implementation.function, implementation.argnames
    takes = TAKES[hook]

    def call(*args: Any) -> Any:
        given = dict(zip(takes, args, strict=True))
        return function(*(given[name] for name in names))

    options = {"fields": ()} if hook == "after_commit" else {}
    return [Contribution(plugin.name, hook, None, function.__name__, plugin.label, call, options)]


def _explained(plugin: Plugin, said: str) -> str:
    """The complaint of pluggy in one sentence, with the hook that was probably meant."""
    hooks = [name for name in vars(HookSpecs) if not name.startswith("_")]
    unknown = [name for name in vars(plugin.module) if name in said and name not in hooks]
    near = [match for name in unknown for match in difflib.get_close_matches(name, hooks, 1)]
    return " ".join(said.split()) + (f" Did you mean {near[0]}?" if near else "")


def _traced(contribution: Contribution) -> Callable[..., Any]:
    """The same call, told on the standard error with how long it took."""
    call = contribution.call

    @functools.wraps(call)
    def told(*args: Any, **named: Any) -> Any:
        started, outcome = time.perf_counter(), "raised"
        try:
            answer = call(*args, **named)
            outcome = "ok"
        finally:
            took = (time.perf_counter() - started) * 1000
            where = f" {contribution.entity}" if contribution.entity else ""
            sys.stderr.write(f"hook {contribution.kind}{where} {contribution.key} {outcome} {took:.2f} ms\n")
        return answer

    return told


def _place(call: Callable[..., Any]) -> str:
    code = getattr(inspect.unwrap(call), "__code__", None)
    return f" ({os.path.basename(code.co_filename)}:{code.co_firstlineno})" if code else ""  # noqa: PTH119  # a name in memory, maybe of no file
