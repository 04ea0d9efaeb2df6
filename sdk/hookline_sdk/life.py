"""The proof that a plugin can come, go and come back: `prove_life` leads one through its whole life in a real database.

Each stage is a process of its own, since which plugins run is settled when a process begins: split off from one that has
imported Hookline alone, where processes can be split. What a stage must show is in the docstring of its function; the
data are compared by exporting them before and after.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Final

from hookline.crm.plugins.life import export_data, plan_removal, take_out
from hookline.crm.plugins.switching import switch_plugin_off, switch_plugin_on
from hookline.errors import PluginError
from hookline.kernel.backups.archives import open_archive
from hookline.kernel.backups.plugin_exports import restore_export
from hookline.kernel.backups.stored_rows import read_rows
from hookline.kernel.db import STAMP, Database
from hookline.kernel.migrations.migrate import migrate, plan
from hookline.kernel.plugins.admitting.breadcrumbs import Breadcrumbs
from hookline.kernel.plugins.admitting.loader import Source, find_sources, import_plugins
from hookline.kernel.plugins.plugin import Plugin
from hookline.settings import Settings
from hookline.start import create_installation
from sqlalchemy import inspect

from hookline_sdk import Contact
from hookline_sdk.testing.crm import Crm, settle_in
from hookline_sdk.testing.databases import never_flush
from hookline_sdk.testing.screens import Screen, look_at, standing, walk

_LONGEST: Final = 600
# Core must work without the plugin: these stand for what people do all day.
_CORE: Final = (
    "/",
    "/contacts",
    "/contacts/new",
    "/companies",
    "/deals",
    "/reports",
    "/-/plugins",
    "/settings",
)
_ADDED: Final = "Added while it was off"


@dataclass(frozen=True)
class Stage:
    """One stage of a plugin's life: whether it held, what was seen or what went wrong, and how long it took.

    `log` is everything that the stage's process has said.
    """

    name: str
    ok: bool
    detail: str
    seconds: float
    log: str = ""

    def __str__(self) -> str:
        return f"{'ok  ' if self.ok else 'FAIL'}  {self.name} ({self.seconds:.1f} s): {self.detail}"


def prove_life(source: str, database_url: str, folder: Path, *, before: str = "") -> list[Stage]:
    """Lead a plugin through its life in an empty database; the stages, up to the first that fails.

    `source` is what HOOKLINE_PLUGINS takes: "package.module:name", a file or a project's folder. `before` is the same of
    the version before, from which it is upgraded. `folder` is for what is kept meanwhile.

    Example: `assert all(stage.ok for stage in prove_life("hookline_coffee:plugin", "sqlite:///life.db", tmp_path))`
    """
    given = {"source": source, "before": before, "url": database_url, "folder": str(folder)}
    names = [name for name in _STAGES if before or name != "upgrade"]
    if hasattr(os, "fork"):
        return _led(names, given)
    done: list[Stage] = []
    for name in names:
        done.append(_stage(name, given))
        if not done[-1].ok:
            break
    return done


@dataclass(frozen=True)
class _Life:
    source: str
    before: str
    url: str
    folder: Path

    @property
    def grown(self) -> str:
        """What runs until it is upgraded."""
        return self.before or self.source

    @property
    def name(self) -> str:
        """What the plugin calls itself, kept since the first stage."""
        return (self.folder / "name").read_text("utf-8")

    def archive(self, when: str) -> Path:
        """Where its data of some moment are kept."""
        return self.folder / f"{when}.zip"

    def settings(self, source: str) -> Settings:
        """An installation that lists the plugin, as an administrator would."""
        return Settings(database_url=self.url, data_dir=self.folder, plugins=(source,))


def install(life: _Life) -> str:
    """Its tables are made, its seeds laid, records made, and every screen is opened."""
    plugins = _import(life.grown)
    (life.folder / "name").write_text(plugins[-1].name, "utf-8")
    (life.folder / "file").write_text(plugins[-1].file, "utf-8")
    with closing(Crm(life.url, life.folder, plugins, strict=False)) as crm:
        settle_in(crm)
        seen = _screens(look_at(crm, languages=("en",), records=("full",)))
        export_data(crm.installation, life.name, life.archive("installed"))
        held = plan_removal(crm.installation, life.name)
    return f"{seen} screens opened, {sum({**held.tables, **held.columns}.values())} rows and values made"


def disable(life: _Life) -> str:
    """Switched off, it is not even imported; core works, and a contact is added."""
    _switch(life, on=False)
    files = {str(getattr(module, "__file__", "")) for module in tuple(sys.modules.values())}
    with closing(create_installation(life.settings(life.grown)).database):
        new = {str(getattr(module, "__file__", "")) for module in tuple(sys.modules.values())} - files
    own = (life.folder / "file").read_text("utf-8")
    assert own not in new, f"{own} was imported though it is switched off"
    return f"not imported, {_use_core(life)} pages of the core opened, a contact added"


def enable(life: _Life) -> str:
    """Switched on, it runs; its data are as they were, and so is what was added meanwhile."""
    _switch(life, on=True)
    with closing(Crm(life.url, life.folder, _import(life.grown), strict=False)) as crm:
        assert plan(crm.home.database, crm.home.host) == [], "its tables are not as it declares them"
        export_data(crm.installation, life.name, life.archive("enabled"))
        _compare(life.archive("installed"), life.archive("enabled"))
    return "its tables are as it declares them, its data are intact"


def upgrade(life: _Life) -> str:
    """The newer version runs its revisions; what was there before is there still, and is shown."""
    with closing(Crm(life.url, life.folder, _import(life.source), strict=False)) as crm:
        steps = [step for step in migrate(crm.home.database, crm.home.host) if step.owner == life.name]
        export_data(crm.installation, life.name, life.archive("upgraded"))
        _compare(life.archive("installed"), life.archive("upgraded"))
        seen = _shown_again(crm)
    return f"{len(steps)} steps of migration, its data are intact, {seen} screens opened"


def remove(life: _Life) -> str:
    """Its data are exported and dropped: exactly what the plan says, and nothing else; core works on."""
    plugins = _import(life.source)
    with closing(Crm(life.url, life.folder, plugins, strict=False)) as crm:
        home = crm.installation
        before, planned = _there(home.database), plan_removal(home, life.name)
        done, made = take_out(home, life.name, life.archive("removed"))
        gone = before - _there(home.database)
        said = {
            step.name for step in planned.removal.steps() if step.what in ("table", "column", "version table")
        }
        # The columns of a table go with it.
        gone = {name for name in gone if "." not in name or name.partition(".")[0] not in gone}
        assert gone == said, f"planned and dropped differ: {sorted(gone ^ said)}"
        assert done == planned, "what was dropped is not what was planned"
    _switch(life, on=False)
    _use_core(life)
    return f"{len(planned.removal.steps())} things planned and dropped, {made.rows} rows exported; core works"


def restore(life: _Life) -> str:
    """The export brings everything back, and it works with it."""
    _switch(life, on=True)
    with closing(Crm(life.url, life.folder, _import(life.source), strict=False)) as crm:
        migrate(crm.home.database, crm.home.host)
        with crm.home.database.alter() as connection:
            restore_export(connection, life.archive("removed"))
        export_data(crm.installation, life.name, life.archive("restored"))
        _compare(life.archive("removed"), life.archive("restored"))
        seen = _shown_again(crm)
    return f"its data are back, {seen} screens opened"


_STAGES: Final[Mapping[str, Callable[[_Life], str]]] = {
    "install": install, "disable": disable, "enable": enable, "upgrade": upgrade, "remove": remove, "restore": restore,
}  # fmt: skip


def _led(names: Sequence[str], given: Mapping[str, str]) -> list[Stage]:
    """All stages, split off from one process: Hookline is imported once, and nothing of the plugin before its stage."""
    ended = _run(names, given, _LONGEST * len(names))
    done = [Stage(*told) for told in map(json.loads, ended.stdout.splitlines())]
    if ended.returncode:
        done.append(Stage(names[len(done)], False, _last(ended.stderr), 0.0, ended.stderr))
    return done


def _stage(name: str, given: Mapping[str, str]) -> Stage:
    """One stage, in a process that is started for it."""
    began = time.monotonic()
    try:
        ended = _run([name], given, _LONGEST)
    except subprocess.TimeoutExpired:
        return Stage(name, False, f"it took more than {_LONGEST} s", _LONGEST)
    detail = _last(ended.stderr if ended.returncode else ended.stdout)
    return Stage(name, ended.returncode == 0, detail, time.monotonic() - began, ended.stdout + ended.stderr)


def _run(names: Sequence[str], given: Mapping[str, str], longest: float) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hookline_sdk.life", *names]
    return subprocess.run(  # noqa: S603  # this very program
        command, input=json.dumps(given), capture_output=True, text=True, timeout=longest, check=False
    )


def _last(said: str) -> str:
    return (said.strip().splitlines() or ["it said nothing"])[-1]


def _split_off(names: Sequence[str], life: _Life) -> Iterator[Stage]:
    """One stage after the other, each in a child of this process, up to the first that fails."""
    for name in names:
        began = time.monotonic()
        with TemporaryFile() as said:
            if (child := os.fork()) == 0:
                os._exit(_by_itself(name, life, said.fileno()))
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            said.seek(0)
            log = said.read().decode("utf-8", "replace")
        detail = f"it took more than {_LONGEST} s" if status == -signal.SIGALRM else _last(log)
        yield Stage(name, status == 0, detail, time.monotonic() - began, log)
        if status:
            return


def _by_itself(name: str, life: _Life, said: int) -> int:
    """Go through a stage in a child; its status. All that is said there goes to this file, and its time is limited."""
    os.dup2(said, 1)
    os.dup2(said, 2)
    signal.alarm(_LONGEST)
    try:
        sys.stdout.write(f"{_STAGES[name](life)}\n")
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001  # this process ends here, whatever it was
        traceback.print_exc()
        return 1
    return 0


def _import(source: str) -> list[Plugin]:
    """The plugins of this source, after the installed ones that they need."""
    with TemporaryDirectory() as scratch:
        crumbs = Breadcrumbs(Path(scratch))
        found = import_plugins(_sources(source), crumbs)
        needs = {need for plugin in found.plugins for need in plugin.needs} - {p.name for p in found.plugins}
        needed = import_plugins([each for each in find_sources(()) if each.name in needs], crumbs)
    for name, reason in {**found.broken, **needed.broken}.items():
        raise PluginError(name, "import", reason)
    assert found.plugins, f"there is no plugin at {source}"
    return [*needed.plugins, *found.plugins]


def _sources(source: str) -> list[Source]:
    installed = find_sources(())
    return [each for each in find_sources([source]) if each not in installed or each.text == source]


def _switch(life: _Life, *, on: bool) -> None:
    """As an administrator does it, in a process that need not have imported it."""
    with closing(Crm(life.url, life.folder)) as crm:
        crm.home.host.sources = {life.name: _sources(life.grown)[0].text}
        with crm.home.house("the proof of life") as gate:
            if on:
                switch_plugin_on(gate, life.name)
            else:
                switch_plugin_off(gate, [life.name], "the proof of life")


def _use_core(life: _Life) -> int:
    """In a process in which nothing of it is known."""
    with closing(Crm(life.url, life.folder)) as crm:
        client = crm.client()
        with crm.house() as gate:
            added = gate.create(Contact, {"last_name": _ADDED})
        for path in (*_CORE, f"/contacts/{added}", f"/contacts/{added}/edit"):
            status = client.request("GET", path).status_code
            assert status == 200, f"{path} answers {status} while {life.name} is off"
        return len(_CORE) + 2


def _shown_again(crm: Crm) -> int:
    """Open the screens of what stands there already; how many there are."""
    return _screens(walk(crm, standing(crm), "full", "en", beyond=False))


def _screens(found: Sequence[Screen]) -> int:
    trouble = [str(screen) for screen in found if screen.trouble]
    assert not trouble, f"{len(trouble)} of {len(found)} screens fail: {trouble[0]}"
    return len(found)


def _there(database: Database) -> set[str]:
    """The tables and columns of a database, but those that SQLite's search indexes are made of."""
    with database.engine.connect() as connection:
        inspector = inspect(connection.execution_options(**{STAMP: "proof"}, hookline_write=False))
        tables = [name for name in inspector.get_table_names() if "_fts" not in name]
        columns = inspector.get_multi_columns(filter_names=tables)
        return {*tables, *(f"{table}.{c['name']}" for (_, table), found in columns.items() for c in found)}


def _compare(before: Path, after: Path) -> None:
    """AssertionError when a row of the earlier archive is not in the later one; columns may have come."""
    with open_archive(before) as old, open_archive(after) as new:
        for name in old.manifest.parts:
            if name.startswith(("tables/", "columns/")):
                assert name in new.manifest.parts, f"{name} is gone"
                was, now = list(read_rows(old.read(name))), list(read_rows(new.read(name)))
                kept = (
                    Counter(json.dumps({k: row.get(k) for k in was[0]}, sort_keys=True) for row in now)
                    if was
                    else Counter()
                )
                lost = Counter(json.dumps(row, sort_keys=True) for row in was) - kept
                assert not lost, f"{name} has lost {next(iter(lost))[:200]}"


def _main(names: Sequence[str]) -> int:
    given = json.load(sys.stdin)
    never_flush()
    life = _Life(given["source"], given["before"], given["url"], Path(given["folder"]))
    if len(names) == 1:
        sys.stdout.write(f"{_STAGES[names[0]](life)}\n")
        return 0
    for stage in _split_off(names, life):
        sys.stdout.write(f"{json.dumps(astuple(stage))}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(_main(sys.argv[1:]))
