"""Calendar feeds: what a calendar program reads under somebody's private address, and when that address leads nowhere."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hookline.crm.access.users import User
from hookline.crm.activities import Activity
from hookline.crm.calendars.feeds import feed
from hookline.crm.deals import Deal
from httpx import Response
from icalendar import Calendar
from sqlalchemy import select

from tests.town import NOW
from tests.web.visitor import Doors, Visitor


def make_address(visitor: Visitor) -> str:
    """The path of a new feed, as the page shows it once."""
    page = visitor.post("/me/calendar")
    assert page.status_code == 200
    return "/feed/" + page.text.split("/feed/")[1].split("<")[0]


def read(doors: Doors, path: str) -> Response:
    """What somebody gets who has nothing but the address."""
    doors.client.cookies.clear()
    return doors.client.get(path)


def events(answer: Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    return {str(event["summary"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def plan(doors: Doors, who: str, subject: str, **values: object) -> int:
    with doors.town.as_(who) as gate:
        return gate.create(Activity, {"subject": subject, "kind": "call", "due_at": NOW, **values})


def test_a_feed_holds_ones_own_plans_at_the_hour_of_ones_own_clock(doors: Doors) -> None:
    town = doors.town
    with town.house() as gate:
        gate.update(User, town.ids["boris"], {"time_zone": "Europe/Berlin"})
    # The clocks of Berlin change on 29 March.
    before = datetime(2026, 3, 27, 9, tzinfo=UTC)
    about = f"deal:{town.ids['scanners']}"
    plan(
        doors,
        "boris",
        "Weekly call",
        due_at=before,
        repeat="FREQ=WEEKLY",
        about=about,
        body="Ask, then; listen",
    )
    plan(doors, "boris", "After", due_at=before + timedelta(days=7), duration=timedelta(hours=2))
    plan(doors, "boris", "All day", due_at=datetime(2026, 3, 30, 22, tzinfo=UTC))
    plan(doors, "boris", "Long ago", due_at=NOW - timedelta(days=120))
    plan(doors, "ada", "Not his")
    answer = read(doors, make_address(doors.enter("boris")))
    found = events(answer)
    assert set(found) == {"Weekly call", "After", "All day"}
    assert found["Weekly call"].start.isoformat() == "2026-03-27T10:00:00+01:00"
    assert found["Weekly call"].end - found["Weekly call"].start == timedelta(minutes=30)
    assert found["Weekly call"]["rrule"].to_ical() == b"FREQ=WEEKLY"
    assert str(found["Weekly call"]["description"]) == "Scanners\n\nAsk, then; listen"
    assert found["After"].start.isoformat() == "2026-04-03T11:00:00+02:00"
    assert found["After"].end.hour == 13
    assert (found["All day"].start, found["All day"].end) == (date(2026, 3, 31), date(2026, 4, 1))
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin" in answer.content


def test_rights_taken_away_hold_at_the_next_reading(doors: Doors) -> None:
    town = doors.town
    about = f"deal:{town.ids['scanners']}"
    plan(doors, "boris", "Call", about=about)
    plan(doors, "boris", "Own")
    path = make_address(doors.enter("boris"))
    assert "Scanners" in str(events(read(doors, path))["Call"]["description"])
    with town.house() as gate:
        gate.update(Deal, town.ids["scanners"], {"owner": town.ids["clara"]})
    assert set(events(read(doors, path))) == {"Own"}
    with town.house() as gate:
        gate.update(User, town.ids["boris"], {"roles": ()})
    assert events(read(doors, path)) == {}


def test_an_address_that_is_no_more_answers_as_one_that_never_was(doors: Doors) -> None:
    town, boris = doors.town, doors.enter("boris")
    plan(doors, "boris", "Call")
    never = read(doors, "/feed/" + "x" * 43 + ".ics")
    first = make_address(boris)
    second = make_address(boris)
    assert read(doors, second).status_code == 200
    assert read(doors, second.removesuffix(".ics")).status_code == 200
    boris.post("/me/calendar/closure")
    third = make_address(boris)
    with town.house() as gate:
        gate.update(User, town.ids["boris"], {"active": False})
    over = [read(doors, path) for path in (first, second, third)]
    assert {answer.status_code for answer in over} == {never.status_code} == {404}
    assert {answer.text for answer in over} == {never.text}
    with town.house() as gate:
        gate.update(User, town.ids["boris"], {"active": True})
    assert read(doors, third).status_code == 404


def test_only_the_hash_is_kept_and_the_page_shows_the_address_once(doors: Doors) -> None:
    boris = doors.enter("boris")
    assert "Make the address" in boris.see("/me/calendar").get_text()
    path = make_address(boris)
    secret = path.split("/")[2].removesuffix(".ics")
    with doors.town.installation.database.read() as tx:
        assert secret not in str(tx.run(select(feed), why="test").all())
    page = boris.see("/me/calendar")
    assert secret not in str(page)
    assert "never read" in page.get_text()
    read(doors, path)
    assert "last read" in boris.see("/me/calendar").get_text()
    # The address opens nothing else.
    assert (
        doors.client.get(
            "/me", headers={"authorization": f"Bearer {secret}"}, follow_redirects=False
        ).status_code
        != 200
    )


def test_an_empty_calendar_is_one_too(doors: Doors) -> None:
    assert events(read(doors, make_address(doors.enter("olga")))) == {}
