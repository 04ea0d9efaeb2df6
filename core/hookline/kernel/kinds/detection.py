"""Which kind a column of a file is and how it writes its values, so that all of them are read in one way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from hookline.kernel.kinds.base import Format, Kind, Reader, Spec
from hookline.kernel.kinds.choices import YesNoKind
from hookline.kernel.kinds.column_dates import detect_dates
from hookline.kernel.kinds.column_numbers import detect_numbers
from hookline.kernel.kinds.contacts import EmailKind, UrlKind
from hookline.kernel.kinds.detected import Detected, mostly, readable

_FEW_OPTIONS: Final = 12
_MANY_ROWS: Final = 20
_LONGEST_LINE: Final = 255
_LONGEST_OPTION: Final = 60
_PHONE: Final = re.compile(r"(?:[+(0]|8[ (\-]|[78](?=\d{10}$))(?:[ ()\-./\u00a0]*\d){6,14}[ )]*")
_WEB: Final = ("http://", "https://", "www.")
# Nothing that is detected depends on it: the dates of a column carry their years.
_ANY_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


def suggest_kind(samples: Iterable[str], *, language: str = "en", day_first: bool = True) -> Detected:
    """The kind that nine in ten of the values fit; text where none is. Empty values say nothing.

    `language` and `day_first` are the person's, for columns that can be read in more than one way.
    """
    values = [text for text in (sample.strip() for sample in samples) if text]
    if not values:
        return Detected("text", sure=False)
    reader = Reader(now=_ANY_DAY, language=language, day_first=day_first)
    return (
        _contacts(values, reader)
        or detect_dates(values, reader)
        or _phones(values)
        or detect_numbers(values, reader)
        or _words(values)
    )


def parse_with(how: Format, kind: Kind, raw: object, spec: Spec, reader: Reader) -> object | None:
    """Read a value of a column whose format is known. Raises BadValue like `Kind.parse`."""
    return kind.parse(raw, spec, replace(reader, format=how))


def _contacts(values: Sequence[str], reader: Reader) -> Detected | None:
    if not any(value.isdigit() for value in values) and readable(YesNoKind(), values, reader):
        return Detected("yes_no")
    if mostly(lambda value: "@" in value, values) and readable(EmailKind(), values, reader):
        return Detected("email")
    if mostly(lambda value: value.lower().startswith(_WEB), values) and readable(UrlKind(), values, reader):
        return Detected("url")
    return None


def _phones(values: Sequence[str]) -> Detected | None:
    return Detected("phone") if mostly(_PHONE.fullmatch, values) else None


def _words(values: Sequence[str]) -> Detected:
    longest, distinct = max(map(len, values)), len(set(values))
    if longest > _LONGEST_LINE or any("\n" in value for value in values):
        return Detected("long_text")
    few = distinct <= _FEW_OPTIONS and distinct * 3 <= len(values) and len(values) >= _MANY_ROWS
    return Detected("choice" if few and longest <= _LONGEST_OPTION else "text")
