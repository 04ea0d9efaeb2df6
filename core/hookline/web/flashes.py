"""Flashes: a sentence carried over one redirect, in a cookie that only this person's session can have written."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from litestar.datastructures import Cookie

from hookline.errors import Text
from hookline.web import cookies

if TYPE_CHECKING:
    from hookline.web.visit import Visit

NAME: Final = "hookline_flash"


def cookie(visit: "Visit", flashes: Sequence[tuple[str, Text | str, str]]) -> Cookie:
    """The cookie that carries these sentences (kind, text, where it can be undone or "") to the next page."""
    spoken = json.dumps([(kind, visit.say(text), undo) for kind, text, undo in flashes]).encode()
    value = f"{_sign(visit, spoken)}.{base64.urlsafe_b64encode(spoken).decode()}"
    return cookies.make(visit.site.settings, NAME, value, 60)


def cleared(visit: "Visit") -> Cookie:
    """Shown once."""
    return cookies.make(visit.site.settings, NAME, "", 0)


def read(visit: "Visit") -> list[tuple[str, str, str]]:
    """The sentences that the last page left; none when the cookie was not written for this session."""
    signature, _, packed = cookies.sent(visit.request, visit.site.settings, NAME).partition(".")
    try:
        spoken = base64.urlsafe_b64decode(packed.encode())
        if not packed or not hmac.compare_digest(signature, _sign(visit, spoken)):
            return []
        return [(str(kind), str(text), str(undo)) for kind, text, undo in json.loads(spoken)]
    except ValueError:
        return []


def _sign(visit: "Visit", spoken: bytes) -> str:
    secret = visit.signed_in.csrf if visit.signed_in else "signed-out"
    return hmac.new(secret.encode(), spoken, hashlib.sha256).hexdigest()
