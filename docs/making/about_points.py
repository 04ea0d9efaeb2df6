"""The contribution points: the methods of `Plugin`, by family, each with the function that it takes."""

import ast
import inspect
import sys
from collections.abc import Iterator
from typing import Any, Final, TypeGuard, TypeVar, get_overloads

from hookline.kernel.plugins.admitting.admission import TAKES
from hookline.kernel.plugins.contributions import Declaring
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.slots import SLOTS

from docs.making.markdown import code, page, prose, section, table
from docs.making.signatures import answered, called, taken

_KINDS: Final = {"forget": "erase"}
_ABOUT: Final = """
A plugin is one `Plugin` object; these are its methods. A decorator takes a function of the shape shown and gives it back
unchanged. Both type checkers tell when the shape is another; so does the start, with file and line.

Every handler is called through the plugin host: timed, told apart by its plugin, and kept from harming the page or the
process. What each failure does stands with each. [Rules, events, jobs](../rules.md) has them side by side.
"""


def written() -> str:
    """The page."""
    families = [family for family in Plugin.__mro__ if Declaring in family.__bases__]
    parts = [section(family.__name__, prose(family.__doc__), *_points(family)) for family in families]
    slots = table(["slot", "where it is"], [(f"`{slot}`", text) for slot, text in SLOTS.items()])
    plugin = section("Plugin", code(called("Plugin", Plugin.__init__, method=True)), prose(Plugin.__doc__))
    about = "A panel says with `slot=` where it stands. `?slots=1` shows those of a page while one develops."
    return page("Contribution points", _ABOUT, plugin, *parts, section("Slots", about, slots))


def points() -> Iterator[tuple[type[Declaring], str, Any]]:
    """Every contribution point: its family, its name and its method."""
    for family in Plugin.__mro__:
        if Declaring in family.__bases__:
            for name, method in vars(family).items():
                if not name.startswith("_") and inspect.isfunction(method):
                    yield family, name, method


def _points(family: type[Declaring]) -> Iterator[str]:
    for owner, name, method in points():
        if owner is family:
            yield section(f"plugin.{name}", _signatures(name, method), prose(method.__doc__), level=3)


def _signatures(name: str, method: Any) -> str:
    """How it is written, and the function under it."""
    shapes = list(dict.fromkeys(_shape(name, one) for one in get_overloads(method) or [method]))
    if not any(shapes):
        return code(called(f"plugin.{name}", method, method=True))
    arguments = "" if _is_bare(method) else called("", method, method=True).rpartition(") -> ")[0] + ")"
    written = "\n".join(f"{shape}: ..." for shape in shapes if shape)
    return code(f"@plugin.{name}{arguments}\n{written}")


def _shape(name: str, method: Any) -> str:
    """The function that a decorator takes, such as `def panel(record: R, gate: Gate) -> Panel: ...`."""
    bare = _is_bare(method)
    tree = ast.parse(taken(method, "call") if bare else answered(method), mode="eval").body
    if not bare:
        if not _is_callable(tree):
            return ""
        given = _arguments(tree)[0]
        tree = given.elts[0] if isinstance(given, ast.List) else given
    tree = _resolved(tree, method)
    if not _is_callable(tree):
        return ""
    takes, gives = _arguments(tree)
    kinds = [ast.unparse(kind) for kind in takes.elts] if isinstance(takes, ast.List) else []
    names = [*TAKES.get(_KINDS.get(name, name), ()), "asked"][: len(kinds)]
    arguments = ", ".join(f"{name}: {kind}" for name, kind in zip(names, kinds, strict=True))
    return f"def my_{name}({arguments}) -> {ast.unparse(gives)}"


def _resolved(tree: ast.expr, method: Any) -> ast.expr:
    """What a type variable of the handlers stands for."""
    if isinstance(tree, ast.Name):
        variable = getattr(sys.modules[method.__module__], tree.id, None)
        if isinstance(variable, TypeVar) and variable.__bound__ is not None:
            bound: str = variable.__bound__.__forward_arg__
            return ast.parse(bound, mode="eval").body
    return tree


def _is_callable(tree: ast.expr) -> TypeGuard[ast.Subscript]:
    return isinstance(tree, ast.Subscript) and ast.unparse(tree.value) == "Callable"


def _arguments(tree: ast.Subscript) -> list[ast.expr]:
    return tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice]


def _is_bare(method: Any) -> bool:
    """Whether it is written without brackets."""
    return list(inspect.signature(method).parameters)[1:] == ["call"]
