"""How the numbers of a sequence are written, such as INV-{year}-{n:05}, and read again."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from string import Formatter
from typing import Final

_PARTS: Final = {"n": r"\d+", "year": r"\d{4}", "month": r"\d\d"}


@dataclass(frozen=True)
class Pattern:
    """How a sequence writes its numbers. With a year it begins anew each year, with a month each month (UTC)."""

    text: str

    def period(self, year: int, month: int) -> str:
        """What the numbers are counted within: "2026-03", "2026" or "" for all of time."""
        if "{month" in self.text:
            return f"{year}-{month:02}"
        return str(year) if "{year" in self.text else ""

    def written(self, number: int, now: datetime) -> str:
        """A number as it stands on the record."""
        return self.text.format(n=number, year=now.year, month=f"{now.month:02}")

    def read(self, text: str) -> tuple[str, int] | None:
        """The period and the number of one that somebody brings; None when it is written in another way."""
        found = _expression(self.text).fullmatch(text)
        if found is None:
            return None
        parts = found.groupdict()
        return self.period(int(parts.get("year") or 0), int(parts.get("month") or 0)), int(parts["n"])


def check_pattern(text: str) -> None:
    """ValueError for a pattern that could not number records."""
    names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    if unknown := set(names) - set(_PARTS):
        raise ValueError(f"there is no {{{min(unknown)}}}; there are {{n}}, {{year}} and {{month}}")
    if names.count("n") != 1 or len(names) != len(set(names)):
        raise ValueError("it must have {n} once, such as INV-{year}-{n:05}")
    if "month" in names and "year" not in names:
        raise ValueError("a month without its year comes again: write {year} too")
    Pattern(text).written(1, datetime(2000, 1, 1))  # noqa: DTZ001  # only tried out


@lru_cache(maxsize=256)
def _expression(text: str) -> re.Pattern[str]:
    """What a number that was written by this pattern looks like."""
    parts = [
        re.escape(plain) + (f"(?P<{name}>{_PARTS[name]})" if name else "")
        for plain, name, _, _ in Formatter().parse(text)
    ]
    return re.compile("".join(parts), re.ASCII)
