"""Who may use the API: tokens by their scope and for their time, sessions only with the page's own token."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hookline.crm.access.users import User
from hookline.crm.sign_in.rules import change_rules
from hookline.crm.sign_in.sessions import find_session, list_tokens, make_token, open_session, token
from hookline.web.guard import COOKIE
from hookline_sdk.testing.elements import read_html
from sqlalchemy import select

from tests.api.client import ORIGIN, Api, Caller
from tests.town import NOW
from tests.web.visitor import Visitor, words

COMPANIES = "/api/v1/companies"


def session_of(api: Api, name: str) -> Visitor:
    with api.town.installation.database.write() as tx:
        cookie = open_session(tx, api.town.ids[name], NOW, address="127.0.0.1", agent="test")
        found = find_session(tx, cookie, NOW)
    assert found is not None
    return Visitor(api.client, cookie, found.csrf)


def kept(api: Api, name: str) -> list[Any]:
    with api.town.installation.database.read() as tx:
        return list(list_tokens(tx, api.town.ids[name]))


def test_a_bad_token_is_refused_even_beside_a_good_cookie(api: Api) -> None:
    for sent in (
        "Bearer nothing", "Bearer ", "Bearer", "bearer hl_x", "Bearer " + "x" * 5000,
    ):  # fmt: skip
        visitor = session_of(api, "ada")
        for cookie in ("", f"{COOKIE}={visitor.cookie}"):
            answer = api.client.get(COMPANIES, headers={"authorization": sent, "cookie": cookie})
            assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
            assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_a_stranger_is_asked_for_a_token(api: Api) -> None:
    for method, path in (
        ("GET", COMPANIES),
        ("POST", COMPANIES),
        ("GET", "/openapi.json"),
        ("PATCH", f"{COMPANIES}/1"),
    ):
        answer = api.client.request(method, path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_a_token_that_reads_writes_nothing(api: Api) -> None:
    reader = api.caller("ada", "read")
    assert reader.get("/companies").status_code == 200
    path = f"/companies/{api.town.ids['acme']}"
    answers = [
        reader.post("/companies", {"name": "x"}), reader.patch(path, {"name": "x"}), reader.delete(path),
        reader.post(f"{path}/restore"), reader.post("/companies/bulk", {"operations": [{"op": "delete", "id": 1}]}),
    ]  # fmt: skip
    assert {a.status_code for a in answers} == {403}
    assert {a.headers["www-authenticate"] for a in answers} == {
        'Bearer error="insufficient_scope", scope="write"'
    }


def test_a_token_ends_when_its_time_does(api: Api) -> None:
    with api.town.installation.database.write() as tx:
        secret = make_token(tx, api.town.ids["ada"], "test", "read", NOW, NOW + timedelta(minutes=1))
    caller = Caller(api.client, secret)
    assert caller.get("/companies").status_code == 200
    api.town.installation.clock = lambda: NOW + timedelta(minutes=1)
    assert caller.get("/companies").status_code == 401


def test_a_token_ends_with_its_person(api: Api, boris: Caller) -> None:
    with api.town.as_("ada") as gate:
        gate.update(User, api.town.ids["boris"], {"active": False})
    assert boris.get("/companies").status_code == 401


def test_only_the_hash_of_a_token_is_kept(api: Api, ada: Caller) -> None:
    with api.town.installation.database.read() as tx:
        rows = tx.run(select(token), why="test").all()
    assert rows
    assert not any(ada.token in str(row) or ada.token[3:] in str(row) for row in rows)


def test_use_is_noted_at_most_once_a_minute(api: Api, ada: Caller) -> None:
    def cost() -> int:
        return int(ada.get("/companies").headers["x-statements"])

    assert kept(api, "ada")[0].used_at is None
    cost()
    assert kept(api, "ada")[0].used_at == NOW
    clock = api.town.installation
    for seconds, noted in ((59, NOW), (60, NOW + timedelta(seconds=60)), (119, NOW + timedelta(seconds=60))):
        clock.clock = lambda seconds=seconds: NOW + timedelta(seconds=seconds)  # type: ignore[misc]  # bound now, for this turn
        cost()
        assert kept(api, "ada")[0].used_at == noted


def test_a_cookie_alone_reads_and_does_not_write(api: Api) -> None:
    visitor = session_of(api, "ada")
    cookie = {"cookie": f"{COOKIE}={visitor.cookie}", "content-type": "application/json"}
    assert api.client.get(COMPANIES, headers=cookie).status_code == 200
    made = b'{"name": "Bakery"}'
    for more in ({}, {"x-csrf-token": ""}, {"x-csrf-token": "x"}, {"x-csrf-token": visitor.csrf, "origin": "http://elsewhere.example"},
                 {"x-csrf-token": visitor.csrf, "sec-fetch-site": "cross-site"}):  # fmt: skip
        answer = api.client.post(COMPANIES, content=made, headers={**cookie, **more})
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json"), more
    good = {**cookie, "x-csrf-token": visitor.csrf, "origin": ORIGIN}
    assert api.client.post(COMPANIES, content=made, headers=good).status_code == 201


def test_a_token_opens_no_page(api: Api, ada: Caller) -> None:
    api.client.cookies.clear()
    answer = api.client.get(
        "/me/tokens", headers={"authorization": f"Bearer {ada.token}"}, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"].startswith("/sign-in")) == (303, True)


def test_a_token_is_made_shown_once_used_and_revoked(api: Api) -> None:
    visitor = session_of(api, "boris")
    answer = visitor.post("/me/tokens", {"name": "Till", "scope": "write", "expires": "30"})
    secret = read_html(answer.text).select_one("pre code")
    assert answer.status_code == 200
    assert secret is not None
    assert secret.text.startswith("hl_")
    assert Caller(api.client, secret.text).post("/deals", {"name": "By token"}).status_code == 201
    page = visitor.see("/me/tokens")
    assert "Till" in words(str(page))
    assert secret.text not in str(page)
    assert kept(api, "boris")[0].expires_at == NOW + timedelta(days=30)
    revoked = visitor.walk(f"/me/tokens/{kept(api, 'boris')[0].id}/revoke")
    assert "Till" not in words(str(revoked))
    assert Caller(api.client, secret.text).get("/deals").status_code == 401


def test_a_token_that_cannot_be_made_says_why(api: Api) -> None:
    for form, complaint in (
        ({"name": "  ", "scope": "read", "expires": "30"}, "Say what the token is for."),
        ({"name": "x" * 121, "scope": "read", "expires": "30"}, "at most 120"),
        ({"name": "Till", "scope": "all", "expires": "30"}, "all is not one of the choices."),
        ({"name": "Till", "scope": "read", "expires": ""}, "Choose how long it holds."),
        ({"name": "Till", "scope": "read", "expires": "never"}, "Choose how long it holds."),
        ({"name": "Till", "scope": "read", "expires": "date", "until": "2026-03-16"}, "Choose a day to come."),
        ({"name": "Till", "scope": "read", "expires": "date", "until": "soon"}, "Choose a day to come."),
        ({"name": "Till", "scope": "read", "expires": "date", "until": "9999-12-31"}, "Choose a day to come."),
        ({"name": "Till", "scope": "read", "expires": "date", "until": "2028-01-01"}, "at most 365 days"),
    ):  # fmt: skip
        answer = session_of(api, "boris").post("/me/tokens", form)
        assert answer.status_code == 422
        assert complaint in words(answer.text)
        assert kept(api, "boris") == []


def test_a_token_can_end_on_a_day_which_still_counts(api: Api) -> None:
    visitor = session_of(api, "boris")
    form = {"name": "Till", "scope": "read", "expires": "date", "until": "2026-03-20"}
    secret = read_html(visitor.post("/me/tokens", form).text).select_one("pre code")
    assert secret is not None
    assert kept(api, "boris")[0].expires_at == datetime(2026, 3, 21, tzinfo=UTC)
    api.town.installation.clock = lambda: datetime(2026, 3, 21, tzinfo=UTC)
    assert Caller(api.client, secret.text).get("/deals").status_code == 401
    assert "Expired" in words(str(session_of(api, "boris").see("/me/tokens")))


def test_the_house_says_how_old_a_token_may_become_and_it_holds_for_those_that_exist(
    api: Api, ada: Caller
) -> None:
    assert ada.get("/companies").status_code == 200
    with api.town.house() as gate:
        change_rules(gate, "nobody", [], 30)
    api.town.installation.clock = lambda: NOW + timedelta(days=29)
    assert ada.get("/companies").status_code == 200
    api.town.installation.clock = lambda: NOW + timedelta(days=30)
    assert ada.get("/companies").status_code == 401
    form = {"name": "Till", "scope": "read", "expires": "90"}
    api.town.installation.clock = lambda: NOW
    refused = session_of(api, "boris").post("/me/tokens", form)
    assert "at most 30 days" in words(refused.text)


def test_nobody_revokes_anothers_token(api: Api, ada: Caller) -> None:
    answer = session_of(api, "boris").post(f"/me/tokens/{kept(api, 'ada')[0].id}/revoke")
    assert answer.status_code == 404
    assert ada.get("/companies").status_code == 200
