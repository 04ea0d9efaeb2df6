"""No answer leads off the site, whatever an address, a form or a header asks for; and no page of others is let in."""

from urllib.parse import quote, urljoin, urlsplit

import pytest
from hookline.web.addresses import loggable, own_address
from hypothesis import given
from hypothesis import strategies as st

from tests.town import PASSWORD
from tests.web.visitor import ORIGIN, Doors

pytestmark = pytest.mark.one_engine

ELSEWHERE = [
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example",
    "javascript:alert(1)", "data:text/html,x", "evil.example", "http:evil.example", " //evil.example", "/%0d%0aSet-Cookie:a=b",
    "//[", "https://town.example@evil.example", "///evil.example", "/\\/evil.example", "/\r\nLocation: https://evil.example", "",
]  # fmt: skip


def ours(location: str) -> bool:
    """Whether a browser on our site that is told to go there stays."""
    target = urljoin(ORIGIN + "/deals", location.replace("\\", "/"))
    return urlsplit(target).netloc == urlsplit(ORIGIN).netloc and not set(location) & set("\r\n\t")


def test_signing_in_leads_only_to_this_site(doors: Doors) -> None:
    for target in ELSEWHERE:
        form = {"email": "boris@town.example", "password": PASSWORD, "next": target}
        page = doors.client.get(f"/sign-in?next={quote(target)}")
        assert page.status_code == 200
        assert "evil.example" not in page.text
        answer = doors.client.post("/sign-in", data=form, headers={"origin": ORIGIN}, follow_redirects=False)
        doors.client.cookies.clear()
        assert answer.status_code == 303
        assert ours(answer.headers["location"]), answer.headers["location"]
        assert "a" not in answer.cookies


def test_going_back_leads_only_to_this_site(doors: Doors) -> None:
    v = doors.enter("ada")
    deal = f"/deals/{doors.town.ids['scanners']}"
    for target in ELSEWHERE:
        back = quote(target, safe="")
        for path, form in (
            (f"{deal}/trash?back={back}", {"back": target}),
            (f"{deal}/restoration?back={back}", {"back": target}),
            (f"{deal}/activities/note?back={back}", {"body": "Mind the dog", "back": target}),
        ):
            answer = v.post(path, form)
            led = answer.headers.get("location", "/") + answer.headers.get("hx-redirect", "")
            assert answer.status_code in (303, 404, 422), (path, answer.status_code)
            assert ours(led), (path, led)


def test_no_header_says_where_to_go(doors: Doors) -> None:
    v = doors.enter("ada")
    for name in (
        "referer",
        "origin",
        "x-forwarded-host",
        "x-original-url",
        "x-rewrite-url",
        "hx-current-url",
    ):
        headers = {"cookie": f"hookline_session={v.cookie}", name: "https://evil.example/x"}
        for path in ("/", "/deals", "/sign-in", "/nowhere"):
            answer = doors.client.get(path, headers=headers, follow_redirects=False)
            assert "evil.example" not in answer.text + str(answer.headers), (name, path)


def test_a_stranger_is_led_back_only_to_this_site(doors: Doors) -> None:
    answer = doors.client.get("//evil.example/deals", follow_redirects=False)
    assert ours(answer.headers.get("location", "/"))
    answer = doors.client.get("/deals?next=https://evil.example", follow_redirects=False)
    assert answer.status_code == 303
    assert ours(answer.headers["location"])


@given(target=st.text(st.sampled_from("/\\:@?#.%[]\t\r\n ahttpsjavscripevl"), max_size=30))
def test_no_text_is_taken_for_an_address_of_this_site_that_is_none(target: str) -> None:
    found = own_address(target, "/start")
    assert ours(found)
    assert found.startswith("/")


def test_a_door_cannot_lead_away_by_mistake(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hookline.web.sign_in.steps.own_address", lambda *_: "https://evil.example/")
    form = {"email": "boris@town.example", "password": PASSWORD}
    answer = doors.client.post("/sign-in", data=form, headers={"origin": ORIGIN}, follow_redirects=False)
    assert answer.status_code == 500
    assert "location" not in answer.headers


def test_other_sites_may_link_here_and_nothing_else(doors: Doors) -> None:
    v = doors.enter("ada")
    for method, site, mode, dest, let_in in (
        ("GET", "same-origin", "cors", "empty", True),
        ("GET", "none", "navigate", "document", True),
        ("GET", "cross-site", "navigate", "document", True),
        ("GET", "cross-site", "no-cors", "script", False),
        ("GET", "cross-site", "no-cors", "image", False),
        ("GET", "cross-site", "cors", "empty", False),
        ("GET", "cross-site", "navigate", "iframe", False),
        ("GET", "same-site", "no-cors", "image", False),
        ("POST", "cross-site", "navigate", "document", False),
        ("POST", "same-site", "navigate", "document", False),
    ):
        headers = {
            "cookie": f"hookline_session={v.cookie}", "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest,
            "content-type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        for path in ("/deals", "/companies", "/api/v1/deals", "/openapi.json"):
            answer = doors.client.request(method, path, headers=headers)
            assert (answer.status_code not in (403, 405)) is let_in, (path, site, mode, dest)
        # A page's token does not help another site.
        sent = doors.client.post("/companies", content=f"_csrf={v.csrf}&name=Smuggled", headers=headers)
        assert (sent.status_code != 403) is (site in ("same-origin", "none"))


def test_what_could_be_the_secret_of_a_link_is_kept_out_of_logs() -> None:
    assert loggable("/password/" + "aB3_-" * 9) == "'/password/***'"
    assert loggable("/deals/42\nforged") == "'/deals/42\\nforged'"
