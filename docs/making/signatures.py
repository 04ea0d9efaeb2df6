"""Signatures as they stand in the source: short names of types, defaults as they were written."""

import ast
import dataclasses
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, Final

_WIDEST: Final = 100


def called(name: str, call: Callable[..., Any], *, method: bool = False) -> str:
    """A call with its arguments and what it answers, as one would write a stub of it."""
    node = _function(call)
    arguments = node.args
    if method:
        del (arguments.posonlyargs or arguments.args)[0]
    answer = f" -> {_text(node.returns)}" if node.returns else ""
    return f"{_wrapped(name, list(_given(arguments)))}{answer}"


def answered(call: Callable[..., Any]) -> str:
    """What a function says that it answers."""
    node = _function(call)
    return _text(node.returns) if node.returns else ""


def taken(call: Callable[..., Any], argument: str) -> str:
    """What a function says that an argument is."""
    arguments = _function(call).args
    found = next(a for a in (*arguments.args, *arguments.kwonlyargs) if a.arg == argument)
    return _text(found.annotation) if found.annotation else ""


def constructed(name: str, cls: Any) -> str:
    """How an object of a class is made."""
    if dataclasses.is_dataclass(cls):
        return _wrapped(name, list(_fields(cls)))
    if issubclass(cls, tuple):
        return _wrapped(name, list(declared(cls).values()))
    return called(name, vars(cls)["__init__"], method=True)


def declared(cls: type) -> dict[str, str]:
    """What a class itself declares, by name: "amount: Decimal | int"."""
    if not cls.__module__.startswith("hookline"):
        return {}
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    lines = [
        line for line in body.body if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    ]
    return {
        ast.unparse(line.target): f"{ast.unparse(line.target)}: {_text(line.annotation)}" for line in lines
    }


def _function(call: Callable[..., Any]) -> ast.FunctionDef:
    found = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(call)))).body[0]
    assert isinstance(found, ast.FunctionDef)
    return found


def _fields(cls: Any) -> Iterator[str]:
    """The fields of a dataclass, of its bases first, as their lines say; what is set by itself is left out."""
    written = {name: line for owner in reversed(cls.__mro__) for name, line in declared(owner).items()}
    given = [f for f in dataclasses.fields(cls) if f.init and not f.name.startswith("_")]
    named = False
    for field in sorted(given, key=lambda f: bool(f.kw_only)):
        if field.kw_only and not named:
            named = True
            yield "*"
        yield written[field.name] + _default(field)


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default_factory is not dataclasses.MISSING or callable(field.default):
        return " = ..."
    return "" if field.default is dataclasses.MISSING else f" = {_quoted(repr(field.default))}"


class _Unquoted(ast.NodeTransformer):
    """Annotations without the quotes that only Python needs, and without the modules they come from."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        return node if _is_literal(node) else self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.parse(node.value, mode="eval").body if isinstance(node.value, str) else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return ast.Name(node.attr)


def _is_literal(node: ast.Subscript) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "Literal"


def _given(arguments: ast.arguments) -> Iterator[str]:
    """The arguments, each as it stands in a signature."""
    plain = [*arguments.posonlyargs, *arguments.args]
    missing = len(plain) - len(arguments.defaults)
    for place, argument in enumerate(plain):
        yield _argument(argument, arguments.defaults[place - missing] if place >= missing else None)
    if arguments.vararg:
        yield f"*{_argument(arguments.vararg, None)}"
    elif arguments.kwonlyargs:
        yield "*"
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _argument(argument, default)
    if arguments.kwarg:
        yield f"**{_argument(arguments.kwarg, None)}"


def _argument(argument: ast.arg, default: ast.expr | None) -> str:
    kind = f": {_text(argument.annotation)}" if argument.annotation else ""
    return f"{argument.arg}{kind}" + (f" = {_quoted(ast.unparse(default))}" if default else "")


def _wrapped(name: str, arguments: list[str]) -> str:
    """A call on one line, or with an argument on each."""
    line = f"{name}({', '.join(arguments)})"
    return (
        line if len(line) <= _WIDEST else "\n    ".join([f"{name}(", *(f"{a}," for a in arguments)]) + "\n)"
    )


def _text(node: ast.expr) -> str:
    return _quoted(ast.unparse(_Unquoted().visit(node)))


def _quoted(text: str) -> str:
    """With the quotes that this project writes."""
    return text.replace("'", '"') if '"' not in text else text
