"""No SQL past the gate in a plugin's source. `python -m hookline_sdk.check FOLDER ...` says where there is some.

Whoever writes statements of the database itself has left the gate behind, and with it everybody's rights. So nothing of
SQLAlchemy that takes SQL as text, no connection, no cursor and no driver stands in a plugin.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# What takes SQL as it is, or makes a way round the gate.
_OF_SQLALCHEMY: Final = frozenset(
    {
        "DDL", "TextClause", "column", "create_engine", "create_mock_engine", "engine_from_config", "literal_column", "quoted_name",
        "table", "text",
    }
)  # fmt: skip
_OF_ORM: Final = frozenset({"Session", "scoped_session", "sessionmaker"})
_DRIVERS: Final = frozenset({"aiosqlite", "asyncpg", "psycopg", "psycopg2", "sqlite3"})
_METHODS: Final = frozenset(
    {
        "driver_connection", "exec_driver_sql", "executescript", "from_statement", "prefix_with", "raw_connection",
        "suffix_with", "with_hint", "with_statement_hint",
    }
)  # fmt: skip
_RUN: Final = frozenset({"execute", "executemany", "rows", "scalar", "scalars"})


@dataclass(frozen=True)
class RawSql:
    """A place where SQL is written, or a way to the database taken, that the gate cannot see."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: {self.what} goes past the gate; write a select over entities instead"
        )


def find_raw_sql(path: Path) -> list[RawSql]:
    """Every such place in a file, or in all files of a folder."""
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [place for file in files for place in _places(file, ast.parse(file.read_text("utf-8"), str(file)))]


def main(arguments: Sequence[str]) -> int:
    """Print what is found; 1 when there is something."""
    found = [place for argument in arguments or ["."] for place in find_raw_sql(Path(argument))]
    for place in found:
        sys.stdout.write(f"{place}\n")
    return 1 if found else 0


def _places(file: Path, tree: ast.Module) -> Iterator[RawSql]:
    modules = frozenset(_modules(tree))
    for node in ast.walk(tree):
        for what in _raw(node, modules):
            yield RawSql(file, getattr(node, "lineno", 1), what)


def _modules(tree: ast.Module) -> Iterator[str]:
    """The names under which this file knows SQLAlchemy as a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.asname or "sqlalchemy" for a in node.names if a.name.split(".")[0] == "sqlalchemy")
        elif isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy":
            yield from (a.asname or a.name for a in node.names if a.name in ("orm", "sql"))


def _raw(node: ast.AST, modules: frozenset[str]) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [a.name for a in node.names if a.name.split(".")[0] in _DRIVERS]
    if isinstance(node, ast.ImportFrom):
        return _imported(node)
    if isinstance(node, ast.Attribute):
        return _named(node, modules)
    return _run(node) if isinstance(node, ast.Call) else ()


def _imported(node: ast.ImportFrom) -> list[str]:
    package = (node.module or "").split(".")[0]
    if package in _DRIVERS and node.level == 0:
        return [node.module or package]
    if package == "sqlalchemy":
        return [a.name for a in node.names if a.name in _OF_SQLALCHEMY or a.name in _OF_ORM]
    return []


def _named(node: ast.Attribute, modules: frozenset[str]) -> list[str]:
    if node.attr in _METHODS:
        return [f".{node.attr}"]
    root = node.value
    while isinstance(root, ast.Attribute):
        root = root.value
    of_sqlalchemy = isinstance(root, ast.Name) and root.id in modules
    return [node.attr] if of_sqlalchemy and node.attr in _OF_SQLALCHEMY | _OF_ORM else []


def _run(node: ast.Call) -> list[str]:
    """Cursors, text handed to something that runs statements, and operators that are made at run time."""
    if not isinstance(node.func, ast.Attribute):
        return []
    name = node.func.attr
    if name in ("cursor", "get_bind"):
        return [f".{name}()"]
    if not node.args:
        return []
    given = node.args[0]
    # Many things can be run. A transaction's `run` is told why.
    runs = name in _RUN or (name == "run" and any(each.arg == "why" for each in node.keywords))
    if runs and _is_text(given):
        return [f"text for .{name}()"]
    return (
        [".op() of what is not written out"] if name == "op" and not isinstance(given, ast.Constant) else []
    )


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
