"""Text on its way into and out of CSV and XLSX files, so that no program there runs it as a formula."""

from __future__ import annotations

import unicodedata
from typing import Final

_STARTERS: Final = frozenset("=+-@")


def safe_cell(text: str) -> str:
    """The text with `'` before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if _dangerous(text) else text


def unsafe_cell(text: str) -> str:
    """The text as it was before `safe_cell`, exactly; any other text stays as it is."""
    return text[1:] if text.startswith("'") and _dangerous(text) else text


def _dangerous(text: str) -> bool:
    # Quotes at the start are looked through, so that "'=a" becomes "''=a" and finds its way back.
    for character in text:
        if character != "'" and unicodedata.category(character)[0] not in "ZC":
            # NFKC folds the full-width and small forms, which spreadsheets obey too.
            return unicodedata.normalize("NFKC", character)[0] in _STARTERS
    return False
