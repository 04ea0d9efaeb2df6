"""My day: what is due, what stands still, what nobody has answered; in a few statements."""

from datetime import timedelta

from hookline.crm.activities import Activity
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline_sdk.testing.elements import Element

from tests.town import NOW
from tests.web.visitor import Doors, Visitor, words


def _part(page: Element, name: str) -> str:
    return words(str(page.select_one(f"#{name}") or ""))


def _listed(v: Visitor, path: str) -> list[str]:
    return [words(str(cell)) for cell in v.see(path).select("#records tbody .k-main")]


def test_an_empty_day_says_what_to_do_next(doors: Doors) -> None:
    page = doors.enter("olga").see("/")
    assert "Good morning, Olga" in page.get_text()
    assert "Nothing waits for you" in page.get_text()


def test_tasks_stand_by_their_day_and_are_done_in_one_tap(doors: Doors) -> None:
    about = f"deal:{doors.town.ids['scanners']}"
    with doors.town.as_("boris") as gate:
        for subject, days in (("Late one", -2), ("Todays", 0), ("Next one", 3), ("Far one", 30)):
            gate.create(
                Activity,
                {
                    "subject": subject,
                    "kind": "task",
                    "about": about,
                    "due_at": NOW + timedelta(days=days, hours=1),
                },
            )
        gate.create(Activity, {"subject": "Some day", "kind": "task", "about": about})
        gate.create(Activity, {"subject": "Review", "kind": "meeting", "due_at": NOW + timedelta(days=4)})
    v = doors.enter("boris")
    page = v.see("/")
    assert "Late one Scanners" in _part(page, "overdue")
    assert "Todays" in _part(page, "today")
    assert "Next one" in _part(page, "next")
    assert "Review Meeting" in _part(page, "next"), "what is about nothing says what it is"
    assert "Some day" in _part(page, "undated")
    assert "Far one" not in page.get_text()
    tick = page.select_one("#overdue form.tick")
    later = page.select_one('#today .end form[action*="postponement"]')
    assert tick is not None
    assert later is not None
    assert "Late one" not in _part(v.walk(str(tick["action"])), "overdue")
    assert "Todays" in _part(v.walk(str(later["action"])), "next")
    assert "Todays" not in doors.enter("clara").see("/").get_text()


def test_what_would_be_forgotten_stands_beside(doors: Doors) -> None:
    town = doors.town
    about = f"deal:{town.ids['scanners']}"
    came = {"direction": "incoming", "about": about}
    with town.house() as gate:
        gate.update("stage", town.ids["new"], {"expected_days": 3})
        gate.run(gate.schema[Deal].table.update().values(stage_since=NOW - timedelta(days=5)))
    with town.as_("boris") as gate:
        gate.create(Lead, {"name": "A new mill"})
        gate.create(Deal, {"name": "Closing soon", "expected_close": (NOW + timedelta(days=2)).date()})
        gate.create(
            Activity,
            {"subject": "Where is it?", "kind": "email", "done_at": NOW - timedelta(hours=3), **came},
        )
        gate.create(
            Activity, {"subject": "Talked", "kind": "call", "outcome": "reached", "done_at": NOW, **came}
        )
    v = doors.enter("boris")
    page = v.see("/")
    assert "Scanners Acme Works New €84,600.50 5 days" in _part(page, "rotting")
    assert "A new mill" in _part(page, "leads")
    assert "Closing soon" in _part(page, "closing")
    assert "Where is it?" in _part(page, "unanswered")
    assert "Talked" not in _part(page, "unanswered")
    with town.as_("boris") as gate:
        gate.create(
            Activity,
            {"subject": "Here", "kind": "email", "about": about, "direction": "outgoing", "done_at": NOW},
        )
    assert "unanswered" not in str(v.see("/").select_one(".day-page"))
    assert v.statements("/my-day") <= 8
    idle = page.select_one('#closing a[href^="/activities/new"]')
    assert idle
    assert "about=deal" in str(idle["href"])
    assert v.get(str(idle["href"]), htmx=True).status_code == 200


def test_parts_lead_to_the_lists_of_all_of_them(doors: Doors) -> None:
    about = f"deal:{doors.town.ids['scanners']}"
    with doors.town.as_("boris") as gate:
        for days in (-3, -2, 0, 2):
            when = NOW + timedelta(days=days, hours=1)
            gate.create(
                Activity, {"subject": f"In {days} days", "kind": "call", "about": about, "due_at": when}
            )
    v = doors.enter("boris")
    page = v.see("/my-day")
    for name, count in (("overdue", 2), ("today", 1), ("next", 2), ("idle", 0)):
        link = page.select_one(f"#{name} h2 a.more")
        if link is not None:
            listed = v.see(str(link["href"])).select("#records tbody tr")
            assert len(listed) == count, name
    more = page.select_one("#overdue h2 a.more")
    assert more is not None
    assert _listed(v, str(more["href"])) == ["In -3 days", "In -2 days"]
    assert _listed(v, "/activities?due_at.filled=1")[0] == "In 2 days", "what is planned last comes first"
    ask = page.select_one('#overdue a[href*="/completion"]')
    assert ask
    assert "Outcome" in v.get(str(ask["href"]), htmx=True).text
