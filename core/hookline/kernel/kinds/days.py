"""Days as people write them: "20.10.2026", "1 Dec", "next monday", «послезавтра», «через 2 недели»."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from hookline.errors import Text
from hookline.kernel.kinds.bad_values import BadValue, shortened
from hookline.kernel.kinds.base import DateOrder, Reader
from hookline.kernel.kinds.day_words import (
    AFTER,
    BEFORE,
    ENDS,
    LAST,
    MONTHS,
    NEXT,
    ONE,
    ORDINALS,
    PREPOSITIONS,
    RELATIVE_DAYS,
    RELATIVE_PHRASES,
    SINGULAR,
    THIS,
    UNITS,
    WEEKDAYS,
    Unit,
)

LONGEST: Final = 80
_YEAR_FIRST: Final = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})")
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")
_NUMERIC: Final = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{1,2})")
_WITHOUT_YEAR: Final = re.compile(r"(\d{1,2})([./])(\d{1,2})")
_WORDS: Final = re.compile(r"\d+|[a-zа-я]+|[+-](?=\s*\d)")
_NOISE: Final = re.compile(r"[,./\s-]+|\d+|[a-zа-я]+|[+]")
_CENTURY: Final = 69


def plain_words(text: str) -> str:
    """What somebody wrote, in one case, with single blanks and without «ё»."""
    return " ".join(text.lower().replace("ё", "е").split())


def read_day(text: str, reader: Reader) -> date | None:
    """The day somebody wrote (given in `plain_words`); None where it is not one."""
    return read_calendar_day(text, reader) or read_relative_day(text, reader)


def read_calendar_day(text: str, reader: Reader) -> date | None:
    """A day named by its number and month, with or without the year."""
    text = text.removesuffix(" г.").removesuffix(" года")
    if found := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return day_or_none(int(found[1]), int(found[found.re.groups - 1]), int(found[found.re.groups]))
    if found := _NUMERIC.fullmatch(text):
        return _ordered(found[1], found[3], found[4], found[2], reader)
    if (found := _WITHOUT_YEAR.fullmatch(text)) and not reader.format.date_order:
        swapped = found[2] == "/" and not reader.day_first
        day, month = (found[3], found[1]) if swapped else (found[1], found[3])
        return _nearest(int(month), int(day), reader.today)
    return _named(text, reader)


def read_relative_day(text: str, reader: Reader) -> date | None:
    """A day named from today. A bare weekday is the next such day; "next friday" is in the next week.

    A column of a file has none: "Friday" there is a word.
    """
    if reader.format.date_order:
        return None
    words, today = _split(text), reader.today
    while words and words[0] in PREPOSITIONS:
        words = words[1:]
    phrase = " ".join(words)
    days = RELATIVE_DAYS.get(phrase, RELATIVE_PHRASES.get(phrase))
    if days is not None:
        return _later(today, "day", days)
    return _offset(words, today) or _weekday(words, today) or _period(words, today)


def read_distance(words: Sequence[str]) -> tuple[int, Unit] | None:
    """How many of what ("in 3 days", "+3d", «2 недели назад»), below zero into the past; None if neither."""
    if len(words) < 2:
        return None
    sign = 1 if words[0] in AFTER else -1 if words[0] in BEFORE or words[-1] in BEFORE else 0
    rest = words[:-1] if words[-1] in BEFORE else words[1:]
    if rest and rest[0] in ONE:
        rest = rest[1:]
    count, unit = (
        ("1", rest[0]) if len(rest) == 1 and rest[0] in SINGULAR else rest if len(rest) == 2 else ("", "")
    )
    if not sign or unit not in UNITS or not count.isdigit() or len(count) > 5:
        return None
    return sign * int(count), UNITS[unit]


def day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def not_a_day(text: object, reader: Reader) -> BadValue:
    example = "20.10.2026" if reader.language == "ru" else "20 Oct 2026"
    message = '"%(value)s" is not a date. Write it like %(example)s.'
    return BadValue(Text(message, value=shortened(text), example=example))


def _ordered(first: str, second: str, third: str, mark: str, reader: Reader) -> date | None:
    """A fixed order is obeyed; a person's is turned where only the other way makes a day ("12/25/2026")."""
    if reader.format.date_order:
        return _in_order(first, second, third, reader.format.date_order)
    order: DateOrder = "dmy" if reader.day_first or mark == "." else "mdy"
    found = _in_order(first, second, third, order)
    if found is None and mark != ".":
        found = _in_order(first, second, third, "mdy" if order == "dmy" else "dmy")
    return found


def _in_order(first: str, second: str, third: str, order: DateOrder) -> date | None:
    if order == "ymd":
        return day_or_none(_full_year(first), int(second), int(third))
    day, month = (first, second) if order == "dmy" else (second, first)
    return day_or_none(_full_year(third), int(month), int(day))


def _full_year(written: str) -> int:
    """Two digits are a year from 1969 to 2068."""
    year = int(written)
    if len(written) > 2:
        return year
    return year + (1900 if year >= _CENTURY else 2000)


def _named(text: str, reader: Reader) -> date | None:
    """Read "1 Dec", "Dec 1st, 2026", "Fri, 18 Dec 2026", «1 декабря 2026 г.»."""
    words = [word for word in _split(text) if word not in ORDINALS and word != "-"]
    weekday = WEEKDAYS[words.pop(0)] if words and words[0] in WEEKDAYS else None
    if len(words) not in (2, 3):
        return None
    first, second = words[:2]
    day, month = (first, MONTHS.get(second)) if first.isdigit() else (second, MONTHS.get(first))
    if month is None or not day.isdigit() or len(day) > 2 or not words[-1].isalnum():
        return None
    if len(words) == 2 and not reader.format.date_order:
        found = _nearest(month, int(day), reader.today)
    elif len(words) == 3 and words[2].isdigit() and len(words[2]) in (2, 4):
        found = day_or_none(_full_year(words[2]), month, int(day))
    else:
        return None
    return found if found and weekday in (None, found.weekday()) else None


def _nearest(month: int, day: int, today: date) -> date | None:
    """Without a year the nearest such day is meant, behind or ahead."""
    years = range(max(today.year - 4, 1), min(today.year + 5, 10_000))
    days = filter(None, (day_or_none(year, month, day) for year in years))
    return min(days, key=lambda found: abs(found - today), default=None)


def _offset(words: Sequence[str], today: date) -> date | None:
    distance = read_distance(words)
    if distance is None or distance[1] in ("minute", "hour"):
        return None
    return _later(today, distance[1], distance[0])


def _weekday(words: Sequence[str], today: date) -> date | None:
    if not words or words[-1] not in WEEKDAYS or len(words) > 2:
        return None
    wanted = WEEKDAYS[words[-1]]
    monday = today - timedelta(days=today.weekday())
    if len(words) == 1:
        return _later(today, "day", (wanted - today.weekday() - 1) % 7 + 1)
    weeks = 0 if words[0] in THIS else 1 if words[0] in NEXT else -1 if words[0] in LAST else None
    return None if weeks is None else _later(monday, "day", 7 * weeks + wanted)


def _period(words: Sequence[str], today: date) -> date | None:
    """Next week is its Monday, next month its first day, the end of the month its last one."""
    if len(words) < 2:
        return None
    how, unit = " ".join(words[:-1]), _period_unit(words[-1])
    if how in ENDS and unit in ("month", "quarter", "year"):
        month = 12 if unit == "year" else (today.month + 2) // 3 * 3 if unit == "quarter" else today.month
        return date(today.year, month, monthrange(today.year, month)[1])
    if how not in NEXT:
        return None
    if unit == "week":
        return _later(today, "day", 7 - today.weekday())
    if unit == "month":
        return _later(today.replace(day=1), "month", 1)
    return _later(date(today.year, 1, 1), "year", 1) if unit == "year" else None


def _period_unit(word: str) -> str:
    if word in ("quarter", "квартал", "квартала"):
        return "quarter"
    return str({"месяце": "month", "году": "year", "неделе": "week"}.get(word) or UNITS.get(word, ""))


def _later(start: date, unit: Unit, count: int) -> date | None:
    """So much later; the last day of a month that is too short; None past the ends of the calendar."""
    try:
        if unit in ("day", "week"):
            return start + timedelta(days=count * (7 if unit == "week" else 1))
        months = start.year * 12 + start.month - 1 + count * (12 if unit == "year" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return None


def _split(text: str) -> list[str]:
    """The words, numbers and signs of a text made of nothing else; none otherwise."""
    if len(text) > LONGEST or _NOISE.sub("", text):
        return []
    return list(_found(text))


def _found(text: str) -> Iterator[str]:
    return (match.group() for match in _WORDS.finditer(text))
