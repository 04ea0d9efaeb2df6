"""The plugin host: takes plugins in, hands out what they contribute, and keeps one's failure from all the others.

pluggy collects and checks the hooks. It does not call them: its own call stops at the first exception. Every call goes
through a `Contribution`, one at a time, so that what fails is known by plugin and place.
"""

import logging
import secrets
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Table, false
from sqlalchemy.exc import DBAPIError

from hookline.errors import Invalid, Label, PluginError, Problem, Refused, Text, in_one_line
from hookline.kernel.actor import Actor
from hookline.kernel.entity import discard, graft
from hookline.kernel.fields import Field
from hookline.kernel.kinds import Option
from hookline.kernel.plugins.admitting.acquaintance import misunderstandings
from hookline.kernel.plugins.admitting.admission import Admission, sort_by_need
from hookline.kernel.plugins.answers import place_of, reading
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.declarations import SHARED, check_plugin, owner_of_choice
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.plugins.watching.alarms import within
from hookline.kernel.plugins.watching.breaker import Breaker, Why
from hookline.kernel.plugins.watching.watch import Overdue, Watch, switch_of
from hookline.kernel.rules import Judgement
from hookline.kernel.schema import Schema, build_schema
from hookline.kernel.translations import Translations

if TYPE_CHECKING:
    from hookline.kernel.reads import Reads

log = logging.getLogger("hookline.plugins")


@dataclass(frozen=True)
class Failure:
    """One time a contribution failed: who, where, when (seconds since the epoch), and the traceback.

    `reference` is what people see and can quote.
    """

    plugin: str
    place: str
    at: float
    error: str
    reference: str

    @property
    def text(self) -> Text:
        """What people are told of it."""
        said = "The plugin %(plugin)s failed. Reference: %(reference)s"
        return Text(said, plugin=self.plugin, reference=self.reference)


@dataclass(frozen=True)
class LoadedPlugin:
    """A plugin that runs."""

    plugin: Plugin


@dataclass
class PluginHost:
    """The enabled plugins of one process and what they contribute. Fixed once the application has started.

    `broken` says of each plugin that should run and does not, why; `disabled` of each that is switched off. `sources` says
    where those that were found come from. `strict` raises what would be kept from the others, for people who write plugins.
    """

    strict: bool = False
    plugins: dict[str, LoadedPlugin] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    disabled: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    safe_mode: bool = False
    # What a plugin that runs says of another and is not so, by plugin: administrators see it.
    notes: dict[str, list[str]] = field(default_factory=dict)
    failures: deque[Failure] = field(default_factory=lambda: deque(maxlen=200))
    breaker: Breaker = field(default_factory=Breaker)
    watch: Watch = field(default_factory=Watch)
    # In development, by thread: told of what fails in it.
    listening: dict[int, Callable[[Failure], None]] = field(default_factory=dict)
    _admission: Admission = field(default_factory=Admission)
    _by_kind: dict[tuple[str, str | None], list[Contribution]] = field(default_factory=dict)
    _following: dict[str, list[Callable[..., None]]] = field(default_factory=dict)
    _translations: Translations | None = None

    def load(self, plugins: Iterable[Plugin], broken: Mapping[str, str] | None = None) -> None:
        """Take these plugins in order of need and name. One that breaks its contract is off, the rest runs.

        `broken` names those that could not even be imported.
        """
        for name, reason in (broken or {}).items():
            self._off(name, reason)
        for plugin in sort_by_need(self._sound(plugins)):
            try:
                with within(self.watch.patience.start):
                    found = self._admission.admit(plugin, self.plugins)
                self._check_shared(plugin, found)
                _check_needs(plugin, found, self.permissions.keys())
                graft(plugin)
            except Exception as error:  # noqa: BLE001  # a plugin may raise anything
                self._admission.expel(plugin)
                discard(plugin)
                self._off(plugin.name, in_one_line(error))
                continue
            self.plugins[plugin.name] = LoadedPlugin(plugin)
            for contribution in found:
                # The core's own are nobody's fault but ours.
                held = (
                    contribution
                    if plugin.name == "core"
                    else replace(
                        contribution,
                        call=self.watch.over(contribution),
                        label=Label.of(plugin.name, contribution.label),
                    )
                )
                alike = self._by_kind.setdefault((contribution.kind, contribution.entity), [])
                alike.append(held)
                alike.sort(key=_comes_last)
        self._following.clear()
        self._translations = None
        self._note_misunderstandings()

    def away(self, name: str) -> Text | None:
        """What to say of something that a plugin brings which does not run; None for one that does, or that nobody knows."""
        if name in self.disabled:
            return Text("The plugin %(plugin)s is switched off, so this cannot be shown.", plugin=name)
        if name in self.broken:
            return Text("The plugin %(plugin)s does not run, so this cannot be shown.", plugin=name)
        return None

    @property
    def folders(self) -> dict[str, Path]:
        """The folders of the plugins that have one. One of a single file has none: what lies beside it is somebody else's."""
        files = {name: Path(loaded.plugin.file) for name, loaded in self.plugins.items()}
        return {name: file.parent for name, file in files.items() if file.name == "__init__.py"}

    @property
    def translations(self) -> Translations:
        """The words of the core and of every plugin that runs, read when they are first asked for."""
        if self._translations is None:
            self._translations = Translations(
                [(name, folder / "locale") for name, folder in self.folders.items()]
            )
        return self._translations

    def switch_off(self, name: str, reason: str) -> None:
        """Take a plugin out again before the first request, with the reason that administrators see."""
        self._admission.expel(self.plugins.pop(name).plugin)
        self._by_kind = {key: [c for c in found if c.plugin != name] for key, found in self._by_kind.items()}
        self._following.clear()
        self._translations = None
        self._off(name, reason)

    def schema(self, custom: Iterable[Field] = ()) -> Schema:
        """Every entity of every plugin that runs."""
        classes = [cls for loaded in self.plugins.values() for cls in loaded.plugin.entities]
        kinds = {c.name: Option(c.name, c.label) for c in self._by_kind.get(("activity_kind", None), ())}
        return build_schema(classes, custom, {"activity.kind": kinds}, owners=self.plugins)

    def contributions(self, kind: str, entity: str | None = None) -> Sequence[Contribution]:
        """What plugins add of one kind: to one entity and to all, or (None) to the whole. Paused ones are left out."""
        found = self._every(kind, entity)
        return [c for c in found if not self.paused(c)] if self.breaker.tripped else found

    def all(self) -> list[Contribution]:
        """Every contribution of every plugin that runs."""
        return [c for found in self._by_kind.values() for c in found]

    def of_kind(self, kind: str) -> list[Contribution]:
        """Every contribution of one kind, to whatever entity, be it paused."""
        return [c for (each, _), found in self._by_kind.items() if each == kind for c in found]

    def find(self, kind: str, key: str, entity: str | None = None) -> Contribution | None:
        """One by its key, "<plugin>.<function>", be it paused: its address says then that it failed. `entity` where several have it."""
        return next((c for c in self.of_kind(kind) if c.key == key and entity in (None, c.entity)), None)

    def judges(self, kind: str, entity: str) -> bool:
        """Whether anybody wants to be asked."""
        return bool(self._every(kind, entity))

    def judge(self, kind: str, entity: str, moment: Judgement) -> None:
        """Ask all judges of this moment. One that fails itself refuses the change and is named."""
        watch, breaker = self.watch, self.breaker
        for contribution in self._every(kind, entity):
            try:
                if watch.late or watch.lost or breaker.tripped:
                    self._refuse_waiting(contribution)
                contribution.call(moment)
            except Exception as error:  # noqa: BLE001  # a plugin may raise anything
                self._blame(contribution)
                moment.problems.append(Problem("", _unsaved(contribution)))
                if isinstance(error, DBAPIError):
                    # PostgreSQL answers nothing more in this transaction: the others would be blamed for that.
                    return

    def ask(self, contribution: Contribution, *args: Any, **named: Any) -> Any:
        """Call a contribution that only shows something. When it fails the answer is the Failure, which is kept."""
        watch = self.watch
        try:
            if watch.late or watch.lost or self.breaker.tripped:
                self._refuse_waiting(contribution)
            answer = self._watched(contribution)(*args, **named)
        except Exception:  # noqa: BLE001  # a plugin may raise anything
            return self._blame(contribution)
        if self.breaker.tripped:
            self.breaker.succeeded(switch_of(contribution))
        return answer

    @property
    def permissions(self) -> Mapping[str, Contribution]:
        """Every named right that somebody who runs has declared, by its full name. Others nobody has."""
        return {_permission(c): c for c in self._by_kind.get(("permission", None), ())}

    def vouch(self, actor: Actor) -> Actor:
        """The actor, with no more named rights than there are: one that nobody declares is denied, to everybody."""
        found = self._by_kind.get(("permission", None), ())
        return replace(actor, known=frozenset(map(_permission, found))) if found else actor

    @property
    def restricts(self) -> bool:
        """Whether any plugin narrows who sees what."""
        return any(kind == "restrict" and found for (kind, _), found in self._by_kind.items())

    def restrictions(
        self, entity: str
    ) -> list[tuple[str, Callable[["Reads", Table], ColumnElement[bool] | None]]]:
        """The conditions that narrow who sees what, each with its plugin's name. One that fails hides everything."""
        return [(c.plugin, self._closed(c)) for c in self._every("restrict", entity)]

    def subscribers(self, entity: str) -> list[Contribution]:
        """Who hears of saved changes."""
        return self._every("after_commit", entity)

    def hearers(self, event: str) -> list[Contribution]:
        """Who hears of an own event, by its full name."""
        return self._every("on", event)

    def starters(self, entity: str) -> list[Contribution]:
        """Who says with what fields of a new record start, in the order in which they are asked."""
        return sorted(self._every("default", entity), key=lambda c: c.options["order"])

    def surrounding(self, entity: str) -> list[Contribution]:
        """Who stands around a write."""
        return self._every("around_write", entity)

    def insist(self, contribution: Contribution, *args: Any) -> Any:
        """Call a contribution without which a save must not go on: its failure refuses the save and names the plugin."""
        return self._refusing(contribution)(*args)

    def watched(self, contribution: Contribution, call: Callable[..., Any]) -> Contribution:
        """The contribution with another call, watched like its own: for what is called in several steps."""
        if contribution.plugin == "core":
            return replace(contribution, call=call)

        def step(*args: Any, **named: Any) -> Any:
            self._refuse_waiting(contribution)
            return call(*args, **named)

        return replace(contribution, call=self.watch.over(contribution, step))

    def followers(self, entity: str) -> list[Callable[..., None]]:
        """What is kept beside a record, inside the same transaction. One that fails refuses the save."""
        found = self._following.get(entity)
        if found is None:
            found = self._following[entity] = [self._refusing(c) for c in self._every("follow", entity)]
        return found

    def erasers(self, entity: str) -> list[Callable[..., None]]:
        """What is removed beside a record that is erased."""
        return [self._refusing(c) for c in self._every("erase", entity)]

    def wipers(self, entity: str) -> list[Callable[..., None]]:
        """What removes what is held on a person beside the declared. One that fails refuses the erasure."""
        return [self._refusing(c) for c in self._every("erase_personal_data", entity)]

    def failed(self, contribution: Contribution, error: str, why: Why = "failed") -> Failure:
        """Keep a failure with its plugin and place; too many in a minute pause what only shows something."""
        place = f"{contribution.kind} {contribution.name}"
        failure = Failure(contribution.plugin, place, time.time(), error, secrets.token_hex(4))
        self.failures.append(failure)
        if told := self.listening.get(get_ident()):
            told(failure)
        self.breaker.failed(switch_of(contribution), why)
        log.error(
            "plugin %s failed in %s, reference %s\n%s", contribution.plugin, place, failure.reference, error
        )
        return failure

    def overdue(self, found: Overdue) -> Failure:
        """Keep it of a contribution that it takes too long. One whose thread was given up is paused at once."""
        said = "does not come back" if found.lost else "takes too long"
        error = f"{found.stack}\nIt {said}: {found.seconds:.1f} s so far."
        return self.failed(found.contribution, error, "hung" if found.lost else "late")

    def forget_failures(self, tells: Callable[[str], bool]) -> None:
        """Forget the failures whose tracebacks tell of somebody."""
        kept = [failure for failure in self.failures if not tells(failure.error)]
        self.failures.clear()
        self.failures.extend(kept)

    def paused(self, contribution: Contribution) -> bool:
        """Whether it failed so often lately that it is left out for a while."""
        return self.breaker.paused(switch_of(contribution))

    def _sound(self, plugins: Iterable[Plugin]) -> list[Plugin]:
        """Those whose own words are what they must be; the others are off."""
        found = []
        for plugin in plugins:
            try:
                check_plugin(plugin)
            except PluginError as error:
                self._off(error.plugin, error.detail)
            else:
                found.append(plugin)
        return found

    def _check_shared(self, plugin: Plugin, found: Sequence[Contribution]) -> None:
        """A name that is everybody's belongs to whoever was there first."""
        for contribution in found:
            if contribution.kind in SHARED:
                first = {c.name: c.plugin for c in self._by_kind.get((contribution.kind, None), ())}
                owner = first.get(contribution.name) or owner_of_choice(
                    *SHARED[contribution.kind], contribution.name
                )
                if owner:
                    place = f"{contribution.kind} {contribution.name}"
                    raise PluginError(plugin.name, place, f"the plugin {owner} has it already", "Rename it.")

    def _every(self, kind: str, entity: str | None) -> list[Contribution]:
        general = self._by_kind.get((kind, None), [])
        if entity is None:
            return general
        found = self._by_kind.get((kind, entity), [])
        return [*general, *found] if general else found

    def _watched(self, contribution: Contribution) -> Callable[..., Any]:
        """The call of a contribution; also of one into whose call somebody has put the reading of its answer."""
        call = contribution.call
        return (
            call
            if contribution.plugin == "core" or hasattr(call, "__wrapped__")
            else self.watch.over(contribution)
        )

    def _refuse_waiting(self, contribution: Contribution) -> None:
        """Do not call what hangs in another thread now, or has lately: it would take this one with it."""
        watch, breaker = self.watch, self.breaker
        if not (watch.late or watch.lost or breaker.tripped) or contribution.plugin == "core":
            return
        switch = switch_of(contribution)
        pause = breaker.pause(switch)
        if watch.is_late(switch) or (pause is not None and pause.why != "failed"):
            raise TimeoutError("it kept people waiting; it is left out for a while")

    def _closed(self, contribution: Contribution) -> Callable[["Reads", Table], ColumnElement[bool] | None]:
        further = contribution.options.get("by_gate")

        def restrict(gate: "Reads", table: Table) -> ColumnElement[bool] | None:
            try:
                self._refuse_waiting(contribution)
                answer = contribution.call(gate.actor, table, *([gate] if further else []))
                found = reading(contribution, _as_condition)(answer)
            except Exception:  # noqa: BLE001  # a plugin may raise anything
                self._blame(contribution)
                return false()
            return found

        return restrict

    def _refusing(self, contribution: Contribution) -> Callable[..., Any]:
        if contribution.plugin == "core":
            return contribution.call

        def follow(*args: Any) -> Any:
            try:
                self._refuse_waiting(contribution)
                return contribution.call(*args)
            except Exception as error:
                if type(error) is Refused:
                    # Said by the plugin itself, in its own words: the save is refused, and nothing has failed.
                    raise
                self._blame(contribution)
                raise Invalid([Problem("", _unsaved(contribution))]) from error

        return follow

    def _blame(self, contribution: Contribution) -> Failure:
        """Called while the exception is being handled. What the core itself raises is nobody's fault but ours."""
        if contribution.plugin == "core":
            raise  # noqa: PLE0704  # the exception that the caller is handling
        failure = self.failed(contribution, traceback.format_exc(limit=-20))
        if self.strict:
            if error := sys.exception():
                error.add_note(f"plugin {contribution.plugin!r}, {place_of(self._declared(contribution))}")
            raise  # noqa: PLE0704  # the exception that the caller is handling
        return failure

    def _declared(self, contribution: Contribution) -> Contribution:
        """The contribution as its plugin declared it: somebody may have put the reading of its answer into its call."""
        there = self._by_kind.get((contribution.kind, contribution.entity), ())
        return next((c for c in there if c.key == contribution.key), contribution)

    def _note_misunderstandings(self) -> None:
        self.notes.clear()
        running = {name: loaded.plugin for name, loaded in self.plugins.items()}
        for name, said in misunderstandings(running, self.all()):
            if self.strict:
                raise PluginError(name, "start", said)
            self.notes.setdefault(name, []).append(said)
            log.warning("plugin %s: %s", name, said)

    def _off(self, name: str, reason: str) -> None:
        if self.strict:
            raise PluginError(name, "start", reason)
        self.broken[name] = reason
        log.error("plugin %s is off: %s", name, reason)


def _comes_last(contribution: Contribution) -> bool:
    return bool(contribution.options.get("last"))


def _as_condition(answer: object) -> ColumnElement[bool] | None:
    if not (answer is None or isinstance(answer, ColumnElement)):
        raise TypeError(
            f"it must answer a condition over the table's columns or None, not {type(answer).__name__}"
        )
    return answer


def _permission(contribution: Contribution) -> str:
    return contribution.name if contribution.plugin == "core" else contribution.key


def _check_needs(plugin: Plugin, found: Sequence[Contribution], known: Iterable[str]) -> None:
    """A right that nobody declares is one that nobody can have."""
    mine = {_permission(c) for c in found if c.kind == "permission"}
    for contribution in found:
        needs = contribution.options.get("needs")
        if needs and needs not in mine and needs not in known:
            place = f"{contribution.kind} {contribution.name}"
            hint = "Declare it before: plugin.permission(...) returns the full name."
            raise PluginError(
                plugin.name, place, f"it needs the permission {needs!r}, which nobody declares", hint
            )


def _unsaved(contribution: Contribution) -> Text:
    text = "The plugin %(plugin)s failed, so this was not saved. An administrator sees why."
    return Text(text, plugin=contribution.plugin)
