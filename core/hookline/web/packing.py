"""Packing: pages go out compressed, but never where somebody else could learn from their length.

A compressed page is shorter when a guess that stands in its address is also among its secrets (the BREACH attack). The
guesses have to come from another site's page in the reader's own browser, and browsers say so: what another site asked
for, by a link even, goes out as it is. Where nothing is encrypted there is nothing to guess.
"""

import zlib
from typing import Any, Final

from litestar import Request, Response

from hookline.settings import Settings

_SHORT: Final = 1000
# Beyond this level a page takes longer to pack than it gains on the way.
_LEVEL: Final = 4
_GZIP: Final = 31
_TEXTS: Final = ("text/", "application/json", "application/problem+json", "image/svg+xml")


def pack(settings: Settings, request: Request[Any, Any, Any], response: Response[Any]) -> None:
    """Compress the body of an answer, when it is worth it, the client takes it and nobody can learn from it."""
    body = response.content
    if not isinstance(body, bytes) or len(body) < _SHORT or not str(response.media_type).startswith(_TEXTS):
        return
    response.headers["Vary"] = "Accept-Encoding, Sec-Fetch-Site"
    if "gzip" in request.headers.get("accept-encoding", "") and _is_safe(settings, request):
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        response.content = packer.compress(body) + packer.flush()
        response.headers["Content-Encoding"] = "gzip"


def _is_safe(settings: Settings, request: Request[Any, Any, Any]) -> bool:
    """Whether nobody but the reader can have chosen this address."""
    by = request.headers.get("sec-fetch-site")
    if by is None:
        return not settings.secure or "cookie" not in request.headers
    return by in ("same-origin", "none")
