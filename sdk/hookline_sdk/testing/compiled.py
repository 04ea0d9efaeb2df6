"""Templates and statements compiled once per process, not once per application: that was half of what a test of a page took."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from types import CodeType
from typing import Any, Final, NamedTuple

from hookline.kernel.db import Database
from hookline.kernel.entity import Base
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from litestar import Litestar
from markupsafe import Markup
from sqlalchemy import Dialect
from sqlalchemy.util import LRUCache

_MOST: Final = 4000
_COMPILED: Final[dict[tuple[str, str], CodeType]] = {}
_DRAWN: Final[dict[tuple[str, str], Markup]] = {}


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
    """Let the application take what another one of the same language has compiled, where plugins make no difference."""
    site = app.state.site
    files = {name: str(it.plugin.file) for name, it in site.installation.host.plugins.items()}
    for language, environment in site.templates.items():
        shared = _Shared(language, files, environment.speakers)
        environment.bytecode_cache = shared
        # In development what is the same on every page is drawn anew each time, for whoever changes it.
        environment.globals["drawn_once"] = partial(_drawn, shared.words, environment.globals["drawn_once"])


def _drawn(words: str, draw: Callable[[str], Markup], name: str) -> Markup:
    if (words, name) not in _DRAWN:
        _DRAWN[words, name] = draw(name)
    return _DRAWN[words, name]


class _Shared(BytecodeCache):
    """Code by the template's source. Sentences and addresses of assets are part of it.

    So a plugin's template is shared where all plugins are the same, and one of the core where those with words of their own
    are: what the core does not translate, they may. `words` tells those from others.
    """

    def __init__(self, language: str, files: Mapping[str, str], speakers: Collection[str]) -> None:
        self._plugins = files.keys()
        self._all = str((language, sorted(files.items())))
        self.words = str((language, sorted((name, files.get(name, "")) for name in speakers)))

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        of_plugin = name.partition("/")[0] in self._plugins
        return (self._all if of_plugin else self.words) + super().get_cache_key(name, filename)

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = _COMPILED.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        _COMPILED[bucket.key, bucket.checksum] = bucket.code
