"""Problems: what the API answers when it refuses (RFC 9457), in the caller's language."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from hookline.errors import Conflict, Invalid, NotSignedIn, Refused, Text, TooMany

MEDIA_TYPE: Final = "application/problem+json"
# A plugin did not do its part. Neither the caller's mistake nor the house's: docs/decisions/0011.
PLUGIN_FAILED: Final = 424
Say = Callable[[Text | str], str]

# The names of RFC 9110, which Python's table does not have yet.
_NAMES: Final = {413: "Content Too Large", 422: "Unprocessable Content"}


class Explained(Refused):
    """A refusal with a status of its own and, perhaps, more to say: further members of the problem."""

    def __init__(self, status: int, text: Text, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.more = more or {}


def problem(refusal: Refused, say: Say) -> dict[str, Any]:
    """The body. `errors` lists what is wrong with which field; a conflict has the version that stands and both values."""
    body = plain_problem(refusal.status, say(refusal.text))
    if isinstance(refusal, Invalid):
        body["errors"] = errors_of(refusal, say)
    if isinstance(refusal, Conflict):
        body |= conflict_of(refusal)
    if isinstance(refusal, Explained):
        body |= refusal.more
    return body


def plain_problem(status: int, detail: str) -> dict[str, Any]:
    """The members that every problem has."""
    return {
        "type": "about:blank",
        "title": _NAMES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }


def errors_of(refusal: Invalid, say: Say) -> list[dict[str, str]]:
    """What is wrong with which field; "" is the record as a whole."""
    return [{"field": p.field, "message": say(p.text)} for p in refusal.problems]


def conflict_of(conflict: Conflict) -> dict[str, Any]:
    """The version that stands now, and what each of the two wrote, as the API writes values."""
    found = [{"field": d.field, "theirs": d.theirs, "yours": d.yours} for d in conflict.differences]
    return {"version": conflict.version, "differences": found}


def headers_of(refusal: Refused) -> dict[str, str]:
    """The headers that belong to a refusal."""
    if isinstance(refusal, TooMany):
        return {"Retry-After": str(refusal.retry_after)}
    challenge = getattr(refusal, "challenge", "Bearer" if isinstance(refusal, NotSignedIn) else "")
    return {"WWW-Authenticate": challenge} if challenge else {}


def written(body: Mapping[str, Any]) -> bytes:
    """The body as it is sent."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str).encode()
