"""`Rule` and `Finding`: what is asked of a plugin, and where it falls short of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from hookline_sdk.check.subject import Subject

Level = Literal["bronze", "silver", "gold"]
LEVELS: Final[tuple[Level, ...]] = ("bronze", "silver", "gold")


@dataclass(frozen=True)
class Finding:
    """A place where a plugin falls short: `what` is there, and what to do about it. `rule` is filled in by who asks."""

    path: Path
    line: int
    what: str
    remedy: str
    rule: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.what}. {self.remedy}"


@dataclass(frozen=True)
class Rule:
    """One thing that is asked: `title` completes "A plugin of this level ..."; `find` gives what falls short of it.

    A rule that needs the plugin to start is left out, and said so, while it does not.
    """

    name: str
    level: Level
    title: str
    find: Callable[[Subject], Iterable[Finding]]
    needs_start: bool = True
