"""What every table that people bring has: named columns, numbered rows, cells."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Final, NamedTuple, TypeAlias

from hookline.crm.sheets.workbook_forms import Broken, Share
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.kinds.cells import unsafe_cell

Cell: TypeAlias = "str | int | float | bool | date | datetime | timedelta"
MOST_COLUMNS: Final = 500
_LONGEST_NAME: Final = 120
_PEEK: Final = 100
_DATA: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[+-]?[\d.,\s]*\d[\d.,\s]*")


class Row(NamedTuple):
    """One row. `number` is the one a spreadsheet program shows beside it; empty cells are ""."""

    number: int
    cells: list[Cell]


class Sheet(ABC):
    """A table in a file. It stays on disk; each walk over the rows reads it anew."""

    encoding: str = ""
    """Of a text file; "" for a workbook."""
    delimiter: str = ""
    name: str = ""
    """Of a workbook's sheet that this is."""
    sheets: tuple[str, ...] = ()
    """The names of a workbook's sheets."""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, each once; one without a name is "Column 3"."""
        return _column_names(self._header, islice(self._below_header(0), _PEEK))

    def check(self) -> None:
        """Raises Invalid for a table without a header, before any work is done on its rows."""
        _ = self.columns

    def rows(self, start: int = 0) -> Iterator[Row]:
        """The rows numbered above `start`, without the empty ones; so the last number done is where to go on.

        A row has at least as many cells as there are columns; one with more has a `problem`.
        """
        width = len(self.columns)
        for number, cells in self._below_header(start):
            yield Row(number, [*map(_own, cells), *[""] * (width - len(cells))])

    def sample(self, count: int) -> list[Row]:
        """The first rows."""
        return list(islice(self.rows(), count))

    @cached_property
    def count(self) -> int:
        """How many rows there are, without the header and the empty ones."""
        return sum(1 for _ in self._below_header(0))

    def problem(self, row: Row) -> Text | None:
        """Why the row does not fit under the header; None where it does."""
        if len(row.cells) <= len(self.columns):
            return None
        message = (
            "The row has %(cells)s cells, but the header has %(columns)s. Check its quotes and separators."
        )
        return Text(message, cells=len(row.cells), columns=len(self.columns))

    @cached_property
    def _header(self) -> Row:
        return self._find_header()

    @abstractmethod
    def _find_header(self) -> Row:
        """The row with the names of the columns. Raises Invalid where there is none."""

    @abstractmethod
    def _all_rows(self) -> Iterator[Row]:
        """Every row of the file."""

    def _below_header(self, start: int) -> Iterator[Row]:
        first = max(start, self._header.number) + 1
        for row in self._all_rows():
            if row.number >= first and (cells := trimmed(row.cells)):
                yield Row(row.number, cells)


def too_wide(cells: int, columns: int) -> Text:
    """What is said of a row that has more cells than the header."""
    message = "The row has %(cells)s cells, but the header has %(columns)s. Check its quotes and separators."
    return Text(message, cells=cells, columns=columns)


def trimmed(cells: Sequence[Cell]) -> list[Cell]:
    """The cells without the empty ones at the end."""
    end = len(cells)
    while end and isinstance(cell := cells[end - 1], str) and not cell.strip():
        end -= 1
    return list(cells[:end])


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names, the nameless numbered, and the second of a name with a number after it."""
    taken: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        plain = " ".join(name.split())[:_LONGEST_NAME] or f"Column {place}"
        unique, turn = plain, 2
        while unique in taken:
            unique, turn = f"{plain} {turn}", turn + 1
        taken[unique] = None
    return tuple(taken)


def bad_sheet(text: Text) -> Invalid:
    """The error for a file that cannot be read as a table."""
    return Invalid([Problem("file", text)])


def _column_names(header: Row, following: Iterable[Row]) -> tuple[str, ...]:
    names = [str(cell).strip() for cell in trimmed(header.cells)]
    if not names:
        raise bad_sheet(Text("The first row must hold the names of the columns."))
    data = [name for name in names if _DATA.fullmatch(name)]
    if any("@" in name for name in data) or len(data) * 2 > len(names):
        message = "The first row must hold the names of the columns. This one looks like data: %(data)s."
        raise bad_sheet(Text(message, data=", ".join(data[:3])[:_LONGEST_NAME]))
    # A column without a name counts where the header leaves room for it and some row fills it.
    filled = max((len(row.cells) for row in following), default=0)
    width = max(len(names), min(filled, len(header.cells)))
    if width > MOST_COLUMNS:
        raise bad_sheet(
            Text(
                "The file has %(columns)s columns; at most %(max)s are read.", columns=width, max=MOST_COLUMNS
            )
        )
    return unique_names([*names, *[""] * (width - len(names))])


def _own(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return cell if isinstance(cell, Broken) else unsafe_cell(cell)
    if isinstance(cell, Share):
        return cell
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
