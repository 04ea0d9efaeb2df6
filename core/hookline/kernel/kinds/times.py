"""Days and points in time, and how near they are."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, TypeAlias

from hookline.errors import Text
from hookline.kernel.kinds.bad_values import BadValue, shortened
from hookline.kernel.kinds.base import Json, KindOf, Reader, Spec
from hookline.kernel.kinds.days import not_a_day, plain_words, read_day
from hookline.kernel.kinds.locales import month_names, weekday_names
from hookline.kernel.kinds.moments import bounded, in_utc, not_a_moment, read_moment

Tone: TypeAlias = Literal["", "now", "late"]
_MIDNIGHT: Final = time()
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NEAR: Final = {"en": ("Today", "Tomorrow"), "ru": ("Сегодня", "Завтра")}
_ENGLISH: Final = {"day": ("day", "days"), "hour": ("hour", "hours"), "minute": ("min", "min")}
_RUSSIAN: Final = {"day": ("день", "дня", "дней"), "hour": ("час", "часа", "часов"), "minute": ("мин",) * 3}


class DateKind(KindOf[date]):
    """A day without a time."""

    name = "date"
    holds = date

    def _read(self, text: str, spec: Spec, reader: Reader) -> date | None:
        words = plain_words(text)
        found = read_day(words, reader)
        if found is None and words[:4].isdigit() and (moment := read_moment(words, reader)):
            # A time stamp of another system; the day it fell on here is meant.
            found = moment.astimezone(reader.zone_info).date()
        if found is None:
            raise not_a_day(text, reader)
        return found

    def _convert(self, raw: object, spec: Spec, reader: Reader) -> date | None:
        if isinstance(raw, datetime):
            return (raw.astimezone(reader.zone_info) if raw.tzinfo else raw).date()
        return raw if isinstance(raw, date) else super()._convert(raw, spec, reader)

    def _load(self, raw: object, spec: Spec) -> date | None:
        try:
            if isinstance(raw, str) and _ISO_DAY.fullmatch(raw):
                return date.fromisoformat(raw)
        except ValueError:
            pass
        raise BadValue(Text("%(value)s is not a date. Send it like 2026-10-20.", value=shortened(raw)))

    def _dump(self, value: date, spec: Spec) -> Json:
        return value.isoformat()

    def _show(self, value: date, spec: Spec, reader: Reader) -> str:
        return show_date(value, reader.language)

    def _edit(self, value: date, spec: Spec, reader: Reader) -> str:
        return _edited(value, reader)

    def _cell(self, value: date, spec: Spec) -> object:
        return value

    def _own(self, value: object) -> date:
        if isinstance(value, datetime):
            raise TypeError(f"a field of kind {self.name!r} cannot hold {value!r}")
        return super()._own(value)


class DatetimeKind(KindOf[datetime]):
    """A point in time: aware, in UTC, shown in each person's own zone."""

    name = "datetime"
    holds = datetime

    def _read(self, text: str, spec: Spec, reader: Reader) -> datetime | None:
        found = read_moment(plain_words(text), reader)
        if found is None:
            raise not_a_moment(text, reader)
        return found

    def _convert(self, raw: object, spec: Spec, reader: Reader) -> datetime | None:
        found = None
        if isinstance(raw, datetime):
            found = in_utc(raw.date(), raw.timetz().replace(tzinfo=None), raw.tzinfo or reader.zone_info)
        elif isinstance(raw, date):
            found = in_utc(raw, _MIDNIGHT, reader.zone_info)
        if found is None:
            raise not_a_moment(raw, reader)
        return found

    def _load(self, raw: object, spec: Spec) -> datetime | None:
        try:
            found = datetime.fromisoformat(raw) if isinstance(raw, str) else None
            if found and found.tzinfo and (moment := bounded(found.astimezone(UTC))):
                return moment
        except (OverflowError, ValueError):
            pass
        message = "%(value)s is not a time with its zone. Send it like 2026-10-20T14:30:00Z."
        raise BadValue(Text(message, value=shortened(raw)))

    def _dump(self, value: datetime, spec: Spec) -> Json:
        return _iso(value)

    def _show(self, value: datetime, spec: Spec, reader: Reader) -> str:
        here = value.astimezone(reader.zone_info)
        return f"{show_date(here, reader.language)} {here.hour:02}:{here.minute:02}"

    def _edit(self, value: datetime, spec: Spec, reader: Reader) -> str:
        here = value.astimezone(reader.zone_info)
        clock = here.time().isoformat(timespec="auto" if here.second or here.microsecond else "minutes")
        twice = here.replace(fold=1 - here.fold).utcoffset() != here.utcoffset()
        return f"{_edited(here, reader)} {clock}" + (f" UTC{here.strftime('%z')}" if twice else "")

    def _cell(self, value: datetime, spec: Spec) -> object:
        return _iso(value)

    def _own(self, value: object) -> datetime:
        own = super()._own(value)
        if own.tzinfo is None:
            raise TypeError(f"a time without a zone means nothing: {value!r}")
        return own


def show_date(value: date, language: str) -> str:
    """Write "18 Dec 2026", «18 дек. 2026»."""
    return f"{value.day} {month_names(language)[value.month]} {value.year}"


def when(value: date | datetime, reader: Reader) -> tuple[str, Tone]:
    """How near a day or a moment is, and its tone: "" ahead, "now" today, "late" when it is past.

    "Today 14:30", "Tomorrow", "Fri 10:00", "18 Dec", "2 days late", «просрочено на 2 дня».
    """
    if not isinstance(value, datetime):
        return _near(value, "", reader)
    here = value.astimezone(reader.zone_info)
    minutes = (reader.now - value) // timedelta(minutes=1)
    if minutes > 0 and here.date() == reader.today:
        count, unit = (minutes // 60, "hour") if minutes >= 60 else (minutes, "minute")
        return _late(count, unit, reader.language), "late"
    return _near(here.date(), f" {here.hour:02}:{here.minute:02}", reader)


def _near(day: date, clock: str, reader: Reader) -> tuple[str, Tone]:
    days = (day - reader.today).days
    if days < 0:
        return _late(-days, "day", reader.language), "late"
    return _day_name(day, days, reader) + clock, "now" if days == 0 else ""


def _day_name(day: date, days: int, reader: Reader) -> str:
    if days < 2:
        return _NEAR.get(reader.language, _NEAR["en"])[days]
    if days < 7:
        name = weekday_names(reader.language)[day.weekday()]
        return name[:1].upper() + name[1:]
    written = show_date(day, reader.language)
    return written.removesuffix(f" {day.year}") if day.year == reader.today.year else written


def _late(count: int, unit: str, language: str) -> str:
    if language == "ru":
        return f"просрочено на {count} {_RUSSIAN[unit][_russian_form(count)]}"
    return f"{count} {_ENGLISH[unit][count != 1]} late"


def _russian_form(count: int) -> int:
    """0 as in 1 день, 1 as in 2 дня, 2 as in 5 дней."""
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14 else 2


def _edited(value: date, reader: Reader) -> str:
    if reader.language == "en":
        return f"{value.day} {month_names('en')[value.month]} {value.year:04}"
    return f"{value.day:02}.{value.month:02}.{value.year:04}"


def _iso(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
