"""How the cells of a workbook are shown, where that says more than their value: percentages, leading zeros, errors.

A person sees "25 %" and "00123" where the file holds 0.25 and 123, and means what is seen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Self, TypeVar

T = TypeVar("T")
PERCENT: Final = -1
ERROR: Final = -2
MOST_RUNS: Final = 500_000
# The numbers under which Excel itself keeps "0%" and "0.00%".
_BUILT_IN: Final = frozenset(("9", "10"))
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_ZEROS: Final = re.compile("0{2,15}")


class Share(float):
    """A number that is shown as a percentage: 0.25 is 25 %."""

    def __str__(self) -> str:
        return f"{round(self * 100, 10):.15g}%"


class Padded(int):
    """A whole number that is shown with zeros before it, such as a postcode."""

    width: int

    def __new__(cls, value: int, width: int) -> Self:
        number = super().__new__(cls, value)
        number.width = width
        return number

    def __str__(self) -> str:
        return f"{int(self):0{self.width}d}"


class Broken(str):
    """A cell whose formula came to nothing, such as a division by zero."""

    __slots__ = ()


class _Run(NamedTuple):
    """Rows of one column that are shown in the same way: PERCENT, ERROR, or a number of digits."""

    first: int
    last: int
    form: int


@dataclass
class Forms:
    """The ways in which the cells of one sheet are shown, as runs down each column. Rows and columns count from 1."""

    runs: dict[int, list[_Run]] = field(default_factory=dict)
    count: int = 0

    def note(self, row: int, column: int, form: int) -> None:
        """Remember how a cell is shown. Cells come row by row."""
        runs = self.runs.setdefault(column, [])
        if runs and runs[-1].form == form and runs[-1].last == row - 1:
            runs[-1] = runs[-1]._replace(last=row)
        elif not runs or runs[-1].last < row:
            runs.append(_Run(row, row, form))
            self.count += 1

    def shown(self, row: int, column: int, cell: T) -> T | Share | Padded | Broken:
        """The cell as it is shown."""
        form = self._form(row, column)
        if form == ERROR:
            return Broken("#")
        if form == PERCENT and isinstance(cell, int | float) and not isinstance(cell, bool):
            return Share(cell)
        if form > 0 and isinstance(cell, float) and cell.is_integer() and cell >= 0:
            return Padded(int(cell), form)
        return cell

    def _form(self, row: int, column: int) -> int:
        runs = self.runs.get(column, ())
        place = bisect_right(runs, row, key=lambda run: run.first) - 1
        return runs[place].form if place >= 0 and runs[place].last >= row else 0


@dataclass
class Styles:
    """The styles of a workbook that say more than a value, found while its part is read: the form of each by its number."""

    forms: dict[str, int] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=dict)
    _inside: bool = False
    _count: int = 0

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """A tag of the part begins."""
        if name == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            if form := self._form(attributes.get("numFmtId", "")):
                self.forms[str(self._count)] = form
            self._count += 1

    def end(self, name: str) -> None:
        """A tag of the part ends."""
        if name == "cellXfs":
            self._inside = False

    def _form(self, number: str) -> int:
        code = self._codes.get(number, "")
        if number in _BUILT_IN or "%" in _LITERAL.sub("", code):
            return PERCENT
        return len(code) if _ZEROS.fullmatch(code) else 0


def part_of(name: str, sheets: Iterable[tuple[str, str]], targets: Mapping[str, str]) -> str:
    """The part of the archive in which a sheet lies: `sheets` are (name, relation), `targets` say where relations lead."""
    target = next((targets.get(relation, "") for found, relation in sheets if found == name), "")
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
