"""What reaches a log: who was refused what, and never a secret."""

import logging
from collections.abc import Iterator

import pytest
from hookline.crm.sign_in.links import Purpose, make_link
from hookline.crm.sign_in.sessions import make_token
from sqlalchemy.exc import IntegrityError

from tests.town import NOW, PASSWORD
from tests.web.visitor import ORIGIN, Doors

NEW = "a new place by the old weir"


@pytest.fixture(autouse=True)
def everything(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Every logger of ours at its most talkative."""
    with caplog.at_level(logging.DEBUG):
        yield


def said(caplog: pytest.LogCaptureFixture) -> str:
    """All that was logged by the house, tracebacks too; the test's own client is not the house."""
    formatter = logging.Formatter()
    return "\n".join(
        formatter.format(r) for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))
    )


def incidents(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.name == "hookline.security"]


def test_no_password_token_cookie_or_link_is_logged(
    doors: Doors, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, client = doors.town, doors.client
    v = doors.enter("boris")
    with town.house() as gate:
        token = make_token(gate.tx, town.ids["boris"], "Script", "write", NOW)
        link = make_link(gate.tx, town.ids["clara"], Purpose.reset, NOW)
    form = {"email": "boris@town.example", "password": PASSWORD}
    client.post("/sign-in", data=form, headers={"origin": ORIGIN})
    client.post("/sign-in", data={**form, "password": "wrong " + PASSWORD}, headers={"origin": ORIGIN})
    client.get("/api/v1/deals", headers={"authorization": f"Bearer {token}"})
    client.get("/api/v1/deals", headers={"authorization": f"Bearer {token}x"})
    v.post("/me/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    v.post("/deals/new", {"_csrf": "wrong"})
    client.get(f"/password/{link}")

    def fails(*_: object, **__: object) -> None:
        raise IntegrityError(
            "INSERT INTO x", {"hash": "fv-parameter"}, RuntimeError("no"), hide_parameters=True
        )

    for broken in (
        "hookline.web.sign_in.passwords.find_link",
        "hookline.web.sign_in.steps.accept",
        "hookline.web.guard.find_token",
        "hookline.web.guard.find_session",
    ):
        monkeypatch.setattr(broken, fails)
    assert client.get(f"/password/{link}", headers={"cookie": ""}).status_code == 500
    assert client.post("/sign-in", data=form, headers={"origin": ORIGIN, "cookie": ""}).status_code == 500
    assert (
        client.get("/api/v1/deals", headers={"authorization": f"Bearer {token}", "cookie": ""}).status_code
        == 500
    )
    assert v.get("/deals").status_code == 500

    logged = said(caplog)
    assert "/password/" in logged
    for secret in (PASSWORD, NEW, token, link, v.cookie, v.csrf, "fv-parameter", "$argon2"):
        assert secret not in logged


def test_a_failed_statement_is_logged_without_its_values(doors: Doors) -> None:
    from hookline.crm.sign_in.credentials import credential
    from sqlalchemy import insert

    with pytest.raises(IntegrityError) as found, doors.town.installation.database.write() as tx:
        tx.run(
            insert(credential).values(user=doors.town.ids["ada"], password_hash=None, changed_at=NOW),
            why="test",
        )
    assert "hidden" in str(found.value)


def test_those_who_may_not_are_written_down_with_who_where_and_what(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    olga, client = doors.enter("olga"), doors.client
    number = doors.town.ids["olga"]
    assert olga.get("/settings/users").status_code == 403
    cookie = {
        "cookie": f"hookline_session={olga.cookie}",
        "content-type": "application/x-www-form-urlencoded",
    }
    assert client.post("/companies", content="_csrf=wrong", headers=cookie).status_code == 403
    assert (
        client.post(
            "/companies", content="x=y", headers={**cookie, "origin": "https://evil.example"}
        ).status_code
        == 403
    )
    assert (
        client.get(
            "/deals", headers={**cookie, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
        ).status_code
        == 403
    )
    assert client.get("/api/v1/deals", headers={"authorization": "Bearer hl_nothing"}).status_code == 401
    assert client.get("/deals", headers={"host": "evil.example"}).status_code == 400
    told = incidents(caplog)
    assert len(told) == 6
    assert told[0].startswith(f"refused user {number} from testclient: GET '/settings/users': 403 ")
    assert [line.startswith(f"refused user {number} ") for line in told] == [True] * 4 + [False] * 2
    assert "a stranger" in told[4]
    assert "another host" in told[5]


def test_guessing_is_written_down_when_it_is_stopped(doors: Doors, caplog: pytest.LogCaptureFixture) -> None:
    form = {"email": "boris@town.example", "password": "not this one at all"}
    answers = [
        doors.client.post("/sign-in", data=form, headers={"origin": ORIGIN}).status_code for _ in range(12)
    ]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert any("429" in line for line in incidents(caplog))
