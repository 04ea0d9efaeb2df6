"""Finds plugins and imports them one by one, so that one that cannot be imported costs nobody else anything."""

import hashlib
import importlib
import importlib.metadata
import importlib.util
import inspect
import logging
import signal
import sys
import threading
import tomllib
import traceback
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, ModuleType
from typing import Final

from hookline.errors import PluginError, SettingsError, in_one_line
from hookline.kernel.entity import Base, discard_tables
from hookline.kernel.leaving import Leaving
from hookline.kernel.plugins.admitting.breadcrumbs import Breadcrumbs
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.plugins.watching import alarms
from hookline.kernel.plugins.watching.alarms import within
from hookline.kernel.plugins.watching.patience import Patience

log = logging.getLogger("hookline.plugins")

GROUP: Final = "hookline.plugins"
_PROJECT: Final = "pyproject.toml"


@dataclass(frozen=True)
class Source:
    """Where a plugin comes from. `name` is what it is switched off by before anybody knows what it calls itself.

    `text` is "package.module", "package.module:name" or the path of a file; `mark` changes when the plugin does.
    `folder` is what has to be on the path for it, where it is not installed.
    """

    name: str
    text: str
    mark: str = ""
    folder: str = ""


@dataclass
class Found:
    """The plugins that could be imported, why others could not, and where each comes from, by name."""

    plugins: list[Plugin] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)


def find_sources(listed: Sequence[str]) -> list[Source]:
    """The installed plugins (entry points of the group "hookline.plugins") and those that the settings list.

    A plugin may be listed by its project's folder too, whose pyproject.toml says what installing it would.
    """
    installed = [
        _installed(point)
        for point in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda p: p.name)
    ]
    named = [source for text in dict.fromkeys(listed) for source in _listed(text)]
    by_text = {source.text: source for source in (*named, *installed)}
    return [by_text.pop(source.text) for source in (*installed, *named) if source.text in by_text]


def import_plugins(
    sources: Sequence[Source],
    breadcrumbs: Breadcrumbs,
    *,
    disabled: Collection[str] = (),
    patience: Patience | None = None,
) -> Found:
    """Import each of these, except those switched off. Nothing that one of them raises or does gets any further.

    `disabled` are names, or the texts of sources: what is known of a plugin before it is imported.
    """
    found, seconds = Found(), (patience or Patience()).start
    fallen = breadcrumbs.fallen()
    for source in sources:
        if source.name in disabled or source.text in disabled:
            continue
        if fallen.get(source.text) == source.mark:
            found.broken[source.name] = (
                f"importing it ended the whole process or took too long; `hookline plugin retry {source.name}` tries again"
            )
            continue
        breadcrumbs.forget(source.text)
        try:
            with (
                breadcrumbs.laid(source.text, source.mark),
                _tables_kept_out(),
                within(seconds, deaf=True),
            ):
                plugin = _import(source)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit and the like must not end the start
            found.broken[source.name] = _reason(error)
            log.exception("plugin %s could not be imported", source.name)
            continue
        if plugin.name not in disabled:
            found.plugins.append(plugin)
            found.sources.setdefault(plugin.name, source.text)
    return found


@contextmanager
def ended_by_signal() -> Iterator[None]:
    """While plugins are imported, an order to end (SIGTERM) ends the process in good order: no plugin is to blame."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _installed(point: importlib.metadata.EntryPoint) -> Source:
    return Source(point.name, point.value, point.dist.version if point.dist else "")


def _listed(text: str) -> list[Source]:
    path = Path(text)
    if (path / _PROJECT).is_file():
        return _projected(path.resolve())
    if not _is_file(text):
        module, _, name = text.partition(":")
        return [Source(name if name not in ("", "plugin") else module.rpartition(".")[2], text)]
    return [Source(path.stem, text, str(path.stat().st_mtime_ns) if path.exists() else "")]


def _projected(folder: Path) -> list[Source]:
    """The plugins that a project's folder would install."""
    try:
        project = tomllib.loads((folder / _PROJECT).read_text("utf-8"))["project"]
        points: dict[str, str] = project["entry-points"][GROUP]
    except (KeyError, ValueError) as error:
        raise SettingsError(f"{folder / _PROJECT} names no plugin under entry-points: {error}") from error
    return [Source(name, text, _age(folder, text), str(folder)) for name, text in sorted(points.items())]


def _age(folder: Path, text: str) -> str:
    """When a package was changed last: one that ended the process is tried again after that."""
    package = folder / text.partition(":")[0].partition(".")[0]
    return str(max((path.stat().st_mtime_ns for path in package.rglob("*.py")), default=0))


def _is_file(text: str) -> bool:
    return text.endswith(".py") or "/" in text or "\\" in text


def _import(source: Source) -> Plugin:
    if source.folder and source.folder not in sys.path:
        sys.path.insert(0, source.folder)
    module_name, _, attribute = source.text.partition(":")
    module = (
        _import_file(Path(source.text)) if _is_file(source.text) else importlib.import_module(module_name)
    )
    plugin = _plugin_in(module, source, attribute)
    plugin.file = plugin.file or inspect.getsourcefile(module) or ""
    if _has_hooks(module):
        plugin.module = module
    return plugin


def _import_file(path: Path) -> ModuleType:
    """Import a file under a name of its own, whatever else is called like it."""
    path = path.resolve()
    name = f"hookline_file_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise FileNotFoundError(f"there is no Python file {path}")
    if name in sys.modules:
        return sys.modules[name]
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _plugin_in(module: ModuleType, source: Source, attribute: str) -> Plugin:
    if attribute:
        found = getattr(module, attribute)
        if not isinstance(found, Plugin):
            raise PluginError(source.name, source.text, f"is no Plugin but {type(found).__name__}")
        return found
    plugins = {id(value): value for value in vars(module).values() if isinstance(value, Plugin)}
    own = [p for p in plugins.values() if p.name != "core"]
    if len(own) == 1:
        return own[0]
    if own:
        names = ", ".join(sorted(p.name for p in own))
        raise PluginError(
            source.name, source.text, f"has several plugins ({names})", "Write module:name for each."
        )
    if _has_hooks(module):
        return Plugin(source.name.replace("-", "_").lower())
    raise PluginError(source.name, source.text, "has no plugin in it", 'Write plugin = Plugin("name") in it.')


def _has_hooks(module: ModuleType) -> bool:
    return any(callable(value) and hasattr(value, "hookline_impl") for value in vars(module).values())


@contextmanager
def _tables_kept_out() -> Iterator[None]:
    """The tables that a plugin has declared are forgotten when its import fails."""
    before = set(Base.metadata.tables)
    try:
        yield
    except BaseException:
        discard_tables(set(Base.metadata.tables) - before)
        raise


def _reason(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        given: object = error.code
        code = given if given is None or isinstance(given, int | str) else type(given)
        return f"it called sys.exit({code!r}) while it was imported{_where(error)}"
    return in_one_line(error) + ("" if isinstance(error, PluginError) else _where(error))


def _where(error: BaseException) -> str:
    """The plugin's own line that failed: the last one that is neither ours nor Python's import machinery."""
    if isinstance(error, SyntaxError):
        return ""
    if isinstance(error, Leaving) and error.place:
        return f" ({error.place})"
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if "importlib" not in f.filename and f.filename not in (__file__, alarms.__file__)
    ]
    return f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
