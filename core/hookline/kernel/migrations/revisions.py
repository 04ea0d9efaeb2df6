"""Writes revisions: compares what an owner declares with what its history makes, and puts the difference into a file.

    python -m hookline.kernel.migrations.revisions hookline.crm.nouns:core hookline_cafe.plugin:plugin "Add the roast"

writes one for the last plugin named; those before it are the ones it needs.
"""

import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from alembic import op
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations import BatchOperations, ops
from sqlalchemy import Connection, Index, Table, TypeDecorator
from sqlalchemy.exc import SAWarning
from sqlalchemy.schema import ColumnCollectionConstraint

from hookline.errors import PluginError
from hookline.kernel.db import Database
from hookline.kernel.entity import Base
from hookline.kernel.migrations.additions import addition, close_gap, creation, find_gap, rebuilding
from hookline.kernel.migrations.histories import history_of
from hookline.kernel.migrations.owners import declared, owner_of
from hookline.kernel.migrations.settled import revisions_folder
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin

_OP: Final = re.compile(r"\bop\.")
_BATCH: Final = re.compile(r"with op\.batch_alter_table\('(\w+)', schema=None\)")
# Where `alter_table` is imported from: plugins have it from the SDK.
_OURS: Final = "hookline.kernel.migrations.revisions"
_THEIRS: Final = "hookline_sdk.migrations"
_FILE: Final = '''"""{message}."""

{imports}

revision = "{revision}"
down_revision = {down_revision}


def upgrade() -> None:
    {body}
'''


@contextmanager
def alter_table(name: str) -> Iterator[BatchOperations]:
    """Change a table inside a revision. SQLite rebuilds it when it must; its rows, and those that point at it, stay."""
    with op.batch_alter_table(name, **rebuilding(op.get_bind(), name)) as batch:
        yield batch


def make_revision(host: PluginHost, owner: str, message: str) -> Path | None:
    """Write the revision that brings this owner's history to its declarations; None when it is there already.

    Drops are written too, and a renamed column looks like a drop and an addition: read the file before you keep it.
    """
    plugin = host.plugins[owner].plugin
    folder = revisions_folder(plugin)
    if folder is None:
        reason = "a plugin of one file has no revisions: what it lacks is added by itself"
        raise PluginError(owner, "migrations", reason, "Make it a package when it needs them.")
    with TemporaryDirectory() as scratch:
        found = _difference(Database(f"sqlite:///{scratch}/scratch.db"), host, plugin)
    if found.is_empty():
        return None
    history = history_of(plugin)
    last = history.head() if history else None
    revision = f"{int(last or 0) + 1:04}"
    folder.mkdir(exist_ok=True)
    target = folder / f"r{revision}_{re.sub('[^a-z0-9]+', '_', message.lower()).strip('_')[:40]}.py"
    target.write_text(_written(found, owner, message, revision, last), "utf-8")
    return target


def _difference(scratch: Database, host: PluginHost, plugin: Plugin) -> ops.UpgradeOps:
    """What is to be done to an empty database that has been brought to the end of this owner's history."""
    try:
        with scratch.alter() as connection:
            for loaded in host.plugins.values():
                _bring_to_end(connection, loaded.plugin, itself=loaded.plugin is plugin)
                if loaded.plugin is plugin:
                    break
            return _compare(connection, plugin.name)
    finally:
        scratch.close()


def _bring_to_end(connection: Connection, plugin: Plugin, *, itself: bool) -> None:
    history = history_of(plugin)
    if history is not None:
        history.upgrade(connection)
    elif not itself:
        close_gap(connection, find_gap(connection, plugin.name, []))


def _compare(connection: Connection, owner: str) -> ops.UpgradeOps:
    def is_ours(item: Any, name: str | None, kind: str, reflected: bool, other: object) -> bool:
        if not reflected:
            return kind == "table" or owner_of(item) == owner
        return other is not None or _is_ours_in_the_database(item, name or "", kind, owner)

    options = {"include_object": is_ours, "render_as_batch": True, "target_metadata": Base.metadata}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "autogenerate skipping", UserWarning)
        warnings.filterwarnings("ignore", "Cannot correctly sort tables", SAWarning)
        found = produce_migrations(
            MigrationContext.configure(connection, opts=options), Base.metadata
        ).upgrade_ops
    assert found is not None
    found.ops = [settled for each in _in_order(found.ops, owner) for settled in _settled(each, owner)]
    return found


def _in_order(found: Sequence[ops.MigrateOperation], owner: str) -> list[ops.MigrateOperation]:
    """New tables first, each after those it points at."""
    places = {table.name: place for place, table in enumerate(declared(owner))}
    new = {each.table_name for each in found if isinstance(each, ops.CreateTableOp)}
    named = [(str(getattr(each, "table_name", "")), each) for each in found]
    return [
        each for name, each in sorted(named, key=lambda n: (n[0] not in new, places.get(n[0], len(places))))
    ]


def _settled(found: ops.MigrateOperation, owner: str) -> Sequence[ops.MigrateOperation]:
    """A found difference as this owner's revision makes it; nothing when it belongs to somebody else."""
    if isinstance(found, ops.CreateTableOp):
        table = Base.metadata.tables[found.table_name]
        return [creation(table, owner)] if owner_of(table) == owner else []
    if isinstance(found, ops.ModifyTableOps):
        # Keys are found in any order, and the same declarations shall make the same file.
        found.ops = sorted(map(_with_default, found.ops), key=_key_name)
        if all(isinstance(each, ops.CreateIndexOp | ops.DropIndexOp) for each in found.ops):
            return found.ops
    return [found]


def _key_name(found: ops.MigrateOperation) -> str:
    return str(found.constraint_name) if isinstance(found, ops.CreateForeignKeyOp) else ""


def _with_default(found: ops.MigrateOperation) -> ops.MigrateOperation:
    if isinstance(found, ops.AddColumnOp):
        column = Base.metadata.tables[found.table_name].c[found.column.name]
        return ops.AddColumnOp(found.table_name, addition(column).column)
    return found


def _is_ours_in_the_database(item: Any, name: str, kind: str, owner: str) -> bool:
    """Whether something that is declared no more was this owner's. The scratch database holds nothing of later ones."""
    if "_fts" in name or name.startswith("hookline_version_"):
        return False
    if owner == "core":
        return True
    table = item if isinstance(item, Table) else item.table
    own_table = table.name.startswith(f"{owner}_")
    if kind in ("table", "column"):
        return own_table or name.startswith(f"{owner}_")
    assert isinstance(item, Index | ColumnCollectionConstraint)
    return own_table or any(c.name.startswith(f"{owner}_") for c in item.columns)


def _written(found: ops.UpgradeOps, owner: str, message: str, revision: str, last: str | None) -> str:
    body = render_python_code(found, render_as_batch=True, render_item=_render_item)
    lines = [line for line in body.strip().splitlines() if not line.strip().startswith("# ###")]
    body = _BATCH.sub(r'with alter_table("\1")', "\n".join(lines).strip())
    # Alembic writes a name here that it does not import.
    body = body.replace("JSONB(astext_type=Text())", "JSONB()")
    imports = ["import sqlalchemy as sa"]
    if _OP.search(body):
        imports.append("from alembic import op")
    if "alter_table(" in body:
        imports.append(f"from {_OURS if owner == 'core' else _THEIRS} import alter_table")
    if "postgresql." in body:
        imports.append("from sqlalchemy.dialects import postgresql")
    before = f'"{last}"' if last else None
    said = message.rstrip(".")
    return _FILE.format(
        message=said, imports="\n".join(imports), revision=revision, down_revision=before, body=body
    )


def _render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Types are written as the database knows them, so that a revision stays what it was when ours change."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def _main(arguments: list[str]) -> int:
    *places, message = arguments
    plugins = [
        getattr(import_module(module), name) for module, name in (place.split(":") for place in places)
    ]
    host = PluginHost(strict=True)
    host.load(plugins)
    written = make_revision(host, plugins[-1].name, message)
    sys.stdout.write(f"{written or 'nothing has changed'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
