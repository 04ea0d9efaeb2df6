"""Tables in text files: their encoding and their separator are told from what they hold."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Final

from hookline.crm.sheets.rows import Row, Sheet, bad_sheet, trimmed
from hookline.errors import Text

DELIMITERS: Final = (",", ";", "\t", "|")
_NO_DELIMITERS: Final = '"\r\n\0'
_SAMPLE: Final = 256 * 1024
_SAMPLE_ROWS: Final = 200
_JUDGED: Final = 32 * 1024
_CHUNK: Final = 1024 * 1024
# UTF-32 before UTF-16, whose mark begins like it.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NATIONAL: Final = ("cp1251", "koi8-r", "cp866", "mac-cyrillic", "cp1252")
_SEPARATOR_LINE: Final = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f]")
_MOST_CONTROLS: Final = 0.005


class CsvSheet(Sheet):
    """A text file with a row on each line, its cells apart by a separator and quoted where they need it."""

    def __init__(self, path: Path, encoding: str, delimiter: str) -> None:
        self.path = path
        self.encoding = encoding
        self.delimiter = delimiter

    def _find_header(self) -> Row:
        rows = (row for row in self._all_rows() if trimmed(row.cells) and not self._is_separator_line(row))
        if (found := next(rows, None)) is None:
            raise bad_sheet(Text("The file is empty."))
        return found

    def _all_rows(self) -> Iterator[Row]:
        number = 0
        with self.path.open(encoding=self.encoding, newline="") as file:
            try:
                for number, cells in enumerate(_reader(file, self.delimiter), 1):
                    yield Row(number, list(cells))
            except csv.Error as error:
                message = "Row %(row)s cannot be read: %(why)s. Is a quote left open before it?"
                raise bad_sheet(Text(message, row=number + 1, why=str(error))) from None

    def _is_separator_line(self, row: Row) -> bool:
        """Whether this is Excel's own first line, "sep=;"."""
        line = self.delimiter.join(map(str, row.cells))
        return row.number == 1 and _SEPARATOR_LINE.fullmatch(line) is not None


def open_csv(path: Path, encoding: str | None, delimiter: str | None) -> CsvSheet:
    """The table in a text file. Raises Invalid for a file that is not text, or not in the encoding given."""
    if delimiter is not None and (len(delimiter) != 1 or delimiter in _NO_DELIMITERS):
        raise bad_sheet(Text("A separator is one character; this is “%(given)s”.", given=delimiter))
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    encoding = _named(encoding, sample) if encoding else _encoding(sample)
    _check_all(path, encoding)
    text = codecs.getincrementaldecoder(encoding)().decode(sample)
    if len(_CONTROLS.findall(text)) > _MOST_CONTROLS * len(text):
        raise bad_sheet(Text("The file is not a table. Save it as CSV or .xlsx and try again."))
    sheet = CsvSheet(path, encoding, delimiter or _delimiter(text, whole=len(sample) < _SAMPLE))
    sheet.check()
    return sheet


def _named(encoding: str, sample: bytes) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise bad_sheet(Text("There is no encoding %(name)s.", name=encoding)) from None
    return "utf-8-sig" if name == "utf-8" and sample.startswith(codecs.BOM_UTF8) else name


def _encoding(sample: bytes) -> str:
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if unmarked := _wide(sample):
        return unmarked
    if _decodes(sample, "utf-8"):
        return "utf-8"
    from charset_normalizer import from_bytes  # noqa: PLC0415  # it takes long to load, and is asked seldom

    best = from_bytes(sample[:_JUDGED], cp_isolation=list(_NATIONAL)).best()
    return codecs.lookup(best.encoding).name if best and _decodes(sample, best.encoding) else "latin-1"


def _wide(sample: bytes) -> str:
    """UTF-16 without its mark: every other byte of such text is zero, or nearly so."""
    pairs = max(len(sample) // 2, 1)
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > pairs * 0.3 and even < pairs * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > pairs * 0.3 and odd < pairs * 0.05 else ""


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeError:
        return False
    return True


def _check_all(path: Path, encoding: str) -> None:
    """Reads the whole file once, so that no row fails to decode after half of the work is done."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            while file.read(_CHUNK):
                pass
    except UnicodeError:
        message = (
            "The file is not all in the encoding %(name)s. Save it as CSV UTF-8, or choose its encoding."
        )
        raise bad_sheet(Text(message, name=encoding)) from None


def _delimiter(text: str, *, whole: bool) -> str:
    """The separator with which most rows have as many cells as the first; of several the one with most."""
    if named := _SEPARATOR_LINE.fullmatch(text.partition("\n")[0].strip()):
        return named[1]
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter, whole=whole))


def _fit(text: str, delimiter: str, *, whole: bool) -> tuple[float, int]:
    try:
        rows = [row for row in islice(_reader(StringIO(text, newline=""), delimiter), _SAMPLE_ROWS) if row]
    except csv.Error:
        return 0, 0
    if not whole and len(rows) < _SAMPLE_ROWS:
        rows = rows[:-1] or rows  # the last one is cut off
    widths = Counter(map(len, rows))
    header = len(rows[0]) if rows else 0
    return (widths[header] / len(rows), header) if header > 1 else (0, 0)


def _reader(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
