"""Is a workbook what it says, before anything unpacks it: a few kilobytes can ask for gigabytes of memory.

Two tricks are known: parts that unpack to far more than the directory says, and cells in far corners of a
sheet, between which the reader makes room for every cell. Running out of memory there ends the process.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from hookline.crm.sheets.rows import bad_sheet
from hookline.crm.sheets.workbook_forms import ERROR, MOST_RUNS, Forms, Styles, part_of
from hookline.errors import Invalid, Text

MOST_BYTES: Final = 250 * 1024 * 1024
MOST_PARTS: Final = 5_000
MOST_CELLS: Final = 10_000_000
_CHUNK: Final = 256 * 1024
_LOCAL_HEADER: Final = 30
_NEEDED: Final = frozenset(("[Content_Types].xml", "xl/workbook.xml"))
# With these the reader would take the file for another format, which is not looked through here.
_OTHERS: Final = frozenset(("xl/workbook.bin", "content.xml"))
_ADDRESS: Final = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")
_STYLES: Final = "xl/styles.xml"
_BOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_CELLS: Final = b"sheetData"
_CONTENT: Final = frozenset(("v", "is", "f"))


@dataclass
class Seen:
    """What was found in a sound workbook on the way: its sheets, and how their cells are shown, by the part they lie in."""

    styles: Styles = field(default_factory=Styles)
    forms: dict[str, Forms] = field(default_factory=dict)
    sheets: list[tuple[str, str]] = field(default_factory=list)
    targets: dict[str, str] = field(default_factory=dict)

    def forms_of(self, sheet: str) -> Forms:
        """How the cells of a sheet are shown."""
        return self.forms.get(part_of(sheet, self.sheets, self.targets), Forms())


def check_workbook(path: Path) -> Seen:
    """Raises Invalid for a file that is no XLSX workbook, or that would need too much memory."""
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
    except (BadZipFile, NotImplementedError):
        raise _no_workbook() from None
    names = {part.filename for part in parts}
    if not names >= _NEEDED or names & _OTHERS or len(parts) > MOST_PARTS:
        raise _no_workbook()
    left, seen = MOST_BYTES, Seen()
    with path.open("rb") as file:
        # Styles first: they say which cells are shown in another way than they are kept.
        for part in sorted(parts, key=lambda part: part.filename != _STYLES):
            left -= _check_part(file, part, left, seen)
    return seen


def _check_part(file: BinaryIO, part: ZipInfo, left: int, seen: Seen) -> int:
    """How many bytes the part unpacks to, once its cells have been found to be near."""
    reading = _PartReading(part.filename, seen)
    size = 0
    for chunk in _unpacked(file, part):
        size += len(chunk)
        if size > left:
            raise bad_sheet(Text("The workbook unpacks to more than %(max)s MB.", max=MOST_BYTES // 1024**2))
        reading.feed(chunk)
    return size


def _unpacked(file: BinaryIO, part: ZipInfo) -> Iterator[bytes]:
    """What the part really unpacks to, whatever size the directory says."""
    if part.header_offset < 0:  # the archive's own start is told wrong
        raise _no_workbook()
    file.seek(part.header_offset)
    local = file.read(_LOCAL_HEADER)
    encrypted = part.flag_bits & 1
    if len(local) < _LOCAL_HEADER or part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or encrypted:
        raise _no_workbook()
    file.seek(sum(struct.unpack("<HH", local[26:])), 1)
    packed = _chunks(file, part.compress_size)
    return packed if part.compress_type == ZIP_STORED else _inflated(packed)


def _chunks(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (chunk := file.read(min(_CHUNK, size))):
        size -= len(chunk)
        yield chunk


def _inflated(packed: Iterable[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for chunk in packed:
            data = chunk
            while data and not inflater.eof:
                yield inflater.decompress(data, _CHUNK)
                data = inflater.unconsumed_tail
    except zlib.error:
        raise _no_workbook() from None


class _PartReading:
    """One part, which may be a sheet. What is not sound XML must not hold cells, as a lenient reader may find them."""

    def __init__(self, name: str, seen: Seen) -> None:
        self._parser = ParserCreate()
        self._parser.StartElementHandler = _watcher(name, seen)
        if name == _STYLES:
            self._parser.EndElementHandler = lambda tag: seen.styles.end(_plain(tag))
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._sound = True
        self._has_cells = False
        self._tail = b""

    def feed(self, chunk: bytes) -> None:
        self._has_cells = self._has_cells or _CELLS in self._tail + chunk
        self._tail = chunk[-len(_CELLS) :]
        if self._sound:
            try:
                self._parser.Parse(chunk)
            except (ExpatError, ValueError, LookupError):  # LookupError: an unknown encoding
                self._sound = False
        if self._has_cells and not self._sound:
            raise _no_workbook()


def _watcher(name: str, seen: Seen) -> Callable[[str, dict[str, str]], None]:
    """What looks at the tags of a part."""
    if name == _STYLES:
        return lambda tag, attributes: seen.styles.begin(_plain(tag), attributes)
    if name == _BOOK:
        return lambda tag, attributes: _see_sheet(seen, _plain(tag), attributes)
    if name == _RELATIONS:
        return lambda _, attributes: seen.targets.update(
            {attributes.get("Id", ""): attributes.get("Target", "")}
        )
    return _Extent(seen.styles.forms, seen.forms.setdefault(name, Forms())).see


def _see_sheet(seen: Seen, tag: str, attributes: Mapping[str, str]) -> None:
    if tag == "sheet":
        relation = next((value for key, value in attributes.items() if _plain(key) == "id"), "")
        seen.sheets.append((attributes.get("name", ""), relation))


class _Extent:
    """How far the cells of a sheet reach, told from its tags in the way the reader does, and how they are shown."""

    def __init__(self, styles: Mapping[str, int], forms: Forms) -> None:
        self._styles = styles
        self._forms = forms
        self._row = self._column = 0
        self._rows = self._columns = 0

    def see(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _plain(tag)
        if name == "c":
            self._cell(attributes.get("r"))
            form = ERROR if attributes.get("t") == "e" else self._styles.get(attributes.get("s", ""), 0)
            if form and self._forms.count < MOST_RUNS:
                self._forms.note(self._row, self._column, form)
        elif name in _CONTENT:
            self._fill()
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 10 else self._row + 1
            self._column = 0

    def _cell(self, address: str | None) -> None:
        if address is None:
            self._column += 1
        elif found := _ADDRESS.fullmatch(address):
            self._row, self._column = int(found[2]), _column(found[1])
        else:
            raise _no_workbook()

    def _fill(self) -> None:
        """Only a cell with content takes room."""
        self._rows = max(self._rows, self._row)
        self._columns = max(self._columns, self._column)
        if self._rows * self._columns > MOST_CELLS:
            message = (
                "The sheet is too large: it reaches to row %(row)s and column %(column)s. "
                "Delete what stands far below or beside the table, or save the table as CSV."
            )
            raise bad_sheet(Text(message, row=self._rows, column=self._columns))


def _plain(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition(":")[2]


def _column(letters: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _refuse_doctype(*_: object) -> None:
    raise _no_workbook()


def _no_workbook() -> Invalid:
    return bad_sheet(Text("The file is no Excel workbook. Save it as .xlsx without a password, or as CSV."))
