"""The second step of signing in: set up, asked for, replayed, guessed, lost, demanded."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hookline.crm.access.actors import directory
from hookline.crm.access.users import User
from hookline.crm.audit.trail import audit
from hookline.crm.sign_in.challenges import challenge
from hookline.crm.sign_in.rules import change_rules
from hookline.crm.sign_in.two_step import recovery_code, take_code, totp
from hookline.kernel.sealing import sealer_of
from hookline.web.guard import COOKIE
from hookline.web.sign_in.steps import HALF_WAY
from hookline_sdk.testing.elements import read_html
from pyotp.totp import TOTP
from sqlalchemy import func, select

from tests.town import NOW, PASSWORD
from tests.web.stranger import Stranger
from tests.web.visitor import Doors, words


def at(doors: Doors, seconds: float) -> None:
    later = NOW + timedelta(seconds=seconds)
    doors.town.installation.clock = lambda: later


def code_of(doors: Doors, secret: str, ahead: int = 0) -> str:
    return TOTP(secret).at(doors.town.installation.clock(), counter_offset=ahead)


def shown_secret(page: str) -> str:
    key = read_html(page).select_one("code.key")
    assert key is not None
    return key.text.replace(" ", "")


def set_up(doors: Doors, name: str = "boris") -> tuple[str, list[str]]:
    """Switch it on for somebody; the secret and the recovery codes. The clock is a minute on then."""
    someone = Stranger(doors.client)
    someone.sign_in(name)
    someone.get("/me/two-step")
    assert someone.post("/me/two-step").headers["location"] == "/me/two-step"
    secret = shown_secret(someone.get("/me/two-step").text)
    answer = someone.post("/me/two-step/confirmation", {"code": code_of(doors, secret)})
    assert answer.status_code == 200
    codes = read_html(answer.text).select_one("pre.code code")
    assert codes is not None
    at(doors, 60)
    return secret, codes.text.split()


def noted(doors: Doors) -> list[str]:
    with doors.town.installation.database.read() as tx:
        return [row.what for row in tx.run(select(audit.c.what).order_by(audit.c.number), why="test")]


def count(doors: Doors, table: object) -> int:
    with doors.town.installation.database.read() as tx:
        return int(tx.run(select(func.count()).select_from(table), why="test").scalar_one())  # type: ignore[arg-type]  # any table


def test_it_is_set_up_with_a_code_of_the_app_and_asked_for_from_then_on(doors: Doors) -> None:
    secret, codes = set_up(doors)
    assert len(set(codes)) == 10
    boris = Stranger(doors.client)
    half = boris.sign_in("boris", then="/deals")
    assert half.headers["location"] == "/sign-in/code"
    assert COOKIE not in boris.cookies, "half signed in is not signed in"
    assert boris.get("/deals").status_code == 303
    assert "Second step" in words(boris.get("/sign-in/code").text)
    full = boris.post("/sign-in/code", {"code": code_of(doors, secret)})
    assert full.headers["location"] == "/deals"
    assert boris.is_in()
    assert HALF_WAY not in boris.cookies
    assert [what for what in noted(doors) if what in ("totp.on", "signed_in")] == [
        "signed_in",
        "totp.on",
        "signed_in",
    ]


def test_the_page_shows_a_qr_code_without_any_style(doors: Doors) -> None:
    boris = Stranger(doors.client)
    boris.sign_in("boris")
    boris.get("/me")
    boris.post("/me/two-step")
    page = boris.get("/me/two-step")
    drawn = read_html(page.text).select_one("svg.qr")
    assert drawn is not None
    assert "style=" not in str(drawn)
    assert page.headers["cache-control"] == "no-store"


def test_a_wrong_code_switches_nothing_on_and_the_secret_is_not_kept_readable(doors: Doors) -> None:
    boris = Stranger(doors.client)
    boris.sign_in("boris")
    boris.get("/me")
    boris.post("/me/two-step")
    secret = shown_secret(boris.get("/me/two-step").text)
    assert boris.post("/me/two-step/confirmation", {"code": "000000"}).status_code == 422
    with doors.town.installation.database.read() as tx:
        (row,) = tx.run(select(totp), why="test").all()
    assert row.on_since is None
    assert secret not in str(row)
    another = Stranger(doors.client)
    assert another.sign_in("boris").headers["location"] == "/", "what is not confirmed is not asked for"


def test_a_code_holds_once_even_for_two_who_send_it_at_once(doors: Doors) -> None:
    secret, _ = set_up(doors)
    code, user = code_of(doors, secret), doors.town.ids["boris"]
    sealer = sealer_of(doors.client.app.state.site.settings)

    def take(_: int) -> str:
        with doors.town.installation.database.write() as tx:
            return take_code(tx, sealer, user, code, doors.town.installation.clock())

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(take, range(4))) == ["", "", "", "app"]
    boris = Stranger(doors.client)
    boris.sign_in("boris")
    assert boris.post("/sign-in/code", {"code": code}).status_code == 422
    at(doors, 90)
    assert boris.post("/sign-in/code", {"code": code_of(doors, secret)}).status_code == 303


@pytest.mark.parametrize(("ahead", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_clocks_may_differ_by_half_a_minute(doors: Doors, ahead: int, status: int) -> None:
    secret, _ = set_up(doors)
    at(doors, 600)
    boris = Stranger(doors.client)
    boris.sign_in("boris")
    assert boris.post("/sign-in/code", {"code": code_of(doors, secret, ahead)}).status_code == status


def test_a_code_from_before_the_last_one_does_not_hold_any_more(doors: Doors) -> None:
    secret, _ = set_up(doors)
    at(doors, 600)
    boris = Stranger(doors.client)
    boris.sign_in("boris")
    boris.post("/sign-in/code", {"code": code_of(doors, secret, 1)})
    another = Stranger(doors.client)
    another.sign_in("boris")
    assert another.post("/sign-in/code", {"code": code_of(doors, secret)}).status_code == 422


def test_guessing_codes_is_held_up_across_new_beginnings(doors: Doors) -> None:
    secret, _ = set_up(doors)
    wrong = "000000" if code_of(doors, secret) != "000000" else "111111"
    answers = []
    for _ in range(9):
        thief = Stranger(doors.client)
        thief.sign_in("boris")
        answers.append(thief.post("/sign-in/code", {"code": wrong}))
    assert [a.status_code for a in answers] == [422] * 8 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    owner = Stranger(doors.client)
    owner.sign_in("boris")
    assert owner.post("/sign-in/code", {"code": code_of(doors, secret)}).status_code == 429
    at(doors, 16 * 60)
    owner = Stranger(doors.client)
    owner.sign_in("boris")
    assert owner.post("/sign-in/code", {"code": code_of(doors, secret)}).status_code == 303


def test_recovery_codes_hold_once_however_they_are_written(doors: Doors) -> None:
    _, codes = set_up(doors)
    for code, status in (
        (codes[0].upper(), 303),
        (codes[0], 422),
        (codes[1].replace("-", " "), 303),
        ("abcd-efgh-jkmn", 422),
    ):
        boris = Stranger(doors.client)
        boris.sign_in("boris")
        assert boris.post("/sign-in/code", {"code": code}).status_code == status
    assert noted(doors).count("recovery_code.used") == 2
    with doors.town.installation.database.read() as tx:
        kept = tx.run(select(recovery_code), why="test").all()
    assert len(kept) == 10
    assert not any(code in str(row) or code.replace("-", "") in str(row) for code in codes for row in kept)


def test_one_persons_codes_do_not_let_in_another(doors: Doors) -> None:
    _, codes = set_up(doors, "boris")
    set_up(doors, "clara")
    clara = Stranger(doors.client)
    clara.sign_in("clara")
    assert clara.post("/sign-in/code", {"code": codes[0]}).status_code == 422


def test_half_way_ends_by_time_by_use_and_by_a_new_password(doors: Doors) -> None:
    secret, codes = set_up(doors)
    late = Stranger(doors.client)
    late.sign_in("boris")
    at(doors, 60 + 601)
    assert (
        late.post("/sign-in/code", {"code": code_of(doors, secret)})
        .headers["location"]
        .startswith("/sign-in")
    )
    assert COOKIE not in late.cookies
    twice = Stranger(doors.client)
    twice.sign_in("boris")
    kept = dict(twice.cookies)
    assert twice.post("/sign-in/code", {"code": code_of(doors, secret)}).headers["location"] == "/"
    twice.cookies = kept
    assert twice.post("/sign-in/code", {"code": codes[0]}).headers["location"].startswith("/sign-in")
    assert count(doors, challenge) == 1, "the late one, until housekeeping"
    before = Stranger(doors.client)
    before.sign_in("boris")
    with doors.town.as_("ada") as gate:
        gate.update(User, doors.town.ids["boris"], {"active": False})
    assert before.post("/sign-in/code", {"code": codes[1]}).headers["location"].startswith("/sign-in")


def test_without_the_first_step_there_is_no_second(doors: Doors) -> None:
    set_up(doors)
    thief = Stranger(doors.client, cookies={HALF_WAY: "made-up"})
    assert thief.get("/sign-in/code").headers["location"].startswith("/sign-in")
    assert thief.post("/sign-in/code", {"code": "123456"}).headers["location"].startswith("/sign-in")


def test_switching_it_off_asks_for_password_and_code_and_ends_other_sessions(doors: Doors) -> None:
    _, codes = set_up(doors)
    here, elsewhere = Stranger(doors.client), Stranger(doors.client)
    for number, browser in enumerate((here, elsewhere)):
        browser.sign_in("boris")
        browser.post("/sign-in/code", {"code": codes[number]})
        browser.get("/me/two-step")
    for form in (
        {"password": "guess", "code": codes[2]},
        {"password": PASSWORD, "code": "abcd-abcd-abcd"},
        {"code": codes[2]},
    ):
        assert here.post("/me/two-step/removal", form).status_code == 422
    old = here.cookies[COOKIE]
    assert here.post("/me/two-step/removal", {"password": PASSWORD, "code": codes[2]}).status_code == 303
    assert here.cookies[COOKIE] != old
    assert here.is_in()
    assert elsewhere.get("/me").headers["location"].startswith("/sign-in")
    assert Stranger(doors.client).sign_in("boris").headers["location"] == "/"
    assert (count(doors, totp), count(doors, recovery_code)) == (0, 0)
    assert "totp.off" in noted(doors)


def test_new_recovery_codes_end_the_old_ones(doors: Doors) -> None:
    _, codes = set_up(doors)
    boris = Stranger(doors.client)
    boris.sign_in("boris")
    boris.post("/sign-in/code", {"code": codes[0]})
    boris.get("/me")
    page = boris.post("/me/two-step/recovery-codes")
    shown = read_html(page.text).select_one("pre.code code")
    assert shown is not None
    new = shown.text.split()
    assert len(new) == 10
    assert not set(new) & set(codes)
    for code, status in ((codes[1], 422), (new[0], 303)):
        again = Stranger(doors.client)
        again.sign_in("boris")
        assert again.post("/sign-in/code", {"code": code}).status_code == status


def test_an_administrator_removes_it_and_it_is_noted(doors: Doors) -> None:
    set_up(doors)
    path = f"/settings/users/{doors.town.ids['boris']}"
    ada, clara = doors.enter("ada"), doors.enter("clara")
    assert "Second step since" in words(str(ada.see(path)))
    assert clara.post(f"{path}/two-step/removal").status_code == 403
    ada.walk(f"{path}/two-step/removal")
    assert Stranger(doors.client).sign_in("boris").headers["location"] == "/"
    assert "totp.off" in noted(doors)
    assert ada.post(f"{path}/two-step/removal").status_code == 404


def test_whoever_must_have_it_is_led_to_set_it_up_and_nowhere_else(doors: Doors) -> None:
    boris = Stranger(doors.client)
    boris.sign_in("boris")
    assert boris.get("/deals").status_code == 200
    with doors.town.as_("ada") as gate:
        change_rules(gate, "everybody", [], 365)
    for path in ("/deals", "/", "/me", "/settings"):
        assert boris.get(path).headers["location"] == "/me/two-step"
    assert boris.get("/api/v1/deals").status_code == 403
    assert boris.post("/deals", {"name": "Late"}).headers["location"] == "/me/two-step"
    page = boris.get("/me/two-step")
    assert "is asked of you" in words(page.text)
    boris.post("/me/two-step")
    secret = shown_secret(boris.get("/me/two-step").text)
    boris.post("/me/two-step/confirmation", {"code": code_of(doors, secret)})
    assert boris.get("/deals").status_code == 200
    out = Stranger(doors.client)
    out.sign_in("clara")
    out.get("/me/two-step")
    assert out.post("/sign-out").headers["location"] == "/sign-in?left=1"


def test_it_can_be_demanded_of_a_role(doors: Doors) -> None:
    ada = doors.enter("ada")
    page = ada.see("/settings/sign-in")
    roles = {
        o.text.strip(): str(o["value"]) for o in page.select("[name=two_step_roles] option, select option")
    }
    seller = roles["Seller"]
    ada.walk("/settings/sign-in", {"two_step": "roles", "two_step_roles": seller, "token_days": "90"})
    assert doors.enter("boris").get("/deals").status_code == 303
    assert doors.enter("vera").get("/deals").status_code == 200
    for wrong in (
        {"two_step": "some", "token_days": "90"},
        {"two_step": "roles", "token_days": "90"},
        {"two_step": "roles", "two_step_roles": "999", "token_days": "90"},
        {"two_step": "nobody", "token_days": "-1"},
        {"two_step": "nobody", "token_days": "soon"},
    ):
        assert ada.post("/settings/sign-in", wrong).status_code == 422
    assert (
        doors.enter("vera").post("/settings/sign-in", {"two_step": "nobody", "token_days": "0"}).status_code
        == 403
    )


def test_a_page_costs_no_statement_more_where_it_is_demanded(doors: Doors) -> None:
    vera = doors.enter("vera")
    before = vera.statements("/deals")
    with doors.town.as_("ada") as gate:
        change_rules(gate, "roles", directory(gate).roles_of[doors.town.ids["boris"]], 365)
    assert vera.statements("/deals") == before
