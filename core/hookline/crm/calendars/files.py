"""Calendar files: what somebody has planned, as iCalendar (RFC 5545), for the calendar program of that person."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from hookline.kernel.kinds.keys import key_in
from hookline.kernel.reads import Reads
from hookline.kernel.titles import keys_by_entity, titles_of

if TYPE_CHECKING:
    from icalendar import Event

PAST: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=400)
MOST: Final = 2000
USUAL_LENGTH: Final = timedelta(minutes=30)
REFRESH: Final = timedelta(minutes=15)
_WANTED: Final = ("id", "subject", "about", "due_at", "duration", "repeat", "body", "updated_at")
_LONGEST_BODY: Final = 2000


def write_calendar(gate: Reads, zone: ZoneInfo, address: str, name: str) -> bytes:
    """The actor's own activities with a time, from three months ago on, as far as the actor may see them now.

    `address` is where the application is reached; times are said in `zone`, so that a repeated meeting keeps its hour
    when the clocks change.
    """
    from icalendar import Calendar  # noqa: PLC0415  # it would make every start slower

    rows = _planned(gate)
    about = titles_of(gate, keys_by_entity(row["about"] for row in rows if row.get("about")))
    calendar = Calendar.new(prodid="-//Hookline//Calendar//EN", name=name, refresh_interval=REFRESH)
    for row in rows:
        key = key_in(row.get("about"))
        title = about.get(key) if key else None
        calendar.add_component(_event(row, zone, address, title))
    calendar.add_missing_timezones((gate.now - PAST).date(), (gate.now + AHEAD).date())
    return bytes(calendar.to_ical())


def _planned(gate: Reads) -> list[Mapping[str, Any]]:
    seen = gate.source("activity").c
    # Whoever may not see these fields has nothing that could stand in a calendar.
    if not {"owner", "due_at", "subject"} <= set(seen.keys()):
        return []
    mine = select(*(seen[n] for n in _WANTED if n in seen)).where(
        seen.owner == gate.actor.user, seen.due_at >= gate.now - PAST, seen.due_at < gate.now + AHEAD
    )
    return list(gate.run(mine.order_by(seen.due_at, seen.id).limit(MOST)).mappings())


def _event(row: Mapping[str, Any], zone: ZoneInfo, address: str, about: str | None) -> "Event":
    from icalendar import Event, vRecur  # noqa: PLC0415  # it would make every start slower

    begins, length = row["due_at"].astimezone(zone), row.get("duration")
    start, end = _times(begins, length)
    said = [part for part in (about, (row.get("body") or "")[:_LONGEST_BODY]) if part]
    event = Event.new(
        uid=f"activity-{row['id']}@{address.partition('://')[2]}",
        stamp=row.get("updated_at"),
        start=start,
        end=end,
        summary=row["subject"],
        description="\n\n".join(said) or None,
        url=f"{address}/activities/{row['id']}",
    )
    if row.get("repeat"):
        event.add("rrule", vRecur.from_ical(row["repeat"].removeprefix("RRULE:")))
    return event


def _times(begins: datetime, length: timedelta | None) -> tuple[date, date]:
    """From when until when; what is due at midnight is meant for the whole day."""
    if begins.time() == time() and not length:
        return begins.date(), begins.date() + timedelta(days=1)
    # Added to the moment, not to the clock: half an hour is half an hour on the night when the clocks change.
    seconds = (length or USUAL_LENGTH).total_seconds()
    return begins, datetime.fromtimestamp(begins.timestamp() + seconds, begins.tzinfo)
