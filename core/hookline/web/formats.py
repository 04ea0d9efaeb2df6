"""`Format`: numbers, money, dates and times as one person reads them, for templates."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import cached_property

from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, Reader, show_money, when

_PLAIN = {
    kind: Field(kind=kind, label="")
    for kind in ("integer", "decimal", "percent", "date", "datetime", "duration")
}


class Format:
    """How this person reads values."""

    def __init__(self, reader: Reader, say: Callable[[str], str]) -> None:
        self.reader = reader
        self._say = say

    @cached_property
    def today(self) -> dt.date:
        """The day it is where the person is."""
        return self.reader.today

    def number(self, value: int | Decimal | None) -> str:
        """A number with the language's separators."""
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
        return value.astimezone(self.reader.zone_info).strftime("%H:%M")

    def when(self, value: dt.datetime | dt.date) -> tuple[str, str]:
        """A time near now in words, and its tone: "", "now" or "late"."""
        return when(value, self.reader)

    def duration(self, value: dt.timedelta | None) -> str:
        """A length of time."""
        return KINDS["duration"].show(value, _PLAIN["duration"], self.reader)

    def days(self, since: dt.datetime | None) -> int | None:
        """Whole days from a time until now."""
        return None if since is None else max(0, (self.reader.now - since).days)
