"""`hookline plugin bisect`: finds the plugin that is to blame by halving those that run, from safe mode on."""

import os
import shlex
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

import click

from hookline.commands.installations import opened
from hookline.crm.plugins.switching import switch_plugin_off, switch_plugin_on

_REASON: Final = "hookline plugin bisect"
Happens = Callable[[Collection[str]], bool]


@click.command("bisect")
@click.option("--run", "command", default="", help="Instead of asking: a command that fails when it happens.")
@click.pass_context
def bisect(ctx: click.Context, command: str) -> None:
    r"""Find the plugin that something goes wrong with. Each step runs half of those that are left, and asks.

    Without --run the others are switched off in the database: start the server again before you look, then answer. At the
    end, and when you break off, everything is switched on again. With --run the command is run with the plugins chosen by
    its environment, and nothing is changed. Exit status 0 when one was found, 1 when not.

    \b
    Example:
      hookline plugin bisect --run "hookline doctor"
    """
    with opened() as home:
        running = [name for name in home.host.plugins if name != "core"]
        needs = {name: home.host.plugins[name].plugin.needs for name in running}
    happens = _by_command(command, running) if command else _by_asking(running)
    try:
        found = find_guilty(running, needs, happens)
    finally:
        if not command:
            _run_only(running, running)
    click.echo(found)
    ctx.exit(0 if found.startswith("It is ") else 1)


def find_guilty(running: Sequence[str], needs: Mapping[str, Sequence[str]], happens: Happens) -> str:
    """Ask `happens` with fewer and fewer of the plugins, until one is left; what was found, in a sentence."""
    if happens(()):
        return "It happens without any plugin too: none of them is to blame."
    if not happens(running):
        return "It does not happen with all of them."
    suspects = list(running)
    while len(suspects) > 1:
        half, rest = suspects[: len(suspects) // 2], suspects[len(suspects) // 2 :]
        if happens(_with_needs(half, needs)):
            suspects = half
        elif happens(_with_needs(rest, needs)):
            suspects = rest
        else:
            return f"It takes several together, one of {', '.join(half)} with one of {', '.join(rest)}."
    return f"It is {suspects[0]}. To go on without it: hookline plugin disable {suspects[0]}"


def _with_needs(names: Sequence[str], needs: Mapping[str, Sequence[str]]) -> list[str]:
    found = set(names)
    while more := {need for name in found for need in needs[name] if need in needs} - found:
        found |= more
    return sorted(found)


def _by_command(command: str, running: Sequence[str]) -> Happens:
    def happens(names: Collection[str]) -> bool:
        off = [name for name in running if name not in names]
        before = os.environ.get("HOOKLINE_DISABLED_PLUGINS", "")
        environment = {**os.environ, "HOOKLINE_DISABLED_PLUGINS": ",".join(filter(None, [before, *off]))}
        if not names:
            environment["HOOKLINE_SAFE_MODE"] = "1"
        done = subprocess.run(shlex.split(command), env=environment, capture_output=True, check=False)  # noqa: S603  # the administrator's own command
        click.echo(
            f"{'fails' if done.returncode else 'works'} with {', '.join(names) or 'no plugin (safe mode)'}"
        )
        return done.returncode != 0

    return happens


def _by_asking(running: Sequence[str]) -> Happens:
    def happens(names: Collection[str]) -> bool:
        _run_only(names, running)
        click.echo(
            f"Only these are switched on now: {', '.join(names) or 'none'}. Start the server again and look."
        )
        return click.confirm("Does it happen?")

    return happens


def _run_only(names: Collection[str], running: Sequence[str]) -> None:
    with opened() as home, home.house(_REASON) as gate:
        for name in names:
            switch_plugin_on(gate, name)
        switch_plugin_off(gate, [name for name in running if name not in names], _REASON)
