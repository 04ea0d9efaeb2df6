"""Windows: on which days and at which hours a multiplier is open, the days given as an RRULE (RFC 5545)."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr
from hookline_sdk import Text

# Rules of hours and minutes would have to be counted through one by one.
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_AHEAD = dt.timedelta(days=730)
_KNOWN = ("FREQ", "INTERVAL", "COUNT", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "BYWEEKNO", "BYYEARDAY", "WKST")  # fmt: skip


def problem_of(rule: str) -> Text | None:
    """What is wrong with a rule of days; None when it can be used."""
    written = [part.partition("=") for part in rule.upper().split(";") if part]
    parts = {name: value for name, _, value in written}
    if parts.get("FREQ") not in _FREQUENCIES:
        return Text("Begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.")
    strange = next((name for name in parts if name not in _KNOWN), None)
    if strange is not None:
        return Text("%(part)s is not possible here: %(known)s are.", part=strange, known=", ".join(_KNOWN))
    try:
        _rule(rule, dt.date(2024, 1, 1), dt.date(2024, 1, 1))
    except (ValueError, TypeError, OverflowError):
        return Text("This is no rule of days. FREQ=WEEKLY;BYDAY=MO,TU is one.")
    return None


def falls_on(rule: str, starts_on: dt.date, ends_on: dt.date | None, day: dt.date) -> bool:
    """Whether a day is one of a rule that is counted from `starts_on`."""
    if day < starts_on or (ends_on is not None and day > ends_on):
        return False
    at = dt.datetime.combine(day, dt.time())
    return bool(_rule(rule, starts_on, day).between(at, at, inc=True))


def days_from(rule: str, starts_on: dt.date, ends_on: dt.date | None, first: dt.date) -> Iterator[dt.date]:
    """The days of a rule from `first` on, within two years of it."""
    last = min(ends_on or dt.date.max, first + _AHEAD)
    begin, end = (dt.datetime.combine(day, dt.time()) for day in (first, last))
    return (found.date() for found in _rule(rule, starts_on, last).xafter(begin, inc=True) if found <= end)


def within_hours(from_hour: int | None, to_hour: int | None, hour: int) -> bool:
    """Whether an hour of the day is between two; past midnight when the second is the earlier one."""
    start, end = from_hour or 0, to_hour or 24
    return start <= hour < end if start < end else hour >= start or hour < end


def here(moment: dt.datetime, zone: str) -> dt.datetime:
    """A moment as the clocks of the house show it."""
    return moment.astimezone(ZoneInfo(zone))


def _rule(rule: str, starts_on: dt.date, until: dt.date) -> rrule:
    start = dt.datetime.combine(starts_on, dt.time())
    found = rrulestr(rule.upper(), dtstart=start)
    if not isinstance(found, rrule):
        raise TypeError(rule)
    # Without an end a rule that never comes true would be counted through to the end of time.
    return found.replace(until=dt.datetime.combine(until, dt.time()))
