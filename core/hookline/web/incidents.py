"""Incidents: requests that were refused because somebody may not, asked too often, or came by a wrong way. They go into the log.

Into the log and not into the audit log: whoever sends a thousand of them must not make the database write a thousand times.
"""

import logging
from typing import Final

from litestar.types import HTTPScope

from hookline.errors import Forbidden, NotProven, Refused, TooMany
from hookline.web.addresses import loggable
from hookline.web.guard import BadToken
from hookline.web.visit import Visit

log = logging.getLogger("hookline.security")

_TOLD: Final = (Forbidden, TooMany, BadToken, NotProven)


def tell(visit: Visit, refusal: Refused) -> None:
    """Write down who was refused what, and from where; nothing of what was sent."""
    if not isinstance(refusal, _TOLD):
        return
    request, signed_in = visit.request, visit.signed_in
    who = f"user {signed_in.user}" if signed_in else "a stranger"
    if signed_in is not None and signed_in.token is not None:
        who += f" by token {signed_in.token}"
    log.warning(
        "refused %s from %s: %s %s: %s %s",
        who, visit.address_of_client, request.method, loggable(request.url.path), refusal.status, refusal.text,
    )  # fmt: skip


def tell_of_front(scope: HTTPScope, why: str) -> None:
    """Write down that a request did not even come to a door."""
    client = scope.get("client")
    log.warning(
        "refused a stranger from %s: %s %s: %s",
        client[0] if client else "",
        scope["method"],
        loggable(scope["path"]),
        why,
    )
