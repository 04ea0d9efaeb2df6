"""The layout of a calendar: by which date, which days, and what it is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from babel import Locale, UnknownLocaleError

from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.lists.filters import Condition
from hookline.kernel.schema import EntityInfo
from hookline.web.records.addresses import PAGING, RESERVED, ListAddress, conditions_of

if TYPE_CHECKING:
    from hookline.web.visit import Visit

# Parameters of calendars that are no filters; those of a single move among them.
OWN: Final = frozenset({"date", "span", "on", "id", "version", "to"})
# What a view keeps of how the calendar is looked at.
KEPT: Final = ("date", "span", "on")
_OF_A_MOVE: Final = frozenset({"id", "version", "to"}) | PAGING
SPANS: Final[Mapping[str, Text]] = {"month": Text("Month"), "week": Text("Week"), "agenda": Text("Agenda")}
PER_DAY: Final[Mapping[str, int]] = {"month": 5, "week": 50, "agenda": 50}
# The usual date of an entity, where it has one of these; else the first one it declares.
_USUAL: Final = ("due_at", "expected_close")
_DAY: Final = timedelta(days=1)
# Room for a month before and after on every clock.
_FIRST, _LAST = date(1, 3, 1), date(9999, 10, 1)


@dataclass(frozen=True)
class Calendar:
    """A calendar as its address asks for it. `on` is a day in the shown span."""

    info: EntityInfo
    asked: ListAddress
    by: Field
    span: str
    on: date
    conditions: Sequence[Condition]
    days: Sequence[date]

    @property
    def plain(self) -> ListAddress:
        """The address of the same records as a list."""
        kept = tuple((name, value) for name, value in self.asked.items if name not in OWN)
        return ListAddress(f"/{self.info.cls.slug}", kept)

    @property
    def url(self) -> str:
        """The address of this very calendar."""
        return self.asked.url()

    def beside(self, step: int) -> date:
        """A day in the span before or after this one."""
        if self.span == "week":
            return min(max(self.on + 7 * step * _DAY, _FIRST), _LAST)
        return min(max(_first_of_month(self.on, step), _FIRST), _LAST)

    @property
    def timed(self) -> bool:
        """Whether it shows the hours of its days."""
        return self.span == "week" and self.by.kind == "datetime"

    def title(self, visit: "Visit") -> str:
        """The shown month, or the first and last day of the week."""
        if self.span == "week":
            return visit.fmt.days_of(self.days[0], self.days[-1])
        return visit.fmt.month(self.on)


def read_calendar(visit: "Visit", info: EntityInfo) -> Calendar:
    """The calendar that the visit's address asks for. NotFound where the entity has no date."""
    visit.gate.must(info.name, Action.read)
    items = tuple(pair for pair in visit.request.query_params.multi_items() if pair[0] not in _OF_A_MOVE)
    asked = ListAddress(f"/{info.cls.slug}/calendar", items, RESERVED | OWN)
    by = _field(visit, info, asked.get("date"))
    span = asked.get("span") if asked.get("span") in SPANS else "month"
    on = _day(asked.get("on"), visit.reader.today)
    return Calendar(
        info,
        asked,
        by,
        span,
        on,
        conditions_of(visit.gate, info, asked),
        _days(span, on, first_weekday(visit)),
    )


def first_weekday(visit: "Visit") -> int:
    """The weekday with which a week begins where this house is: 0 for Monday, 6 for Sunday."""
    return _first_weekday(visit.reader.region, visit.reader.language)


@lru_cache(maxsize=512)
def _first_weekday(region: str, language: str) -> int:
    try:
        return int(Locale.parse(f"und_{region}").first_week_day)
    except UnknownLocaleError:
        return int(Locale.parse(language).first_week_day)


def date_fields(visit: "Visit", info: EntityInfo) -> list[Field]:
    """The dates of an entity, those of the house last."""
    found = [f for f in visit.gate.readable(info) if f.kind in ("date", "datetime") and not f.hidden]
    return sorted(found, key=lambda f: (f.section == "System", f.name not in _USUAL, f.read_only))


def _field(visit: "Visit", info: EntityInfo, wanted: str) -> Field:
    offered = date_fields(visit, info)
    found = next((f for f in offered if f.name == wanted or not wanted), None)
    if found is not None:
        return found
    if offered and any(f.name == wanted for f in visit.gate.readable(info)):
        raise Invalid([Problem("date", Text("A calendar cannot be made by %(name)s.", name=wanted[:60]))])
    raise NotFound


def _day(written: str, today: date) -> date:
    try:
        return min(max(date.fromisoformat(written), _FIRST), _LAST) if written else today
    except ValueError as error:
        raise Invalid([Problem("on", Text("%(value)s is not a day.", value=written[:40]))]) from error


def _days(span: str, on: date, begins: int) -> list[date]:
    """The days of a span. `begins` is the weekday with which a week begins, 0 for Monday."""
    if span == "week":
        return _from(on - (on.weekday() - begins) % 7 * _DAY, 7)
    first, last = _first_of_month(on, 0), _first_of_month(on, 1) - _DAY
    if span == "agenda":
        return _from(first, (last - first).days + 1)
    start, end = (
        first - (first.weekday() - begins) % 7 * _DAY,
        last + (begins - 1 - last.weekday()) % 7 * _DAY,
    )
    return _from(start, (end - start).days + 1)


def _from(first: date, count: int) -> list[date]:
    return [first + number * _DAY for number in range(count)]


def _first_of_month(day: date, away: int) -> date:
    index = day.year * 12 + day.month - 1 + away
    return date(index // 12, index % 12 + 1, 1)
