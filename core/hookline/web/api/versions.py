"""Versions: which state of a record a change is based on, said by If-Match or by `version` in the body."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from hookline.errors import Conflict, Invalid, Problem, Text
from hookline.kernel.kinds import Json
from hookline.kernel.schema import EntityInfo
from hookline.web.api.values import in_json
from hookline.web.visit import Visit

_TAG: Final = re.compile(r'\s*"([1-9][0-9]{0,9})"\s*')
# No record ever has it, so that a tag that is not ours is as stale as an old one.
_NEVER: Final = 0


class Stale(Conflict):
    """The conflict of a request with If-Match, for which HTTP has a status of its own."""

    status = 412


def etag(version: int) -> str:
    """The tag of a record's version. It serves If-Match; no answer may be taken from a cache."""
    return f'"{version}"'


def expected_version(visit: Visit, body: dict[str, Json] | None = None) -> int | None:
    """The version that the change is based on, taken out of the body; None when the client does not say."""
    sent = (body or {}).pop("version", None)
    if sent is not None and (isinstance(sent, bool) or not isinstance(sent, int) or not 0 < sent < 2**31):
        raise Invalid(
            [Problem("version", Text("Send the version that the record had when you read it, like 3."))]
        )
    header = visit.request.headers.get("if-match")
    if header is None or header.strip() == "*":
        return sent
    found = _TAG.fullmatch(header)
    version = int(found[1]) if found else _NEVER
    if sent is not None and sent != version:
        raise Invalid([Problem("version", Text("The body and the header If-Match name different versions."))])
    return version


@contextmanager
def explained(visit: Visit, info: EntityInfo) -> Iterator[None]:
    """A conflict inside comes out with both values as JSON: 409, or 412 when the client used If-Match."""
    try:
        yield
    except Conflict as conflict:
        found = in_json(info, conflict)
        if visit.request.headers.get("if-match") is not None:
            raise Stale(found.version, found.differences) from conflict
        raise found from conflict
