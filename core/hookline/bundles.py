"""Bundles: a folder whose `bundle.toml` says which plugins together make the CRM of one kind of business.

    title = "Sales with margins"
    plugins = ["../one_file_plugin.py", "../../plugins/visits", "hookline_loyalty"]
    disabled_plugins = ["hookline_visits"]
    story = "story.py"

Paths of one-file plugins, of plugins' projects and of the story are meant from the folder. A story has a function `tell(home)` that fills an
empty installation for `hookline demo`; without one the demo tells the house's own story.
"""

import importlib.util
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hookline.errors import SettingsError

FILE: Final = "bundle.toml"
_KEYS: Final = frozenset({"title", "plugins", "disabled_plugins", "story"})


@dataclass(frozen=True)
class Bundle:
    """What a bundle's file says, with every path made whole."""

    name: str
    title: str
    plugins: tuple[str, ...]
    disabled_plugins: tuple[str, ...]
    story: Path | None


def read_bundle(folder: Path) -> Bundle:
    """The bundle in this folder. SettingsError says what is missing or misspelt, and where."""
    file = folder / FILE
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except OSError:
        raise SettingsError(f"there is no bundle in {folder}: it needs a file {FILE}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from None
    if strange := sorted(told.keys() - _KEYS):
        raise SettingsError(f"{file} does not know {strange[0]!r}; it may say {', '.join(sorted(_KEYS))}")
    return Bundle(
        name=folder.resolve().name,
        title=_text(file, told, "title") or folder.resolve().name,
        plugins=tuple(_whole(folder, plugin) for plugin in _texts(file, told, "plugins")),
        disabled_plugins=_texts(file, told, "disabled_plugins"),
        story=_story(file, _text(file, told, "story")),
    )


def find_bundle(name: str) -> Path:
    """The folder of a bundle that is named by its path, or by its name when it lies in `examples/`."""
    given = Path(name)
    for folder in (given, Path("examples") / name):
        if (folder / FILE).is_file():
            return folder
    known = sorted(file.parent.name for file in Path("examples").glob(f"*/{FILE}"))
    hint = f"; examples/ has {', '.join(known)}" if known else ""
    raise SettingsError(f"there is no bundle {name!r}{hint}")


def find_plugin(name: str) -> str:
    """A plugin that is named by its path or module, or by its name when it lies in `plugins/` or `examples/`."""
    for path in (Path(name), Path("plugins") / name, Path("examples") / f"{name}.py"):
        if path.exists() and (path.is_dir() or path.suffix == ".py"):
            return str(path)
    if "." in name or ":" in name or importlib.util.find_spec(name) is not None:
        return name
    raise SettingsError(f"there is no plugin {name!r}: write its folder, its file or its module")


def _whole(folder: Path, plugin: str) -> str:
    return str((folder / plugin).resolve()) if plugin.endswith(".py") or "/" in plugin else plugin


def _story(file: Path, name: str) -> Path | None:
    if not name:
        return None
    story = file.parent / name
    if not story.is_file():
        raise SettingsError(f"{file} names the story {name}, and there is no such file beside it")
    return story


def _text(file: Path, told: Mapping[str, object], key: str) -> str:
    found = told.get(key, "")
    if not isinstance(found, str):
        raise SettingsError(f"{file}: {key} must be a text")
    return found


def _texts(file: Path, told: Mapping[str, object], key: str) -> tuple[str, ...]:
    found = told.get(key, [])
    if not isinstance(found, list) or not all(isinstance(part, str) for part in found):
        raise SettingsError(f"{file}: {key} must be a list of texts")
    return tuple(found)
