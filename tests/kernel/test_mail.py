"""Mail: a message reaches a real server, encrypted unless said otherwise, and never in the clear by mistake."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from smtplib import SMTPAuthenticationError, SMTPException, SMTPNotSupportedError
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hookline.errors import SettingsError
from hookline.kernel.mail import can_send, check_settings, send, sender
from hookline.settings import Settings


class Box:
    """What a server took."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.encrypted: list[bool] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        self.taken.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return "250 taken"


@contextmanager
def server(box: Box, **how: Any) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=port, **how)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of a server on this machine, that vouches for itself, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )  # fmt: skip
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return file


def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def post(url: str, to: str = "ada@town.example", subject: str = "Привет") -> None:
    send(Settings(smtp_url=url), to, subject, "text", "<p>html</p>")


def test_a_message_arrives_in_both_kinds() -> None:
    box = Box()
    with server(box) as port:
        post(f"smtp+plain://127.0.0.1:{port}")
    (envelope,) = box.taken
    assert envelope.rcpt_tos == ["ada@town.example"]
    assert isinstance(envelope.content, bytes)
    assert b"text/plain" in envelope.content
    assert b"text/html" in envelope.content


def test_nothing_is_sent_where_encryption_is_wanted_and_not_offered() -> None:
    box = Box()
    with server(box) as port, pytest.raises(SMTPNotSupportedError):
        post(f"smtp://127.0.0.1:{port}")
    assert box.taken == []


def test_a_server_that_nobody_vouches_for_gets_nothing(certificate: Path) -> None:
    box = Box()
    with server(box, tls_context=tls(certificate)) as port, pytest.raises(ssl.SSLCertVerificationError):
        post(f"smtp://localhost:{port}")
    assert box.taken == []


def test_a_server_that_is_vouched_for_gets_it_encrypted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    box = Box()
    with server(box, tls_context=tls(certificate), require_starttls=True) as port:
        post(f"smtp://localhost:{port}")
    assert box.encrypted == [True]


def test_name_and_password_may_hold_any_character(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    def judge(_server: Any, _session: Any, _envelope: Any, _kind: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"me@town", b"p:/@ss"), handled=False)

    box = Box()
    how = {"tls_context": tls(certificate), "require_starttls": True, "auth_required": True}
    with server(box, authenticator=judge, **how) as port:
        post(f"smtp://me%40town:p%3A%2F%40ss@localhost:{port}")
        with pytest.raises(SMTPAuthenticationError):
            post(f"smtp://me%40town:wrong@localhost:{port}")
    assert len(box.taken) == 1


@pytest.mark.parametrize(
    "to", ["ada@town.example\r\nBcc: all@town.example", "ada@town.example, all@town.example", ""]
)
def test_an_address_cannot_smuggle_in_another(to: str) -> None:
    box = Box()
    with server(box) as port, pytest.raises((ValueError, SMTPException, IndexError)):
        post(f"smtp+plain://127.0.0.1:{port}", to=to)
    assert box.taken == []


def test_a_subject_cannot_smuggle_in_a_header() -> None:
    with pytest.raises(ValueError, match="Header"):
        post("smtp+plain://127.0.0.1:9", subject="Hi\r\nBcc: all@town.example")


def test_settings_that_cannot_be_meant_are_named() -> None:
    for url in ("http://mail.example", "smtp://", "mail.example:25", "smtp://mail.example:many"):
        with pytest.raises(SettingsError, match="HOOKLINE_SMTP_URL"):
            check_settings(Settings(smtp_url=url))
    with pytest.raises(SettingsError, match="HOOKLINE_MAIL_FROM"):
        check_settings(Settings(smtp_url="smtp://mail.example", mail_from="not an address"))
    check_settings(Settings(smtp_url="smtp://mail.example"))
    check_settings(Settings())
    assert str(sender(Settings(base_url="https://crm.example"))) == "Hookline <hookline@crm.example>"
    assert not can_send(Settings())
