"""Posting: one signed request to another program. It follows no redirect and takes ten seconds at most, whatever comes.

Signed as the Standard Webhooks specification says, whose libraries verify it in most languages:
base64(HMAC-SHA256(secret, id + "." + timestamp + "." + body)).
"""

import base64
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from time import monotonic
from typing import Final

from hookline.crm.webhooks.addresses import AddressRefused, Target, read_address, resolve

SECONDS: Final = 10.0
ANSWER_KEPT: Final = 4000


@dataclass(frozen=True)
class Outcome:
    """How a request went. `status` is None when there was no answer, and `error` then says why."""

    status: int | None
    answer: str
    error: str
    took: int

    @property
    def fine(self) -> bool:
        """Whether the other side has taken it."""
        return self.status is not None and 200 <= self.status < 300


def signed_headers(secret: str, event: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers by which the other side knows that a body is ours, and not one of long ago."""
    stamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.new(key, f"{event}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": event,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(made).decode(),
    }


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool, seconds: float = SECONDS) -> Outcome:  # fmt: skip
    """Send it, and say what came of it. Nothing is raised."""
    began = monotonic()
    target, complaint = read_address(url, private=private)
    if target is None:
        return Outcome(None, "", str(complaint), 0)
    try:
        status, answer = _exchange(target, resolve(target, private=private), body, headers, seconds)
    except AddressRefused as refusal:
        return Outcome(None, "", str(refusal), _since(began))
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = monotonic() - began >= seconds
        said = f"no answer within {seconds:.0f} s" if late else f"{type(error).__name__}: {error}"
        return Outcome(None, "", said[:300], _since(began))
    moved = 300 <= status < 400
    return Outcome(status, answer, "it redirects, which is not followed" if moved else "", _since(began))


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was resolved before; the certificate must be of the name all the same."""

    def __init__(self, target: Target, address: str, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._target, self._address = target, address
        self.default_port = 443 if target.secure else 80

    def connect(self) -> None:
        """As the library's own, but to the address that was checked."""
        self.sock = socket.create_connection((self._address, self._target.port), self.timeout)
        if self._target.secure:
            self.sock = _tls().wrap_socket(self.sock, server_hostname=self._target.host)


def _exchange(
    target: Target, address: str, body: bytes, headers: Mapping[str, str], seconds: float
) -> tuple[int, str]:
    connection = _Pinned(target, address, seconds)
    # The socket's own limit is one of each piece: whoever sends a byte now and then would hold us for ever.
    ended = threading.Timer(seconds, _end, [connection])
    ended.daemon = True
    ended.start()
    try:
        more = {"Content-Type": "application/json", "User-Agent": _agent(), "Connection": "close"}
        connection.request("POST", target.path, body, {**more, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read(ANSWER_KEPT).decode("utf-8", "replace").replace("\0", "")
    finally:
        ended.cancel()
        connection.close()


def _end(connection: http.client.HTTPConnection) -> None:
    held = connection.sock
    if held is not None:
        try:
            held.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


@cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@cache
def _agent() -> str:
    return f"Hookline/{version('hookline')}"


def _since(began: float) -> int:
    return int((monotonic() - began) * 1000)
