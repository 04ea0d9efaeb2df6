"""The front: headers on every answer, hosts, proxies, https, and what may be sent at all."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hookline.app import create_app
from hookline.crm.sign_in.sessions import open_session
from hookline.errors import SettingsError
from hookline.settings import Settings
from hookline.web.front import front
from hookline.web.proxies import networks
from hookline.web.site import Site
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from litestar.types import Receive, Scope, Send

from tests.town import NOW, PASSWORD, Town
from tests.web.visitor import ORIGIN, Doors, Visitor

pytestmark = pytest.mark.one_engine

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
SAFE = "https://crm.example"


@contextmanager
def opened(
    town: Town, folder: Path, *, client: str = "192.0.2.7", **settings: Any
) -> Iterator[TestClient[Litestar]]:
    """The application over the town with other settings, asked from an address."""
    made = replace(
        Settings(database_url=town.installation.database.url, data_dir=folder, base_url=SAFE), **settings
    )
    app = create_app(made, town.installation)
    outer = app.asgi_handler

    async def from_there(scope: Scope, receive: Receive, send: Send) -> None:
        scope["client"] = (client, 4711)
        await outer(scope, receive, send)

    app.asgi_handler = from_there
    with TestClient(app, base_url=made.base_url, raise_server_exceptions=False) as found:
        yield found


def policy(answer: Response) -> dict[str, str]:
    parts = answer.headers["content-security-policy"].split("; ")
    return {name: values for name, _, values in (part.partition(" ") for part in parts)}


def answers_of_every_kind(v: Visitor, town: Town) -> dict[str, Response]:
    """One answer of each kind that the house gives, Litestar's own and the front's included."""
    client, cookie = v.client, {"cookie": f"hookline_session={v.cookie}"}
    deal = f"/deals/{town.ids['scanners']}"
    return {
        "page": v.get("/deals"),
        "fragment": v.get("/deals", htmx=True),
        "record": v.get(deal),
        "form refused": v.post("/companies", {"name": ""}),
        "redirect": v.post("/companies", {"name": "Front & Co"}),
        "stranger": client.get("/deals", follow_redirects=False),
        "sign-in": client.get("/sign-in"),
        "404": v.get("/nowhere"),
        "404 record": v.get("/deals/999999"),
        "405": client.put("/deals"),
        "413": client.post("/sign-in", content=b"x" * 70_000, headers={"content-type": "application/x-www-form-urlencoded"}),
        "415": client.post("/sign-in", content=b"{}", headers={"content-type": "application/json"}),
        "csrf": client.post("/deals", content="a=b", headers={**cookie, "content-type": "application/x-www-form-urlencoded"}),
        "options": client.options("/deals"),
        "head": client.head("/sign-in"),
        "trace": client.request("TRACE", "/deals"),
        "other host": client.get("/deals", headers={"host": "evil.example"}),
        "api": client.get("/api/v1/deals", headers=cookie),
        "api 401": client.get("/api/v1/deals"),
        "api 404": client.get("/api/v1/nothing", headers=cookie),
        "api 415": client.post("/api/v1/companies", content=b"{}", headers={**cookie, "content-type": "text/plain", "x-csrf-token": v.csrf}),
        "static": client.get("/static/css/app.css"),
        "static 404": client.get("/static/nothing.css"),
        "export": v.post("/deals/export?format=csv"),
    }  # fmt: skip


def test_every_answer_carries_the_security_headers(doors: Doors) -> None:
    found = answers_of_every_kind(doors.enter("ada"), doors.town)
    statuses = {name: answer.status_code for name, answer in found.items()}
    wanted = {
        "405": 405,
        "413": 413,
        "415": 415,
        "csrf": 403,
        "other host": 400,
        "trace": 405,
        "api 415": 415,
        "stranger": 303,
    }
    assert {name: statuses[name] for name in wanted} == wanted
    for name, answer in found.items():
        assert {key: answer.headers.get(key) for key in ALWAYS} == ALWAYS, name
        rules = policy(answer)
        assert (rules["frame-ancestors"], rules["object-src"], rules["base-uri"]) == (
            "'none'",
            "'none'",
            "'none'",
        ), name
        assert rules["script-src"] == "'self'", name
        assert rules["default-src"] == "'none'", name
        assert "unsafe" not in answer.headers["content-security-policy"], name
        assert "microphone=()" in answer.headers["permissions-policy"], name
        assert "strict-transport-security" not in answer.headers, name
        assert [key for key in answer.headers if key.startswith("access-control-")] == [], name


def test_only_static_files_may_be_kept(doors: Doors) -> None:
    for name, answer in answers_of_every_kind(doors.enter("ada"), doors.town).items():
        kept = "public" in answer.headers["cache-control"]
        assert kept is (name == "static"), name
        assert kept or "no-store" in answer.headers["cache-control"], name


def test_every_answer_with_a_body_says_what_it_is(doors: Doors) -> None:
    for name, answer in answers_of_every_kind(doors.enter("ada"), doors.town).items():
        if not answer.content:
            continue
        kind = answer.headers["content-type"]
        assert kind.startswith(("application/json", "application/problem+json")) or kind.endswith(
            "; charset=utf-8"
        ), (name, kind)
        assert kind.count("charset") <= 1, (name, kind)
        assert (
            answer.text.startswith("<!doctype html>") is kind.startswith("text/html") or "fragment" in name
        ), name


def test_a_mistake_of_ours_tells_nothing_and_is_headed_too(
    doors: Doors, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret recipe")

    monkeypatch.setattr("hookline.web.records.lists.read_query", broken)
    site: Site = doors.client.app.state.site
    monkeypatch.setattr(site, "settings", replace(site.settings, development=False))
    answer = doors.enter("ada").get("/deals")
    assert answer.status_code == 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "recipe" not in answer.text
    assert "Traceback" not in answer.text
    reference = answer.text.rsplit("Reference: ", 1)[1].rstrip(".")
    assert reference in caplog.text
    assert "the secret recipe" in caplog.text


def test_what_breaks_outside_of_every_door_is_answered() -> None:
    async def breaks(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("the secret recipe")

    sent: list[object] = []

    async def keep(message: object) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "scheme": "http",
        "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1),
    }  # fmt: skip
    asyncio.run(front(Settings(), breaks)(scope, None, keep))  # type: ignore[arg-type]  # no more of a request is read
    start, body = sent
    assert isinstance(start, dict)
    assert isinstance(body, dict)
    assert start["status"] == 500
    assert (b"x-content-type-options", b"nosniff") in start["headers"]
    assert b"recipe" not in body["body"]


def test_other_hosts_are_turned_away(doors: Doors) -> None:
    others = [
        "evil.example", "town.example.evil.example", "evil.example:80", "town.example@evil.example", "[", "[::1", "", " ",
        "town.example/x", "xtown.example", "town.example:x", "town.example, evil.example",
    ]  # fmt: skip
    for host in others:
        for path in ("/sign-in", "/static/css/app.css", "/nowhere", "/api/v1/deals"):
            answer = doors.client.get(path, headers={"host": host})
            assert answer.status_code == 400, (host, path)
            assert "Hookline" not in answer.text


def test_our_own_host_is_known_with_and_without_a_port(doors: Doors) -> None:
    for host in ("town.example", "town.example:8443", "TOWN.example"):
        assert doors.client.get("/sign-in", headers={"host": host}).status_code == 200


def test_nobody_but_a_trusted_proxy_says_where_a_request_comes_from(town: Town, tmp_path: Path) -> None:
    told = {
        "x-forwarded-host": "evil.example", "x-forwarded-for": "203.0.113.9", "x-real-ip": "203.0.113.9", "x-forwarded-proto": "http",
        "forwarded": "for=203.0.113.9;host=evil.example",
    }  # fmt: skip
    with opened(town, tmp_path, trusted_proxies=("10.0.0.0/8",)) as client:
        answer = client.get("/sign-in", headers=told, follow_redirects=False)
        assert answer.status_code == 200
        assert "evil.example" not in answer.text
        assert addresses_of(town, client, told) == ["192.0.2.7"]


def test_a_trusted_proxy_is_believed_as_far_as_it_can_know(town: Town, tmp_path: Path) -> None:
    told = {"x-forwarded-for": "1.2.3.4, 203.0.113.9, 10.0.0.2", "x-forwarded-proto": "https"}
    with opened(town, tmp_path, client="10.0.0.1", trusted_proxies=("10.0.0.0/8",)) as client:
        # 1.2.3.4 is what the client says of itself; 203.0.113.9 is where the last proxy of ours saw it.
        assert addresses_of(town, client, told) == ["203.0.113.9"]
        assert client.get("/sign-in", headers={**told, "x-forwarded-host": "crm.example"}).status_code == 200
        assert client.get("/sign-in", headers={**told, "x-forwarded-host": "evil.example"}).status_code == 400
        assert (
            client.get("/sign-in", headers={**told, "x-forwarded-for": "not an address"}).status_code == 200
        )


def addresses_of(town: Town, client: TestClient[Litestar], told: dict[str, str]) -> list[str]:
    """Where sessions were opened from, after one more was."""
    from hookline.crm.sign_in.sessions import close_sessions, list_sessions

    form = {"email": "boris@town.example", "password": PASSWORD}
    answer = client.post("/sign-in", data=form, headers={**told, "origin": SAFE}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    with town.installation.database.write() as tx:
        found = [row.address for row in list_sessions(tx, town.ids["boris"], NOW)]
        close_sessions(tx, town.ids["boris"])
    return found


@pytest.mark.parametrize("written", ["proxy.local", "10.0.0.0/99", "*"])
def test_a_proxy_that_is_no_address_is_named(written: str) -> None:
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES"):
        networks([written])


def test_with_https_cookies_are_bound_to_the_host_and_the_browser_is_told_to_stay(
    town: Town, tmp_path: Path
) -> None:
    with opened(town, tmp_path) as client:
        form = {"email": "boris@town.example", "password": PASSWORD}
        answer = client.post("/sign-in", data=form, headers={"origin": SAFE}, follow_redirects=False)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-hookline_session=")
        assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= {
            part.strip() for part in cookie.split(";")
        }
        assert "domain" not in cookie.lower()
        secret = cookie.split(";")[0].partition("=")[2]
        assert secret not in answer.text
        for path in ("/sign-in", "/nowhere", "/static/css/app.css", "/api/v1/deals"):
            told = client.get(path).headers["strict-transport-security"]
            assert told == "max-age=31536000; includeSubDomains", path


def test_with_https_a_cookie_without_the_prefix_opens_nothing(town: Town, tmp_path: Path) -> None:
    with town.installation.database.write() as tx:
        secret = open_session(tx, town.ids["ada"], NOW, address="127.0.0.1", agent="test")
    with opened(town, tmp_path) as client:
        for name, status in (("hookline_session", 303), ("__Host-hookline_session", 200)):
            client.cookies.clear()
            answer = client.get("/deals", headers={"cookie": f"{name}={secret}"}, follow_redirects=False)
            assert answer.status_code == status, name


def test_plain_http_behind_the_proxy_leads_people_to_https_and_refuses_programs(
    town: Town, tmp_path: Path
) -> None:
    plain = {"x-forwarded-proto": "http"}
    with opened(town, tmp_path, client="10.0.0.1", trusted_proxies=("10.0.0.1",)) as client:
        led = client.get("/deals?x=1", headers=plain, follow_redirects=False)
        assert (led.status_code, led.headers["location"]) == (308, f"{SAFE}/deals?x=1")
        led = client.get("//evil.example/%2e", headers=plain, follow_redirects=False)
        assert led.headers["location"].startswith(f"{SAFE}/")
        for refused in (
            client.get("/api/v1/deals", headers=plain),
            client.post("/sign-in", data={"email": "a"}, headers=plain),
        ):
            assert refused.status_code == 400
            assert "location" not in refused.headers
        assert client.get("/sign-in", headers={"x-forwarded-proto": "https"}).status_code == 200


def test_forms_come_only_as_forms(doors: Doors) -> None:
    v = doors.enter("ada")
    for kind in ("text/plain", "application/json", "application/xml", ""):
        headers = {
            "cookie": f"hookline_session={v.cookie}",
            "origin": ORIGIN,
            "x-csrf-token": v.csrf,
            "content-type": kind,
        }
        answer = doors.client.post("/companies", content=b'{"name": "Smuggled"}', headers=headers)
        assert answer.status_code == 415, kind


def test_the_api_takes_json_only_as_json(doors: Doors) -> None:
    v = doors.enter("ada")
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json-patch+json",
        "",
        "application/json; charset=utf-7",
    ):
        headers = {"cookie": f"hookline_session={v.cookie}", "x-csrf-token": v.csrf, "content-type": kind}
        answer = doors.client.post("/api/v1/companies", content=b'{"name": "Smuggled"}', headers=headers)
        assert answer.status_code == 415, kind


def test_large_bodies_are_refused_before_they_are_read(doors: Doors) -> None:
    v = doors.enter("ada")
    known = {"cookie": f"hookline_session={v.cookie}", "origin": ORIGIN}
    written = "application/x-www-form-urlencoded"

    def pieces(size: int) -> Iterator[bytes]:
        yield from (b"a" * 65_536 for _ in range(size // 65_536))

    def post(path: str, size: int, kind: str, headers: dict[str, str], *, told: bool) -> int:
        body = b"a" * size if told else pieces(size)
        return doors.client.post(path, content=body, headers={**headers, "content-type": kind}).status_code

    for told in (True, False):
        # A stranger's.
        assert post("/sign-in", 131_072, written, {}, told=told) == 413
        assert post("/deals", 131_072, "multipart/form-data; boundary=x", {}, told=told) == 413
        assert post("/api/v1/companies", 131_072, "application/json", {}, told=told) == 413
        # Somebody's who is known.
        assert post("/companies", 5 * 1024 * 1024, written, known, told=told) == 413
        assert post("/api/v1/companies", 5 * 1024 * 1024, "application/json", known, told=told) == 413
