"""What the house's own tables hold of a person: outbox, jobs, kept answers, imports, views and every other column of text.

Tables are found by their declarations, so one that is added later is reached as well.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import JSON, Column, String, Table, cast, delete, false, null, or_, select, update
from sqlalchemy import Text as SqlText

from hookline.crm.access.lendings import share
from hookline.crm.desks.dashboards import table as dashboard
from hookline.crm.desks.favourites import favourite, recent
from hookline.crm.desks.views import table as saved_view
from hookline.crm.imports.runs import RunState, row_table, run_table
from hookline.crm.notifications.tables import notification
from hookline.crm.persons.disk import has_marks
from hookline.crm.persons.marks import GONE, Marks
from hookline.crm.persons.mentions import alike
from hookline.crm.persons.subjects import Circle
from hookline.kernel.background.jobs import ENDED, JobState
from hookline.kernel.entity import Base
from hookline.kernel.erasing import WHY, pieces
from hookline.kernel.gate import Gate
from hookline.kernel.scrubbing import tables_there
from hookline.kernel.tables import event, job

# History is cleaned record by record, the audit log by its own redaction; the others hold no word of people.
_APART: Final = frozenset(
    {"change", "audit", "audit_head", "configuration", "laid_seed", "custom_field", "setting"}
)
# The column by which rows are picked, where there can be very many.
_LARGE: Final = {"event": "data", "delivery": "error", "import_row": "data"}
_DRAFTS: Final = (RunState.draft, RunState.checking, RunState.checked)


@dataclass
class HouseTraces:
    """What was found, by table, and the files on disk that go with it."""

    counts: Counter[str] = field(default_factory=Counter)
    files: set[Path] = field(default_factory=set)


def remove_traces(gate: Gate, circle: Circle, marks: Marks) -> HouseTraces:
    """Remove them all. Rolled back, it tells what would be removed."""
    found = HouseTraces()
    _drop_of_records(gate, circle, found)
    _drop_of_user(gate, circle, found)
    _clean_imports(gate, circle, marks, found)
    _clean_views(gate, circle, marks, found)
    there = set(tables_there(gate.tx))
    for table in house_tables(there):
        _sweep(gate, table, marks, found)
    return found


def house_tables(there: Collection[str]) -> list[Table]:
    """The tables of the core and of plugins that hold no records and have texts, of those that the database has."""
    entities = {mapper.local_table for mapper in Base.registry.mappers}
    return [
        table
        for name, table in sorted(Base.metadata.tables.items())
        if table not in entities
        and name in there
        and name not in _APART
        and list(table.primary_key)
        and _worded(table)
    ]


def _drop_of_records(gate: Gate, circle: Circle, found: HouseTraces) -> None:
    """What stands about a record of the circle: events with their deliveries, shares, notices, stars."""
    for entity, ids in circle.all.items():
        for table in (event, share, notification, favourite, recent):
            for some in pieces(ids):
                gone = delete(table).where(table.c.entity == entity, table.c.record.in_(some))
                found.counts[table.name] += gate.tx.run(gone, why=WHY).rowcount


def _drop_of_user(gate: Gate, circle: Circle, found: HouseTraces) -> None:
    """What belongs to an account alone: sessions, passwords, tokens, kept answers, own views."""
    users = sorted(circle.users)
    if not users:
        return
    for table in Base.metadata.tables.values():
        for column in table.columns:
            owned = any(
                key.column.table.name == "user" and key.ondelete == "CASCADE" for key in column.foreign_keys
            )
            if owned and not table.name.endswith("_link") and table in _plain_tables():
                gone = delete(table).where(column.in_(users))
                found.counts[table.name] += gate.tx.run(gone, why=WHY).rowcount
    private = delete(saved_view).where(saved_view.c.owner.in_(users), saved_view.c.shared_with == "private")
    found.counts[saved_view.name] += gate.tx.run(private, why=WHY).rowcount
    boards = delete(dashboard).where(dashboard.c.owner.in_(users), dashboard.c.shared_with == "private")
    found.counts[dashboard.name] += gate.tx.run(boards, why=WHY).rowcount
    given = delete(share).where(share.c.user.in_(users))
    found.counts[share.name] += gate.tx.run(given, why=WHY).rowcount


def _plain_tables() -> Collection[Table]:
    entities = {mapper.local_table for mapper in Base.registry.mappers}
    return [table for table in Base.metadata.tables.values() if table not in entities]


def _clean_imports(gate: Gate, circle: Circle, marks: Marks, found: HouseTraces) -> None:
    """Lines of the records and refused lines that tell of the person; files that brought them; drafts that would."""
    runs = set(_runs_of(gate, circle))
    columns = (row_table.c.id, row_table.c.run, row_table.c.data, row_table.c.reason)
    held = or_(row_table.c.data.is_not(None), row_table.c.reason.is_not(None))
    for row in gate.tx.run(select(*columns).where(held), why=WHY).all():
        if marks.rubbed([row.data, row.reason]) != [row.data, row.reason]:
            empty = update(row_table).where(row_table.c.id == row.id).values(data=null(), reason=null())
            gate.tx.run(empty, why=WHY)
            found.counts[row_table.name] += 1
            runs.add(row.run)
    kept = (run_table.c.id, run_table.c.path, run_table.c.state, run_table.c.preview, run_table.c.file_name)
    for run in gate.tx.run(select(*kept), why=WHY).all():
        path = Path(run.path)
        told = marks.rubbed([run.preview, run.file_name]) != [run.preview, run.file_name]
        if run.id in runs or told or has_marks(path, marks):
            found.files.add(path)
            found.counts[run_table.name] += 1
            mine = run_table.c.id == run.id
            if run.state in _DRAFTS:
                gate.tx.run(delete(run_table).where(mine), why=WHY)
            else:
                values = {"preview": null(), "file_name": GONE if marks.has(run.file_name) else run.file_name}
                gate.tx.run(update(run_table).where(mine).values(values), why=WHY)


def _runs_of(gate: Gate, circle: Circle) -> list[int]:
    found: list[int] = []
    for entity, ids in circle.own.items():
        for some in pieces(ids):
            asked = select(row_table.c.run).where(row_table.c.entity == entity, row_table.c.record.in_(some))
            found += gate.tx.run(asked.distinct(), why=WHY).scalars()
    return found


def _clean_views(gate: Gate, circle: Circle, marks: Marks, found: HouseTraces) -> None:
    """Filters that ask for the person, by name or by number."""
    keys = set(circle.keys)
    ids = {entity: {str(id) for id in ids} for entity, ids in circle.people.items() if entity != "user"}
    for view in gate.tx.run(
        select(saved_view.c.id, saved_view.c.entity, saved_view.c.name, saved_view.c.state), why=WHY
    ).all():
        info = gate.schema.entities.get(view.entity)
        asked = parse_qsl(view.state.get("query", ""), keep_blank_values=True)
        kept = [
            (name, value)
            for name, value in asked
            if not (marks.has(value) or marks.has(name) or _names(info, name, value, ids, keys))
        ]
        values: dict[str, Any] = {}
        if kept != asked:
            values["state"] = {
                **marks.rubbed({k: v for k, v in view.state.items() if k != "query"}),
                "query": urlencode(kept),
            }
        if marks.has(view.name):
            values["name"] = GONE
        if values:
            gate.tx.run(update(saved_view).where(saved_view.c.id == view.id).values(values), why=WHY)
            found.counts[saved_view.name] += 1
    gate.configured()


def _names(info: Any, name: str, value: str, ids: Mapping[str, set[str]], keys: Collection[str]) -> bool:
    """Whether a filter's value is a record of the person."""
    if any(part in keys for part in value.split(",")):
        return True
    spec = info.fields.get(name.partition("__")[0]) if info is not None else None
    mine = ids.get(spec.target or "", set()) if spec is not None else set()
    return any(part in mine for part in value.split(","))


def _sweep(gate: Gate, table: Table, marks: Marks, found: HouseTraces) -> None:
    columns, keys = _worded(table), list(table.primary_key)
    asked = select(*keys, *(c for c in columns if c not in keys))
    if table.name in _LARGE:
        # Too many to look at each: only those in which the database finds who it is.
        told = cast(table.c[_LARGE[table.name]], SqlText)
        is_json = isinstance(table.c[_LARGE[table.name]].type, JSON)
        asked = asked.where(or_(false(), *alike(told, marks, sqlite=gate.tx.sqlite, is_json=is_json)))
    for row in gate.tx.run(asked, why=WHY).mappings().all():
        before = {c.name: row[c.name] for c in columns}
        after = {name: _rubbed(table.c[name], value, marks) for name, value in before.items()}
        changed = {name: value for name, value in after.items() if value != before[name]}
        if not changed:
            continue
        found.counts[table.name] += 1
        mine = [key == row[key.name] for key in keys]
        if table.name == "kept_answer":
            # An answer without its body would be wrong; without the answer the request is simply done again.
            gate.tx.run(delete(table).where(*mine), why=WHY)
        else:
            gate.tx.run(update(table).where(*mine).values(changed), why=WHY)
    if table is job:
        _stop_emptied(gate)


def _rubbed(column: Column[Any], value: Any, marks: Marks) -> Any:
    if value is None or not isinstance(value, str):
        return None if value is None else marks.rubbed(value)
    if not marks.has(value):
        return value
    return None if column.nullable else GONE


def _stop_emptied(gate: Gate) -> None:
    """A job whose words are gone must not run with what is left of them."""
    waits = job.c.state.not_in([state.value for state in ENDED])
    for row in gate.tx.run(select(job.c.id, job.c.args).where(waits), why=WHY).all():
        if GONE in _leaves(row.args):
            ended = {"state": JobState.cancelled, "due_at": None, "finished_at": gate.now}
            gate.tx.run(update(job).where(job.c.id == row.id).values(ended), why=WHY)


def _leaves(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return {leaf for key, each in value.items() for leaf in {str(key)} | _leaves(each)}
    if isinstance(value, list):
        return {leaf for each in value for leaf in _leaves(each)}
    return {value} if isinstance(value, str) else set()


def _worded(table: Table) -> list[Column[Any]]:
    """The columns in which people can be told of: texts and JSON that are no keys of other rows."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, String | SqlText | JSON)
        and not column.foreign_keys
        and not column.primary_key
    ]
