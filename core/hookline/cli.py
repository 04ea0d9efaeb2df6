"""The command line, `hookline`: each command is a module of `hookline.commands`, imported when it is asked for."""

from importlib import import_module
from typing import Any, Final

import click

from hookline.errors import PluginError, Refused, SettingsError

_MODULES: Final = {
    "backup": "backups",
    "demo": "demo",
    "doctor": "doctor",
    "export": "exporting",
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

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Commands(click.Group):
    """The commands by name. What they raise on purpose is said in one line."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(_MODULES)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in _MODULES:
            return None
        module = import_module(f"hookline.commands.{_MODULES[name]}")
        command: click.Command = getattr(module, f"{name}_")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise Trouble(str(error), 2) from error
        except (Refused, PluginError) as error:
            raise Trouble(str(error), 1) from error
        except Exception as error:
            raise _database_trouble(error) from error


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hookline")
def main() -> None:
    """Hookline, a CRM you can bend.

    An installation is set up by its environment: HOOKLINE_DATABASE_URL, HOOKLINE_DATA_DIR, HOOKLINE_BASE_URL,
    HOOKLINE_PLUGINS and so on; `hookline doctor` says what it finds. Try it out with: hookline demo
    """


def _database_trouble(error: Exception) -> Exception:
    """A database that does not answer is no mistake of ours; anything else is handed back as it is."""
    from sqlalchemy.exc import DBAPIError, OperationalError  # noqa: PLC0415  # --help need not load SQLAlchemy

    if not isinstance(error, OperationalError | DBAPIError) or not error.connection_invalidated:
        if not isinstance(error, OperationalError):
            return error
    said = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    return Trouble(f"the database cannot be used: {said[0]}. Is HOOKLINE_DATABASE_URL right?", 2)


if __name__ == "__main__":
    main()
