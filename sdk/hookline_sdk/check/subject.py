"""`Subject`: the plugin that is checked, as files, as declarations, and at work in an installation of its own."""

from __future__ import annotations

import ast
import inspect
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from hookline.errors import PluginError
from hookline.kernel.leaving import Leaving
from hookline.kernel.plugins.admitting.loader import GROUP, find_sources
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.plugin import Plugin

from hookline_sdk.check.own_tests import OwnTests, run_tests
from hookline_sdk.testing.crm import Crm, settle_in
from hookline_sdk.testing.databases import Template, copied, sealed
from hookline_sdk.testing.sources import import_all, make_importable, offered_by

# What lies in a package and is no code that runs with the plugin.
_ASIDE: Final = frozenset({"migrations", "tests"})


@dataclass(frozen=True)
class SourceFile:
    """One Python file, read."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text, str(self.path))


@dataclass
class Subject:
    """A plugin under check. `project` is the folder with its pyproject.toml; for a plugin of one file, the file's."""

    source: str
    project: Path
    place: Path
    scratch: Path

    @property
    def one_file(self) -> bool:
        """Whether it is a plugin of one file."""
        return self.place.is_file()

    @cached_property
    def files(self) -> list[SourceFile]:
        """Its Python files but for revisions and tests."""
        found = [self.place] if self.one_file else sorted(self.place.rglob("*.py"))
        inside = [p for p in found if self.one_file or not _ASIDE & set(p.relative_to(self.place).parts)]
        return [SourceFile(path, path.read_text("utf-8")) for path in inside]

    @cached_property
    def revisions(self) -> list[SourceFile]:
        """The files of its history."""
        folder = self.place / "migrations"
        found = [] if self.one_file else sorted(folder.glob("[!_]*.py"))
        return [SourceFile(path, path.read_text("utf-8")) for path in found]

    @property
    def tests(self) -> Path | None:
        """Where its tests are. A plugin of one file is tested where it lives."""
        return None if self.one_file else self.project / "tests"

    @cached_property
    def tested(self) -> OwnTests | None:
        """One run of its own tests; None where it has none."""
        if self.tests is None or not self.tests.is_dir():
            return None
        return run_tests(self.project, self.tests, self.scratch)

    @cached_property
    def pyproject(self) -> Mapping[str, Any]:
        """What its pyproject.toml says; nothing when there is none."""
        path = self.project / "pyproject.toml"
        return tomllib.loads(path.read_text("utf-8")) if path.is_file() and not self.one_file else {}

    @cached_property
    def plugins(self) -> list[Plugin]:
        """The plugin, after those it needs. PluginError when it cannot be imported."""
        make_importable(self.project)
        with self._told_of_leaving():
            return import_all([self.source])

    @property
    def plugin(self) -> Plugin:
        """The plugin itself."""
        return self.plugins[-1]

    @property
    def nowhere(self) -> str:
        """A database that nobody asks anything."""
        return f"sqlite:///{self.scratch / 'nowhere.db'}"

    @cached_property
    def trouble(self) -> str:
        """Why it does not start; "" when it does."""
        try:
            plugins = self.plugins
            with self._told_of_leaving(), closing(Crm(self.nowhere, self.scratch, plugins)) as crm:
                assert crm.home.host.plugins
        except PluginError as error:
            return error.detail
        except Exception as error:  # noqa: BLE001  # a plugin may raise anything
            return f"{type(error).__name__}: {error}"
        return ""

    @cached_property
    def leaving(self) -> list[tuple[str, int, str]]:
        """What it was told, while it was imported and started, to use no longer: file, line and sentence."""
        return []

    @contextmanager
    def _told_of_leaving(self) -> Iterator[None]:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", Leaving)
            yield
        for each in told:
            if issubclass(each.category, Leaving):
                self.leaving.append((each.filename, each.lineno, str(each.message)))
            else:
                warnings.showwarning(each.message, each.category, each.filename, each.lineno)

    @cached_property
    def stuck(self) -> Exception | None:
        """What stops its tables from being made in an empty database."""
        try:
            assert self._template.place
        except Exception as error:  # noqa: BLE001  # a revision may raise anything
            return error
        return None

    def start(self) -> bool:
        """Import it and make its tables, unless that has been done; whether it stands."""
        return not self.trouble and self.stuck is None

    @contextmanager
    def crm(
        self, *, strict: bool = True, rewire: Callable[[Contribution], Contribution] | None = None
    ) -> Iterator[Crm]:
        """An installation of its own with this plugin, migrated, with people in it."""
        with (
            TemporaryDirectory(dir=self.scratch) as name,
            copied(self._template, Path(name)) as url,
            closing(Crm(url, Path(name), self.plugins, strict=strict, rewire=rewire)) as crm,
        ):
            yield crm

    @cached_property
    def _template(self) -> Template:
        path = self.scratch / "template.db"
        with closing(Crm(f"sqlite:///{path}", self.scratch, self.plugins)) as crm:
            settle_in(crm)
        return sealed(path)

    def line_of(self, call: object) -> tuple[Path, int]:
        """Where something is defined; where nobody can say, the place itself."""
        try:
            found = inspect.unwrap(call)  # type: ignore[arg-type]  # what is no function is told by the exceptions
            path, (lines, first) = inspect.getsourcefile(found), inspect.getsourcelines(found)
        except (OSError, TypeError):
            return self.place, 1
        # Decorators stand above what they decorate.
        words = ("def ", "class ", "async def ")
        line = first + next((n for n, said in enumerate(lines) if said.lstrip().startswith(words)), 0)
        return (Path(path), line) if path else (self.place, 1)

    def line_with(self, text: str) -> tuple[Path, int]:
        """The first line that has this text in it, in the code, the revisions or the templates."""
        for file in (*self.files, *self.revisions):
            for number, line in enumerate(file.text.splitlines(), 1):
                if text in line:
                    return file.path, number
        return self.place, 1


@contextmanager
def open_subject(named: str) -> Iterator[Subject]:
    """The plugin of this name, project folder or file. PluginError when there is none."""
    source, project, place = _located(named)
    with TemporaryDirectory(prefix="hookline-check-") as scratch:
        yield Subject(source, project, place, Path(scratch))


def _located(named: str) -> tuple[str, Path, Path]:
    path = Path(named).resolve()
    if path.is_file():
        return str(path), path.parent, path
    if path.is_dir():
        offered = offered_by(path)
        if not offered:
            hint = f'Add it: [project.entry-points."{GROUP}"].'
            raise PluginError(path.name, "pyproject.toml", "it offers no plugin to Hookline", hint)
        make_importable(path)
        return offered[0], path, _package_of(offered[0], path.name)
    known = {source.name: source.text for source in find_sources(())}
    if named not in known:
        listed = ", ".join(sorted(known)) or "none"
        raise PluginError(
            named, "check", f"there is no such folder, file or installed plugin (installed: {listed})"
        )
    place = _package_of(known[named], named)
    return known[named], _project_of(place), place


def _package_of(source: str, name: str) -> Path:
    module = source.partition(":")[0].partition(".")[0]
    spec = find_spec(module) if module not in sys.modules else sys.modules[module].__spec__
    if spec is None or spec.origin is None:
        raise PluginError(name, "import", f"there is no package {module}")
    origin = Path(spec.origin)
    return origin.parent if origin.name == "__init__.py" else origin


def _project_of(place: Path) -> Path:
    return next((folder for folder in place.parents if (folder / "pyproject.toml").is_file()), place.parent)
