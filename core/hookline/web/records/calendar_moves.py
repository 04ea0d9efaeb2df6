"""Rescheduling on the calendar: a record dropped on another day keeps its time of day, unless it is dropped on an hour."""

import json
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from hookline.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Text
from hookline.kernel.kinds.keys import number_in
from hookline.web.records.board_notices import reversal_url
from hookline.web.records.calendar_layout import Calendar, read_calendar
from hookline.web.records.calendars import show_calendar
from hookline.web.visit import Answer

if TYPE_CHECKING:
    from hookline.web.visit import Visit


def move(visit: "Visit", entity: str) -> Answer:
    """Give a record another day. The answer is the calendar; of a plain form, the way back to it."""
    calendar = read_calendar(visit, visit.gate.schema[entity])
    try:
        text, undo = _move(visit, calendar)
    except Invalid as refusal:
        return _refuse(
            visit, calendar, refusal, " ".join(visit.say(problem.text) for problem in refusal.problems)
        )
    except (Conflict, Forbidden, NotFound) as refusal:
        return _refuse(visit, calendar, refusal, visit.say(refusal.text))
    if not visit.is_htmx:
        return visit.see(calendar.url, done=text, undo=undo)
    answer = show_calendar(visit, calendar)
    answer.headers["X-Moved"] = json.dumps({"text": visit.say(text), "undo": undo})
    return answer


def _move(visit: "Visit", calendar: Calendar) -> tuple[Text, str]:
    """Reschedule, and say for when; with the address that takes it back."""
    id, version, day = (
        number_in(visit.value("id")),
        number_in(visit.value("version")),
        _day(visit.value("day")),
    )
    clock = _clock(visit.value("time"))
    info, by = calendar.info, calendar.by
    now = visit.gate.values(info, id or 0)
    if now is None or day is None:
        raise NotFound
    was = now[by.name]
    moved = _at(was, day, clock, visit) if isinstance(was, datetime) else day
    made = visit.gate.update(info.name, id or 0, {by.name: moved}, version=version)
    title = now.get(info.title.name) or f"#{id}"
    when = visit.fmt.datetime(moved) if isinstance(moved, datetime) else visit.fmt.date(moved)
    text = Text("%(record)s: rescheduled for %(when)s.", record=title, when=when)
    return text, reversal_url(f"/{info.cls.slug}/{id}", made, calendar.url)


def _at(was: datetime, day: date, clock: time | None, visit: "Visit") -> datetime:
    """Another day and perhaps another time of day, on the clock of whoever moves it."""
    here = was.astimezone(visit.reader.zone_info)
    if clock is not None:
        here = here.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0, fold=0)
    return here.replace(year=day.year, month=day.month, day=day.day)


def _clock(written: str) -> time | None:
    """A time of day; None where only the day changes."""
    try:
        return time.fromisoformat(written) if written else None
    except ValueError as error:
        raise NotFound from error


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
