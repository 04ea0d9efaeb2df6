"""Signing in, held against what is promised: passwords, sessions, tokens, notes, letters and providers."""

import base64
import datetime as dt
import ipaddress
import math
import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hookline.app import create_app
from hookline.crm.audit.trail import audit
from hookline.crm.sign_in.credentials import credential, set_password
from hookline.crm.sign_in.links import Purpose, make_link
from hookline.crm.sign_in.sessions import (
    LIFETIME,
    LONGEST_LIFETIME,
    find_session,
    make_token,
    note_session_use,
    open_session,
    session,
)
from hookline.crm.sign_in.two_step import recovery_code
from hookline.errors import Refused
from hookline.kernel import mail
from hookline.settings import Settings
from hookline.start import bring_up_to_date, create_installation
from hookline.web.guard import COOKIE
from hookline.web.sign_in.oidc_provider import Asked, sign_in_address
from hookline_sdk.testing.elements import read_html
from litestar.testing import TestClient
from sqlalchemy import func, select

from tests.town import NOW, PASSWORD, Town
from tests.web.oidc_house import CLIENT, SECRET, serve_provider
from tests.web.stranger import Stranger
from tests.web.test_oidc import BORIS, Browser, settings_for
from tests.web.test_two_step import set_up
from tests.web.visitor import ORIGIN, Doors

pytestmark = pytest.mark.one_engine

NEW = "a new place by the old weir"


def noted(doors: Doors) -> list[str]:
    with doors.town.installation.database.read() as tx:
        return [row.what for row in tx.run(select(audit.c.what).order_by(audit.c.number), why="test")]


def test_a_password_is_taken_exactly_as_it_is_typed(doors: Doors) -> None:
    exact = "  Über den Fluss, Ж и \U0001f600, % & ' \" \\ " + "lang " * 20
    with doors.town.house() as gate:
        set_password(gate.tx, doors.town.ids["boris"], exact, NOW)
    for near in (exact.strip(), exact.lower(), exact[:72], exact + " ", exact.replace("Ü", "U\u0308")):
        assert Stranger(doors.client).sign_in("boris", near).status_code == 422
    assert Stranger(doors.client).sign_in("boris", exact).status_code == 303


def test_a_password_holds_for_years(doors: Doors) -> None:
    later = NOW + timedelta(days=5 * 365)
    doors.town.installation.clock = lambda: later
    boris = Stranger(doors.client)
    assert boris.sign_in("boris", then="/deals").headers["location"] == "/deals"
    assert boris.get("/deals").status_code == 200


def test_a_new_installation_has_no_accounts(database_url: str, tmp_path: Path) -> None:
    home = create_installation(Settings(database_url=database_url, data_dir=tmp_path / "data"))
    bring_up_to_date(home)
    with home.database.read() as tx:
        for table in (credential, session):
            assert tx.run(select(func.count()).select_from(table), why="test").scalar_one() == 0
    home.database.close()


def test_nobody_is_asked_a_secret_question(doors: Doors) -> None:
    with doors.town.house() as gate:
        link = make_link(gate.tx, doors.town.ids["clara"], Purpose.reset, NOW)
    asked = set()
    for path in ("/sign-in", "/sign-in/forgotten", f"/password/{link}"):
        page = read_html(doors.client.get(path).text)
        asked |= {str(field["name"]) for field in page.select("input[name], select[name], textarea[name]")}
    assert asked <= {"email", "username", "password", "again", "next", "_csrf"}
    assert {column.name for column in credential.columns} == {"user", "password_hash", "changed_at"}


def test_a_reset_does_not_skip_the_second_step(doors: Doors) -> None:
    set_up(doors, "boris")
    now = doors.town.installation.clock()
    with doors.town.house() as gate:
        link = make_link(gate.tx, doors.town.ids["boris"], Purpose.reset, now)
    boris = Stranger(doors.client)
    boris.get(f"/password/{link}")
    answer = boris.post(f"/password/{link}", {"password": NEW, "again": NEW})
    assert answer.headers["location"].startswith("/sign-in")
    assert COOKIE not in boris.cookies
    half = boris.sign_in("boris", NEW, then="/deals")
    assert half.headers["location"] == "/sign-in/code"
    assert COOKIE not in boris.cookies


def test_seeds_codes_and_secrets_come_from_the_system(doors: Doors) -> None:
    boris = doors.town.ids["boris"]
    with doors.town.house() as gate:
        sessions = [open_session(gate.tx, boris, NOW, address="", agent="") for _ in range(20)]
        tokens = [make_token(gate.tx, boris, f"n{n}", "read", NOW).removeprefix("hl_") for n in range(20)]
        links = [make_link(gate.tx, boris, Purpose.reset, NOW) for _ in range(5)]
    for secrets in (sessions, tokens, links):
        assert len(set(secrets)) == len(secrets)
        assert (
            min(len(base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))) for secret in secrets) >= 16
        )
    assert min(len(base64.urlsafe_b64decode(secret + "==")) for secret in (*sessions, *tokens)) == 32
    seed, codes = set_up(doors, "clara")
    assert len(base64.b32decode(seed)) >= 16
    # 112 bits and more may be kept as a plain digest: each letter is one of thirty-one.
    assert min(len(code.replace("-", "")) for code in codes) * math.log2(31) >= 112
    assert len(set(codes)) == len(codes)
    with doors.town.installation.database.read() as tx:
        kept = [row.hash for row in tx.run(select(recovery_code), why="test")]
    assert len(kept) == len(codes)
    assert {len(hash) for hash in kept} == {64}
    assert not {code.replace("-", "") for code in codes} & set(kept)


def test_signing_in_and_proving_end_the_session_that_came(doors: Doors) -> None:
    boris = Stranger(doors.client)
    boris.sign_in("boris")
    first = boris.cookies[COOKIE]
    boris.csrf = read_html(boris.get("/deals").text).one("body")["data-csrf"]
    boris.sign_in("boris")
    second = boris.cookies[COOKIE]
    later = NOW + timedelta(hours=1)
    doors.town.installation.clock = lambda: later
    boris.get("/me")
    asked = boris.post("/me/sessions/closure")
    assert "_proof" in asked.text
    boris.post("/me/sessions/closure", {"_proof": PASSWORD})
    with doors.town.installation.database.read() as tx:
        assert find_session(tx, first, later) is None
        assert find_session(tx, second, later) is None
    assert first != second


def test_no_session_grows_older_than_is_promised(town: Town) -> None:
    database = town.installation.database
    with database.write() as tx:
        secret = open_session(tx, town.ids["boris"], NOW, address="", agent="")
    last = NOW
    for day in range(1, 60):
        now = NOW + timedelta(days=day)
        with database.write() as tx:
            found = find_session(tx, secret, now)
            if found is None:
                break
            note_session_use(tx, found.session, now)
            last = now
    assert LIFETIME < last - NOW < LONGEST_LIFETIME
    with database.read() as tx:
        assert find_session(tx, secret, NOW + LONGEST_LIFETIME) is None


def test_every_page_offers_the_way_out(doors: Doors) -> None:
    v, deal = doors.enter("boris"), f"/deals/{doors.town.ids['scanners']}"
    for path in (
        "/",
        "/deals",
        "/deals/board",
        deal,
        f"{deal}/edit",
        "/companies/new",
        "/search",
        "/me",
        "/settings",
        "/activities/calendar",
    ):
        page = v.see(path)
        assert (
            page.select_one("form[action='/sign-out'] button, button[formaction='/sign-out']") is not None
        ), path
    missing = v.see("/nowhere", status=404)
    assert missing.select_one("form[action='/sign-out'] button, button[formaction='/sign-out']") is not None


def test_a_note_over_a_redirect_is_believed_only_with_its_seal(doors: Doors) -> None:
    v = doors.enter("ada")
    answer = v.post("/companies", {"name": "Ferry & Sons"})
    seal, _, packed = answer.cookies["hookline_flash"].partition(".")
    said = base64.urlsafe_b64encode(b'[["ok", "All doors are open", "/deals/1/trash"]]').decode()
    none = base64.urlsafe_b64encode(b"not json").decode()
    for note, shown in (
        (f"{seal}.{packed}", True), (f"{seal}.{said}", False), (f".{said}", False), (f"{'0' * 64}.{packed}", False), (f"{seal}.{none}", False),
        (said, False), ("é", False),
    ):  # fmt: skip
        page = doors.client.get(
            "/deals", headers={b"cookie": f"{COOKIE}={v.cookie}; hookline_flash={note}".encode()}
        )
        assert page.status_code == 200
        assert "All doors are open" not in page.text
        flash = read_html(page.text).select("#flash > *")
        assert bool(flash) is shown, note
    # What one session was told, another is not.
    other = doors.enter("boris")
    page = doors.client.get(
        "/deals", headers={"cookie": f"{COOKIE}={other.cookie}; hookline_flash={seal}.{packed}"}
    )
    assert read_html(page.text).select("#flash > *") == []


def test_no_secret_stands_in_an_address(doors: Doors) -> None:
    v, client = doors.enter("ada"), doors.client
    with doors.town.house() as gate:
        token = make_token(gate.tx, doors.town.ids["ada"], "Script", "read", NOW)
    for name in ("token", "access_token", "api_key", "authorization", "hookline_session"):
        client.cookies.clear()
        assert client.get(f"/api/v1/deals?{name}={token}").status_code == 401, name
        assert client.get(f"/deals?{name}={v.cookie}", follow_redirects=False).status_code == 303, name
    answer = client.get(f"/sign-in?email=ada@town.example&password={PASSWORD}")
    assert PASSWORD not in answer.text
    assert "set-cookie" not in answer.headers
    stranger = Stranger(client)
    led = stranger.sign_in("ada").headers["location"]
    assert stranger.cookies[COOKIE] not in led
    for path in ("/deals", "/me", "/settings"):
        links = [str(a.get("href")) for a in v.see(path).select("a")]
        assert [link for link in links if v.csrf in link or v.cookie in link] == [], path


def test_every_try_to_sign_in_is_noted(doors: Doors) -> None:
    boris = Stranger(doors.client)
    boris.sign_in("boris", "not this one at all")
    boris.sign_in("nobody", "not this one at all")
    boris.sign_in("boris")
    boris.get("/deals")
    boris.post("/sign-out")
    assert noted(doors)[-4:] == ["sign_in.failed", "sign_in.failed", "signed_in", "signed_out"]
    with doors.town.installation.database.read() as tx:
        rows = tx.run(select(audit).order_by(audit.c.number.desc()).limit(4), why="test").all()
    assert all(row.address and row.at for row in rows)
    assert "password" in (rows[1].facts or "")
    assert PASSWORD not in str(rows)


@pytest.fixture
def provided(town: Town, tmp_path: Path) -> Iterator[Browser]:
    """A browser at a house with a provider of identities."""
    with serve_provider() as provider:
        provider.person = dict(BORIS)
        app = create_app(settings_for(town, provider, tmp_path), town.installation)
        with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
            yield Browser(town, client, provider)


def test_no_page_is_told_a_providers_token(provided: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    exchange = provided.provider.exchange

    def listen(form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        answer = exchange(form, authorization)
        given.extend(str(answer[name]) for name in ("access_token", "id_token") if answer and name in answer)
        return answer

    monkeypatch.setattr(provided.provider, "exchange", listen)
    answer = provided.come_in()
    assert len(given) == 2
    page = provided.get("/me")
    told = answer.text + str(answer.headers) + page.text + str(page.headers) + str(provided.cookies)
    assert [secret for secret in (*given, SECRET) if secret in told] == []
    with provided.town.installation.database.read() as tx:
        kept = str([tuple(row) for row in tx.run(select(session), why="test")])
    assert [secret for secret in given if secret in kept] == []


def test_a_provider_that_does_not_answer_lets_nobody_in_and_breaks_nothing(
    town: Town, tmp_path: Path
) -> None:
    settings = Settings(
        database_url=town.installation.database.url, data_dir=tmp_path, base_url=ORIGIN, oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT
    )  # fmt: skip
    with TestClient(
        create_app(settings, town.installation), base_url=ORIGIN, raise_server_exceptions=False
    ) as client:
        answer = client.get("/sign-in/oidc", follow_redirects=False)
        assert answer.status_code == 403
        assert "127.0.0.1:9" not in answer.text
        assert COOKIE not in answer.cookies
        assert Stranger(client).sign_in("boris").status_code == 303


@contextmanager
def a_provider_nobody_vouches_for(folder: Path) -> Iterator[str]:
    """The address of an https server whose certificate it has signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    with serving(Moved) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield f"https://127.0.0.1:{server.server_port}"


class Moved(BaseHTTPRequestHandler):
    """Sends everybody elsewhere, and remembers who came."""

    came: list[str]

    def do_GET(self) -> None:
        self.came.append(self.path)
        self.send_response(302)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/moved")  # type: ignore[attr-defined]  # an HTTP server has one
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def serving(handler: type[Moved]) -> Iterator[ThreadingHTTPServer]:
    handler.came = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a refused handshake is what is wanted
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_letters_and_providers_are_reached_by_checked_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked("s" * 43, "n" * 43, "v" * 43)
    plain = Settings(oidc_client_id=CLIENT)
    with a_provider_nobody_vouches_for(tmp_path) as issuer, pytest.raises(Refused):
        sign_in_address(replace(plain, oidc_issuer=issuer), asked)
    assert Moved.came == []
    with serving(Moved) as server, pytest.raises(Refused):
        sign_in_address(replace(plain, oidc_issuer=f"http://127.0.0.1:{server.server_port}"), asked)
    assert Moved.came == ["/.well-known/openid-configuration"], "a redirect is not followed"

    contexts: list[ssl.SSLContext] = []

    class Stopped(Exception):
        pass

    def keep(*_: object, context: ssl.SSLContext, **__: object) -> None:
        contexts.append(context)
        raise Stopped

    monkeypatch.setattr(smtplib, "SMTP_SSL", keep)
    monkeypatch.setattr(smtplib.SMTP, "connect", lambda *_: (220, b"ready"))
    monkeypatch.setattr(smtplib.SMTP, "starttls", lambda _self, *, context: keep(context=context))
    for url in ("smtps://mail.example", "smtp://mail.example"):
        with pytest.raises(Stopped):
            mail.send(Settings(smtp_url=url), "a@b.example", "Hello", "text", "<p>text</p>")
    assert len(contexts) == 2
    assert all(c.verify_mode == ssl.CERT_REQUIRED and c.check_hostname for c in contexts)
    assert all(c.minimum_version >= ssl.TLSVersion.TLSv1_2 for c in contexts)
