"""What the columns of a file hold, and how their dates and numbers are read: told from all of the file, fixed for the run."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from hookline.crm.imports.mappings import Dates, ImportMapping, Source
from hookline.crm.sheets.reading import Sheet
from hookline.errors import Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds import Format, Reader
from hookline.kernel.kinds.base import DateOrder
from hookline.kernel.kinds.detected import Detected
from hookline.kernel.kinds.detection import suggest_kind
from hookline.kernel.kinds.locales import number_style
from hookline.kernel.schema import EntityInfo

Cells = Sequence[Any]
SourceRow = tuple[int, Cells]
_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_ORDERS: Final[Mapping[Dates, DateOrder]] = {
    "day-month-year": "dmy",
    "month-day-year": "mdy",
    "year-month-day": "ymd",
}
_WORDS: Final[Mapping[DateOrder, Dates]] = {code: words for words, code in _ORDERS.items()}
_DATED: Final = ("date", "datetime")
_NUMBERED: Final = ("decimal", "money", "percent", "integer")
# Enough to tell a format; more distinct values than this say nothing new.
_MOST_VALUES: Final = 20_000


@dataclass(frozen=True)
class Reading:
    """How the values of one field are read. `sure` is False where they could be read in another way as well."""

    field: str
    column: str
    text: Text
    sure: bool


def composed(text: str, cells: Mapping[str, str]) -> str:
    """A text with the cells in the place of the columns it names; "" when all of these are empty."""
    if not any(cells.values()):
        return ""
    return " ".join(_BRACES.sub(lambda found: cells.get(found[1], ""), text).split())


def format_of(source: Source) -> Format:
    """How the values of a source are written."""
    return Format(date_order=_ORDERS[source.dates] if source.dates else None, decimal=source.decimal)


def settle_formats(
    mapping: ImportMapping, info: EntityInfo, sheet: Sheet, reader: Reader
) -> tuple[ImportMapping, Sequence[Reading]]:
    """The mapping with the format of each column of dates and numbers fixed, and what to tell the person about them."""
    known = [(info.fields[name], source) for name, source in mapping.sources.items() if name in info.fields]
    loose = [(spec, source) for spec, source in known if _is_open(spec, source)]
    values = _distinct(sheet, [source.column or "" for _, source in loose])
    settled, readings = dict(mapping.sources), []
    for spec, source in loose:
        column = source.column or ""
        texts = [source.values.get(v, v) for v in values[column]]
        detected = suggest_kind(texts, language=reader.language, day_first=reader.day_first)
        settled[spec.name] = _settled(spec, source, detected, reader)
        if detected.evidence is not None:
            readings.append(Reading(spec.name, column, detected.evidence, detected.sure))
    return msgspec.structs.replace(mapping, fields=settled), readings


def with_format(reader: Reader, source: Source) -> Reader:
    """The reader for the values of this source."""
    how = format_of(source)
    return reader if how == Format() else replace(reader, format=how)


def _is_open(spec: Field, source: Source) -> bool:
    if source.column is None:
        return False
    return (spec.kind in _DATED and source.dates is None) or (
        spec.kind in _NUMBERED and source.decimal is None
    )


def _distinct(sheet: Sheet, columns: Sequence[str]) -> dict[str, list[str]]:
    """The different texts in each of these columns, in their order."""
    places = {name: place for place, name in enumerate(sheet.columns) if name in columns}
    found: dict[str, dict[str, None]] = {name: {} for name in columns}
    for _, cells in sheet.rows() if places else ():
        for name, place in places.items():
            cell = cells[place] if place < len(cells) else None
            if isinstance(cell, str) and len(found[name]) < _MOST_VALUES:
                found[name][cell] = None
    return {name: list(texts) for name, texts in found.items()}


def _settled(spec: Field, source: Source, detected: Detected, reader: Reader) -> Source:
    """One way for the whole column, even where nothing was found out: else each value would be guessed alone."""
    if spec.kind in _DATED:
        order: DateOrder = detected.format.date_order or ("dmy" if reader.day_first else "mdy")
        return msgspec.structs.replace(source, dates=_WORDS[order])
    own = "," if number_style(reader.language).point == "," else "."
    return msgspec.structs.replace(source, decimal=detected.format.decimal or own)
