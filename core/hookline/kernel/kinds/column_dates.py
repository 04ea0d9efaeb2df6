"""In which order a column writes its dates, told from the values: "25-10-16" has no month 25."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypeAlias

from hookline.errors import Text
from hookline.kernel.kinds.base import DateOrder, Format, Kind, Reader
from hookline.kernel.kinds.detected import Detected, enough, mostly, readings
from hookline.kernel.kinds.times import DateKind, DatetimeKind, show_date

Days: TypeAlias = Mapping[str, object]
_ORDERS: Final[Sequence[DateOrder]] = ("dmy", "mdy", "ymd")
_TEXTS: Final[Mapping[DateOrder, str]] = {
    "dmy": "Dates are read as day-month-year: %(sample)s is %(shown)s.",
    "mdy": "Dates are read as month-day-year: %(sample)s is %(shown)s.",
    "ymd": "Dates are read as year-month-day: %(sample)s is %(shown)s.",
}
_DATE: Final = re.compile(
    r"\d{1,4}([-./])\d{1,2}\1\d{1,4}(?!\d)"  # 20.10.2026
    r"|\d{1,2}\W+[^\W\d]{3,9}\W+\d{2,4}\b"  # 20 Oct 2026, 20-Oct-26
    r"|[^\W\d]{3,9}\W+\d{1,2}\W+\d{4}\b"  # Oct 20, 2026
)
_CLOCK: Final = re.compile(r"\d:\d\d")
_MIDNIGHT: Final = re.compile(r"[T ]0?0:00(?::00(?:\.0+)?)?Z?$")
_CLEARLY_FEWER: Final = 3


def detect_dates(values: Sequence[str], reader: Reader) -> Detected | None:
    """The kind and order of a column of days or moments; None where it is neither."""
    if not mostly(_DATE.match, values):
        return None
    timed = any(_CLOCK.search(value) and not _MIDNIGHT.search(value) for value in values)
    kind: Kind = DatetimeKind() if timed else DateKind()
    read: dict[DateOrder, Days] = {}
    for order in _ORDERS:
        read[order] = readings(kind, values, replace(reader, format=Format(date_order=order)))
    counts = {order: sum(value in read[order] for value in values) for order in _ORDERS}
    most = max(counts.values())
    if not enough(most, values):
        return None
    likely, sure = _likely(values, {order: read[order] for order in _ORDERS if counts[order] == most}, reader)
    return Detected(kind.name, Format(date_order=likely), _evidence(likely, read, reader), sure)


def _likely(
    values: Sequence[str], possible: Mapping[DateOrder, Days], reader: Reader
) -> tuple[DateOrder, bool]:
    """Of the orders that make days of the values the one with the fewest years, and whether that is clear."""
    if all(value[:4].isdigit() for value in values):
        return "ymd", True
    years: Mapping[DateOrder, int] = {
        order: len({_day(found).year for found in days.values()}) for order, days in possible.items()
    }
    fewest = min(years.values())
    likely: list[DateOrder] = [order for order in possible if years[order] == fewest]
    if len(likely) == 1:
        others = [count for order, count in years.items() if order != likely[0]]
        return likely[0], all(count >= _CLEARLY_FEWER * fewest for count in others)
    dotted, named = (all(map(has, values)) for has in (_has_dots, _has_a_name))
    wanted: DateOrder = "dmy" if dotted or reader.day_first else "mdy"
    return (wanted if wanted in likely else likely[0]), dotted or named


def _evidence(order: DateOrder, read: Mapping[DateOrder, Days], reader: Reader) -> Text:
    """Shows the order on the value that the fewest other orders could read."""
    sample = min(read[order], key=lambda value: sum(value in days for days in read.values()))
    return Text(_TEXTS[order], sample=sample, shown=show_date(_day(read[order][sample]), reader.language))


def _day(found: object) -> date:
    if not isinstance(found, date):
        raise TypeError(f"not a day: {found!r}")
    return found


def _has_dots(value: str) -> bool:
    return value.count(".") >= 2


def _has_a_name(value: str) -> bool:
    return bool(re.match(r"\d*\W*[^\W\d]{3}", value))
