"""Mail: one message, handed to the SMTP server of the settings. The only place that speaks SMTP.

smtps://name:password@mail.example:465    encrypted from the first byte
smtp://name:password@mail.example:587     encrypted by STARTTLS, which the server must offer
smtp+plain://127.0.0.1:25                 not encrypted: for a server on this machine or in this room
"""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime, make_msgid, parseaddr
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from hookline.errors import SettingsError
from hookline.settings import Settings

_PORTS: Final = {"smtps": 465, "smtp": 587, "smtp+plain": 25}
_SECONDS: Final = 10.0


def can_send(settings: Settings) -> bool:
    """Whether a mail server is configured."""
    return bool(settings.smtp_url)


def check_settings(settings: Settings) -> None:
    """SettingsError when mail shall be sent and could not be: before the first person waits for a letter."""
    if can_send(settings):
        _address(settings)
        sender(settings)


@dataclass(frozen=True)
class Enclosure:
    """A file that goes along with a message."""

    name: str
    media_type: str
    content: bytes


def send(
    settings: Settings, to: str, subject: str, text: str, html: str, enclosures: Sequence[Enclosure] = ()
) -> None:
    """Hand one message to the server; returns when it has taken it, and raises what SMTP raises when it has not."""
    message = EmailMessage()
    message["From"] = sender(settings)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=sender(settings).domain)
    # So that no absence assistant answers.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    for each in enclosures:
        main, _, sub = each.media_type.partition("/")
        message.add_attachment(each.content, maintype=main, subtype=sub, filename=each.name)
    with _server(*_address(settings)) as server:
        server.send_message(message)


def sender(settings: Settings) -> Address:
    """Whom mail comes from: HOOKLINE_MAIL_FROM, else hookline@ the host people type."""
    name, address = parseaddr(settings.mail_from)
    host = urlsplit(settings.base_url).hostname or "localhost"
    try:
        return Address(name or "Hookline", addr_spec=address or f"hookline@{host}")
    except ValueError as error:
        raise SettingsError(f"HOOKLINE_MAIL_FROM: {settings.mail_from!r} is not an address") from error


def _address(settings: Settings) -> tuple[SplitResult, str, int]:
    url = urlsplit(settings.smtp_url)
    try:
        port = url.port
    except ValueError as error:
        raise SettingsError("HOOKLINE_SMTP_URL: the port is no number") from error
    if url.scheme not in _PORTS or not url.hostname:
        raise SettingsError(
            f"HOOKLINE_SMTP_URL must begin with one of {', '.join(_PORTS)}, then :// and a host"
        )
    return url, url.hostname, port or _PORTS[url.scheme]


@contextmanager
def _server(url: SplitResult, host: str, port: int) -> Iterator[smtplib.SMTP]:
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=_tls())
    else:
        server = smtplib.SMTP(host, port, timeout=_SECONDS)
    with server:
        if url.scheme == "smtp":
            server.starttls(context=_tls())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server


def _tls() -> ssl.SSLContext:
    """Certificates are checked, and nothing older than TLS 1.2 is spoken, whatever the system's own settings allow."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
