"""One owner's history: the files of its revisions, and the table that says how far this database has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection

from hookline.errors import SettingsError
from hookline.kernel.migrations.settled import revisions_folder
from hookline.kernel.plugins.plugin import Plugin


@dataclass(frozen=True)
class History:
    """The revisions of one owner, oldest first in `folder`."""

    owner: str
    folder: Path

    @property
    def version_table(self) -> str:
        """The table that holds where this owner stands."""
        return f"hookline_version_{self.owner}"

    @property
    def scripts(self) -> ScriptDirectory:
        """Alembic's reading of the folder."""
        return ScriptDirectory(self.folder, version_locations=[self.folder])

    def head(self) -> str | None:
        """The newest revision; None while there is none."""
        return self.scripts.get_current_head()

    def current(self, connection: Connection) -> str | None:
        """The revision at which the database stands; None before the first."""
        context = MigrationContext.configure(connection, opts={"version_table": self.version_table})
        return context.get_current_revision()

    def pending(self, connection: Connection) -> Sequence[Script]:
        """The revisions that are still to be run, oldest first."""
        current = self.current(connection)
        try:
            return list(self.scripts.iterate_revisions("head", current or "base"))[::-1]
        except (CommandError, RevisionError) as error:
            raise SettingsError(
                f"the database is at revision {current} of {self.owner!r}, which this version does not have: "
                f"install the version that wrote it, or a newer one"
            ) from error

    def upgrade(self, connection: Connection, target: str = "head") -> None:
        """Run what is pending, in the transaction that is open; with `target`, no further than to this revision."""
        scripts = self.scripts

        def all_the_way(revision: Any, _context: MigrationContext) -> Any:
            return scripts._upgrade_revs(target, revision)  # noqa: SLF001  # Alembic's own way past its env.py

        with EnvironmentContext(Config(), scripts, fn=all_the_way) as environment:
            environment.configure(connection=connection, version_table=self.version_table)
            environment.run_migrations()

    def adopt(self, connection: Connection) -> None:
        """Note that the database stands at the newest revision without running any."""
        context = MigrationContext.configure(connection, opts={"version_table": self.version_table})
        context.stamp(self.scripts, "head")


def history_of(plugin: Plugin) -> History | None:
    """The history that comes with this plugin; None when it has no revisions."""
    folder = revisions_folder(plugin)
    if folder is None or not any(folder.glob("[!_]*.py")):
        return None
    return History(plugin.name, folder)
