"""`hookline plugin upgrade`: the core and all plugins resolved as one set; what does not fit is switched off, not in the way."""

import json
import re
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click

from hookline.commands import packages
from hookline.commands.installations import assembled
from hookline.commands.packages import PackageTrouble, with_pip
from hookline.crm.audit.trail import note
from hookline.crm.plugins.switching import switch_plugin_on
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.admitting.loader import GROUP
from hookline.kernel.plugins.admitting.switches import read_switches

_CORE: Final = ("hookline", "hookline-sdk")
# By this it is known again who was switched off by an upgrade, and may run again after another one.
_UNFIT: Final = "does not fit: "
_REVISION: Final = re.compile(r'^revision = ["\'](\w+)["\']', re.MULTILINE)
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class UpgradePlan:
    """`versions` are (package, from, to); `unfit` says of plugins that cannot come along, why; `revisions` are new ones."""

    versions: Sequence[tuple[str, str, str]]
    unfit: Mapping[str, str]
    revisions: Mapping[str, Sequence[str]]

    def data(self) -> dict[str, Any]:
        """For programs."""
        versions = [{"package": name, "from": old, "to": new} for name, old, new in self.versions]
        return {
            "versions": versions,
            "unfit": dict(self.unfit),
            "revisions": {k: list(v) for k, v in self.revisions.items()},
        }


@click.command("upgrade")
@click.argument("specs", nargs=-1)
@click.option("--plan", "only_plan", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="The plan for programs; nothing is installed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_pip
def upgrade(specs: Sequence[str], only_plan: bool, as_json: bool, yes: bool, **pip: Any) -> None:
    r"""Bring the core and every plugin to the newest versions that fit together. SPECS ask for others, e.g. hookline==1.4.

    A plugin that fits with none is switched off with the reason; its data stay. Make a backup first: a database that has
    gone forward does not go back. Exit status: 0 done or planned, 1 refused or answered no, 2 to be set up otherwise.

    \b
    Example:
      hookline plugin upgrade --plan
    """
    options = packages.pip_options(pip)
    with TemporaryDirectory() as scratch, assembled() as home:
        plan = plan_upgrade(_wanted(specs), options, Path(scratch))
        if as_json:
            click.echo(json.dumps(plan.data(), indent=2))
        else:
            _tell(plan)
        if only_plan or as_json or not (plan.versions or plan.unfit):
            return
        if not yes:
            click.confirm("Upgrade?", abort=True)
        if plan.versions:
            packages.pip(
                ["install", "--quiet", *options, *(f"{name}=={new}" for name, _, new in plan.versions)]
            )
        with home.house("hookline plugin upgrade") as gate:
            note(gate, "plugin.upgraded", "plugins", versions=[list(line) for line in plan.versions])
            for name in _may_again(home, plan):
                switch_plugin_on(gate, name)
    _finish(plan.unfit)


def plan_upgrade(wanted: Mapping[str, str], options: Sequence[str], scratch: Path) -> UpgradePlan:
    """What pip would install for all of these together. `wanted` are what is asked for, by the package's name."""
    plugins = {name: point for name, point in _plugin_packages().items() if name in wanted}
    unfit: dict[str, str] = {}
    try:
        found = packages.resolve(list(wanted.values()), options)
    except PackageTrouble:
        core = {name: spec for name, spec in wanted.items() if name not in plugins}
        # When this fails too, no plugin is to blame.
        packages.resolve(list(core.values()), options)
        unfit = {
            plugins[name]: why for name in plugins if (why := _why_not({**core, name: wanted[name]}, options))
        }
        fitting = [spec for name, spec in wanted.items() if plugins.get(name) not in unfit]
        found = packages.resolve(fitting, options)
    versions = [(name, packages.installed_version(name) or "", new) for name, new in found]
    changed = [line for line in versions if line[1] != line[2]]
    ours = [line for line in changed if _plain(line[0]) in {*_CORE, *plugins}]
    return UpgradePlan(changed, unfit, dict(_new_revisions(ours, options, scratch)))


def _wanted(specs: Sequence[str]) -> dict[str, str]:
    asked = {_plain(match.group()): spec for spec in specs if (match := _NAME.match(spec))}
    usual = [name for name in (*_CORE, *_plugin_packages()) if packages.installed_version(name)]
    return {**{name: name for name in usual}, **asked}


def _plugin_packages() -> dict[str, str]:
    """The installed packages that bring a plugin, with its name."""
    points = metadata.entry_points(group=GROUP)
    return {_plain(point.dist.name): point.name for point in points if point.dist is not None}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _why_not(wanted: Mapping[str, str], options: Sequence[str]) -> str:
    try:
        packages.resolve(list(wanted.values()), options)
    except PackageTrouble as error:
        return error.message
    return ""


def _new_revisions(
    changed: Collection[tuple[str, str, str]], options: Sequence[str], scratch: Path
) -> Iterator[tuple[str, list[str]]]:
    """The revisions in what would come that are not in what is there; read, not run."""
    for name, _, new in changed:
        wheel = packages.fetch(f"{name}=={new}", scratch / name, [o for o in options if o != "--no-deps"])
        coming = {
            m
            for path, text in wheel.sources.items()
            if "migrations/" in path
            for m in _REVISION.findall(text)
        }
        if fresh := sorted(coming - _revisions_here(name)):
            yield name, fresh


def _revisions_here(name: str) -> set[str]:
    files = metadata.files(name) or [] if packages.installed_version(name) else []
    paths = [
        Path(str(file.locate())) for file in files if "migrations" in file.parts and file.suffix == ".py"
    ]
    return {m for path in paths if path.is_file() for m in _REVISION.findall(path.read_text("utf-8"))}


def _tell(plan: UpgradePlan) -> None:
    for name, old, new in plan.versions:
        click.echo(f"package      {name}: {old or 'new'} -> {new}")
    for name, revisions in plan.revisions.items():
        click.echo(f"revisions    {name}: {', '.join(revisions)} are to be run")
    for name, why in plan.unfit.items():
        click.echo(f"switched off {name}: {why}")
    if not (plan.versions or plan.unfit):
        click.echo("Everything is at the newest versions that fit together.")


def _may_again(home: Installation, plan: UpgradePlan) -> list[str]:
    """Those that an earlier upgrade has switched off, and of which another version comes now."""
    renewed = {_plugin_packages().get(_plain(name)) for name, _, _ in plan.versions}
    switches = read_switches(home.database).values()
    return [
        s.name
        for s in switches
        if s.reason.startswith(_UNFIT) and s.name in renewed and s.name not in plan.unfit
    ]


def _finish(unfit: Mapping[str, str]) -> None:
    """In new processes, which run what has come: migrate, and switch off what does not run with it."""
    off = {name: f"{_UNFIT}{why}" for name, why in unfit.items()}
    for name, reason in off.items():
        _run("plugin", "disable", name, "--yes", "--reason", reason)
    migrated = _run("migrate")
    for plugin in json.loads(_run("plugin", "list", "--json").stdout):
        if plugin["state"] == "broken":
            _run("plugin", "disable", plugin["name"], "--yes", "--reason", f"{_UNFIT}{plugin['reason']}")
            off[plugin["name"]] = plugin["reason"]
    click.echo(migrated.stdout.strip())
    for name, reason in off.items():
        click.echo(f"{name} is switched off: {reason}")
    click.echo("Upgraded. Processes that run now take it up when they start again.")


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hookline.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # this very program
