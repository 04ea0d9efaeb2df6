"""What a plugin may import: hookline_sdk, SQLAlchemy, Litestar, itself, Python, and what its project depends on."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from typing import Final

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.raw_sql import find_raw_sql
from hookline_sdk.check.subject import SourceFile, Subject

_ALLOWED: Final = frozenset({"hookline_sdk", "litestar", "sqlalchemy"})
_IN_REVISIONS: Final = frozenset({"alembic"})
# They are there with Hookline, but may be others tomorrow.
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def imports(subject: Subject) -> Iterator[Finding]:
    """Imports of the core's own modules, and of packages that nobody promises to be there."""
    own = {subject.place.stem if subject.one_file else subject.place.name}
    allowed = _ALLOWED | own | sys.stdlib_module_names | _depended(subject)
    for file in subject.files:
        yield from _of_file(file, allowed)
    for file in subject.revisions:
        yield from _of_file(file, allowed | _IN_REVISIONS)


def raw_sql(subject: Subject) -> Iterator[Finding]:
    """SQL that goes past the gate, and with it past everybody's rights."""
    for file in subject.files:
        for place in find_raw_sql(file.path):
            remedy = "Write a select over entities and give it to gate.rows()."
            yield Finding(place.path, place.line, f"{place.what} goes past the gate", remedy)


def _of_file(file: SourceFile, allowed: frozenset[str]) -> Iterator[Finding]:
    for node in ast.walk(file.tree):
        for module in _imported(node):
            package = module.partition(".")[0]
            if package not in allowed:
                line = getattr(node, "lineno", 1)
                yield Finding(file.path, line, f"it imports {module}", _remedy(package, module))


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [node.module or ""]
    return []


def _remedy(package: str, module: str) -> str:
    if package == "hookline":
        return f"Import it from hookline_sdk; what is not there is not for plugins and may change: {module}."
    return "Add it to the dependencies in pyproject.toml, or do without."


def _depended(subject: Subject) -> frozenset[str]:
    """The packages of the distributions that the project depends on."""
    named = {
        _plain(found[0])
        for text in subject.pyproject.get("project", {}).get("dependencies", ())
        if (found := _NAME.match(text))
    }
    return frozenset(
        package
        for package, distributions in packages_distributions().items()
        if package != "hookline" and named & {_plain(each) for each in distributions}
    )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
