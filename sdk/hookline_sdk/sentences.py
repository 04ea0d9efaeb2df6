"""Finds the sentences that people can be shown, where they are written: in templates and in Python.

In Python they stand as `Text("...")`, `plural("...", "...", count=n)`, `say("...")` or `reject("...")`, in templates as `_("...")` and
`ngettext("...", "...", n)`.
"""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from jinja2.ext import babel_extract

_CALLS: Final = frozenset({"Text", "plural", "say", "reject", "gettext", "ngettext", "_"})
# Parts of pages and of data that are given their label, or their singular and plural, after other things.
_PARTS: Final = {
    "_action": 1, "_button": 1, "_item": 1, "_permissions": 1, "_tab": 2, "Template": 1, "StageDraft": 0,
}  # fmt: skip
_COUNTS: Final = frozenset({"counted"})

MsgId = str | tuple[str, str]


def in_templates(folder: Path) -> Iterator[MsgId]:
    """The sentences in all templates below a folder; a pair is singular and plural."""
    for path in sorted(folder.rglob("*.html")):
        with path.open("rb") as file:
            for _, _, texts, _ in babel_extract(file, ["_", "gettext", "ngettext"], [], {}):
                found = [texts] if isinstance(texts, str) else [text for text in texts or () if text]
                if found:
                    yield (found[0], found[1]) if len(found) > 1 else found[0]


def in_python(folder: Path) -> Iterator[MsgId]:
    """The sentences in all Python files below a folder."""
    for path in sorted(folder.rglob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        for call in calls:
            yield from _sentences(call)
        named = {
            name for call in calls if _name(call.func) in ("Text", "say") for name in _given(*call.args[:1])
        }
        for node in nodes:
            yield from _assigned(node, named)


def _sentences(call: ast.Call) -> Iterator[MsgId]:
    name = _name(call.func)
    if name in _CALLS:
        yield from _constants(call.args, pair=name in ("ngettext", "plural"))
    elif name in _PARTS:
        yield from _constants(call.args[_PARTS[name] :], pair=False)
    elif name in _COUNTS:
        yield from _constants(call.args[1:], pair=True)


def _given(*arguments: ast.expr) -> Iterator[str]:
    """The names under which sentences were put down: `message`, `_WAYS[way]`, or `given or _HINTS.get(kind, "")`."""
    for part in (part for argument in arguments for part in ast.walk(argument)):
        if isinstance(part, ast.Name) and (part in arguments or part.id.isupper()):
            yield part.id


def _assigned(node: ast.AST, named: Collection[str]) -> Iterator[MsgId]:
    """The sentences that one of these names gets: one, one of two, or several by their keys."""
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    value = getattr(node, "value", None)
    if value is not None and any(isinstance(target, ast.Name) and target.id in named for target in targets):
        for part in value.values if isinstance(value, ast.Dict) else (value,):
            yield from (
                text for text in _constants([part], pair=False) if isinstance(text, str) and " " in text
            )


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _constants(arguments: list[ast.expr], *, pair: bool) -> Iterator[MsgId]:
    """The sentence that stands first, also where a condition chooses between two; or a singular and its plural."""
    if pair:
        texts = [a.value for a in arguments[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if len(texts) == 2:
            yield texts[0], texts[1]
        return
    for argument in arguments[:1]:
        for part in (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.strip():
                yield part.value
