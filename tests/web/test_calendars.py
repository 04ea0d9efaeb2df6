"""Calendars: records by one of their dates, on the clock of whoever looks, and moved to another day."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hookline.crm.access.users import User
from hookline.crm.activities import Activity
from hookline.crm.deals import Deal
from hookline.crm.settings import change_settings
from hookline_sdk.testing.elements import Element, read_html

from tests.town import NOW, Town
from tests.web.visitor import Doors

CALENDAR = "/activities/calendar"


def plan(town: Town, subject: str, due: datetime, **values: object) -> int:
    with town.as_("boris") as gate:
        return gate.create(Activity, {"subject": subject, "kind": "call", "due_at": due, **values})


def at(day: int, hour: int = 10, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def shown(page: Element) -> Mapping[str, list[str]]:
    """The items of each day that has any."""
    found: dict[str, list[str]] = {}
    for place in page.select("[data-day]"):
        found.setdefault(str(place["data-day"]), []).extend(
            i.get_text(" ") for i in place.select(".cal-item")
        )
    return {day: items for day, items in found.items() if items}


def live_in(town: Town, zone: str) -> None:
    with town.house() as gate:
        gate.update(User, town.ids["boris"], {"time_zone": zone})


def test_a_month_has_whole_weeks_and_knows_today(doors: Doors) -> None:
    page = doors.enter("boris").see(CALENDAR)
    days = [str(d["data-day"]) for d in page.select(".cal-items")]
    assert (days[0], days[-1], len(days)) == ("2026-02-23", "2026-04-05", 42)
    assert page.select_one(".cal-day.today time")["datetime"] == "2026-03-17"  # type: ignore[index]  # today is shown
    assert page.one(".cal-head h2").get_text() == "March 2026"
    assert len(page.select(".cal-day.other")) == 11


def test_items_stand_on_their_day_by_time(doors: Doors) -> None:
    town = doors.town
    plan(town, "Late call", at(20, 16))
    plan(town, "Early call", at(20, 8))
    plan(town, "Long ago", at(20, month=1))
    plan(town, "Was made", at(16), done_at=at(16), outcome="reached")
    page = doors.enter("boris").see(CALENDAR)
    assert shown(page) == {
        "2026-03-16": ["10:00 Was made"],
        "2026-03-20": ["08:00 Early call", "16:00 Late call"],
    }
    assert page.select_one(".cal-item.done").get_text(" ") == "10:00 Was made"  # type: ignore[union-attr]  # it is shown


def test_days_begin_and_end_on_ones_own_clock(doors: Doors) -> None:
    plan(doors.town, "At night", at(19, 22, 30))
    plan(doors.town, "Before the change", at(28, 22, 30))
    assert shown(doors.enter("boris").see(CALENDAR)) == {
        "2026-03-19": ["22:30 At night"],
        "2026-03-28": ["22:30 Before the change"],
    }
    live_in(doors.town, "Europe/Berlin")
    assert shown(doors.enter("boris").see(CALENDAR)) == {
        "2026-03-19": ["23:30 At night"],
        "2026-03-28": ["23:30 Before the change"],
    }
    live_in(doors.town, "Asia/Yekaterinburg")
    assert shown(doors.enter("boris").see(CALENDAR)) == {
        "2026-03-20": ["03:30 At night"],
        "2026-03-29": ["03:30 Before the change"],
    }


def test_a_day_of_twenty_three_hours_loses_nothing(doors: Doors) -> None:
    live_in(doors.town, "Europe/Berlin")
    start = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    for hours in range(24):
        plan(doors.town, f"Hour {hours:02}", start + timedelta(hours=hours))
    page = doors.enter("boris").see(f"{CALENDAR}?span=week&on=2026-03-29")
    days = shown(page)
    assert (len(days["2026-03-29"]), len(days.get("2026-03-30", []))) == (23, 0)
    following = doors.enter("boris").see(f"{CALENDAR}?span=week&on=2026-03-30")
    assert shown(following) == {"2026-03-30": ["Hour 23"]}


def test_a_full_day_shows_some_and_leads_to_the_rest(doors: Doors) -> None:
    for n in range(8):
        plan(doors.town, f"Call {n}", at(20, 9 + n))
    boris = doors.enter("boris")
    page = boris.see(f"{CALENDAR}?owner=me")
    assert len(shown(page)["2026-03-20"]) == 5
    more = page.select_one(".cal-more")
    assert more is not None
    assert more.get_text() == "3 more"
    assert parse_qs(urlsplit(str(more["href"])).query) == {"owner": ["me"], "due_at": ["2026-03-20"]}
    assert len(boris.see(str(more["href"])).select("tbody tr")) == 8
    assert len(shown(boris.see(f"{CALENDAR}?span=week&on=2026-03-20"))["2026-03-20"]) == 8


def test_an_agenda_lists_the_days_that_have_something(doors: Doors) -> None:
    plan(doors.town, "Call", at(20))
    page = doors.enter("boris").see(f"{CALENDAR}?span=agenda")
    assert [str(d["data-day"]) for d in page.select(".cal-items")] == ["2026-03-17", "2026-03-20"]
    empty = doors.enter("boris").see(f"{CALENDAR}?span=agenda&on=2031-01-01")
    assert "Nothing in this month." in empty.get_text()
    assert page.select_one(".cal-none") is None


def test_a_month_and_a_week_have_words_for_nothing_which_a_phone_shows(doors: Doors) -> None:
    for span, said in (("month", "Nothing in this month."), ("week", "Nothing in this week.")):
        page = doors.enter("boris").see(f"{CALENDAR}?span={span}&on=2031-01-01")
        assert [each.get_text() for each in page.select(".cal > .cal-none")] == [said]


def test_one_walks_through_months_and_weeks(doors: Doors) -> None:
    boris = doors.enter("boris")

    def head(path: str) -> str:
        page = boris.see(path)
        return page.one(".cal-head h2").get_text()

    page = boris.see(f"{CALENDAR}?on=2026-01-31")
    back, on = (str(a["href"]) for a in page.select(".cal-head .pager a"))
    assert (head(back), head(on)) == ("December 2025", "February 2026")
    week = boris.see(f"{CALENDAR}?span=week&on=2026-12-31")
    assert head(str(week.select(".cal-head .pager a")[1]["href"])) == "4–10 Jan 2027"
    assert head(f"{CALENDAR}?on=0001-01-01") == "March 1"
    assert head(f"{CALENDAR}?on=9999-12-31&span=week").startswith("27 Sept")


def test_deals_are_shown_by_the_day_they_are_expected(doors: Doors) -> None:
    town = doors.town
    with town.as_("boris") as gate:
        gate.update(Deal, town.ids["scanners"], {"expected_close": date(2026, 3, 31)})
    page = doors.enter("boris").see("/deals/calendar")
    assert shown(page) == {"2026-03-31": ["Scanners"]}
    item = page.select_one(".cal-item")
    assert item is not None
    assert item["href"] == f"/deals/{town.ids['scanners']}"
    assert shown(doors.enter("boris").see("/deals/calendar?date=created_at")) == {
        "2026-03-17": ["09:30 Scanners"]
    }
    assert not doors.enter("boris").see("/deals/calendar?date=created_at").select("[data-move]")


def test_what_is_late_is_red_and_what_is_to_do_opens_as_a_form(doors: Doors) -> None:
    late, due = (
        plan(doors.town, "Late", NOW - timedelta(days=1)),
        plan(doors.town, "Due", NOW + timedelta(days=1)),
    )
    page = doors.enter("boris").see(CALENDAR)
    red = page.select_one(".cal-item.tone-red")
    assert red is not None
    assert str(red["href"]).startswith(f"/activities/{late}/edit?back=")
    other = page.select_one(f"[data-id='{due}']")
    assert other is not None
    assert "tone-red" not in other.classes
    assert doors.enter("boris").get(str(other["href"])).status_code == 200


def test_filters_and_words_narrow_the_calendar(doors: Doors) -> None:
    plan(doors.town, "Call the mill", at(20))
    plan(doors.town, "Meet at the works", at(20), kind="meeting")
    boris = doors.enter("boris")
    assert shown(boris.see(f"{CALENDAR}?kind=meeting")) == {"2026-03-20": ["10:00 Meet at the works"]}
    assert shown(boris.see(f"{CALENDAR}?q=mill")) == {"2026-03-20": ["10:00 Call the mill"]}
    assert "Kind" in boris.see(f"{CALENDAR}?kind=meeting").one(".chips").get_text()


def test_nobody_sees_what_is_not_theirs(doors: Doors) -> None:
    plan(doors.town, "Boris calls", at(20))
    assert shown(doors.enter("clara").see(CALENDAR)) == {}
    watching = doors.enter("olga").see(CALENDAR)
    assert shown(watching) == {"2026-03-20": ["10:00 Boris calls"]}
    assert not watching.select("[data-move], .cal-new, [data-dialog].cal-item")


def test_a_week_shows_hours_and_what_is_at_the_same_time_side_by_side(doors: Doors) -> None:
    town = doors.town
    plan(town, "Whole day", at(18, 0))
    plan(town, "Long", at(18, 10), duration=timedelta(hours=2))
    plan(town, "Beside", at(18, 11), duration=timedelta(minutes=45))
    plan(town, "Later", at(18, 12))
    for n in range(5):
        plan(town, f"Rush {n}", at(19, 22, 50))
    page = doors.enter("boris").see(f"{CALENDAR}?span=week&on=2026-03-18")
    assert [li.get_text() for li in page.select(".cal-clock li")] == [f"{h:02}:00" for h in range(7, 24)]
    day = page.select("[data-day='2026-03-18']")
    assert [i.get_text(" ") for i in day[0].select(".cal-item")] == ["Whole day"]
    places = {i.select("span")[0].text: i.classes[-4:] for i in day[1].select(".cal-item")}
    assert places == {
        "Long": ["at-12", "for-8", "in-2", "lane-1"],
        "Beside": ["at-16", "for-3", "in-2", "lane-2"],
        "Later": ["at-20", "for-2", "in-1", "lane-1"],
    }
    rush = page.select("[data-day='2026-03-19']")[1]
    assert len(rush.select(".cal-item")) == 2
    more = rush.select_one(".cal-crowd")
    assert more is not None
    assert more.get_text() == "3 more"
    assert {"at-63", "for-2", "lane-3"} <= set(more.classes)
    today = page.select_one(".today .cal-now")
    assert today is not None
    assert "at-10" in today.classes


def test_a_week_begins_with_the_day_that_is_usual_in_the_region(doors: Doors) -> None:
    with doors.town.house() as gate:
        change_settings(gate, {"region": "US"})
    boris = doors.enter("boris")
    days = [str(d["data-day"]) for d in boris.see(CALENDAR).select(".cal-items")]
    assert (days[0], days[-1]) == ("2026-03-01", "2026-04-04")
    week = boris.see(f"{CALENDAR}?span=week").select(".cal-items")
    assert str(week[0]["data-day"]) == "2026-03-15"


def test_a_view_keeps_how_one_looks_at_the_calendar(doors: Doors) -> None:
    page = doors.enter("boris").see(f"{CALENDAR}?span=week&on=2026-03-20")
    mine = next(a for a in page.select(".views a") if a.get_text().strip() == "My open")
    assert str(mine["href"]).endswith("&span=week&on=2026-03-20")


def test_an_item_moves_to_an_hour_and_back(doors: Doors) -> None:
    live_in(doors.town, "Europe/Berlin")
    call = plan(doors.town, "Call", at(20))
    boris = doors.enter("boris")
    path = f"{CALENDAR}/move?span=week&on=2026-03-30"
    # Since 29 March the clocks of Berlin are two hours ahead.
    moved = boris.post(
        path, {"id": str(call), "version": "1", "day": "2026-03-30", "time": "10:15"}, htmx=True
    )
    assert shown(read_html(moved.text)) == {"2026-03-30": ["10:15 Call"]}
    with doors.town.as_("boris") as gate:
        assert gate.get(Activity, call).due_at == at(30, 8, 15)
    told = json.loads(moved.headers["x-moved"])
    assert told["text"] == "Call: rescheduled for 30 Mar 2026 10:15."
    assert boris.post(told["undo"], htmx=True).status_code == 204
    with doors.town.as_("boris") as gate:
        assert gate.get(Activity, call).due_at == at(20)
    wrong = {"id": str(call), "version": "3", "day": "2026-03-30", "time": "25:00"}
    assert boris.post(path, wrong, htmx=True).status_code == 404


def test_an_item_moves_to_another_day_and_keeps_its_time(doors: Doors) -> None:
    live_in(doors.town, "Europe/Berlin")
    id = plan(doors.town, "Call", at(20, 8))
    boris = doors.enter("boris")
    page = boris.see(CALENDAR)
    move = str(page.select_one(".cal")["data-move"])  # type: ignore[index]  # it has one
    answer = boris.post(move, {"id": str(id), "version": "1", "day": "2026-03-31"}, htmx=True)
    assert answer.status_code == 200
    block = read_html(answer.text)
    assert not block.select_one("html")
    assert shown(block) == {"2026-03-31": ["09:00 Call"]}
    with doors.town.as_("boris") as gate:
        assert gate.get(Activity, id).due_at == datetime(2026, 3, 31, 7, 0, tzinfo=UTC)


def test_a_deal_moves_to_another_day_without_script(doors: Doors) -> None:
    town = doors.town
    with town.as_("boris") as gate:
        version = gate.update(Deal, town.ids["scanners"], {"expected_close": date(2026, 3, 31)})
    form = {"id": str(town.ids["scanners"]), "version": str(version), "day": "2026-04-02"}
    assert "rescheduled for" in doors.enter("boris").walk("/deals/calendar/move", form).get_text()
    with town.as_("boris") as gate:
        assert gate.get(Deal, town.ids["scanners"]).expected_close == date(2026, 4, 2)


@pytest.mark.parametrize(
    ("who", "form", "status"),
    [
        ("boris", {"version": "7", "day": "2026-03-30"}, 409),
        ("clara", {"version": "1", "day": "2026-03-30"}, 404),
        ("olga", {"version": "1", "day": "2026-03-30"}, 403),
        ("boris", {"version": "1", "day": "never"}, 404),
        ("boris", {"id": "9" * 40, "day": "2026-03-30"}, 404),
    ],
)
def test_a_refused_move_says_why(doors: Doors, who: str, form: dict[str, str], status: int) -> None:
    id = plan(doors.town, "Call", at(20))
    answer = doors.enter(who).post(f"{CALENDAR}/move", {"id": str(id), **form}, htmx=True)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/plain")
    with doors.town.as_("boris") as gate:
        assert gate.get(Activity, id).due_at == at(20)


def test_what_cannot_be_changed_cannot_be_moved(doors: Doors) -> None:
    id = doors.town.ids["scanners"]
    answer = doors.enter("boris").post(
        "/deals/calendar/move?date=created_at",
        {"id": str(id), "version": "1", "day": "2026-03-30"},
        htmx=True,
    )
    assert (answer.status_code, answer.text) == (422, "This field cannot be changed.")


def test_an_address_that_cannot_be_read_says_so(doors: Doors) -> None:
    boris = doors.enter("boris")
    for wrong in ("on=yesterday", "on=2026-02-30", "date=subject", "kind.gte=3", "no_such=1"):
        assert "This calendar cannot be shown" in boris.see(f"{CALENDAR}?{wrong}", status=422).get_text()
    assert boris.get(f"{CALENDAR}?date=no_such").status_code == 404
    assert boris.get(f"{CALENDAR}?span=century").status_code == 200


@pytest.mark.parametrize("count", [10, 1000])
def test_a_calendar_costs_the_same_whatever_it_holds(doors: Doors, count: int) -> None:
    rows = [
        {
            "subject": f"Call {n}",
            "kind": "call",
            "due_at": at(1) + timedelta(hours=n % 700),
            "owner": doors.town.ids["boris"],
        }
        for n in range(count)
    ]
    with doors.town.as_("ada") as gate:
        gate.create_many(Activity, rows)
    for name in ("ada", "boris"):
        visitor = doors.enter(name)
        assert (
            max(
                visitor.statements(path)
                for path in (CALENDAR, f"{CALENDAR}?span=week", f"{CALENDAR}?q=call", "/deals/calendar")
            )
            <= 6
        )
