"""Public links: addresses of plugins' pages for people who do not work here, each made for one thing and sealed.

Nothing of a link is kept: what it is made for stands in it, sealed with the installation's key, and nobody else can make one.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from hookline.errors import NotFound
from hookline.kernel.reads import Reads
from hookline.kernel.sealing import Unreadable

LONGEST = 1000


def public_address(gate: Reads, page: str, about: str, query: Mapping[str, str] | None = None) -> str:
    """The whole address of a public page, for a letter or a message: `public_address(gate, "loyalty.balance", "7")`.

    `page` is "<plugin>.<function>" of a page that is `public`; it finds `about` in `asked.rest`. The link holds for as long as
    the installation's key, so what it opens must say itself when it is over. `query` are parameters that anybody may change.
    """
    plugin, _, name = page.partition(".")
    sealed = gate.sealer().seal(about, _place(page)).rstrip("=")
    asked = f"?{urlencode(query)}" if query else ""
    return f"{gate.base_url.rstrip('/')}/p/{plugin}/{name}/{sealed}{asked}"


def opened(gate: Reads, page: str, sealed: str) -> str:
    """What a link was made for. NotFound where this installation has not made it, for this page."""
    try:
        return gate.sealer().open(sealed[:LONGEST] + "=" * (-len(sealed) % 4), _place(page))
    except Unreadable as error:
        raise NotFound from error


def _place(page: str) -> str:
    return f"public page {page}"
