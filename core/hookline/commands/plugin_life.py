"""`hookline plugin disable | enable | remove | restore`: what each says first, asks, and does."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from hookline.commands.installations import assembled, opened
from hookline.crm.audit.trail import note
from hookline.crm.plugins.holdings import dependants_of
from hookline.crm.plugins.life import RemovalPlan, export_data, known_names, plan_removal, take_out
from hookline.crm.plugins.switching import switch_plugin_off, switch_plugin_on
from hookline.errors import BackupError, PluginError
from hookline.kernel.backups.plugin_exports import read_export, restore_export
from hookline.kernel.installation import Installation
from hookline.kernel.memory import configuration_changed
from hookline.kernel.migrations.additions import Step
from hookline.kernel.migrations.migrate import migrate, plan

_YES = click.option("--yes", is_flag=True, help="Do not ask.")
_RESTART = "Processes that run now take it up when they start again."


@click.command("disable")
@click.argument("name")
@click.option("--reason", default="switched off by hand", show_default=True, help="Shown to administrators.")
@_YES
def disable(name: str, reason: str, yes: bool) -> None:
    r"""Switch a plugin off. Nothing is lost: its tables and fields stay, its jobs and deliveries wait.

    \b
    Example:
      hookline plugin disable margins
    """
    with opened() as home:
        _refuse_unknown(home, name)
        if name in home.host.disabled:
            click.echo(f"{name} is off already: {home.host.disabled[name]}.")
            return
        dependants = dependants_of(home.host, name) if name in home.host.plugins else []
        click.echo(
            f"{name} will not be imported any more, in no process on no machine. Its data stay as they are."
        )
        for other in dependants:
            click.echo(f"{other} stands on it and will not run either, until {name} is switched on again.")
        _ask(f"Switch {name} off?", yes=yes or not dependants)
        with home.house("hookline plugin disable") as gate:
            switch_plugin_off(gate, [name], reason)
    click.echo(f"{name} is switched off. {_RESTART}")


@click.command("enable")
@click.argument("name")
def enable(name: str) -> None:
    r"""Switch a plugin on again. Its data are as they were; jobs and deliveries that waited are done.

    \b
    Example:
      hookline plugin enable margins
    """
    with opened() as home:
        _refuse_unknown(home, name)
        with home.house("hookline plugin enable") as gate:
            gone = switch_plugin_on(gate, name)
        if not gone and name in home.host.disabled:
            raise PluginError(
                name, "enable", home.host.disabled[name], "Take it out of HOOKLINE_DISABLED_PLUGINS."
            )
    if not gone:
        click.echo(f"{name} was not switched off.")
        return
    with assembled() as home:
        pending = len(_pending(home, name)) if name in home.host.plugins else 0
        why = home.host.broken.get(name)
    if why:
        raise PluginError(name, "enable", f"it is switched on, but does not run: {why}")
    click.echo(f"{name} is switched on. {_RESTART}")
    if pending:
        click.echo(f"{pending} steps of its migration are to be done first: run `hookline migrate`.")


@click.command("remove")
@click.argument("name")
@click.option("--drop-data", is_flag=True, help="Drop its tables, fields and rows too, after exporting them.")
@click.option(
    "--export", "target", type=click.Path(path_type=Path, dir_okay=False), help="Where to write its data."
)
@click.option("--plan", "only_plan", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="The plan for programs; with --plan.")
@_YES
def remove(
    name: str, drop_data: bool, target: Path | None, only_plan: bool, as_json: bool, yes: bool
) -> None:
    r"""Take a plugin out of service. Its data stay, unless --drop-data says otherwise; those are exported first, always.

    \b
    Example:
      hookline plugin remove margins --drop-data --export margins.zip
    """
    with assembled(even=(name,)) as home:
        planned = plan_removal(home, name)
        if as_json and only_plan:
            click.echo(json.dumps(plan_data(planned, drop_data=drop_data), indent=2))
            return
        _tell(planned, drop_data=drop_data)
        if only_plan:
            return
        if planned.dependants and drop_data:
            hint = "Remove those first."
            raise PluginError(name, "remove", f"{' and '.join(planned.dependants)} stand on it", hint)
        _ask(f"Remove {name}?", yes=yes)
        with home.house("hookline plugin remove") as gate:
            switch_plugin_off(gate, [name], "removed")
        if drop_data or target:
            path = target or Path(f"{name}-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.zip")
            _export(home, name, path, drop_data=drop_data)
    click.echo(f"{name} is out of service. {_RESTART}")
    click.echo(
        "Its package can be taken away now, e.g. with pip uninstall; core starts, migrates and works without it."
    )


@click.command("restore")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(path: Path) -> None:
    r"""Put back the data that `hookline plugin remove --export` wrote, and switch the plugin on.

    The plugin must be installed; its tables are made here, and must be empty.

    \b
    Example:
      hookline plugin restore margins.zip
    """
    found = read_export(path)
    with assembled(even=(found.plugin,)) as home:
        if found.plugin not in home.host.plugins:
            why = home.host.broken.get(
                found.plugin, f"install it first (these are data of version {found.version})"
            )
            raise PluginError(found.plugin, "restore", why)
        migrate(home.database, home.host)
        with home.database.alter() as connection:
            done = restore_export(connection, path)
        with home.house("hookline plugin restore") as gate:
            note(gate, "plugin.restored", f"plugin:{done.plugin}", file=path.name, rows=done.rows)
            switch_plugin_on(gate, done.plugin)
            configuration_changed(gate.tx)
    for title, counted in (
        ("table", done.tables),
        ("fields on", done.columns),
        ("of the house:", done.house),
    ):
        for name, rows in counted.items():
            click.echo(f"{title} {name}: {rows} rows")
    click.echo(f"{done.plugin} has its data back and is switched on. {_RESTART}")


def plan_data(planned: RemovalPlan, *, drop_data: bool) -> dict[str, Any]:
    """A plan for programs."""
    return {
        "plugin": planned.removal.owner,
        "drops": [{"what": step.what, "name": step.name} for step in planned.removal.steps()]
        if drop_data
        else [],
        "tables": dict(planned.tables),
        "columns": dict(planned.columns),
        "house": dict(planned.house),
        "dependants": list(planned.dependants),
    }


def _refuse_unknown(home: Installation, name: str) -> None:
    known = known_names(home)
    if name not in known:
        said = f"There are {', '.join(sorted(known))}." if known else "There is none."
        raise PluginError(name, "switch", "there is no plugin of this name", said)


def _pending(home: Installation, name: str) -> Sequence[Step]:
    return [step for step in plan(home.database, home.host) if step.owner == name]


def _tell(planned: RemovalPlan, *, drop_data: bool) -> None:
    name = planned.removal.owner
    for other in planned.dependants:
        click.echo(f"plugin        {other} stands on it and will not run either")
    if not drop_data:
        click.echo(f"{name} will not be imported any more. All of this stays, and is back with it:")
        for table, rows in planned.tables.items():
            click.echo(f"table         {table}: {rows} rows")
        for column, rows in planned.columns.items():
            click.echo(f"column        {column}: filled in {rows} rows")
        return
    click.echo(f"{name} will not be imported any more, and this is dropped after it has been exported:")
    counts = {**planned.tables, **planned.columns}
    for step in planned.removal.steps():
        counted = f": {counts[step.name]} rows" if step.name in counts else ""
        click.echo(f"{step.what:<13} {step.name}{counted}")
    for table, rows in planned.house.items():
        click.echo(f"{'of the house':<13} {table}: {rows} rows about its records, jobs or rights")
    click.echo("What others show of it (views, layouts, dashboards) stays and shows nothing in its place.")


def _export(home: Installation, name: str, target: Path, *, drop_data: bool) -> None:
    if target.exists():
        raise BackupError(f"{target} is there already; choose another name with --export")
    if drop_data:
        _, made = take_out(home, name, target)
    else:
        made = export_data(home, name, target)
    with home.house("hookline plugin remove") as gate:
        what = "plugin.data_dropped" if drop_data else "plugin.data_exported"
        note(gate, what, f"plugin:{name}", file=target.name, rows=made.rows)
        configuration_changed(gate.tx)
    click.echo(f"{target}: {made.rows} rows exported" + (" and dropped." if drop_data else "."))


def _ask(question: str, *, yes: bool) -> None:
    if not yes:
        click.confirm(question, abort=True)
