"""`Work`: the words with which a plugin declares what happens without anybody looking, and the names it brings."""

from collections.abc import Callable
from datetime import UTC, datetime

from cronsim import CronSim, CronSimError

from hookline.errors import PluginError
from hookline.kernel.plugins.contributions import NAME, Contribution, Declaring
from hookline.kernel.plugins.handlers import Sown, Worked


class Work(Declaring):
    """Jobs, seeds, rights of its own, kinds of activities."""

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

    def seed(self, call: Sown) -> Sown:
        """Data the plugin needs, laid once per database: `def seed(gate: Gate) -> None`. What is new later is a new seed."""
        return self._add("seed", None)(call)

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
