"""What a plugin does to the database: only to its own tables and columns, which bear its name, from empty to the end."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from hookline.kernel.db import STAMP, Database
from hookline.kernel.migrations.migrate import drift, plan
from sqlalchemy import inspect

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.subject import Subject
from hookline_sdk.testing.crm import Crm, settle_in

_TABLES = frozenset({"Table", "DeclarativeBase", "MetaData", "declarative_base", "registry"})


def prefixes(subject: Subject) -> Iterator[Finding]:
    """Tables that are not declared as an Entity or a Catalog: nothing says whose they are, nobody migrates or guards them."""
    for file in subject.files:
        for node in ast.walk(file.tree):
            named = node.func if isinstance(node, ast.Call) else None
            name = getattr(named, "id", getattr(named, "attr", ""))
            bases = [getattr(base, "id", "") for base in node.bases] if isinstance(node, ast.ClassDef) else []
            for found in {name, *bases} & _TABLES:
                line = getattr(node, "lineno", 1)
                what, remedy = f"a table of its own making ({found})", "Declare it as an Entity or a Catalog."
                yield Finding(file.path, line, what, remedy)
    plugin = subject.plugin
    for cls in plugin.entities:
        if not cls.__tablename__.startswith(plugin.prefix):
            path, line = subject.line_of(cls)
            what = f"the table {cls.__tablename__} does not begin with {plugin.prefix}"
            yield Finding(path, line, what, "Leave __tablename__ to Hookline, which makes it of both names.")


def migrates(subject: Subject) -> Iterator[Finding]:
    """Whether an empty database is brought to where the declarations are, and stays there when asked again."""
    if subject.stuck is not None:
        frames = traceback.extract_tb((subject.stuck.__cause__ or subject.stuck).__traceback__)
        revisions = {str(file.path) for file in subject.revisions}
        at = next((frame for frame in reversed(frames) if frame.filename in revisions), None)
        path, line = (Path(at.filename), at.lineno or 1) if at else (subject.place, 1)
        said = str(subject.stuck).splitlines()[0]
        yield Finding(path, line, f"an empty database cannot be migrated: {said}", "Mend the revision.")
        return
    with subject.crm() as crm:
        for step in plan(crm.home.database, crm.home.host):
            path, line = subject.line_with(step.name.rpartition(".")[2])
            remedy = 'Write the revision that is missing: `hookline plugin revision . "what is new"`.'
            yield Finding(path, line, f"after all migrations there is still to do: {step}", remedy)


def owned(subject: Subject) -> Iterator[Finding]:
    """What its revisions and declarations do to tables, columns and indexes of others."""
    before, after = _schema(subject, without=True), _schema(subject, without=False)
    prefix = subject.plugin.prefix
    others = tuple(p.prefix for p in subject.plugins[:-1])
    for name, told in {**before, **after}.items():
        was, now = before.get(name), after.get(name)
        own = (
            name.startswith((prefix, "hookline_version_", *others))
            or f"_{prefix}" in name
            or f".{prefix}" in name
        )
        if was != now and not own:
            word = name.rpartition(".")[2]
            path, line = subject.line_with(word)
            done = "it takes away" if now is None else "it adds" if was is None else "it changes"
            what = f"{done} {told[0]} {name}, which is not its own"
            yield Finding(
                path,
                line,
                what,
                f"Touch only what begins with {prefix}; add fields to others' entities with Fields[...].",
            )


def drifts(subject: Subject) -> Iterator[Finding]:
    """Declarations that are ahead of the revisions."""
    if subject.one_file:
        return
    plugin = subject.plugin
    if (plugin.entities or plugin.groups) and not subject.revisions:
        path, line = subject.line_of(plugin.entities[0] if plugin.entities else plugin.groups[0])
        remedy = 'Write the first one: `hookline plugin revision . "Initial"`.'
        yield Finding(path, line, "it keeps data and has no revisions", remedy)
        return
    with subject.crm() as crm:
        for step in drift(crm.home.database, crm.home.host):
            if step.owner == plugin.name:
                path, line = subject.line_with(_last_word(step.name, plugin.prefix))
                remedy = 'Write it: `hookline plugin revision . "what is new"`.'
                yield Finding(path, line, f"no revision makes this: {step}", remedy)


def _schema(subject: Subject, *, without: bool) -> Mapping[str, tuple[str, ...]]:
    """Tables, columns and indexes of a migrated database, with or without the plugin."""
    path = subject.scratch / f"schema-{without}.db"
    path.unlink(missing_ok=True)
    plugins = subject.plugins[:-1] if without else subject.plugins
    with closing(Crm(f"sqlite:///{path}", Path(subject.scratch), plugins)) as crm:
        settle_in(crm)
        return _seen(crm.home.database)


def _seen(database: Database) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    with database.engine.connect() as connection:
        looking = inspect(connection.execution_options(**{STAMP: "check"}, hookline_write=False))
        for table in looking.get_table_names():
            if "_fts" in table:
                continue
            found[table] = ("the table",)
            for column in looking.get_columns(table):
                found[f"{table}.{column['name']}"] = (
                    "the column",
                    str(column["type"]),
                    str(column["nullable"]),
                )
            for index in looking.get_indexes(table):
                found[str(index["name"])] = ("the index", str(index["column_names"]))
    return found


def _last_word(name: str, prefix: str) -> str:
    """How the code calls it: of contact.estate_budget "budget", of the index ix_estate_listing_price "price"."""
    word = name.rpartition(".")[2]
    return f"{word.rpartition('_')[2]}:" if word.startswith("ix_") else word.removeprefix(prefix)
