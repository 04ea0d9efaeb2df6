"""/me: one's own account, password and sessions."""

import pytest
from hookline.crm.access.users import User
from hookline_sdk.testing.elements import read_html

from tests.town import PASSWORD
from tests.web.test_admin_people import written
from tests.web.visitor import ORIGIN, Doors, Visitor, words

NEW = "three ducks on the mill pond"


def may_enter(visitor: Visitor) -> bool:
    return visitor.get("/me").status_code == 200


@pytest.mark.parametrize("who", ["ada", "boris", "olga"])
def test_everybody_changes_the_own_name_language_and_looks(doors: Doors, who: str) -> None:
    visitor, town = doors.enter(who), doors.town
    form = written(visitor.see("/me"), "/me")
    assert "email" not in form
    page = visitor.walk(
        "/me",
        {
            **form,
            "name": "Новое Имя",
            "language": "ru",
            "time_zone": "Asia/Yekaterinburg",
            "theme": "dark",
            "phone": "+44 20 7946 0958",
        },
    )
    assert (page["lang"], page.classes[0]) == ("ru", "dark")
    with town.house() as gate:
        user = gate.get(User, town.ids[who])
        assert (user.name, user.language, user.time_zone, user.theme, user.phone) == (
            "Новое Имя",
            "ru",
            "Asia/Yekaterinburg",
            "dark",
            "+442079460958",
        )


def test_rights_and_address_cannot_be_smuggled_in(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    form = written(boris.see("/me"), "/me")
    boris.walk(
        "/me",
        {
            **form,
            "email": "ada2@town.example",
            "roles": "1",
            "team": str(town.ids["south"]),
            "active": "",
            "job_title": "King",
        },
    )
    with town.house() as gate:
        user = gate.get(User, town.ids["boris"])
        assert (user.email, user.team, user.active, user.job_title) == (
            "boris@town.example",
            town.ids["north"],
            True,
            None,
        )
    refused = boris.post("/me", {**form, "name": "", "time_zone": "Europe/Atlantis", "phone": "call me"})
    assert refused.status_code == 422
    invalid = {str(control["name"]) for control in read_html(refused.text).select("[aria-invalid][name]")}
    assert "phone" in invalid


def test_a_new_password_asks_for_the_old_one_and_ends_every_other_session(doors: Doors) -> None:
    here, elsewhere, town = doors.enter("boris"), doors.enter("boris"), doors.town
    for form, said in (
        ({"old": "guess", "password": NEW, "again": NEW}, "This is not your password."),
        ({"old": PASSWORD, "password": NEW, "again": NEW + "!"}, "The two new passwords differ."),
        ({"old": PASSWORD, "password": "short", "again": "short"}, "Use at least 10 characters."),
        ({}, "This is not your password."),
    ):
        refused = here.post("/me/password", form)
        assert refused.status_code == 422
        assert said in words(refused.text)
        assert NEW not in refused.text
    assert may_enter(elsewhere)
    answer = here.post("/me/password", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert answer.headers["location"] == "/me"
    assert not may_enter(elsewhere)
    assert not may_enter(here), "the old id no longer counts"
    here.cookie = answer.cookies["hookline_session"]
    assert may_enter(here)
    assert town.signs_in("boris@town.example", PASSWORD) is None
    assert town.signs_in("boris@town.example", NEW) == town.ids["boris"]


def test_guessing_the_old_password_is_held_up(doors: Doors) -> None:
    boris = doors.enter("boris")
    answers = [
        boris.post("/me/password", {"old": f"guess {n}", "password": NEW, "again": NEW}).status_code
        for n in range(9)
    ]
    assert answers == [422] * 8 + [429]


def test_sessions_are_listed_and_ended_one_by_one(doors: Doors) -> None:
    here, elsewhere = doors.enter("boris"), doors.enter("boris")
    clara = doors.enter("clara")
    page = here.see("/me")
    assert len(page.select("[data-columns=sessions] > li")) == 2
    (end,) = page.select("[data-columns=sessions] form")
    assert clara.post(str(end["action"])).status_code == 404
    assert may_enter(elsewhere)
    here.walk(str(end["action"]))
    assert not may_enter(elsewhere)
    assert may_enter(here)
    assert here.post(str(end["action"])).status_code == 404


def test_signing_out_everywhere_ends_all(doors: Doors) -> None:
    here, elsewhere, clara = doors.enter("boris"), doors.enter("boris"), doors.enter("clara")
    assert here.post("/me/sessions/closure").headers["location"] == "/sign-in"
    assert [may_enter(visitor) for visitor in (here, elsewhere, clara)] == [False, False, True]


def test_signing_in_gives_a_new_session_whatever_cookie_came_along(doors: Doors) -> None:
    chosen = "a-cookie-somebody-else-chose"
    form = {"email": "BORIS@town.example", "password": PASSWORD, "next": "/me"}
    answers = [
        doors.client.post(
            "/sign-in",
            data=form,
            headers={"cookie": f"hookline_session={chosen}", "origin": ORIGIN},
            follow_redirects=False,
        )
        for _ in range(2)
    ]
    doors.client.cookies.clear()
    given = [answer.cookies["hookline_session"] for answer in answers]
    assert answers[0].headers["location"] == "/me"
    assert len({chosen, *given}) == 3
    set_cookie = answers[0].headers["set-cookie"].lower()
    assert "httponly" in set_cookie
    assert "samesite=lax" in set_cookie
