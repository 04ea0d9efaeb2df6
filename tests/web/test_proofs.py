"""Proofs: dangerous changes ask once more who it is, and then go on with what was sent."""

from datetime import timedelta
from typing import Any

import pytest
from hookline.crm.sign_in.credentials import set_password
from hookline.crm.sign_in.sessions import PROOF_HOLDS, list_tokens
from hookline.web.guard import COOKIE
from hookline_sdk.testing.elements import read_html

from tests.town import NOW, PASSWORD
from tests.web.stranger import Stranger
from tests.web.visitor import Doors, words

TOKEN = {"name": "Till & Co", "scope": "read", "expires": "30", "until": ""}
DANGEROUS: list[tuple[str, dict[str, str]]] = [
    ("/me/tokens", TOKEN),
    ("/me/two-step", {}),
    ("/me/two-step/recovery-codes", {}),
    ("/me/sessions/closure", {}),
    ("/settings/sign-in", {"two_step": "nobody", "token_days": "0"}),
    ("/settings/users/{boris}/link", {}),
    ("/settings/users/{boris}/two-step/removal", {}),
    ("/settings/users/{boris}/deactivation", {}),
    (
        "/settings/users",
        {"name": "Nina", "email": "n@town.example", "language": "en", "time_zone": "UTC"},
    ),
]


@pytest.fixture
def ada(doors: Doors) -> Stranger:
    """Somebody who signed in longer ago than a proof holds."""
    ada = Stranger(doors.client)
    ada.sign_in("ada")
    ada.get("/me")
    doors.town.installation.clock = lambda: NOW + PROOF_HOLDS
    return ada


def tokens(doors: Doors) -> list[Any]:
    with doors.town.installation.database.read() as tx:
        return list(list_tokens(tx, doors.town.ids["ada"]))


def as_shown(page: str) -> dict[str, str]:
    """What the page that asks would send again."""
    form = read_html(page).select_one("main form")
    assert form is not None
    return {str(i["name"]): str(i.get("value", "")) for i in form.select("input[type=hidden]")}


def test_what_was_sent_goes_on_after_the_password_and_the_session_has_a_new_id(
    doors: Doors, ada: Stranger
) -> None:
    asked = ada.post("/me/tokens", TOKEN)
    assert asked.status_code == 403
    assert tokens(doors) == []
    sent = as_shown(asked.text)
    assert {name: sent[name] for name in TOKEN} == TOKEN
    old = ada.cookies[COOKIE]
    made = ada.post("/me/tokens", {**sent, "_proof": PASSWORD})
    assert made.status_code == 200
    assert [token.name for token in tokens(doors)] == ["Till & Co"]
    assert ada.cookies[COOKIE] != old
    assert Stranger(doors.client, cookies={COOKIE: old}).get("/me").status_code == 303
    assert ada.post("/me/tokens", TOKEN).status_code == 200, "it holds for a while"


def test_a_wrong_proof_does_nothing_and_is_held_up(doors: Doors, ada: Stranger) -> None:
    answers = [ada.post("/me/tokens", {**TOKEN, "_proof": f"guess {n}"}) for n in range(9)]
    assert [a.status_code for a in answers] == [403] * 8 + [429]
    assert "That was not right" in words(answers[0].text)
    assert "guess 0" not in answers[0].text
    assert tokens(doors) == []


def test_a_proof_needs_the_pages_own_token_and_a_session(doors: Doors, ada: Stranger) -> None:
    csrf, ada.csrf = ada.csrf, "another"
    assert ada.post("/me/tokens", {**TOKEN, "_proof": PASSWORD}).status_code == 403
    ada.csrf = csrf
    assert (
        ada.post("/me/tokens", {**TOKEN, "_proof": PASSWORD}, origin="http://evil.example").status_code == 403
    )
    assert tokens(doors) == []
    nobody = Stranger(doors.client)
    assert nobody.post("/me/tokens", {**TOKEN, "_proof": PASSWORD}).headers["location"].startswith("/sign-in")


def test_somebody_elses_password_proves_nothing(doors: Doors, ada: Stranger) -> None:
    with doors.town.installation.database.write() as tx:
        set_password(tx, doors.town.ids["boris"], "boris own words here", NOW)
    assert ada.post("/me/tokens", {**TOKEN, "_proof": "boris own words here"}).status_code == 403


def test_every_dangerous_change_asks(doors: Doors, ada: Stranger) -> None:
    for path, form in DANGEROUS:
        answer = ada.post(path.format(boris=doors.town.ids["boris"]), form)
        assert answer.status_code == 403, path
        assert "Is it you?" in words(answer.text)


def test_programs_and_ordinary_changes_are_not_asked(doors: Doors, ada: Stranger) -> None:
    assert ada.post("/companies", {"name": "Ordinary"}).status_code == 303
    doors.town.installation.clock = lambda: NOW + timedelta(minutes=9)
    assert ada.post("/me/tokens", TOKEN).status_code == 200


def test_a_change_through_the_api_with_a_session_is_asked_in_its_own_words(
    doors: Doors, ada: Stranger
) -> None:
    answer = doors.client.patch(
        f"/api/v1/users/{doors.town.ids['boris']}",
        json={"email": "b@town.example"},
        headers={"cookie": f"{COOKIE}={ada.cookies[COOKIE]}", "x-csrf-token": ada.csrf},
    )
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
