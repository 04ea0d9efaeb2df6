"""Tables that people bring as CSV or XLSX, and the rows they get back to put right."""

from __future__ import annotations

import csv
from codecs import getincrementalencoder
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Final

from hookline.crm.sheets.csv_files import open_csv
from hookline.crm.sheets.rows import Cell, Row, Sheet, bad_sheet, unique_names
from hookline.crm.sheets.xlsx_files import open_xlsx
from hookline.errors import Text
from hookline.kernel.kinds.cells import safe_cell

__all__ = ["Cell", "Row", "Sheet", "open_sheet", "write_rejects"]

_ZIP: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_UTF_8: Final = "utf-8-sig"


def open_sheet(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, sheet: str | None = None
) -> Sheet:
    """The table in a file, told by its content and not by its name.

    What is given is taken, what is not is found out: a text's encoding and separator, a workbook's first sheet.
    Raises Invalid, with a problem of the field "file", for what is no table.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise bad_sheet(Text("The file is empty."))
    if start == _OLD_OFFICE:
        raise bad_sheet(Text("The Excel file is old or locked. Save it as .xlsx without a password."))
    return open_xlsx(path, sheet) if start == _ZIP else open_csv(path, encoding, delimiter)


def write_rejects(
    path: Path, sheet: Sheet, rejects: Iterable[tuple[int, Sequence[Cell], str]], *, label: str = "Reason"
) -> None:
    """Write rows (number, cells, reason) as CSV like the source, with one more column for number and reason.

    The source's encoding is kept unless it lacks a letter of some reason; then the whole file is in UTF-8.
    """
    delimiter = sheet.delimiter or ","
    file = _Table(path, sheet.encoding or _UTF_8)
    file.write(_line([*unique_names([*sheet.columns, label])], delimiter))
    for number, cells, reason in rejects:
        room = [*cells, *[""] * (len(sheet.columns) - len(cells))]
        file.write(_line([*map(_written, room), f"{number}: {reason}"], delimiter))


class _Table:
    """A file that changes to UTF-8 when its encoding lacks a letter."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path = path
        self._start(encoding)

    def _start(self, encoding: str) -> None:
        self._encoding = encoding
        self._encoder = getincrementalencoder(encoding)()
        self._path.write_bytes(b"")

    def write(self, line: str) -> None:
        try:
            data = self._encoder.encode(line)
        except UnicodeEncodeError:
            written = self._path.read_bytes().decode(self._encoding)
            self._start(_UTF_8)
            data = self._encoder.encode(written + line)
        with self._path.open("ab") as file:
            file.write(data)


def _line(cells: Sequence[str], delimiter: str) -> str:
    line = StringIO(newline="")
    csv.writer(line, delimiter=delimiter).writerow(map(safe_cell, cells))
    return line.getvalue()


def _written(cell: Cell) -> str:
    """Cells of a workbook, which are more than text, in the way every kind reads them."""
    if isinstance(cell, timedelta):
        hours, rest = divmod(int(cell.total_seconds()), 3_600)
        return f"{hours}:{rest // 60:02}:{rest % 60:02}"
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)
