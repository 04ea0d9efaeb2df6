"""Addresses: only paths of this site are gone on to, and none goes into a log with a secret in it."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Request

# One-use links end in a random word; no name of a record or a page is as long without a break.
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{32,}")


def own_address(target: str, otherwise: str) -> str:
    """The path, when it is one of this site; else the other one."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    ours = (
        target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and not parts.scheme
        and not parts.netloc
    )
    return target if ours and target.isascii() and target.isprintable() and " " not in target else otherwise


def came_from(request: Request[Any, Any, Any], otherwise: str) -> str:
    """The page of this site that a request says it was made from; else the other one."""
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return otherwise
    if not parts.netloc or parts.netloc != request.headers.get("host", ""):
        return otherwise
    return own_address(parts.path + (f"?{parts.query}" if parts.query else ""), otherwise)


def loggable(path: str) -> str:
    """A path as it may stand in a log: on one line, and without what could be the secret of a link."""
    return repr(_SECRET.sub("***", path))
