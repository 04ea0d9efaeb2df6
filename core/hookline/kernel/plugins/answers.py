"""What came of asking a contribution, where it was not what it should have been: said so that its author can mend it."""

import inspect
import reprlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from hookline.errors import PluginError, Refused, in_one_line
from hookline.kernel.plugins.contributions import Contribution

T = TypeVar("T")


class _Short(reprlib.Repr):
    """Shows the beginning of an answer. What a dataclass holds (a gate: everything) is not written out to be cut off then."""

    def repr_instance(self, x: Any, level: int) -> str:
        """The name of a dataclass and its first field; of anything else what it says of itself, shortened."""
        if not is_dataclass(x) or isinstance(x, type):
            return super().repr_instance(x, level)
        told = [f"{f.name}={self.repr1(getattr(x, f.name), level - 1)}" for f in fields(x)[:1] if f.repr]
        return f"{type(x).__name__}({', '.join([*told, '...'])})" if level > 0 else f"{type(x).__name__}(...)"


_SHORT: Final = _Short()


def reading(contribution: Contribution, read: Callable[[Any], T]) -> Callable[[Any], T]:
    """The same reader, but what it cannot read is told as the contribution's fault: plugin, place, what came, what was expected."""

    def read_or_tell(answer: Any) -> T:
        try:
            return read(answer)
        except (Refused, PluginError):
            raise
        except Exception as error:
            raise wrong_answer(contribution, answer, _complaint(error)) from error

    return read_or_tell


def read_by(contribution: Contribution, read: Callable[[Any], Any]) -> Contribution:
    """The contribution, whose answers are read right where they come, so that what cannot be read is its failure."""
    reader = reading(contribution, read)

    def call(*given: Any) -> Any:
        return reader(contribution.call(*given))

    return replace(contribution, call=call)


def wrong_answer(contribution: Contribution, answer: object, complaint: str) -> PluginError:
    """The error of a contribution that answered something else than it should."""
    return PluginError(
        contribution.plugin, place_of(contribution), f"it answered {_shown(answer)}: {complaint}"
    )


def place_of(contribution: Contribution) -> str:
    """What a contribution is and where it is written: "panel card_of (loyalty.py, line 12)"."""
    code = getattr(inspect.unwrap(contribution.call), "__code__", None)
    where = f" ({Path(code.co_filename).name}, line {code.co_firstlineno})" if code else ""
    return f"{contribution.kind} {contribution.name}{where}"


def _shown(answer: object) -> str:
    if answer is None:
        return "nothing (None)"
    kind = type(answer).__name__
    try:
        return f"a {kind}, {_SHORT.repr(answer)}"
    except Exception:  # noqa: BLE001  # a plugin's object may raise anything
        return f"a {kind}"


def _complaint(error: Exception) -> str:
    """Readers say with a TypeError what must be answered: that is a sentence by itself."""
    return in_one_line(error).removeprefix("TypeError: ")
