"""Signing in through a provider of identities, against a real one on the loopback, and everything it must not believe."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hookline.app import create_app
from hookline.crm.access.actors import directory
from hookline.crm.access.users import User
from hookline.crm.sign_in.identities import identity
from hookline.errors import SettingsError
from hookline.settings import Settings
from hookline.web.guard import COOKIE
from hookline.web.sign_in.oidc_provider import check_settings
from hookline_sdk.testing.elements import read_html
from httpx import Response
from joserfc.jwk import OctKey, RSAKey
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import func, select

from tests.plain import TRUSTS_NOBODY
from tests.town import PASSWORD, Town
from tests.web.oidc_house import CLIENT, SECRET, Provider, serve_provider
from tests.web.visitor import ORIGIN, words

pytestmark = pytest.mark.one_engine

BORIS = {"sub": "b-17", "email": "Boris@town.example", "email_verified": True, "name": "Boris"}
LIES: list[dict[str, Any]] = [
    {"claims": {"nonce": "another"}},
    {"claims": {"nonce": None}},
    {"claims": {"aud": "another-client"}},
    {"claims": {"aud": [CLIENT, "another-client"]}},
    {"claims": {"azp": "another-client"}},
    {"claims": {"iss": "http://127.0.0.1:1"}},
    {"claims": {"exp": 1_700_000_000}},
    {"claims": {"exp": None}},
    {"claims": {"sub": None}},
    {"claims": {"sub": 17}},
    {"claims": {"iat": 4_000_000_000}},
    {"claims": {"email_verified": False}},
    {"claims": {"email_verified": None}},
    {"claims": {"email_verified": "true"}},
    {"claims": {"email": "boris"}},
    {"claims": {"email": ["boris@town.example"]}},
    {"claims": {"email": None}},
    {"algorithm": "none"},
    {"algorithm": "HS256", "signed_with": OctKey.import_key(SECRET)},
    {"signed_with": RSAKey.generate_key(2048, {"kid": "one"}, auto_kid=False)},
    {"metadata": {"issuer": "https://elsewhere.example"}},
    {"metadata": {"token_endpoint": "http://elsewhere.example/token"}},
]


@dataclass
class Browser:
    """A browser at our door and at the provider's, with the cookies of ours."""

    town: Town
    client: TestClient[Litestar]
    provider: Provider
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Response:
        self.client.cookies.clear()
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.client.get(path, headers={"cookie": sent}, follow_redirects=False)
        self.cookies |= dict(answer.cookies.items())
        return answer

    def ask(self, path: str = "/sign-in/oidc?next=/deals") -> str:
        """Go to the provider, and return where it sends the browser back to, as a path of ours."""
        there = self.get(path)
        assert there.status_code == 303, words(there.text)
        back = httpx.get(there.headers["location"], follow_redirects=False, verify=TRUSTS_NOBODY).headers[
            "location"
        ]
        parts = urlsplit(back)
        assert f"{parts.scheme}://{parts.netloc}" == ORIGIN
        return f"{parts.path}?{parts.query}"

    def come_in(self) -> Response:
        return self.get(self.ask())

    def is_in(self) -> bool:
        return COOKIE in self.cookies and self.get("/me").status_code == 200


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serve_provider() as found:
        found.person = dict(BORIS)
        yield found


def settings_for(town: Town, provider: Provider, folder: Path, **more: object) -> Settings:
    return Settings(
        database_url=town.installation.database.url, development=True, developer_bar=False, data_dir=folder, base_url=ORIGIN,
        oidc_issuer=provider.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET,
        **more,  # type: ignore[arg-type]  # each test knows its settings
    )  # fmt: skip


@pytest.fixture
def browser(
    town: Town, provider: Provider, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Browser]:
    more = getattr(request, "param", {})
    app = create_app(settings_for(town, provider, tmp_path, **more), town.installation)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
        yield Browser(town, client, provider)


def bindings(town: Town) -> int:
    with town.installation.database.read() as tx:
        return int(tx.run(select(func.count()).select_from(identity), why="test").scalar_one())


def test_somebody_known_comes_in_and_goes_on_to_where_they_wanted(browser: Browser) -> None:
    page = read_html(browser.get("/sign-in?next=/deals").text)
    link = page.select_one("a[href^='/sign-in/oidc']")
    assert link is not None
    answer = browser.get(browser.ask(str(link["href"])))
    assert (answer.status_code, answer.headers["location"]) == (303, "/deals")
    assert browser.is_in()
    assert "Boris" in words(browser.get("/me").text)
    (asked,) = browser.provider.asked
    assert {asked["response_type"], asked["code_challenge_method"]} == {"code", "S256"}
    assert set(asked["scope"].split()) >= {"openid", "email"}
    assert browser.provider.refused == []


def test_the_providers_number_decides_once_it_is_known(browser: Browser) -> None:
    browser.come_in()
    browser.provider.person["email"] = "clara@town.example"
    browser.cookies.clear()
    browser.come_in()
    assert "Boris" in words(browser.get("/me").text), "an address that went to somebody else opens nothing"
    browser.cookies.clear()
    browser.provider.person |= {"sub": "x-1", "email": "boris@town.example"}
    assert browser.come_in().status_code == 403
    assert not browser.is_in()
    assert bindings(browser.town) == 1


def test_a_word_that_does_not_fit_lets_nobody_in(browser: Browser) -> None:
    for lie in LIES:
        honest = {name: getattr(browser.provider, name) for name in lie}
        back = browser.ask()
        for name, value in lie.items():
            setattr(browser.provider, name, value)
        assert browser.get(back).status_code >= 400, lie
        assert not browser.is_in(), lie
        for name, value in honest.items():
            setattr(browser.provider, name, value)
    assert bindings(browser.town) == 0
    assert browser.come_in().status_code == 303, "the honest word counts still"


def test_nobody_comes_in_with_a_state_that_was_not_asked_with(browser: Browser) -> None:
    for change in ("&state=another", ""):
        back = browser.ask()
        code = parse_qs(urlsplit(back).query)["code"][0]
        assert browser.get(f"/sign-in/oidc/callback?code={code}{change}").status_code == 403
    assert not browser.is_in()


def test_an_answer_holds_once_and_only_in_the_browser_that_asked(browser: Browser) -> None:
    back = browser.ask()
    mine = dict(browser.cookies)
    browser.cookies.clear()
    assert browser.get(back).status_code == 403, "another browser: a sign-in that somebody else began"
    browser.cookies = dict(mine)
    assert browser.get(back).status_code == 303
    browser.cookies = dict(mine)
    assert browser.get(back).status_code == 403
    assert not browser.is_in()


def test_a_wrong_answer_uses_the_question_up(browser: Browser) -> None:
    back = browser.ask()
    mine = dict(browser.cookies)
    assert browser.get("/sign-in/oidc/callback?code=x&state=y").status_code == 403
    browser.cookies = dict(mine)
    assert browser.get(back).status_code == 403


def test_a_code_that_was_used_elsewhere_lets_nobody_in(browser: Browser) -> None:
    back = browser.ask()
    browser.provider.codes.clear()
    assert browser.get(back).status_code == 403
    assert browser.provider.refused == ["code", "pkce"]
    assert not browser.is_in()


def test_a_code_stolen_into_another_sign_in_fails_by_its_verifier(browser: Browser) -> None:
    theirs = parse_qs(urlsplit(browser.ask()).query)["code"][0]
    browser.cookies.clear()
    mine = parse_qs(urlsplit(browser.ask()).query)["state"][0]
    assert browser.get(f"/sign-in/oidc/callback?code={theirs}&state={mine}").status_code == 403
    assert browser.provider.refused == ["pkce"]
    assert not browser.is_in()


def test_a_refusal_of_the_provider_is_told_without_its_words(browser: Browser) -> None:
    state = parse_qs(urlsplit(browser.ask()).query)["state"][0]
    answer = browser.get(f"/sign-in/oidc/callback?error=%3Cb%3Eno&state={state}")
    assert answer.status_code == 403
    assert "did not work" in words(answer.text)
    assert "&lt;b&gt;" not in answer.text


def test_strangers_and_those_who_left_are_not_let_in(browser: Browser) -> None:
    browser.provider.person |= {"sub": "n-1", "email": "nina@town.example"}
    answer = browser.come_in()
    assert answer.status_code == 403
    assert "Nobody here has your address" in words(answer.text)
    browser.provider.person = dict(BORIS)
    browser.come_in()
    with browser.town.house() as gate:
        gate.update(User, browser.town.ids["boris"], {"active": False})
    browser.cookies.clear()
    assert browser.come_in().status_code == 403
    assert not browser.is_in()


@pytest.mark.parametrize("browser", [{"oidc_role": "observer"}], indirect=True)
def test_strangers_are_let_in_with_a_role_where_the_house_says_so(browser: Browser) -> None:
    browser.provider.person = {
        "sub": "n-1",
        "email": "Nina@town.example",
        "email_verified": True,
        "name": "Nina",
    }
    assert browser.come_in().status_code == 303
    with browser.town.house() as gate:
        known = directory(gate)
        (nina,) = [person for person in known.people.values() if person.name == "Nina"]
        assert [known.roles[role].name for role in known.roles_of[nina.id]] == ["Observer"]
        gate.update(User, nina.id, {"active": False})
    browser.cookies.clear()
    browser.provider.person["sub"] = "n-2"
    assert browser.come_in().status_code == 403, "whoever was sent away does not come back as somebody new"


@pytest.mark.parametrize(
    "browser", [{"oidc_email_claim": "upn", "oidc_unverified_email": True}], indirect=True
)
def test_the_address_can_stand_elsewhere_and_be_asked_for(browser: Browser) -> None:
    browser.provider.person = {"sub": "b-17"}
    browser.provider.besides = {"sub": "another", "upn": "boris@town.example"}
    assert browser.come_in().status_code == 403
    browser.provider.besides["sub"] = "b-17"
    assert browser.come_in().status_code == 303
    assert browser.is_in()


@pytest.mark.parametrize("browser", [{"password_sign_in": False}], indirect=True)
def test_passwords_can_be_switched_off(browser: Browser) -> None:
    page = read_html(browser.get("/sign-in").text)
    assert page.select("input[name=password]") == []
    sent = {"email": "boris@town.example", "password": PASSWORD}
    for path in ("/sign-in", "/sign-in/forgotten"):
        answer = browser.client.post(path, data=sent, headers={"origin": ORIGIN}, follow_redirects=False)
        assert answer.status_code == 404
    assert browser.come_in().status_code == 303


def test_without_a_provider_there_are_no_such_doors(town: Town, tmp_path: Path) -> None:
    settings = Settings(database_url=town.installation.database.url, data_dir=tmp_path, base_url=ORIGIN)
    app = create_app(settings, town.installation)
    with TestClient(app, base_url=ORIGIN) as client:
        assert client.get("/sign-in/oidc").status_code == 404
        assert client.get("/sign-in/oidc/callback?code=x&state=y").status_code == 404


def test_a_provider_is_asked_by_https_only() -> None:
    with pytest.raises(SettingsError, match="https"):
        check_settings(Settings(oidc_issuer="http://login.example", oidc_client_id="x"))
    check_settings(Settings(oidc_issuer="https://login.example", oidc_client_id="x"))
