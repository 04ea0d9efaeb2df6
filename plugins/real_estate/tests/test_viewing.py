"""Viewings: the route of a day, confirming, and what both sides said."""

import datetime as dt

import pytest
from hookline_sdk import Activity, Address, Contact, Gate, Invalid, select
from hookline_sdk.testing import AsUser, Client, Clock, Crm, Jobs, Make, Outbox

from hookline_real_estate.properties.data import Property
from hookline_real_estate.viewings.data import Liking, Viewing, ViewingState
from hookline_real_estate.viewings.posting import OwnerLetters
from hookline_real_estate.viewings.reminding import Reminders, remind_of_viewings
from hookline_real_estate.ways import By

ROUTE = "/x/real_estate/route"


def test_the_route_has_ones_own_viewings_of_the_day_in_their_order(
    crm: Crm, make: Make, as_user: AsUser, clock: Clock
) -> None:
    place = Address("Mill Lane 4", "Bremen", "", "", "Germany")
    mine = crm.people["seller"]
    near = make(Property, address="Near", place=place, owner=mine)
    far, who = make(Property, address="Far away", owner=mine), make(Contact, last_name="Wit", owner=mine)
    noon = clock.now.replace(hour=12)
    for shown, hours, owner in (
        (near, 2, mine),
        (far, 0, mine),
        (far, 1, crm.people["head"]),
        (far, 24, mine),
    ):
        at = noon + dt.timedelta(hours=hours)
        make(Viewing, property=shown, contact=who, starts_at=at, owner=owner)
    make(Viewing, property=far, starts_at=noon, owner=mine, state=ViewingState.cancelled)
    seller = as_user("seller")
    page = seller.get(ROUTE)
    assert [each.text for each in page.all(".route-where")] == ["Far away", "Near"]
    assert str(page.one('a[target="_blank"]')["href"]).endswith(
        "=Far%20away~Mill%20Lane%204%2C%20Bremen%2C%20Germany"
    )
    assert len(seller.get(f"{ROUTE}?day={(noon + dt.timedelta(days=1)).date()}").all(".route li")) == 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "x", "2026-02-30"])
def test_a_day_that_cannot_be_is_today(client: Client, day: str) -> None:
    assert "No viewings on this day." in client.get(f"{ROUTE}?day={day}")


def test_a_viewing_is_confirmed_once_and_its_feedback_is_kept(make: Make, client: Client, gate: Gate) -> None:
    viewing = make(Viewing)
    here = f"/real_estate/viewings/{viewing.id}/action/real_estate"
    client.get(f"{here}/confirm")
    client.form().submit()
    assert gate.get(Viewing, viewing.id).state == ViewingState.confirmed
    assert "“Confirm” cannot be done with this record as it stands now." in client.get(f"{here}/confirm")
    client.get(f"{here}/feedback")
    client.form().submit(liking="thinks", buyer_says="A dark kitchen", seller_says="They stayed long")
    kept = gate.get(Viewing, viewing.id)
    assert (kept.state, kept.liking, kept.seller_says) == (
        ViewingState.done,
        Liking.thinks,
        "They stayed long",
    )
    panel = client.get(f"/real_estate/properties/{viewing.property}/panel/real_estate/liked", htmx=True)
    assert "Thinks about it" in panel
    assert "A dark kitchen" in panel


def test_the_calendar_says_what_is_shown_before_its_number(make: Make, client: Client, clock: Clock) -> None:
    viewing = make(Viewing, property=make(Property, address="Mill Lane 9"), starts_at=clock.now)
    assert f"Mill Lane 9 · {viewing.number}" in client.get("/real_estate/viewings/calendar")


def test_how_it_was_liked_is_asked(make: Make, gate: Gate) -> None:
    with pytest.raises(Invalid, match="how the buyer liked it"):
        gate.update(Viewing, make(Viewing).id, {"state": ViewingState.done})


def test_whoever_thinks_about_it_is_asked_again(make: Make, client: Client, gate: Gate, clock: Clock) -> None:
    viewing = make(Viewing)
    client.get(f"/real_estate/viewings/{viewing.id}/action/real_estate/feedback")
    client.form().submit(liking="thinks")
    about = f"real_estate_viewing:{viewing.id}"
    planned = gate.rows(select(Activity.due_at, Activity.contact).where(Activity.about == about))
    assert planned == [(clock.now + dt.timedelta(days=2), viewing.contact)]


def test_a_viewing_is_cancelled_with_a_reason_and_only_before_it_took_place(
    make: Make, client: Client, gate: Gate
) -> None:
    viewing = make(Viewing, state=ViewingState.planned)
    here = f"/real_estate/viewings/{viewing.id}/action/real_estate/cancel"
    client.get(here)
    client.form().submit(because="They are ill")
    kept = gate.get(Viewing, viewing.id)
    assert (kept.state, kept.cancelled_because) == (ViewingState.cancelled, "They are ill")
    assert "“Cancel” cannot be done with this record as it stands now." in client.get(here)


def test_what_a_viewing_clashes_with_is_said(crm: Crm, make: Make, client: Client, clock: Clock) -> None:
    at, flat = clock.now + dt.timedelta(days=1), make(Property)
    owner, other = crm.people["seller"], crm.people["head"]
    planned = {"state": ViewingState.planned}
    one = make(Viewing, property=flat, starts_at=at, owner=owner, **planned)
    soon = at + dt.timedelta(minutes=30)
    make(Viewing, property=flat, starts_at=soon, owner=other, **planned)
    make(Viewing, property=make(Property), starts_at=soon, owner=owner, **planned)
    make(Viewing, property=flat, starts_at=at + dt.timedelta(minutes=45), owner=owner, **planned)
    make(Viewing, property=make(Property), starts_at=at, owner=other, **planned)
    panel = client.get(f"/real_estate/viewings/{one.id}/panel/real_estate/clashes", htmx=True)
    assert (str(panel).count("The same property"), str(panel).count("The same person")) == (1, 1)


def test_the_owner_is_told_what_buyers_said_and_not_who_they_are(
    make: Make, client: Client, clock: Clock
) -> None:
    flat = make(Property, address="Mill Lane 4")
    who = make(Contact, last_name="Secretive")
    for days, says in ((1, "A dark kitchen"), (40, "Long ago")):
        at = clock.now - dt.timedelta(days=days)
        make(Viewing, property=flat, contact=who, starts_at=at, state="done", liking="no", buyer_says=says)
    client.get(f"/real_estate/properties/{flat.id}/action/real_estate/tell_owner")
    page = client.form().submit()
    assert "A dark kitchen" in page
    assert "Long ago" not in page
    assert "Secretive" not in page.one("#content").text
    client.get("/x/real_estate/owner_report/999", status=404)


def test_the_report_goes_to_an_owner_who_has_agreed(
    make: Make, gate: Gate, client: Client, clock: Clock
) -> None:
    seller = make(Contact, last_name="Wit", email="wit@mail.example")
    shown = make(Property, address="Mill Lane 4", seller=seller)
    make(
        Viewing, property=shown, state="done", liking="thinks", buyer_says="Dark kitchen",
        starts_at=clock.now - dt.timedelta(days=2),
    )  # fmt: skip
    purpose = gate.create("consent_purpose", {"name": "Reports"})
    here = f"/real_estate/properties/{shown.id}/action/real_estate/mail_owner"
    client.get(here)
    assert "Choose the purpose" in client.form().submit()
    OwnerLetters(purpose=purpose).keep(gate.as_house("test"))
    assert "has not agreed" in client.get(f"/x/real_estate/owner_letter/{shown.id}")
    said = {"about": f"contact:{seller.id}", "purpose": purpose, "said": "given", "source": "A call"}
    gate.create("consent", said)
    client.get(here)
    assert "Dark kitchen" in client.form().submit()
    assert "The letter is on its way." in client.form("form[data-guard]").submit()


def _planned(make: Make, clock: Clock, hours: int, **of: object) -> Viewing:
    who = make(Contact, last_name="Wit", mobile="+442079460958", email="wit@mail.example")
    shown = make(Property, address="Mill Lane 4")
    at = clock.now + dt.timedelta(hours=hours)
    return make(Viewing, **{"property": shown, "contact": who, "starts_at": at, **of})


def _told(gate: Gate, kind: str) -> list[str]:
    return [
        body or subject
        for subject, body in gate.rows(
            select(Activity.subject, Activity.body).where(Activity.kind == kind).order_by(Activity.id)
        )
    ]


def test_whoever_shows_a_property_is_reminded_once_and_anew_when_it_moves(
    make: Make, gate: Gate, clock: Clock, jobs: Jobs, outbox: Outbox
) -> None:
    viewing, _late = _planned(make, clock, 2), _planned(make, clock, 3)
    _planned(make, clock, 1, state=ViewingState.cancelled)
    assert jobs.call(remind_of_viewings).result == {"agents": 1, "buyers": 0}
    assert jobs.call(remind_of_viewings).result == {"agents": 0, "buyers": 0}
    asked = select(Activity.id, Activity.due_at, Activity.owner, Activity.done_at).order_by(Activity.id)
    ((task, due_at, owner, _),) = gate.rows(asked)
    assert (due_at, owner) == (viewing.starts_at, viewing.owner)
    assert _told(gate, "task") == [f"{viewing.number}: Mill Lane 4, Wit"]
    gate.update(Viewing, viewing.id, {"starts_at": clock.now + dt.timedelta(hours=1)})
    outbox.run()
    assert gate.get(Activity, task).done_at == clock.now
    assert jobs.call(remind_of_viewings).result == {"agents": 1, "buyers": 0}
    gate.update(Viewing, viewing.id, {"state": ViewingState.cancelled})
    outbox.run()
    assert all(row.done_at for row in gate.rows(asked))


@pytest.mark.parametrize("by", By)
def test_a_buyer_who_agreed_is_reminded_once(
    make: Make, gate: Gate, clock: Clock, jobs: Jobs, by: By
) -> None:
    viewing, _silent = _planned(make, clock, 20), _planned(make, clock, 20)
    purpose = gate.create("consent_purpose", {"name": "Viewings"})
    said = {"about": f"contact:{viewing.contact}", "purpose": purpose, "said": "given", "source": "A call"}
    gate.create("consent", said)
    Reminders(agent_hours=0, by=by, purpose=purpose, said="{when}: {address} {agent}").keep(
        gate.as_house("test")
    )
    for number in (1, 0) if by == By.sms else (1,):
        assert jobs.call(remind_of_viewings).result == {"agents": 0, "buyers": number}
    if by == By.sms:
        jobs.run()
        (words,) = _told(gate, "message")
        assert words.startswith(f"{viewing.starts_at:%d.%m.%Y %H:%M}: Mill Lane 4")


def test_a_reminder_names_only_what_is_known(client: Client) -> None:
    client.get("/settings/plugins/real_estate/Reminders")
    page = client.form().submit(said="{when} {where}", by="sms", status=422)
    assert "Nothing is called {where}." in page
    assert "Say to what buyers must have agreed." in page
