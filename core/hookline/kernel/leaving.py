"""`leaving`: says that a word of the SDK is going to be taken away, with the line of the plugin that uses it.

Python shows warnings of this kind to nobody unless asked: in development and in tests they are, in production never.
"""

import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Final

_HOUSE: Final = frozenset({"hookline", "hookline_sdk"})


class Leaving(DeprecationWarning):
    """Something that a plugin uses works today and is going to be taken away. The text says what to write instead.

    `place` is the line that uses it, where that is known, for those who take warnings for errors.
    """

    place: str = ""


def leaving(what: str, *, instead: str, since: str, at: Callable[..., object] | None = None) -> None:
    """Warn whoever calls this word that it goes: `leaving("Plugin.page(section=)", instead="menu=", since="0.3")`.

    The warning bears the first line outside of Hookline and of the package that says this; `at` is a function to be named
    instead, such as a handler of a shape that goes. Names that go as a whole are marked for type checkers too, with
    `@typing_extensions.deprecated("...", category=Leaving)`.
    """
    text = f"{what} is going to be taken away (announced in {since}). Write {instead} instead."
    if at is not None and (code := _code_of(at)) is not None:
        warning = _placed(text, code.co_filename, code.co_firstlineno)
        warnings.warn_explicit(warning, None, code.co_filename, code.co_firstlineno)
        return
    frame = _outside(sys._getframe(1))  # noqa: SLF001  # the one way to know who calls
    names = frame.f_globals
    warning = _placed(text, frame.f_code.co_filename, frame.f_lineno)
    warnings.warn_explicit(
        warning, None, frame.f_code.co_filename, frame.f_lineno, module=str(names.get("__name__", "")),
        registry=names.setdefault("__warningregistry__", {}),
    )  # fmt: skip


def _placed(text: str, file: str, line: int) -> Leaving:
    found = Leaving(text)
    found.place = f"{Path(file).name}, line {line}"
    return found


def _outside(frame: FrameType) -> FrameType:
    aside = _HOUSE | {_package(frame)}
    return next((each for each in _upwards(frame) if _package(each) not in aside), frame)


def _upwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _code_of(function: Callable[..., object]) -> CodeType | None:
    return getattr(function, "__code__", None)
