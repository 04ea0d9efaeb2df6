"""The command line, `hookline`: each command is a module of `hookline.commands`, imported when it is asked for."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import click

from hookline.commands.offered import find_offered, offers, with_examples
from hookline.errors import HooklineError, SettingsError

_MODULES: Final = {
    "audit": "audit",
    "backup": "backups",
    "demo": "demo",
    "doctor": "doctor",
    "export": "exporting",
    "gdpr": "gdpr",
    "hooks": "plugins",
    "import": "importing",
    "migrate": "migrating",
    "plugin": "plugins",
    "restore": "backups",
    "serve": "serving",
    "user": "users",
    "work": "working",
}


class Trouble(click.ClickException):
    """Something expected that stops a command: one line, no traceback."""


class WrongSetUp(Trouble):
    """The installation has to be set up otherwise first."""

    exit_code = 2


class Commands(click.Group):
    """The commands by name. What they raise on purpose is said in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*_MODULES, *offers()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return find_offered(cmd_name) or _of_plugin(ctx, cmd_name)
        with _uncollected():
            module = import_module(f"hookline.commands.{_MODULES[cmd_name]}")
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
