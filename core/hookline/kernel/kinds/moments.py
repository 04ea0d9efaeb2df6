"""Points in time as people write them: a day and a clock, in their own time zone; the result is UTC.

A time that the spring change of clocks leaves out is as much later on the new clock: in London, 29 March 2026
01:30 is 02:30. A time that autumn brings twice is the first one, unless its offset is written.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

from hookline.errors import Text
from hookline.kernel.kinds.bad_values import BadValue, shortened
from hookline.kernel.kinds.base import Reader
from hookline.kernel.kinds.day_words import EVENING, HALF_HOUR, MORNING, NOW, PARTS_OF_DAY
from hookline.kernel.kinds.days import LONGEST, read_calendar_day, read_day, read_distance, read_relative_day

# Every zone can show what lies between these, whichever way it is off from UTC.
EARLIEST: Final = datetime(1, 1, 3, tzinfo=UTC)
LATEST: Final = datetime(9999, 12, 29, tzinfo=UTC)
_START_OF_WORK: Final = time(9)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d:?\d\d.*")
_CLOCK: Final = (
    r"(?:(?:at|в|@)\s*)?(?P<hour>\d{1,2})(?:[:.\-](?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,6}))?)?)?"
    r"(?:\s*(?P<half>am|pm|a\.m\.|p\.m\.|утра|ночи|дня|вечера|ч|час|часа|часов)(?P<later>\s+(?:дня|вечера|утра|ночи))?)?"
)
_AT_END: Final = re.compile(rf"(?P<day>.*?)(?:^|[\s,])(?:{_CLOCK})$")
_AT_START: Final = re.compile(rf"{_CLOCK}\s+(?P<day>\D.*)")
_PART_AT_END: Final = re.compile(rf"(?P<day>.*?)\s*(?:\bat\s+|\bв\s+)?\b(?P<part>{'|'.join(PARTS_OF_DAY)})$")
# A bare "-11:00" after a clock would be the end of a span, not an offset.
_OFFSET: Final = re.compile(r"(.*\d:\d\S*?)\s*(?:z|(?:utc|gmt)([+-]\d\d:?\d\d(?::?\d\d)?)?)")
_STEP: Final = re.compile(r"(in|через|\+)\s*(\d+|an?|one)?\s*([a-zа-я]+)")


def read_moment(text: str, reader: Reader) -> datetime | None:
    """The moment somebody wrote (given in `plain_words`); None where it is none.

    A calendar day without a clock begins at midnight; a day named from today at nine, as work does, and today
    itself at the next full hour.
    """
    if len(text) > LONGEST:
        return None
    if _ISO.fullmatch(text):
        return _from_iso(text, reader)
    zone: tzinfo = reader.zone_info
    if found := _OFFSET.fullmatch(text):
        text, zone = found[1], _offset(found[2])
    return _from_now(text, reader) or _from_day(text, reader, zone) or _from_day_and_clock(text, reader, zone)


def in_utc(day: date, clock: time, zone: tzinfo) -> datetime | None:
    """The moment of a clock on a wall; None outside what every zone can show."""
    try:
        return bounded(datetime.combine(day, clock, zone).astimezone(UTC))
    except OverflowError:
        return None


def bounded(moment: datetime) -> datetime | None:
    return moment if EARLIEST <= moment <= LATEST else None


def not_a_moment(text: object, reader: Reader) -> BadValue:
    example = "20.10.2026 14:30" if reader.language == "ru" else "20 Oct 2026 14:30"
    message = '"%(value)s" is not a date with a time. Write it like %(example)s.'
    return BadValue(Text(message, value=shortened(text), example=example))


def _from_iso(text: str, reader: Reader) -> datetime | None:
    try:
        found = datetime.fromisoformat(
            text.replace("t", "T").replace("z", "Z").replace(" ", "T", 1).replace(" ", "")
        )
        aware = found if found.tzinfo else found.replace(tzinfo=reader.zone_info)
        return bounded(aware.astimezone(UTC))
    except (OverflowError, ValueError):
        return None


def _from_now(text: str, reader: Reader) -> datetime | None:
    if reader.format.date_order:
        return None
    if text in NOW:
        return reader.now.astimezone(UTC).replace(second=0, microsecond=0)
    if text in HALF_HOUR:
        return _stepped(timedelta(minutes=30), reader)
    found = _STEP.fullmatch(text)
    distance = read_distance([found[1], *([found[2]] if found[2] else []), found[3]]) if found else None
    if distance is None or distance[1] not in ("minute", "hour"):
        return None
    return _stepped(timedelta(minutes=distance[0] * (60 if distance[1] == "hour" else 1)), reader)


def _stepped(step: timedelta, reader: Reader) -> datetime | None:
    try:
        return bounded(reader.now.astimezone(UTC).replace(second=0, microsecond=0) + step)
    except OverflowError:
        return None


def _from_day(text: str, reader: Reader, zone: tzinfo) -> datetime | None:
    if day := read_calendar_day(text, reader):
        return in_utc(day, time(), zone)
    if (day := read_relative_day(text, reader)) is None:
        return None
    return in_utc(day, _next_hour(reader) if day == reader.today else _START_OF_WORK, zone)


def _next_hour(reader: Reader) -> time:
    return time(reader.here.hour + 1) if reader.here.hour < 23 else time(23, 59)


def _from_day_and_clock(text: str, reader: Reader, zone: tzinfo) -> datetime | None:
    if found := _PART_AT_END.fullmatch(text):
        return _combined(found["day"], PARTS_OF_DAY[found["part"]], reader, zone)
    for shape in (_AT_END, _AT_START):
        if found := shape.fullmatch(text):
            moment = _combined(found["day"], _clock(found, text), reader, zone)
            if moment:
                return moment
    return None


def _combined(day_text: str, clock: time | None, reader: Reader, zone: tzinfo) -> datetime | None:
    if clock is None:
        return None
    day_text = day_text.strip(" ,")
    if not day_text and reader.format.date_order:
        return None
    day = read_day(day_text, reader) if day_text else reader.today
    return in_utc(day, clock, zone) if day else None


def _clock(found: re.Match[str], text: str) -> time | None:
    hour, half = int(found["hour"]), (found["later"] or found["half"] or "").strip()
    if not found["day"] and not half and ":" not in text and not re.match(r"at|в|@", text):
        return None  # a bare "10" or "9-30" is no time
    if half in MORNING or half in EVENING:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in EVENING else 0)
    fraction = int((found["fraction"] or "").ljust(6, "0"))
    try:
        return time(hour, int(found["minute"] or 0), int(found["second"] or 0), fraction)
    except ValueError:
        return None


def _offset(written: str | None) -> tzinfo:
    if not written:
        return UTC
    digits = written[1:].replace(":", "").ljust(6, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:6]))
    # A whole day or more is no offset; what it would mean is refused further on.
    return timezone(min(away, timedelta(hours=23, minutes=59)) * (-1 if written[0] == "-" else 1))
