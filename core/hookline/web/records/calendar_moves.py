"""Rescheduling on the calendar: a record dropped on another day keeps its time of day."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from hookline.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Text
from hookline.web.records.calendar_layout import Calendar, read_calendar
from hookline.web.records.calendars import show_calendar
from hookline.web.visit import Answer

if TYPE_CHECKING:
    from hookline.web.visit import Visit


def move(visit: "Visit", entity: str) -> Answer:
    """Give a record another day. The answer is the calendar; of a plain form, the way back to it."""
    calendar = read_calendar(visit, visit.gate.schema[entity])
    try:
        _move(visit, calendar)
    except Invalid as refusal:
        return _refuse(
            visit, calendar, refusal, " ".join(visit.say(problem.text) for problem in refusal.problems)
        )
    except (Conflict, Forbidden, NotFound) as refusal:
        return _refuse(visit, calendar, refusal, visit.say(refusal.text))
    return (
        show_calendar(visit, calendar)
        if visit.is_htmx
        else visit.see(calendar.url, done=Text("Rescheduled."))
    )


def _move(visit: "Visit", calendar: Calendar) -> None:
    id, version, day = _number(visit.value("id")), _number(visit.value("version")), _day(visit.value("day"))
    info, by = calendar.info, calendar.by
    now = visit.gate.values(info, id or 0)
    if now is None or day is None:
        raise NotFound
    was = now[by.name]
    moved = _at(was, day, visit) if isinstance(was, datetime) else day
    visit.gate.update(info.name, id or 0, {by.name: moved}, version=version)


def _at(was: datetime, day: date, visit: "Visit") -> datetime:
    """The same time of day, on the clock of whoever moves it."""
    here = was.astimezone(visit.reader.zone_info)
    return here.replace(year=day.year, month=day.month, day=day.day)


def _number(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 19 else None


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _refuse(visit: "Visit", calendar: Calendar, refusal: Refused, text: str) -> Answer:
    visit.take_back()
    if visit.is_htmx:
        return Answer(text, refusal.status, "text/plain")
    return visit.see(calendar.url, done=text, kind="bad")
