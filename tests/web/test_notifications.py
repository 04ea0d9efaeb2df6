"""The bell, the inbox and the choice of what comes, as pages."""

import pytest
from hookline.crm.activities import log_activity
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.crm.notifications.choices import Way, choices_of
from hookline.crm.notifications.tables import Kind, Mail
from hookline.crm.stages import close

from tests.town import Town
from tests.web.test_admin_people import written
from tests.web.visitor import Doors, words


def give(town: Town, *names: str) -> None:
    with town.as_("max") as gate:
        for name in names:
            gate.create(Lead, {"name": name, "owner": town.ids["boris"]})


@pytest.mark.one_engine
def test_the_inbox_says_what_happened_and_leads_there(doors: Doors) -> None:
    town, boris = doors.town, doors.enter("boris")
    assert "You are told here" in words(boris.get("/notifications").text)
    deal = town.ids["scanners"]
    with town.as_("max") as gate:
        close(gate, Deal, deal, "won")
        log_activity(gate, "note", f"deal:{deal}", {"body": "Well done, @Boris"})
    give(town, "A mill in Kent <script>")
    page = boris.see("/notifications")
    lines = [" ".join(line.get_text(" ").split()) for line in page.select(".notice-what")]
    assert lines[0] == "Unread: A mill in Kent <script> Yours now · Max"
    assert "Unread: Scanners Mentioned you · Max" in lines[1:]
    assert "Unread: Scanners Won · Max" in lines[1:]
    first = page.select_one(".notice-what a")
    assert first is not None
    answer = boris.get(str(first["href"]))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/leads/")
    assert len(boris.see("/notifications?show=unread").select(".notice")) == 2
    assert doors.enter("clara").get(str(first["href"])).status_code == 404


@pytest.mark.one_engine
def test_notices_are_marked_one_by_one_and_all_at_once(doors: Doors) -> None:
    give(doors.town, "One", "Two", "Three")
    boris = doors.enter("boris")
    page = boris.see("/notifications?show=unread")
    form = page.select_one(".notice form")
    assert form is not None
    page = boris.walk(str(form["action"]), written(page, str(form["action"])))
    assert len(page.select(".notice.unread")) == 2, "one is back where the form stood"
    boris.walk(str(form["action"]).replace("/reading", "/unreading"))
    assert len(boris.see("/notifications?show=unread").select(".notice")) == 3
    page = boris.walk("/notifications/reading", {"back": "https://elsewhere.example/"})
    assert "Everything is read." in page.get_text()
    assert page.select(".notice.unread") == []


def test_the_bell_is_asked_for_only_where_something_is_unread_and_costs_the_page_nothing(
    doors: Doors,
) -> None:
    boris = doors.enter("boris")
    path = f"/deals/{doors.town.ids['scanners']}"
    bell = boris.see(path).select_one("#bell")
    assert bell is not None
    assert not bell.has_attr("hx-get")
    before = boris.statements(path)
    give(doors.town, "One", "Two")
    bell = boris.see(path).select_one("#bell")
    assert bell is not None
    assert bell["hx-get"] == "/notifications/bell"
    assert boris.statements(path) == before
    told = boris.get("/notifications/bell", htmx=True)
    assert "2 unread notifications" in told.text
    assert boris.statements("/notifications/bell") <= 3
    assert boris.statements("/notifications") <= 5
    boris.post("/notifications/reading")
    assert "unread" not in boris.get("/notifications/bell", htmx=True).text


@pytest.mark.one_engine
def test_whoever_looks_through_other_eyes_sees_no_inbox(doors: Doors) -> None:
    give(doors.town, "One")
    ada = doors.enter("ada")
    assert ada.post("/settings/view-as", {"user": str(doors.town.ids["boris"])}).status_code == 303
    for path in ("/notifications", "/notifications/bell", "/favourites"):
        assert ada.get(path).status_code == 403, path
    bell = ada.see("/leads").select_one("#bell")
    assert bell is not None
    assert not bell.has_attr("hx-get")


@pytest.mark.one_engine
def test_the_choice_of_what_comes_is_kept(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    page = boris.see("/me")
    form = written(page, "/me/notifications")
    assert form["mail-mention"] == "daily"
    del form["shown-due"]
    boris.walk("/me/notifications", {**form, "mail-moved": "once", "mail-shared": "nonsense", "hour": "17"})
    with town.as_("boris") as gate:
        kept = choices_of(gate.tx, [town.ids["boris"]])[town.ids["boris"]]
    assert kept.hour == 17
    assert kept.ways[Kind.due] == Way(shown=False)
    assert kept.ways[Kind.moved] == Way(mail=Mail.once)
    assert kept.ways[Kind.shared].mail is Mail.never
    assert boris.post("/me/notifications", {**form, "hour": "25"}).status_code == 422
    assert written(boris.see("/me"), "/me/notifications")["hour"] == "17"
