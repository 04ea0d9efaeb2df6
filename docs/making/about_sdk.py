"""Every name that a plugin may import, with its signature and docstring."""

import ast
import dataclasses
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from types import FunctionType
from typing import Any, Final, cast, get_origin

import hookline_sdk
from hookline.errors import HooklineError
from hookline.kernel import screens, shown
from hookline.kernel.entity import Record
from hookline.kernel.fields import field_of
from sqlalchemy import Table

from docs.making.about_fields import WORDS
from docs.making.markdown import code, page, prose, section, table
from docs.making.signatures import called, constructed

_ABOUT: Final = """
`from hookline_sdk import ...`: the one module that a plugin imports beside SQLAlchemy and Litestar. What stands here keeps
its name and its meaning, see [Versions](../policy.md). Everything is typed.
"""
# Of what the core itself uses a good deal more of: what plugins can rely on.
_PROMISED: Final[Mapping[str, Sequence[str]]] = {
    "Gate": (
        "create create_many create_each update trash restore erase erase_many emit rows filtered scalar find get titles visible may must"
    ).split(),
    "Reads": "rows filtered scalar find get titles visible may must".split(),
    "JobRun": "now check progress transaction reading".split(),
}
_ABOUT_VALUES: Final = {
    "hookimpl": "Marks a function of a plugin's module as the implementation of a hook; see [Hooks](hooks.md).",
}


def written() -> str:
    """The page."""
    groups: dict[str, list[str]] = {heading: [] for heading in _GROUPS}
    for name in hookline_sdk.__all__:
        thing = getattr(hookline_sdk, name)
        heading = next(heading for heading, belongs in _GROUPS.items() if belongs(name, thing))
        short = _elsewhere(name, thing)
        groups[heading].append(short or section(name, *_described(name, thing), level=3))
    return page(
        "hookline_sdk", _ABOUT, *(section(heading, *parts) for heading, parts in groups.items() if parts)
    )


def _elsewhere(name: str, thing: Any) -> str:
    """What is described on another page: a line that leads there."""
    if _is_word(name, thing):
        return f"- [`{name}`](fields.md#{name.lower()})"
    if _is_error(name, thing):
        return f"- [`{name}`](errors.md#{name.lower()})"
    return (
        f"- `{name}`: `sqlalchemy.orm.{name}`"
        if name == "Mapped"
        else f"- `{name}`: `sqlalchemy.{name}`"
        if _is_foreign(name, thing)
        else ""
    )


def _is_noun(_name: str, thing: Any) -> bool:
    return inspect.isclass(thing) and issubclass(thing, Record) and hasattr(thing, "__table__")


def _is_foreign(_name: str, thing: Any) -> bool:
    return (getattr(thing, "__module__", "") or "").startswith("sqlalchemy")


def _is_word(name: str, _thing: Any) -> bool:
    return name in WORDS or name in ("Choices", "Rollup")


def _is_error(_name: str, thing: Any) -> bool:
    return inspect.isclass(thing) and issubclass(thing, HooklineError)


_GROUPS: Final[Mapping[str, Callable[[str, Any], bool]]] = {
    "Nouns of the core": _is_noun,
    "Words for fields": _is_word,
    "Errors": _is_error,
    "SQLAlchemy's own": _is_foreign,
    "Functions": lambda _name, thing: inspect.isfunction(thing),
    "Classes and values": lambda _name, _thing: True,
}


def _described(name: str, thing: Any) -> Iterator[str]:
    if _is_noun(name, thing):
        yield prose(thing.__doc__)
        yield table(["field", "label", "kind"], _fields(thing))
    elif inspect.isfunction(thing):
        yield code(called(name, thing))
        yield prose(thing.__doc__)
    elif inspect.isclass(thing):
        yield from _class(name, thing)
    else:
        yield code(_alias(name)) if get_origin(thing) else _value(name, thing)


def _value(name: str, thing: Any) -> str:
    if isinstance(thing, Mapping):
        return table(["", ""], [(f"`{key}`", str(text)) for key, text in thing.items()])
    return _ABOUT_VALUES.get(name) or f"`{thing!r}`"


def _class(name: str, cls: Any) -> Iterator[str]:
    yield code(_constructed(name, cls))
    yield prose(cls.__doc__)
    if issubclass(cls, Enum):
        yield "Members: " + ", ".join(f"`{member}`" for member in cls.__members__)
    elif name != "Plugin":
        rows = [(f"`{_line(member, it)}`", " ".join(_doc(it).split())) for member, it in _members(cls)]
        yield table(["", ""], rows) if rows else ""


def _constructed(name: str, cls: Any) -> str:
    if name in _PROMISED or issubclass(cls, Record):
        return f"class {name}"
    made = issubclass(cls, tuple) or isinstance(vars(cls).get("__init__"), FunctionType)
    return constructed(name, cls) if made or dataclasses.is_dataclass(cls) else f"class {name}"


def _members(cls: Any) -> Iterator[tuple[str, Any]]:
    """What can be asked of it: its own public methods and properties, and those of its bases here."""
    seen: set[str] = set()
    for owner in cls.__mro__:
        if not owner.__module__.startswith("hookline"):
            continue
        for name, it in vars(owner).items():
            plain = it.__func__ if isinstance(it, classmethod | staticmethod) else it
            kept = name in _PROMISED.get(cls.__name__, (name,))
            if (
                name.startswith("_")
                or name in seen
                or not kept
                or not isinstance(plain, FunctionType | property)
            ):
                continue
            seen.add(name)
            yield name, plain


def _line(name: str, it: Any) -> str:
    return name if isinstance(it, property) else called(name, it, method=True)


def _doc(it: Any) -> str:
    return (inspect.getdoc(it.fget if isinstance(it, property) else it)) or ""


def _fields(cls: type[Record]) -> Iterator[tuple[str, str, str]]:
    for column in cast(Table, cls.__table__).columns:
        spec = field_of(column)
        if spec is not None and not spec.hidden and spec.owner == "core":
            yield (
                f"`{column.name}`",
                spec.label,
                f"`{spec.kind}`" + (f" ({spec.target})" if spec.target else ""),
            )
    for name, many in cls.many.items():
        yield f"`{name}`", many.field.label, f"`references` ({many.target})"


def _alias(name: str) -> str:
    """How an alias of a type is written where it is defined."""
    for module in (shown, screens):
        for line in ast.parse(inspect.getsource(module)).body:
            if (
                isinstance(line, ast.AnnAssign)
                and isinstance(line.target, ast.Name)
                and line.target.id == name
            ):
                return f"{name} = {ast.unparse(line.value) if line.value else ''}"
    return name
