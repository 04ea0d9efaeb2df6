"""The calendar of any entity: its records by one of their dates, a month, a week or a list of days at a time."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from hookline.errors import Invalid
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.lists.days import Day, fetch_days
from hookline.kernel.schema import EntityInfo
from hookline.kernel.titles import titles_of
from hookline.web.records import views
from hookline.web.records.addresses import read_query
from hookline.web.records.calendar_hours import MOST_BESIDE, block_of, hours_of, is_all_day, side_by_side
from hookline.web.records.calendar_items import Item, item_painter, named_after, read_along
from hookline.web.records.calendar_layout import KEPT, PER_DAY, SPANS, Calendar, date_fields, read_calendar
from hookline.web.records.phrases import named_records
from hookline.web.records.toolbars import layouts, toolbar

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit


def show(visit: "Visit", entity: str) -> "Answer":
    """The calendar."""
    info = visit.gate.schema[entity]
    try:
        return show_calendar(visit, read_calendar(visit, info))
    except Invalid as refusal:
        return _refused(visit, info, refusal)


def show_calendar(visit: "Visit", calendar: Calendar) -> "Answer":
    """The whole calendar, or its block."""
    info, asked, by = calendar.info, calendar.asked, calendar.by
    query = read_query(visit.gate, info, asked, read_along(visit, info, by))
    query = replace(query, sort=by.name, limit=PER_DAY[calendar.span], trash=False, offset=0)
    after = named_after(visit, info)
    found = fetch_days(visit.gate, info, query, visit.reader, calendar.days, labels=[after] if after else [])
    names = titles_of(visit.gate, named_records(info, calendar.conditions))
    paint = item_painter(visit, info, by, calendar.url)
    days = [_cell(visit, calendar, day, found.get(day), paint) for day in calendar.days]
    title = visit.say(info.cls.plural)
    bar = toolbar(visit, info, asked, calendar.conditions, names)
    context = {
        **bar,
        "views": [replace(tab, url=_kept(calendar, tab.url)) for tab in bar["views"]],
        **(_timed(visit, calendar, days) if calendar.timed else {"hours": (), "timed": False}),
        "new_url": _new_url(visit, calendar),
        "by_name": by.name,
        "save_view_url": views.save_url(info, calendar.plain),
        "page_title": title,
        "title": title,
        "layouts": layouts(visit, info, "calendar", calendar.plain),
        "span": calendar.span,
        "spans": _spans(visit, calendar),
        "month": calendar.title(visit),
        "prev_url": asked.url(on=calendar.beside(-1).isoformat()),
        "next_url": asked.url(on=calendar.beside(1).isoformat()),
        "today_url": asked.url(on=None),
        "dates": _dates(visit, calendar),
        "date_label": visit.say(by.label),
        "weekdays": [visit.fmt.weekday(day) for day in calendar.days[:7]],
        "days": [day for day in days if day["items"] or day["today"]] if calendar.span == "agenda" else days,
        "move_url": f"{asked.base}/move{_parameters(calendar)}" if _may_move(visit, info, by) else "",
        "empty": None,
    }
    return visit.page("records/calendar.html", block="calendar", **context)


def _refused(visit: "Visit", info: EntityInfo, refusal: Invalid) -> "Answer":
    """What is wrong with the calendar's address, and the way back to one that can be shown."""
    title = visit.say(info.cls.plural)
    empty = {
        "icon": "triangle-alert",
        "title": visit.say("This calendar cannot be shown"),
        "text": " ".join(visit.say(problem.text) for problem in refusal.problems),
        "action": {"label": visit.say("Clear filters"), "url": f"/{info.cls.slug}/calendar", "icon": "x"},
    }
    nothing: dict[str, Any] = dict.fromkeys(
        ("views", "filters", "filter_fields", "spans", "dates", "weekdays", "days"), ()
    )
    nothing |= dict.fromkeys(
        ("save_view_url", "span", "month", "prev_url", "next_url", "today_url", "date_label", "move_url"), ""
    )
    nothing |= dict.fromkeys(("search", "filter_edit"), None)
    nothing |= {"timed": False, "hours": (), "new_url": "", "by_name": ""}
    context = {
        **nothing,
        "page_title": title,
        "title": title,
        "layouts": layouts(visit, info, "calendar"),
        "empty": empty,
    }
    return visit.page("records/calendar.html", block="calendar", status=422, **context)


def _cell(
    visit: "Visit",
    calendar: Calendar,
    day: date,
    found: Day | None,
    paint: Callable[[Mapping[str, Any]], Item],
) -> dict[str, Any]:
    rows = found.rows if found else ()
    name, new = calendar.by.name, _new_url(visit, calendar)
    apart = [row for row in rows if calendar.timed and not is_all_day(row, name, visit)]
    return {
        "num": day.day,
        "iso": day.isoformat(),
        "weekday": visit.fmt.weekday(day),
        "label": visit.fmt.date(day),
        "today": day == visit.fmt.today,
        "other": calendar.span == "month" and day.month != calendar.on.month,
        "items": [_untimed(paint(row), calendar) for row in rows if row not in apart],
        "blocks": [block_of(row, name, paint(row), visit) for row in apart],
        "more": found.count - len(rows) if found else 0,
        "more_url": calendar.plain.url(field=name, **{name: day.isoformat()}),
        "new_url": f"{new}&{urlencode({name: _start(calendar.by, day)})}" if new else "",
    }


def _untimed(item: Item, calendar: Calendar) -> Item:
    """In a week with hours, what stands above them has none."""
    return replace(item, time="") if calendar.timed else item


def _timed(visit: "Visit", calendar: Calendar, days: list[dict[str, Any]]) -> Mapping[str, Any]:
    """The hours of a week, and in them the records of each day."""
    hours = hours_of([block for day in days for block in day["blocks"]])
    for day in days:
        blocks, more = side_by_side(day["blocks"])
        day["blocks"] = [(b.item, hours.place(b.start, b.end, b.lane, b.lanes)) for b in blocks]
        day["crowded"] = [(m.count, hours.place(m.start, m.end, MOST_BESIDE - 1, MOST_BESIDE)) for m in more]
    clock = [f"{hour:02}:00" for hour in range(hours.first, hours.last)]
    return {
        "timed": True,
        "hours": clock,
        "first_hour": hours.first,
        "now": hours.now(visit.gate.now.astimezone(visit.reader.zone_info)),
    }


def _new_url(visit: "Visit", calendar: Calendar) -> str:
    """Where a record is made that stands on the calendar; "" where that is not for this person."""
    gate, info = visit.gate, calendar.info
    if not gate.may(info.name, Action.create) or calendar.by not in gate.writable(info):
        return ""
    return f"/{info.cls.slug}/new?{urlencode({'back': calendar.url})}"


def _kept(calendar: Calendar, url: str) -> str:
    """A view's address with the span and the date that the calendar shows now."""
    kept = [(name, calendar.asked.get(name)) for name in KEPT if calendar.asked.get(name)]
    return url + ("&" if "?" in url else "?") + urlencode(kept) if kept else url


def _start(by: Field, day: date) -> str:
    """What a new record's field begins with: the day, or its first working hour."""
    return f"{day.isoformat()} 09:00" if by.kind == "datetime" else day.isoformat()


def _spans(visit: "Visit", calendar: Calendar) -> list[Mapping[str, Any]]:
    return [
        {
            "label": visit.say(label),
            "url": calendar.asked.url(span=None if name == "month" else name),
            "current": name == calendar.span,
        }
        for name, label in SPANS.items()
    ]


def _dates(visit: "Visit", calendar: Calendar) -> list[Mapping[str, Any]]:
    """The dates that the records can be shown by."""
    return [
        {
            "label": visit.say(f.label),
            "url": calendar.asked.url(date=f.name),
            "current": f == calendar.by,
            "icon": "calendar-days",
        }
        for f in date_fields(visit, calendar.info)
    ]


def _may_move(visit: "Visit", info: EntityInfo, by: Field) -> bool:
    """Whether this person may give the records another date, some of them at least."""
    return visit.gate.may(info.name, Action.edit) and by.name in {f.name for f in visit.gate.writable(info)}


def _parameters(calendar: Calendar) -> str:
    return calendar.url.removeprefix(calendar.asked.base)
