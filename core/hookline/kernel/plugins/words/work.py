"""`Work`: the words with which a plugin declares what happens without anybody looking, and the names it brings."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, overload

from cronsim import CronSim, CronSimError

from hookline.errors import PluginError
from hookline.kernel.plugins.contributions import NAME, Contribution, Declaring
from hookline.kernel.plugins.handlers import Sown, Worked
from hookline.kernel.plugins.words.steps import Step, check_steps

if TYPE_CHECKING:
    from hookline.kernel.entity import Record


class Work(Declaring):
    """Jobs, seeds, pipelines, rights of its own, kinds of activities."""

    def job(
        self, *, cron: str | None = None, attempts: int = 5, quiet: int = 600
    ) -> Callable[[Worked], Worked]:
        """Declare work for the background: `def job(run: JobRun) -> None`, by the clock when `cron` is given (UTC).

        An exception is tried again with growing pauses, `attempts` times in all, then parked where an administrator
        sees it. One that neither calls `run.check()` nor `run.progress()` nor opens a transaction for `quiet` seconds is
        taken for hung: its process is replaced, and the attempt counts. `enqueue(tx, "<plugin>.<function>", {...},
        now=...)` asks for a run.
        """
        if cron is not None:
            try:
                CronSim(cron, datetime(2000, 1, 1, tzinfo=UTC))
            except CronSimError as error:
                raise PluginError(
                    self.name, "job", f"cron {cron!r}: {error}", 'Write five fields, e.g. "30 6 * * 1-5".'
                ) from error
        return self._add("job", None, cron=cron, attempts=attempts, quiet=quiet)

    @overload
    def seed(self, call: Sown) -> Sown: ...
    @overload
    def seed(self, *, every_run: bool) -> Callable[[Sown], Sown]: ...
    def seed(self, call: Sown | None = None, *, every_run: bool = False) -> Sown | Callable[[Sown], Sown]:
        """Data the plugin needs: `def seed(gate: Gate) -> None`, laid after the migrations.

        `@plugin.seed` runs once per database; what it laid belongs to the people who work there, and what is new later is a
        new seed. `@plugin.seed(every_run=True)` runs after each migration and start, and so must find what it laid before.
        One that fails, or takes longer than a minute, is tried again the next time: long work belongs into a job.
        """
        keep = self._add("seed", None, every_run=every_run)
        return keep if call is None else keep(call)

    def pipeline(self, entity: type["Record"], name: str, stages: Sequence[Step]) -> None:
        """Bring a pipeline for records with stages: `plugin.pipeline(Listing, "Sale", [Step("New"), Step("Sold", "won")])`.

        Laid once per database, unless there is one of this name; from then on it is the administrators', and nothing they
        change is touched. Names and hints are English, and shown in the reader's language when the catalog has them.
        """
        place = f"pipeline {name!r}"
        if "stage" not in entity.__table__.columns:
            hint = (
                "Declare stage: Mapped[int] = stage() and pipeline: Mapped[int] = ref(Pipeline, ...) on it."
            )
            raise PluginError(self.name, place, f"{entity.__name__} has no stages", hint)
        try:
            check_steps(stages)
        except ValueError as error:
            raise PluginError(self.name, place, str(error)) from error
        key = f"pipeline_{re.sub(r'[^a-z0-9]+', '_', name.lower())}"
        made = Contribution(
            self.name, "pipeline", entity.__tablename__, key, name, lambda: None, {"stages": tuple(stages)}
        )
        self.contributions.append(made)

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
        if not NAME.fullmatch(name.rpartition(".")[2]):
            raise PluginError(
                self.name,
                f"permission {name!r}",
                "the name must be lower-case letters, digits and _",
                "Rename it.",
            )
        made = Contribution(self.name, "permission", None, name, label, lambda: None, {"text": text})
        self.contributions.append(made)
        return made.name if self.name == "core" else made.key
