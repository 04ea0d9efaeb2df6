"""Which characters a text may keep: one spelling per letter, nothing that a database or XML chokes on."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from hookline.errors import Text
from hookline.kernel.kinds.bad_values import BadValue

# NUL ends strings in PostgreSQL, lone surrogates cannot be encoded, U+FFFE and U+FFFF break XLSX files.
_REFUSED: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS: Final = re.compile("[\t-\r\x85\u2028\u2029]+")
_LINE_ENDS: Final = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_INVISIBLE: Final = "\u180e\u200b\u200e\u200f\u2060\ufeff"
_EDGES: Final = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + _INVISIBLE


def clean_line(raw: str) -> str:
    """One line of text: breaks become spaces, ends are trimmed, letters composed (NFC)."""
    if raw.isascii() and raw.isprintable():
        return raw.strip()
    return _compose(_BREAKS.sub(" ", _refuse(raw)))


def clean_lines(raw: str) -> str:
    """Text of several lines: every kind of line end becomes a newline; tabs and indents stay."""
    return _compose(_LINE_ENDS.sub("\n", _refuse(raw)))


def _refuse(raw: str) -> str:
    if bad := _REFUSED.search(raw):
        code = f"U+{ord(bad.group()):04X}"
        message = "Character %(position)s cannot be kept (%(code)s). Delete it and try again."
        raise BadValue(Text(message, position=bad.start() + 1, code=code))
    return raw


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip(_EDGES)
