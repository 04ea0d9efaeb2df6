"""Templates and statements compiled once per process, not once per application: that was half of what a test of a page took."""

from types import CodeType
from typing import Any, Final, NamedTuple

from hookline.kernel.db import Database
from hookline.kernel.entity import Base
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from litestar import Litestar
from sqlalchemy import Dialect
from sqlalchemy.util import LRUCache

_MOST: Final = 4000
_COMPILED: Final[dict[tuple[object, ...], CodeType]] = {}


class _Statements(NamedTuple):
    tables: frozenset[tuple[str, int]]
    dialect: Dialect
    compiled: "LRUCache[Any, Any]"


_STATEMENTS: Final[dict[bool, _Statements]] = {}


def share_statements(database: Database) -> None:
    """Let a database take what another one of its engine has compiled, as long as no plugin has come with further columns."""
    tables = frozenset((name, len(table.columns)) for name, table in Base.metadata.tables.items())
    kept = _STATEMENTS.get(database.sqlite)
    if kept is None or kept.tables != tables:
        # What is compiled is found by its dialect, and that learns of its server at the first connection.
        database.engine.connect().close()
        dialect = kept.dialect if kept else database.engine.dialect
        kept = _STATEMENTS[database.sqlite] = _Statements(tables, dialect, LRUCache(_MOST))
    database.engine.dialect = kept.dialect
    database.engine.update_execution_options(compiled_cache=kept.compiled)


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
