"""What somebody asks of a report or a widget: the parameters of an address, read as days, a pipeline and whose records."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Final

from hookline.crm.access.actors import directory
from hookline.errors import Text
from hookline.kernel.kinds import Reader
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.lists.ranges import Days, days_of
from hookline.kernel.reads import Reads
from hookline.kernel.shown import Asked

PERIODS: Final = (
    ("", Text("All time")),
    ("this_week", Text("This week")),
    ("this_month", Text("This month")),
    ("last_month", Text("Last month")),
    ("this_quarter", Text("This quarter")),
    ("last_quarter", Text("Last quarter")),
    ("this_year", Text("This year")),
    ("last_year", Text("Last year")),
    ("last_30_days", Text("30 days")),
    ("last_90_days", Text("90 days")),
)
# Everything that an address may say; what is not among them reproduces nothing.
NAMES: Final = ("period", "from", "to", "pipeline", "whose", "view", "report")
_DAY: Final = dt.timedelta(days=1)


def read_asked(gate: Reads, takes: Collection[str], given: Mapping[str, str], reader: Reader) -> Asked:
    """What these parameters ask for. What cannot be read is not asked; relative days are those of the reader's today."""
    start, end = days_asked(given, reader) if "period" in takes else (None, None)
    owner, team = _whose(gate, given.get("whose", "")) if "owner" in takes else (None, None)
    rest = {
        "pipeline": id_in(given.get("pipeline", "")) if "pipeline" in takes else None,
        "view": id_in(given.get("view", "")) if "view" in takes else None,
        "report": (given.get("report") or None) if "report" in takes else None,
        "owner": owner, "team": team, "reader": reader,
    }  # fmt: skip
    earlier = days_before(start, end, reader.today)
    before = _asked(earlier, reader, rest, None) if earlier is not None else None
    return _asked((start, end), reader, rest, before)


def days_asked(given: Mapping[str, str], reader: Reader) -> Days:
    """The days asked for: a named range, or two days of which each may be missing."""
    named = days_of(given.get("period", ""), reader.today)
    return named or (_day(given.get("from", "")), _day(given.get("to", "")))


def days_before(start: dt.date | None, end: dt.date | None, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """The days to compare with: whole months before whole months, else as many days.

    Of days that are not over, those before are taken up to the same point: half a month is compared with half a month.
    """
    if start is None or end is None or end < start or start.year < 1000:
        return None
    following = end + _DAY
    if start.day == following.day == 1:
        months = (following.year - start.year) * 12 + following.month - start.month
        index = start.year * 12 + start.month - 1 - months
        first = dt.date(index // 12, index % 12 + 1, 1)
    else:
        first = start - (end - start) - _DAY
    last = start - _DAY
    return (first, min(last, first + (today - start))) if start <= today < end else (first, last)


def _asked(days: Days, reader: Reader, rest: Mapping[str, object], before: Asked | None) -> Asked:
    start, end = days
    since = _midnight(start, reader) if start else None
    until = _midnight(end + _DAY, reader) if end else None
    return Asked(start, end, since, until, before=before, **rest)  # type: ignore[arg-type]  # the names above


def _midnight(day: dt.date, reader: Reader) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), reader.zone_info).astimezone(dt.UTC)


def _whose(gate: Reads, written: str) -> tuple[int | None, int | None]:
    """Owner and team meant: "me", "my_team", "user:7" or "team:3". Who is not there has nothing: that is 0."""
    kind, _, id = written.partition(":")
    known, number = directory(gate), id_in(id)
    if kind in ("me", "user"):
        wanted = gate.actor.user if kind == "me" else number
        return wanted if wanted in known.people else 0, None
    if kind in ("my_team", "team"):
        wanted = gate.actor.team if kind == "my_team" else number
        return None, wanted if wanted in known.teams else 0
    return None, None


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1 < day.year < 9999 else None
