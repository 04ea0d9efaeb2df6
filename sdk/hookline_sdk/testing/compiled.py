"""Templates compiled once per process, not once per application: that was half of what a test of a page took."""

from types import CodeType
from typing import Final

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from litestar import Litestar

_COMPILED: Final[dict[tuple[object, ...], CodeType]] = {}


def share_templates(app: Litestar) -> None:
    """Let the application take what another one of the same language and the same plugins has compiled."""
    site = app.state.site
    plugins = tuple(sorted((name, it.plugin.file) for name, it in site.installation.host.plugins.items()))
    for language, environment in site.templates.items():
        environment.bytecode_cache = _Shared((language, plugins))


class _Shared(BytecodeCache):
    """Code by the template's source. Sentences and addresses of assets are part of it: so are language and plugins."""

    def __init__(self, site: tuple[object, ...]) -> None:
        self._site = site

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = _COMPILED.get((*self._site, bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        _COMPILED[*self._site, bucket.key, bucket.checksum] = bucket.code
