"""Mail: one message, handed to the SMTP server of the settings. The only place that speaks SMTP.

smtps://name:password@mail.example:465    encrypted from the first byte
smtp://name:password@mail.example:587     encrypted by STARTTLS, which the server must offer
smtp+plain://127.0.0.1:25                 not encrypted: for a server on this machine or in this room
"""

import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid, parseaddr
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from hookline.errors import SettingsError
from hookline.settings import Settings

_PORTS: Final = {"smtps": 465, "smtp": 587, "smtp+plain": 25}
_SECONDS: Final = 10.0
# Codes of SMTP: from 400 on not now, from 500 on never; and those that say that there is no such mailbox.
_FOR_NOW: Final = 400
_FOR_GOOD: Final = 500
_NOBODY: Final = frozenset({550, 551, 553})


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
    message = _written(settings, to, subject, text, html)
    for each in enclosures:
        main, _, sub = each.media_type.partition("/")
        message.add_attachment(each.content, maintype=main, subtype=sub, filename=each.name)
    with _server(*_address(settings)) as server:
        server.send_message(message)


class Handed(StrEnum):
    """What became of a letter. `unclear` is one that the server may have taken: the line broke while it was handed over."""

    taken = "taken"
    # Nobody has this address.
    no_address = "no_address"
    # The server does not want this letter, whoever it is for.
    refused = "refused"
    # Not now.
    later = "later"
    unclear = "unclear"


class Line:
    """A line to the server for many letters, one after the other. It is opened with the first, and again when it broke."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: ExitStack | None = None
        self._server: smtplib.SMTP | None = None

    def open(self) -> None:
        """Reach the server, if it is not reached yet; raises what SMTP raises when it cannot be."""
        if self._server is None:
            with ExitStack() as stack:
                self._server = stack.enter_context(_server(*_address(self._settings)))
                self._open = stack.pop_all()
            self._server.ehlo_or_helo_if_needed()

    def close(self) -> None:
        """Take leave of the server; what it says to that matters no more."""
        stack, self._open, self._server = self._open, None, None
        if stack is not None:
            with suppress(OSError, smtplib.SMTPException):
                stack.close()

    def hand_over(
        self, to: str, subject: str, text: str, html: str, headers: Mapping[str, str], key: str
    ) -> Handed:
        """Hand over one letter, once. `key` becomes its Message-ID. Raises only where no server was reached before anything was said."""
        message = _written(self._settings, to, subject, text, html, key)
        for name, value in headers.items():
            message[name] = value
        for again in (True, False):
            self.open()
            try:
                asked = self._ask(to)
            except (OSError, smtplib.SMTPException):
                # The server has hung up since the last letter, and heard nothing of this one.
                self.close()
                if again:
                    continue
                return Handed.later
            return self._tell(message.as_bytes(policy=SMTP)) if asked == Handed.taken else asked
        raise AssertionError("the second time it answers")

    def _ask(self, to: str) -> Handed:
        """Whether the server takes letters for this address."""
        server = self._reached
        server.rset()
        for code, _ in (server.mail(sender(self._settings).addr_spec), server.rcpt(to)):
            if code >= _FOR_GOOD:
                return Handed.no_address if code in _NOBODY else Handed.refused
            if code >= _FOR_NOW:
                return Handed.later
        return Handed.taken

    def _tell(self, content: bytes) -> Handed:
        """Say the letter itself. From here on a broken line leaves open whether it was taken."""
        try:
            code, _ = self._reached.data(content)
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
        except (OSError, smtplib.SMTPException):
            self.close()
            return Handed.unclear
        return Handed.refused if code >= _FOR_GOOD else Handed.later if code >= _FOR_NOW else Handed.taken

    @property
    def _reached(self) -> smtplib.SMTP:
        assert self._server is not None, "opened before"
        return self._server


def _written(settings: Settings, to: str, subject: str, text: str, html: str, key: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender(settings)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject
    message["Date"] = localtime()
    domain = sender(settings).domain
    message["Message-ID"] = f"<{key}@{domain}>" if key else make_msgid(domain=domain)
    # So that no absence assistant answers.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


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
