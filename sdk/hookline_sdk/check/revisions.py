"""What a plugin's revisions take away: they say how that comes back, or why it does not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.subject import SourceFile, Subject

_TAKES: Final = frozenset({"drop_table", "drop_column", "alter_column", "execute"})
_REASON: Final = "irreversible"


def reversible(subject: Subject) -> Iterator[Finding]:
    """Steps that lose data without a way back. What only adds goes with `hookline plugin remove --drop-data`."""
    for file in subject.revisions:
        lost = [call for call in _calls(file) if _loses(call)]
        if lost and not _explained(file):
            what = f"{_name(lost[0])} loses what stood there, and there is no way back"
            remedy = f'Write downgrade(), or say why there is none: {_REASON} = "The export keeps it."'
            yield Finding(file.path, lost[0].lineno, what, remedy)


def _calls(file: SourceFile) -> list[ast.Call]:
    upgrade = [
        node for node in file.tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    ]
    return [node for each in upgrade for node in ast.walk(each) if isinstance(node, ast.Call)]


def _loses(call: ast.Call) -> bool:
    """A new default or name loses nothing; another type may."""
    name = _name(call)
    if name == "alter_column":
        return any(keyword.arg == "type_" for keyword in call.keywords)
    return name in _TAKES


def _explained(file: SourceFile) -> bool:
    for node in file.tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "downgrade":
            return not all(isinstance(each, ast.Pass | ast.Expr) and not _acts(each) for each in node.body)
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == _REASON for t in node.targets):
            said = node.value
            return (
                isinstance(said, ast.Constant)
                and isinstance(said.value, str)
                and len(said.value.split()) >= 3
            )
    return False


def _acts(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
