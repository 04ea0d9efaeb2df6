"""`hookline <plugin> <command>`: the commands of the plugins that run, loaded only when one is asked for."""

import functools
import inspect
import traceback
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import Path
from typing import Any, Final, get_type_hints

import click

from hookline.commands.installations import assembled
from hookline.errors import HooklineError, PluginError, in_one_line
from hookline.kernel.commanding import CommandRun
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import PluginHost
from hookline.start import refuse_half_migrated

_TYPES: Final[Mapping[object, click.ParamType[Any]]] = {
    str: click.STRING, int: click.INT, float: click.FLOAT, bool: click.BOOL, Path: click.Path(path_type=Path),
}  # fmt: skip


class _Amount(click.ParamType[Decimal]):
    """A number with its decimals, exact."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            return Decimal(value)
        except InvalidOperation:
            return self.fail(f"{value!r} is no number", param, ctx)


class _Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            return self.fail(f"{value!r} is no day like 2026-03-17", param, ctx)


def find_group(ctx: click.Context, name: str) -> click.Group | None:
    """The commands of a plugin. None where none of this name runs, or it has none."""
    return group_of(ctx.with_resource(assembled()), name)


def group_of(home: Installation, name: str) -> click.Group | None:
    """The same, of an installation that stands already."""
    found = list_commands(home.host).get(name)
    if not found:
        return None
    group = click.Group(name, help=f"Commands of the plugin {home.host.plugins[name].plugin.label}.")
    for contribution in found:
        group.add_command(_command(home, contribution))
    return group


def list_commands(host: PluginHost) -> dict[str, list[Contribution]]:
    """The commands of all plugins that run, by the plugin."""
    found: dict[str, list[Contribution]] = {}
    for contribution in host.all():
        if contribution.kind == "command":
            found.setdefault(contribution.plugin, []).append(contribution)
    return found


def help_of(contribution: Contribution) -> str:
    """What a command does, in its first line."""
    return (inspect.getdoc(contribution.call) or contribution.label).strip().partition("\n")[0]


def _command(home: Installation, contribution: Contribution) -> click.Command:
    parameters = list(_parameters(contribution))
    run = functools.partial(_run, home, contribution)
    name = contribution.name.replace("_", "-")
    return click.Command(name, callback=run, params=parameters, help=inspect.getdoc(contribution.call) or "")


def _run(home: Installation, contribution: Contribution, **given: Any) -> None:
    """Run it. What it raises is said in one line that names the plugin; what it refuses on purpose as it says it."""
    refuse_half_migrated(home)
    try:
        contribution.call(CommandRun(home, contribution.key, click.echo), **given)
    except (HooklineError, click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        home.host.failed(contribution, traceback.format_exc(limit=-20))
        place = f"command {contribution.name}"
        raise PluginError(contribution.plugin, place, in_one_line(error)) from error


def _parameters(contribution: Contribution) -> Iterator[click.Parameter]:
    """The parameters after the first: arguments, or options where they have a default."""
    call = inspect.unwrap(contribution.call)
    hints = get_type_hints(call)
    for parameter in list(inspect.signature(call).parameters.values())[1:]:
        kind, name = hints.get(parameter.name, str), parameter.name
        required = parameter.default is inspect.Parameter.empty
        option = f"--{name.replace('_', '-')}"
        if required:
            yield click.Argument([name], type=_type(contribution, name, kind))
        elif kind is bool:
            yield click.Option([name, option], is_flag=True, default=parameter.default)
        else:
            default = parameter.default.name if isinstance(parameter.default, Enum) else parameter.default
            shown = default not in (None, "")
            yield click.Option([name, option], type=_type(contribution, name, kind), default=default, show_default=shown)  # fmt: skip


def _type(contribution: Contribution, name: str, kind: Any) -> click.ParamType[Any]:
    plain = next((part for part in getattr(kind, "__args__", ()) if part is not type(None)), kind)
    if isinstance(plain, type) and issubclass(plain, Enum):
        return click.Choice(plain)
    if plain in (Decimal, date):
        return _Amount() if plain is Decimal else _Day()
    if plain not in _TYPES:
        place = f"command {contribution.name}"
        reason = f"its parameter {name} is of a type that no command line can write"
        raise PluginError(contribution.plugin, place, reason, "Take str, int, float, bool, Decimal, date, Path or an Enum.")  # fmt: skip
    return _TYPES[plain]
