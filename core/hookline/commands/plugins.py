"""`hookline plugin` and `hookline hooks`: what runs, what it brings, and what there is to hook into."""

import inspect
import json

import click

from hookline.commands import (
    plugin_audit,
    plugin_bisect,
    plugin_life,
    plugin_packages,
    plugin_upgrade,
)
from hookline.commands.installations import assembled
from hookline.commands.offered import Offered
from hookline.crm.plugins.facts import manifest
from hookline.crm.plugins.holdings import read_holdings
from hookline.errors import PluginError
from hookline.kernel.plugins.admitting.loader import find_sources
from hookline.kernel.plugins.hookspecs import HookSpecs
from hookline.kernel.plugins.plugin import Plugin
from hookline.settings import Settings
from hookline.start import breadcrumbs


@click.group("plugin", cls=Offered)
def plugin_() -> None:
    r"""See which plugins run, what they bring, and try a fallen one again.

    \b
    Example:
      hookline plugin list
    """


@plugin_.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(as_json: bool) -> None:
    r"""List every plugin with its version, and those that are off with the reason.

    \b
    Example:
      hookline plugin list
    """
    with assembled() as home:
        host = home.host
        runs = [(p.plugin.name, p.plugin.version, "runs", p.plugin.label) for p in host.plugins.values()]
        broken = [(name, "", "broken", reason) for name, reason in host.broken.items()]
        off = [(name, "", "off", reason) for name, reason in host.disabled.items()]
    lines = [*runs, *broken, *off]
    if as_json:
        names = ("name", "version", "state", "reason")
        told = [dict(zip(names, line, strict=True)) for line in lines]
        click.echo(
            json.dumps([t | {"reason": "" if t["state"] == "runs" else t["reason"]} for t in told], indent=2)
        )
        return
    for name, version, state, said in lines:
        click.echo(f"{name:<24} {version:<10} {'runs' if state == 'runs' else 'off ':<5} {said}")


@plugin_.command("manifest")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def manifest_(name: str, as_json: bool) -> None:
    r"""Show everything that a plugin brings: tables, fields, contributions, addresses.

    \b
    Example:
      hookline plugin manifest core --json
    """
    with assembled() as home:
        if name not in home.host.plugins:
            raise PluginError(name, "manifest", home.host.broken.get(name, "there is no plugin of this name"))
        found = manifest(home.host, name)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for heading, lines in found.items():
        click.echo(f"{heading}: {lines}" if isinstance(lines, str | int) else heading)
        for line in lines if isinstance(lines, list) else ():
            click.echo(
                "  "
                + (
                    line
                    if isinstance(line, str)
                    else " ".join(str(v) for v in line.values() if v not in (None, ""))
                )
            )


@plugin_.command("plan")
@click.argument("name")
def plan(name: str) -> None:
    r"""Show what a plugin holds in the database and which others stand on it, before it is switched off or taken out.

    \b
    Example:
      hookline plugin plan margins
    """
    with assembled() as home, home.database.read() as tx:
        if name == "core" or name not in home.host.plugins:
            raise PluginError(name, "plan", home.host.broken.get(name, "no plugin of this name runs"))
        found = read_holdings(tx, home.host, name)
    for held in found.tables:
        click.echo(f"table       {held.name}: {held.rows} rows")
    for held in found.columns:
        click.echo(f"column      {held.name}: filled in {held.rows} rows")
    for permission in found.permissions:
        click.echo(f"permission  {permission}")
    for what, count in (("jobs", found.jobs), ("deliveries", found.deliveries)):
        if count:
            click.echo(f"{what:<11} {count} open: they wait while it is off")
    for dependant in found.dependants:
        click.echo(f"plugin      {dependant} stands on it")
    click.echo(
        f"Switched off (hookline plugin disable {name}) or uninstalled, all of it stays and is back with the plugin."
    )


@plugin_.command("retry")
@click.argument("name")
def retry(name: str) -> None:
    r"""Import a plugin again that ended the whole process when it was imported last.

    \b
    Example:
      hookline plugin retry real_estate
    """
    settings = Settings.from_environment()
    known = [source for source in find_sources(settings.plugins) if source.name == name]
    forgotten = [source for source in known if breadcrumbs(settings).forget(source.text)]
    click.echo(
        f"{name} is tried at the next start." if forgotten else f"{name} is not waiting to be tried again."
    )


for _command in (
    plugin_packages.add, plugin_upgrade.upgrade, plugin_life.disable, plugin_life.enable, plugin_life.remove,
    plugin_life.restore, plugin_audit.audit, plugin_bisect.bisect,
):  # fmt: skip
    plugin_.add_command(_command)


@click.command("hooks")
def hooks_() -> None:
    r"""List every hook: what it is for, when it is called, what a failure does; then what a Plugin can declare.

    \b
    Example:
      hookline hooks
    """
    for title, owner in (("Hooks", HookSpecs), ("What a Plugin declares", Plugin)):
        click.echo(f"{title}\n")
        for name, function in inspect.getmembers(owner, inspect.isfunction):
            if not name.startswith("_"):
                signature = ", ".join(p for p in inspect.signature(function).parameters if p != "self")
                click.echo(f"  {name}({signature})")
                click.echo(
                    "".join(
                        f"      {line.strip()}\n" for line in (function.__doc__ or "").strip().splitlines()
                    )
                )
