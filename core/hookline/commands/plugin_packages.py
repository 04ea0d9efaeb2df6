"""`hookline plugin add | upgrade`: packages of plugins come and are renewed, after a plan that nothing has run for yet."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click

from hookline.commands import packages
from hookline.commands.installations import assembled
from hookline.commands.packages import Wheel
from hookline.crm.audit.trail import note
from hookline.errors import PluginError
from hookline.kernel.installation import Installation
from hookline.kernel.migrations.removal import tables_there
from hookline.kernel.plugins.admitting.capabilities import (
    Capability,
    declared_capabilities,
    find_capabilities,
)
from hookline.kernel.plugins.admitting.loader import GROUP

_LONGEST: Final = 120.0
_PASSED_ON: Final = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "SYSTEMROOT",
    "VIRTUAL_ENV",
    "HOOKLINE_PLUGINS",
    "HOOKLINE_BUNDLE",
)


@dataclass(frozen=True)
class AddPlan:
    """What adding one package would bring: what it says of itself, what its text shows, what a trial run found."""

    wheel: Wheel
    brings: Mapping[str, Any]
    found: Sequence[Capability]
    declared: frozenset[str]
    there: Mapping[str, int]

    @property
    def refused(self) -> str:
        """Why it cannot be added; "" when it can."""
        if why := self.brings.get("refused", ""):
            return str(why)
        broken = self.brings["broken"]
        return "; ".join(f"{name} would not run any more: {why}" for name, why in broken.items())

    def data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "package": self.wheel.name, "version": self.wheel.version, "sha256": self.wheel.sha256,
            "requires": list(self.wheel.requires), "refused": self.refused, "brings": dict(self.brings),
            "capabilities": [{"kind": c.kind, "file": c.file, "line": c.line, "word": c.word} for c in self.found],
            "declared": sorted(self.declared), "rows": dict(self.there),
        }  # fmt: skip


@click.command("add")
@click.argument("spec")
@click.option("--hash", "digest", default="", help="The sha256 that the package's file must have.")
@click.option("--plan", "only_plan", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="The plan for programs; nothing is installed.")
@click.option(
    "--restore",
    "archive",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Bring its exported data back.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@packages.with_pip
def add(
    spec: str, digest: str, only_plan: bool, as_json: bool, archive: Path | None, yes: bool, **pip: Any
) -> None:
    r"""Add a plugin: NAME, NAME==VERSION, a wheel or a project's folder. Says first what it would bring.

    The plan is made from the package's text and from a trial run in a process with an empty database of its own. Exit
    status: 0 done or planned, 1 refused or answered no, 2 the installation has to be set up otherwise.

    \b
    Example:
      hookline plugin add hookline-coffee==1.2 --hash sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    """
    with TemporaryDirectory() as scratch, assembled() as home:
        wheel = packages.fetch(spec, Path(scratch), packages.pip_options(pip, fetching=True))
        if digest and digest.removeprefix("sha256:") != wheel.sha256:
            raise packages.PackageTrouble(
                f"{wheel.path.name} has the sha256 {wheel.sha256}, not the one that was asked for"
            )
        plan = plan_to_add(home, wheel, Path(scratch))
        if as_json:
            click.echo(json.dumps(plan.data(), ensure_ascii=False, indent=2))
        else:
            _tell(plan)
        if plan.refused:
            raise PluginError(plan.brings["name"], "add", plan.refused)
        if only_plan or as_json:
            return
        if not yes:
            click.confirm(f"Install {wheel.name} {wheel.version}?", abort=True)
        packages.install([str(wheel.path)], Path(scratch), packages.pip_options(pip))
        with home.house("hookline plugin add") as gate:
            facts = {"package": wheel.name, "version": wheel.version, "sha256": wheel.sha256}
            note(gate, "plugin.added", f"plugin:{plan.brings['name']}", **facts)
    _follow_up(["plugin", "restore", str(archive)] if archive else ["migrate"])
    click.echo(
        f"{plan.brings['name']} {wheel.version} is installed. Processes that run now take it up when they start again."
    )


def plan_to_add(home: Installation, wheel: Wheel, scratch: Path) -> AddPlan:
    """What adding this wheel would do; nothing of it is run in this process, and nothing is changed."""
    if len(wheel.plugins) != 1:
        said = (
            "no plugin"
            if not wheel.plugins
            else f"{len(wheel.plugins)} plugins, which must be packages of their own"
        )
        raise packages.PackageTrouble(
            f'{wheel.name} {wheel.version} brings {said} (entry points of "{GROUP}")'
        )
    ((name, source),) = wheel.plugins.items()
    if here := packages.installed_version(wheel.name):
        raise packages.PackageTrouble(
            f"{wheel.name} {here} is installed already: use `hookline plugin upgrade`"
        )
    if taken := _owner_of(name, home, source):
        raise PluginError(
            name, "add", f"another plugin is called {name} too: {taken}", "One of them must go first."
        )
    try:
        found, declared = find_capabilities(wheel.sources), declared_capabilities(wheel.sources)
    except SyntaxError as error:
        raise packages.PackageTrouble(f"{wheel.name} is no Python of this version: {error}") from error
    site = scratch / "site"
    packages.unpack(wheel, site)
    brings = trial(home, name, source, site, scratch)
    wanted = [made for what, made in brings.get("steps", ()) if what == "table"]
    return AddPlan(wheel, brings, found, declared, tables_there(home.database, wanted))


def trial(home: Installation, name: str, source: str, site: Path, scratch: Path) -> dict[str, Any]:
    """What a process finds that imports the plugin beside the others, knowing nothing of this installation's data."""
    environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    paths = [str(site), *(path for path in sys.path if path)]
    environment |= {
        "PYTHONPATH": os.pathsep.join(paths),
        "HOOKLINE_DATABASE_URL": f"sqlite:///{scratch / 'trial.db'}",
        "HOOKLINE_DATA_DIR": str(scratch / "trial"),
        "HOOKLINE_DISABLED_PLUGINS": ",".join(set(home.host.disabled) - {name}),
        "HOME": str(scratch),
    }
    command = [sys.executable, "-m", "hookline.commands.plugin_trial", name, source]
    try:
        done = subprocess.run(  # noqa: S603  # Python itself, with names out of a wheel that was checked
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
            cwd=scratch,
        )
    except subprocess.TimeoutExpired:
        return {"name": name, "refused": f"importing it took more than {_LONGEST:.0f} s"}
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        return {"name": name, "refused": f"importing it ended the whole process: {last}"}
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def _owner_of(name: str, home: Installation, source: str) -> str:
    """Who has this name already, when it is somebody else."""
    if name in home.host.plugins:
        return home.host.plugins[name].plugin.file or home.host.sources.get(name, "built in")
    points = [p for p in metadata.entry_points(group=GROUP) if p.name == name and p.value != source]
    return str(points[0].value) if points else ""


def _tell(plan: AddPlan) -> None:
    wheel = plan.wheel
    click.echo(f"package      {wheel.name} {wheel.version}")
    click.echo(f"sha256       {wheel.sha256}")
    for required in wheel.requires:
        click.echo(f"requires     {required}")
    if not plan.brings.get("refused"):
        _tell_brought(plan.brings, plan.there)
    tell_capabilities(plan.found, plan.declared)


def _tell_brought(brings: Mapping[str, Any], there: Mapping[str, int]) -> None:
    click.echo(
        f"plugin       {brings['name']} {brings['version']}: {brings['label']}, API level {brings['api']}"
    )
    for what, name in brings["steps"]:
        said = (
            "" if what != "table" else f": {there[name]} rows from before" if there.get(name) else ": 0 rows"
        )
        click.echo(f"{what:<12} {name}{said}")
    for title, key in (
        ("stands on", "needs"),
        ("permission", "permissions"),
        ("asks for", "asks"),
        ("slot", "slots"),
    ):
        for each in brings[key]:
            click.echo(f"{title:<12} {each}")
    for job, cron in brings["jobs"].items():
        click.echo(f"{'job':<12} {job}" + (f" ({cron})" if cron else ""))
    counted = ", ".join(f"{count} {kind}" for kind, count in brings["contributions"].items())
    click.echo(f"brings       {counted or 'no contributions'}")


def tell_capabilities(found: Sequence[Capability], declared: frozenset[str]) -> None:
    """What the source can do, and whether the plugin says so."""
    for capability in found:
        said = "declared" if capability.kind in declared else "NOT DECLARED"
        click.echo(f"can do       {capability}: {said}")
    for kind in sorted(declared - {c.kind for c in found}):
        click.echo(f"can do       {kind}: declared, and not seen in its source")
    if not found and not declared:
        click.echo("can do       nothing seen beyond records (its text was read, not proven)")


def _follow_up(arguments: Sequence[str]) -> None:
    """The rest happens in a new process: this one has not imported what has come."""
    done = subprocess.run([sys.executable, "-m", "hookline.cli", *arguments], check=False)  # noqa: S603  # this very program
    if done.returncode:
        raise packages.PackageTrouble(
            f"the package is installed, but `hookline {' '.join(arguments)}` failed: run it again"
        )
