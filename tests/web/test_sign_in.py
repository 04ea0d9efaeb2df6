"""Signing in at the door: what the cookie is, who is told what, and that writers do not wait."""

from pathlib import Path

import pytest
from hookline.app import create_app
from hookline.crm.audit.trail import audit
from hookline.crm.sign_in import credentials
from hookline.crm.sign_in.sessions import (
    LIFETIME,
    LONGEST_LIFETIME,
    find_session,
    note_session_use,
    open_session,
)
from hookline.settings import Settings
from hookline.web.guard import COOKIE
from litestar.testing import TestClient
from sqlalchemy import select

from tests.town import NOW, PASSWORD, Town
from tests.web.stranger import Stranger
from tests.web.visitor import Doors, words

# Credentials and sessions are tried on both engines in tests/crm.
pytestmark = pytest.mark.one_engine


def noted(doors: Doors) -> list[tuple[str, str]]:
    with doors.town.installation.database.read() as tx:
        statement = select(audit.c.what, audit.c.about).order_by(audit.c.number)
        return [(row.what, row.about) for row in tx.run(statement, why="test")]


def test_a_wrong_password_and_an_unknown_account_are_answered_alike(doors: Doors) -> None:
    answers, costs = set(), set()
    Stranger(doors.client).sign_in("first", "wrong")
    for name in ("boris", "nobody"):
        answer = Stranger(doors.client).sign_in(name, "wrong password")
        answers.add((answer.status_code, words(answer.text).replace(name, "")))
        costs.add(answer.headers["x-statements"])
    assert len(answers) == 1
    assert len(costs) == 1


def test_too_many_tries_are_told_how_long_to_wait_whoever_is_tried(doors: Doors) -> None:
    told = set()
    for name in ("boris", "nobody"):
        answers = [Stranger(doors.client).sign_in(name, "wrong password") for _ in range(9)]
        assert [a.status_code for a in answers] == [422] * 8 + [429]
        told.add((answers[-1].headers["retry-after"], words(answers[-1].text)))
    ((wait, said),) = told
    assert 0 < int(wait) <= 901
    assert wait in said
    assert Stranger(doors.client).sign_in("boris").status_code == 429, "the right password waits too"


def test_writers_do_not_wait_while_a_password_is_verified(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote = []

    def verified(_hash: str, _password: str) -> bool:
        with doors.town.house() as gate:
            wrote.append(gate.create("company", {"name": "Made meanwhile"}))
        return True

    monkeypatch.setattr(credentials, "_verified", verified)
    assert Stranger(doors.client).sign_in("boris").status_code == 303
    assert len(wrote) == 1


def test_signing_in_ends_the_session_that_the_browser_had(doors: Doors) -> None:
    boris = Stranger(doors.client)
    boris.sign_in("boris")
    first = boris.cookies[COOKIE]
    boris.get("/me")
    boris.sign_in("clara")
    assert boris.cookies[COOKIE] != first
    assert "Clara" in words(boris.get("/me").text)
    assert Stranger(doors.client, cookies={COOKIE: first}).get("/me").status_code == 303


def test_coming_failing_and_going_are_noted(doors: Doors) -> None:
    boris, user = Stranger(doors.client), f"user:{doors.town.ids['boris']}"
    boris.sign_in("boris", "wrong password")
    boris.sign_in("nobody", "wrong password")
    boris.sign_in("boris")
    boris.get("/me")
    boris.post("/sign-out")
    ours = [entry for entry in noted(doors) if entry[0].startswith("sign")]
    assert ours == [
        ("sign_in.failed", user),
        ("sign_in.failed", ""),
        ("signed_in", user),
        ("signed_out", user),
    ]


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "deals"]
)
def test_nobody_is_led_off_the_site(doors: Doors, target: str) -> None:
    assert Stranger(doors.client).sign_in("boris", then=target).headers["location"] == "/"


def test_a_session_lives_no_longer_than_a_month_however_much_it_is_used(town: Town) -> None:
    with town.installation.database.write() as tx:
        secret = open_session(tx, town.ids["boris"], NOW, address="here", agent="test")
        now = NOW
        while found := find_session(tx, secret, now):
            note_session_use(tx, found.session, now)
            now += LIFETIME / 4
        assert LONGEST_LIFETIME - LIFETIME / 2 < now - NOW <= LONGEST_LIFETIME + LIFETIME / 4


def test_with_https_the_cookie_is_bound_to_the_host_and_to_https(town: Town, tmp_path: Path) -> None:
    settings = Settings(
        database_url=town.installation.database.url, data_dir=tmp_path, base_url="https://town.example"
    )
    app = create_app(settings, town.installation)
    with TestClient(app, base_url="https://town.example") as client:
        form = {"email": "boris@town.example", "password": PASSWORD}
        answer = client.post("/sign-in", data=form, follow_redirects=False)
        assert answer.status_code == 303
        (cookie,) = [c for c in answer.headers.get_list("set-cookie") if COOKIE in c]
        assert cookie.startswith(f"__Host-{COOKIE}=")
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts
        assert not any(part.startswith("domain") for part in parts)
        secret = answer.cookies[f"__Host-{COOKIE}"]
        client.cookies.clear()
        plain = client.get("/me", headers={"cookie": f"{COOKIE}={secret}"}, follow_redirects=False)
        assert plain.status_code == 303, "without its prefix it is one that another host may have set"
