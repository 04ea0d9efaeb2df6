"""Files in which lists are taken away: CSV, XLSX and JSON, written in pieces so that none has to be held whole."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any, Final

Lines = Iterable[Sequence[object]]
FORMATS: Final[Mapping[str, str]] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
FORMAT_NAMES: Final[Mapping[str, str]] = {"csv": "CSV", "xlsx": "Excel", "json": "JSON"}
MOST_XLSX: Final = 1_000_000
_PIECE: Final = 64 * 1024
# A spreadsheet keeps 15 digits of a number; a longer one goes in as text.
_DIGITS: Final = 15


def write_csv(heads: Sequence[str], lines: Lines, language: str) -> Iterator[bytes]:
    """With the marks by which spreadsheets of that language open it right."""
    comma = language == "ru"
    held = io.StringIO()
    writer = csv.writer(held, delimiter=";" if comma else ",", lineterminator="\r\n")
    held.write("\ufeff")
    writer.writerow(heads)
    for line in lines:
        writer.writerow([_written(value, comma=comma) for value in line])
        if held.tell() > _PIECE:
            yield _taken(held)
    yield _taken(held)


def write_json(names: Sequence[str], lines: Lines) -> Iterator[bytes]:
    """A list of objects, one on each line."""
    held = io.StringIO()
    between = "[\n"
    for line in lines:
        held.write(between + json.dumps(dict(zip(names, line, strict=True)), ensure_ascii=False, default=str))
        between = ",\n"
        if held.tell() > _PIECE:
            yield _taken(held)
    held.write("[]\n" if between == "[\n" else "\n]\n")
    yield _taken(held)


def write_xlsx(heads: Sequence[str], lines: Lines) -> Iterator[bytes]:
    """Numbers and days as such, everything else as text; nothing in it is ever a formula or a link."""
    from xlsxwriter import Workbook  # noqa: PLC0415  # as much to load as a tenth of the house, for a rare wish

    with TemporaryFile() as file:
        options = {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        }  # fmt: skip
        # Closed also when the lines break off: it has files of its own.
        with closing(Workbook(file, options)) as book:
            sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
            for number, line in enumerate(lines, start=1):
                for column, value in enumerate(line):
                    _write_cell(sheet, number, column, value, day)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _write_cell(sheet: Any, row: int, column: int, value: object, day: object) -> None:
    if value is None or value == "":
        return
    if (
        isinstance(value, int | Decimal)
        and not isinstance(value, bool)
        and len(f"{abs(value):f}".replace(".", "")) <= _DIGITS
    ):
        sheet.write_number(row, column, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, day)
    else:
        sheet.write_string(row, column, str(value)[:32_767])


def _written(value: object, *, comma: bool) -> object:
    if isinstance(value, Decimal):
        return str(value).replace(".", ",") if comma else str(value)
    return "" if value is None else value


def _taken(held: io.StringIO) -> bytes:
    """What was written since the last time."""
    text = held.getvalue()
    held.seek(0)
    held.truncate()
    return text.encode("utf-8")
