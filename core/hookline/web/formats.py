"""`Format`: numbers, money, dates and times as one person reads them, for templates."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import cached_property

from babel.dates import format_date, format_interval

from hookline.errors import Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, Reader, show_money, when

_PLAIN = {
    kind: Field(kind=kind, label="")
    for kind in ("integer", "decimal", "percent", "date", "datetime", "duration")
}


class Format:
    """How this person reads values."""

    def __init__(self, reader: Reader, say: Callable[[Text | str], str]) -> None:
        self.reader = reader
        self._say = say

    @cached_property
    def today(self) -> dt.date:
        """The day it is where the person is."""
        return self.reader.today

    def text(self, said: Text | str) -> str:
        """A sentence in the person's language, with every sentence that stands in it."""
        return self._say(said)

    def number(self, value: float | Decimal | None) -> str:
        """A number with the language's separators; a float is one of a chart's."""
        if isinstance(value, float):
            value = int(value) if value.is_integer() else Decimal(str(value))
        kind = "integer" if isinstance(value, int) else "decimal"
        return KINDS[kind].show(value, _PLAIN[kind], self.reader)

    def money(self, amount: Decimal | int | None, currency: str | None = None) -> str:
        """An amount; cents only where there are any."""
        return (
            ""
            if amount is None
            else show_money(Decimal(amount), currency or self.reader.currency, self.reader.language)
        )

    def percent(self, value: Decimal | int | None) -> str:
        """A percentage."""
        return "" if value is None else KINDS["percent"].show(Decimal(value), _PLAIN["percent"], self.reader)

    def date(self, value: dt.date | None) -> str:
        """A day."""
        return KINDS["date"].show(value, _PLAIN["date"], self.reader)

    def datetime(self, value: dt.datetime | None) -> str:
        """A day and a time in the person's zone."""
        return KINDS["datetime"].show(value, _PLAIN["datetime"], self.reader)

    def clock(self, value: dt.datetime) -> str:
        """The time of day in the person's zone."""
        here = value.astimezone(self.reader.zone_info)
        return f"{here.hour:02}:{here.minute:02}"

    def when(self, value: dt.datetime | dt.date) -> tuple[str, str]:
        """A time near now in words, and its tone: "", "now" or "late"."""
        return when(value, self.reader)

    def ago(self, value: dt.datetime | None) -> str:
        """A time that is past, by how near it is: "14:30" today, "Yesterday 14:30", "12 Mar", "12 Mar 2024"."""
        if value is None:
            return ""
        day = value.astimezone(self.reader.zone_info).date()
        if day == self.today:
            return self.clock(value)
        if day == self.today - dt.timedelta(days=1):
            return f"{self._say('Yesterday')} {self.clock(value)}"
        return self.short_day(day) if day.year == self.today.year else self.date(day)

    def short_day(self, day: dt.date) -> str:
        """A day without its year: "12 Mar"."""
        return self.date(day).removesuffix(" г.").removesuffix(f" {day.year}")

    def long_day(self, value: dt.date) -> str:
        """A day in full: "Tuesday, 17 March"."""
        pattern = "EEEE, d MMMM"
        return format_date(value, pattern, locale=self.reader.language)

    def month(self, value: dt.date) -> str:
        """A month by its name: "March 2026"."""
        written = format_date(value, "LLLL y", locale=self.reader.language)
        return written[:1].upper() + written[1:]

    def days_of(self, first: dt.date, last: dt.date) -> str:
        """A span of days: "16–22 Mar 2026"."""
        # Days come before months here in English too, as everywhere else on our pages.
        locale = "en_GB" if self.reader.language == "en" else self.reader.language
        return format_interval(first, last, "yMMMd", locale=locale)

    def weekday(self, value: dt.date) -> str:
        """A day of the week, short: "Tue"."""
        return format_date(value, "ccc", locale=self.reader.language)

    def duration(self, value: dt.timedelta | None) -> str:
        """A length of time."""
        return KINDS["duration"].show(value, _PLAIN["duration"], self.reader)

    def days(self, since: dt.datetime | None) -> int | None:
        """Whole days from a time until now."""
        return None if since is None else max(0, (self.reader.now - since).days)
