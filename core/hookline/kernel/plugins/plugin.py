"""`Plugin`: one object per plugin, on which it declares everything it adds; the core is one too."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import pluggy
from cronsim import CronSim, CronSimError

from hookline.errors import PluginError

if TYPE_CHECKING:
    from hookline.kernel.entity import FieldGroup, Record

hookimpl = pluggy.HookimplMarker("hookline")

F = TypeVar("F", bound=Callable[..., Any])
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Contribution:
    """One thing a plugin adds: what kind, to which entity (None: to the whole), and the function that does it."""

    plugin: str
    kind: str
    entity: str | None
    name: str
    label: str
    call: Callable[..., Any]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name under which it is paused, traced and addressed."""
        return f"{self.plugin}.{self.name}"


class Plugin:
    """A plugin's name, its tables and its contributions.

    `name` is the prefix of everything it owns; `api` is the level of the SDK it was written for;
    `needs` are the names of plugins that must be there too.
    """

    def __init__(
        self, name: str, *, api: int = 1, label: str = "", needs: tuple[str, ...] = (), version: str = "0"
    ) -> None:
        if not _NAME.fullmatch(name):
            raise PluginError(
                name, "Plugin(...)", "the name must be lower-case letters, digits and _", "Rename it."
            )
        self.name, self.api, self.needs, self.version = name, api, needs, version
        self.label = label or name.replace("_", " ").capitalize()
        self.entities: list[type[Record]] = []
        self.groups: list[type[FieldGroup]] = []
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

    def before_save(self, entity: type["Record"]) -> Callable[[F], F]:
        """Judge a record before it is created or changed: `def check(event: BeforeSave) -> None`.

        Runs in the transaction, in forms, API, import and bulk alike. `event.reject(field, text)` refuses; setting
        `event.values[name]` fills in. Anything it raises rolls the save back and is shown as this plugin's fault.
        """
        return self._add("before_save", entity)

    def before_delete(self, entity: type["Record"]) -> Callable[[F], F]:
        """Judge a record before it goes to the trash: `def check(event: BeforeDelete) -> None`."""
        return self._add("before_delete", entity)

    def before_stage_change(self, entity: type["Record"]) -> Callable[[F], F]:
        """Judge a move between stages: `def check(event: BeforeStageChange) -> None`."""
        return self._add("before_stage_change", entity)

    def after_commit(self, entity: type["Record"], *, fields: tuple[str, ...] = ()) -> Callable[[F], F]:
        """Hear of every saved change, later, in a transaction of its own: `def heard(event: Change, gate: Gate) -> None`.

        At least once; `event.id` is the same each time. With `fields`, only changes of those. An exception is tried
        again with growing pauses and then parked where an administrator sees it.
        """
        return self._add("after_commit", entity, fields=fields)

    def follow(self, entity: type["Record"]) -> Callable[[F], F]:
        """Keep something beside a record, in the same transaction: `def keep(gate, info, what, saved) -> None`.

        `saved` is a list of (id, version, before, after). An exception rolls the save back. For bookkeeping that must
        never be wrong; everything else belongs into `after_commit`.
        """
        return self._add("follow", entity)

    def forget(self, entity: type["Record"]) -> Callable[[F], F]:
        """Remove what `follow` kept when records are erased for good: `def clear(gate, info, ids) -> None`."""
        return self._add("erase", entity)

    def personal_data(self, entity: type["Record"]) -> Callable[[F], F]:
        """Say what the plugin holds on a person beside what it declares: `def more(record, gate) -> Mapping[str, object]`.

        Fields, records that refer to the person and records about it need no word: they are found by their declarations.
        """
        return self._add("personal_data", entity)

    def erase_personal_data(self, entity: type["Record"]) -> Callable[[F], F]:
        """Remove that when a person is erased: `def wipe(record, gate) -> None`, in the erasure's transaction.

        `record` is how the person still stands. An exception stops the erasure.
        """
        return self._add("erase_personal_data", entity)

    def activity_kind(self, name: str, label: str, *, icon: str = "calendar-check") -> None:
        """Add a kind of activity, such as a viewing."""
        self.contributions.append(
            Contribution(self.name, "activity_kind", None, name, label, lambda: None, {"icon": icon})
        )

    def permission(self, name: str, label: str, text: str) -> str:
        """Declare a right with a name of its own, which administrators give to roles; returns its full name "plugin.name".

        `label` and `text` are what they read. `gate.actor.may(...)` and `needs=` ask for it; nobody has it until it is
        given, but those with every right. What roles were given is kept while the plugin is away.
        """
        if not _NAME.fullmatch(name.rpartition(".")[2]):
            raise PluginError(
                self.name,
                f"permission {name!r}",
                "the name must be lower-case letters, digits and _",
                "Rename it.",
            )
        made = Contribution(self.name, "permission", None, name, label, lambda: None, {"text": text})
        self.contributions.append(made)
        return made.name if self.name == "core" else made.key

    def panel(
        self,
        entity: type["Record"],
        label: str,
        *,
        slot: str = "record.side",
        order: int = 100,
        needs: str = "",
    ) -> Callable[[F], F]:
        """Show something on a record's page: `def panel(record, gate: Gate) -> Panel`. Loaded after the page itself.

        With `needs`, a permission's full name, only for those who have it.
        """
        return self._add("panel", entity, label=label, slot=slot, order=order, needs=needs)

    def column(
        self, entity: type["Record"], label: str, *, fields: tuple[str, ...] = (), order: int = 100
    ) -> Callable[[F], F]:
        """Add a worked-out list column: `def column(rows, gate: Gate) -> dict[int, Value]`, by id.

        Called once per page of rows. A row is a mapping with "id" and the `fields` named here, which are then read along;
        a field that the reader may not see is None.
        """
        return self._add("column", entity, label=label, order=order, fields=fields)

    def report(
        self,
        label: str,
        *,
        takes: tuple[str, ...] = (),
        order: int = 100,
        needs: str = "",
        icon: str = "chart-column",
    ) -> Callable[[F], F]:
        """Add a report page: `def report(gate: Gate) -> Report`. Its docstring is shown on the page.

        With `takes`, some of "period", "pipeline" and "owner", the page asks for these and the function gets the answers
        as a second argument: `def report(gate: Gate, asked: Asked) -> Report`. With `needs`, a permission's full name,
        only for those who have it.
        """
        self._check_takes("report", takes, ("period", "pipeline", "owner"))
        return self._add("report", None, label=label, order=order, takes=takes, needs=needs, icon=icon)

    def widget(
        self,
        label: str,
        *,
        takes: tuple[str, ...] = (),
        size: str = "medium",
        order: int = 100,
        needs: str = "",
        icon: str = "chart-column",
    ) -> Callable[[F], F]:
        """Add a widget for dashboards: `def widget(gate: Gate) -> Figure | Panel | Chart | Report`. Loaded after the page.

        Its docstring says to whoever arranges a dashboard what it shows. `takes` as for a report, and also "view" (a
        saved view) and "report" (another report); then the function is `def widget(gate: Gate, asked: Asked)`. `size`
        is the one to begin with: small, medium, large or wide. With `needs`, a permission's full name, only for those
        who have it.
        """
        self._check_takes("widget", takes, ("period", "pipeline", "owner", "view", "report"))
        if size not in ("small", "medium", "large", "wide"):
            raise PluginError(
                self.name, "widget", f"size {size!r}", "There are small, medium, large and wide."
            )
        return self._add(
            "widget", None, label=label, order=order, takes=takes, needs=needs, size=size, icon=icon
        )

    def selection(self, entity: type["Record"], label: str) -> Callable[[F], F]:
        """Name a set of records that no filter can: `def those(gate: Gate, given: str) -> Select`, of their ids.

        A list at `?among=<plugin>.<function>:<given>` shows exactly these, of those that the reader may see; so a figure
        can lead to its records. `given` is what the address says: read it strictly and raise ValueError. `label` stands
        on the list's chip.
        """
        return self._add("selection", entity, label=label)

    def job(self, *, cron: str | None = None, attempts: int = 5) -> Callable[[F], F]:
        """Declare work for the background: `def job(run: JobRun) -> None`, by the clock when `cron` is given (UTC).

        An exception is tried again with growing pauses, `attempts` times in all, then parked where an administrator
        sees it. `enqueue(tx, "<plugin>.<function>", {...}, now=...)` asks for a run.
        """
        if cron is not None:
            try:
                CronSim(cron, datetime(2000, 1, 1, tzinfo=UTC))
            except CronSimError as error:
                raise PluginError(
                    self.name, "job", f"cron {cron!r}: {error}", 'Write five fields, e.g. "30 6 * * 1-5".'
                ) from error
        return self._add("job", None, cron=cron, attempts=attempts)

    def restrict(self, entity: type["Record"]) -> Callable[[F], F]:
        """Narrow who sees what: `def only(actor: Actor, table) -> ColumnElement[bool] | None`. Always wins over grants."""
        return self._add("restrict", entity)

    def seed(self, call: F) -> F:
        """Data the plugin needs, laid once per database: `def seed(gate: Gate) -> None`. What is new later is a new seed."""
        return self._add("seed", None)(call)

    @hookimpl
    def contribute(self) -> list[Contribution]:
        """What the plugin host collects."""
        return list(self.contributions)

    def _check_takes(self, place: str, takes: tuple[str, ...], known: tuple[str, ...]) -> None:
        if unknown := set(takes) - set(known):
            there = ", ".join(f'"{name}"' for name in known)
            raise PluginError(self.name, place, f"takes {', '.join(sorted(unknown))}", f"There are {there}.")

    def _add(
        self, kind: str, entity: type["Record"] | None, *, label: str = "", **options: Any
    ) -> Callable[[F], F]:
        def keep(call: F) -> F:
            name = call.__name__
            target: str | None = getattr(entity, "__tablename__", None)
            self.contributions.append(
                Contribution(self.name, kind, target, name, label or name, call, options)
            )
            return call

        return keep
