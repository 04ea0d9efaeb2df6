"""Named ranges of days, such as "this month", as somebody sees them from the day it is where they are."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

from hookline.errors import Text

Days = tuple[date | None, date | None]
_DAY: Final = timedelta(days=1)

# By name: what people read, and the first and last day seen from today. Weeks begin on Monday.
RANGES: Final[Mapping[str, tuple[Text, Callable[[date], Days]]]] = {
    "overdue": (Text("overdue"), lambda today: (None, today - _DAY)),
    "today": (Text("today"), lambda today: (today, today)),
    "yesterday": (Text("yesterday"), lambda today: (today - _DAY, today - _DAY)),
    "tomorrow": (Text("tomorrow"), lambda today: (today + _DAY, today + _DAY)),
    "this_week": (Text("this week"), lambda today: _week(today, 0)),
    "last_week": (Text("last week"), lambda today: _week(today, -1)),
    "next_week": (Text("next week"), lambda today: _week(today, 1)),
    "this_month": (Text("this month"), lambda today: _months(today.replace(day=1), 0, 1)),
    "last_month": (Text("last month"), lambda today: _months(today.replace(day=1), -1, 1)),
    "next_month": (Text("next month"), lambda today: _months(today.replace(day=1), 1, 1)),
    "this_quarter": (Text("this quarter"), lambda today: _months(_quarter(today), 0, 3)),
    "last_quarter": (Text("last quarter"), lambda today: _months(_quarter(today), -3, 3)),
    "next_quarter": (Text("next quarter"), lambda today: _months(_quarter(today), 3, 3)),
    "this_year": (Text("this year"), lambda today: _months(date(today.year, 1, 1), 0, 12)),
    "last_year": (Text("last year"), lambda today: _months(date(today.year, 1, 1), -12, 12)),
    "last_7_days": (Text("in the last 7 days"), lambda today: (today - 6 * _DAY, today)),
    "last_30_days": (Text("in the last 30 days"), lambda today: (today - 29 * _DAY, today)),
    "last_90_days": (Text("in the last 90 days"), lambda today: (today - 89 * _DAY, today)),
    "next_7_days": (Text("in the next 7 days"), lambda today: (today, today + 6 * _DAY)),
    "next_30_days": (Text("in the next 30 days"), lambda today: (today, today + 29 * _DAY)),
}


def days_of(name: str, today: date) -> Days | None:
    """The first and last day of a range; None where there is no range of this name."""
    found = RANGES.get(name)
    return found[1](today) if found else None


def _week(today: date, weeks: int) -> Days:
    monday = today + (7 * weeks - today.weekday()) * _DAY
    return monday, monday + 6 * _DAY


def _quarter(today: date) -> date:
    return date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)


def _months(first: date, away: int, count: int) -> Days:
    return _month(first, away), _month(first, away + count) - _DAY


def _month(first: date, count: int) -> date:
    """The first day of the month so many months away."""
    index = first.year * 12 + first.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)
