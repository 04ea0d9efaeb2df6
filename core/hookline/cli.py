"""The command line, `hookline`: each command is a module of `hookline.commands`, imported when it is asked for."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import click

from hookline.commands.offered import find_offered, offers, with_examples
from hookline.errors import HooklineError, SettingsError

# By name: its module, and what the list of commands says of it. The whole help is in the command's docstring.
_COMMANDS: Final = {
    "audit": ("audit", "Keep the audit log provable, and verify it."),
    "backup": ("backups", "Write the database and all files into one archive."),
    "demo": ("demo", "Serve a CRM filled with a demo story."),
    "doctor": ("doctor", "Say what is wrong with this installation, and how to mend it."),
    "export": ("exporting", "Write the records of an entity as CSV, JSON or XLSX."),
    "gdpr": ("gdpr", "Hand out or erase everything that is held on a person."),
    "hooks": ("plugins", "List every hook: when it is called, what a failure does."),
    "import": ("importing", "Import CSV and XLSX files; resume and undo imports."),
    "migrate": ("migrating", "Bring the database up to date."),
    "plugin": ("plugins", "Add, try, audit, switch and remove plugins."),
    "restore": ("backups", "Put a backup into an empty database."),
    "serve": ("serving", "Serve the pages and the API."),
    "user": ("users", "Add people, list them, give new passwords, deactivate them."),
    "work": ("working", "Work in the background until asked to end."),
}
# The same of what the SDK offers: to load it takes longer than all else.
_OFFERED: Final = {"dev": "Serve a demo with a plugin that is being written."}


class Trouble(click.ClickException):
    """Something expected that stops a command: one line, no traceback."""


class WrongSetUp(Trouble):
    """The installation has to be set up otherwise first."""

    exit_code = 2


class Commands(click.Group):
    """The commands by name. What they raise on purpose is said in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*_COMMANDS, *offers()})

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What can be asked for, without importing all of it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _said_of(name)) for name in self.list_commands(ctx)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return find_offered(cmd_name) or _of_plugin(ctx, cmd_name)
        with _uncollected():
            module = import_module(f"hookline.commands.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_")
        return with_examples(command)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise WrongSetUp(str(error)) from error
        except HooklineError as error:
            raise Trouble(str(error)) from error
        except Exception as error:
            raise _database_trouble(error) from error


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hookline")
def main() -> None:
    """Hookline, a CRM you can bend.

    An installation is set up by its environment: HOOKLINE_DATABASE_URL, HOOKLINE_DATA_DIR, HOOKLINE_BASE_URL,
    HOOKLINE_PLUGINS and so on; `hookline doctor` says what it finds. Try it out with: hookline demo

    Plugins bring commands of their own: hookline PLUGIN --help
    """


def _said_of(name: str) -> str:
    if name in _COMMANDS:
        return _COMMANDS[name][1]
    if name in _OFFERED:
        return _OFFERED[name]
    command = find_offered(name)
    return command.get_short_help_str() if command else ""


def _of_plugin(ctx: click.Context, name: str) -> click.Command | None:
    """The commands of a plugin. Plugins are loaded only when nothing of ours is called so."""
    if not name.isidentifier():
        return None
    with _uncollected():
        from hookline.commands.of_plugins import find_group  # noqa: PLC0415  # our own commands need not load it
    return find_group(ctx, name)


@contextmanager
def _uncollected() -> Iterator[None]:
    """The collector rests meanwhile, and leaves what has come alone: it would go through every module again and again.

    It would do so when the process ends, too, which took as long as all imports do.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _database_trouble(error: Exception) -> Exception:
    """A database that does not answer is no mistake of ours; anything else is handed back as it is."""
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415  # --help need not load SQLAlchemy

    if not isinstance(error, OperationalError):
        return error
    said = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    return WrongSetUp(f"the database cannot be used: {said[0]}. Is HOOKLINE_DATABASE_URL right?")


if __name__ == "__main__":
    main()
