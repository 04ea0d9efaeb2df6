"""What lies on disk: whether a file tells of a person, whatever it is written in."""

from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from hookline.crm.persons.marks import Marks

_LARGEST: Final = 200 * 1024 * 1024
_ENCODINGS: Final = ("utf-8", "utf-16", "cp1251")


def has_marks(path: Path, marks: Marks) -> bool:
    """Whether a file, or one packed inside of it, has a mark. One that is not there has none."""
    if not path.is_file():
        return False
    try:
        with ZipFile(path) as packed:
            return any(
                _tells(packed.read(one), marks) for one in packed.infolist() if one.file_size <= _LARGEST
            )
    except BadZipFile:
        return path.stat().st_size <= _LARGEST and _tells(path.read_bytes(), marks)


def _tells(content: bytes, marks: Marks) -> bool:
    return any(marks.has(content.decode(encoding, "ignore")) for encoding in _ENCODINGS)
