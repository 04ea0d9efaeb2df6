"""Retention: how long data are kept. Rules of administrators, seen beforehand with their counts, carried out every night."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Integer,
    String,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import Text as SqlText

from hookline.crm.audit.trail import note
from hookline.crm.persons.subjects import PERMISSION
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.entity import Id
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.filters import Condition, clauses, read_conditions
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment, json_type

WAYS: Final = ("trash", "erase")
# Beside the date fields of an entity: when something was last done about the record.
ACTIVITY: Final = "last_activity"
LONGEST_AGE: Final = 36_500
_WHY: Final = "retention"
_DATED: Final = ("date", "datetime")

# `query` are filters as they stand in a list's address. `last` is what the latest run did.
retention_rule = house_table(
    "retention_rule",
    Column("id", Id, primary_key=True),
    Column("entity", String(100), nullable=False),
    Column("query", SqlText, nullable=False),
    Column("since", String(100), nullable=False),
    Column("days", Integer, nullable=False),
    Column("way", String(10), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("ran_at", Moment()),
    Column("last", json_type()),
)


@dataclass(frozen=True)
class Rule:
    """Records of `entity` that fit `query` and whose `since` lies more than `days` back go to the trash or are erased."""

    id: int
    entity: str
    query: str
    since: str
    days: int
    way: str
    active: bool
    ran_at: datetime | None = None
    last: Mapping[str, Any] | None = None


def list_rules(gate: Reads) -> list[Rule]:
    """Every rule, in the order of their making."""
    _must(gate)
    columns = [retention_rule.c[name] for name in Rule.__dataclass_fields__]
    found = gate.tx.run(select(*columns).order_by(retention_rule.c.id), why=_WHY)
    return [Rule(**row) for row in found.mappings()]


def find_rule(gate: Reads, id: int) -> Rule:
    """One rule. NotFound when there is none."""
    rule = next((rule for rule in list_rules(gate) if rule.id == id), None)
    if rule is None:
        raise NotFound
    return rule


def keep_rule(gate: Gate, rule: Rule) -> int:
    """Make a rule (`id` 0) or change it; returns its id. Invalid with everything that is wrong with it."""
    _must(gate)
    _judge(gate, rule)
    row = {name: getattr(rule, name) for name in ("entity", "query", "since", "days", "way", "active")}
    if rule.id:
        find_rule(gate, rule.id)
        gate.tx.run(update(retention_rule).where(retention_rule.c.id == rule.id).values(row), why=_WHY)
        id = rule.id
    else:
        made = insert(retention_rule).values(row).returning(retention_rule.c.id)
        id = int(gate.tx.run(made, why=_WHY).scalar_one())
    note(gate, "retention.changed", about=f"retention_rule:{id}", after=row)
    return id


def drop_rule(gate: Gate, id: int) -> None:
    """Remove a rule. What it has done stays done."""
    rule = find_rule(gate, id)
    gate.tx.run(delete(retention_rule).where(retention_rule.c.id == id), why=_WHY)
    note(gate, "retention.removed", about=f"retention_rule:{id}", entity=rule.entity)


def dated(info: EntityInfo) -> list[str]:
    """The fields by which the age of an entity's records can be told."""
    found = [f.name for f in info.fields.values() if f.kind in _DATED and not f.hidden and not f.custom]
    return [*found, ACTIVITY] if _has_activities(info) else found


def count_due(gate: Gate, rule: Rule) -> int:
    """How many records a rule would take today."""
    info = gate.schema[rule.entity]
    asked = select(func.count()).select_from(info.table).where(*conditions(gate, info, rule))
    return int(gate.tx.run(asked, why=_WHY).scalar_one())


def due(gate: Gate, rule: Rule, limit: int, *, after: int = 0) -> list[int]:
    """The numbers of the records that a rule takes today, in their order and above `after`."""
    info = gate.schema[rule.entity]
    id = info.table.c.id
    asked = select(id).where(id > after, *conditions(gate, info, rule)).order_by(id).limit(limit)
    return list(gate.tx.run(asked, why=_WHY).scalars())


def conditions(gate: Gate, info: EntityInfo, rule: Rule) -> list[ColumnElement[bool]]:
    """What holds of a record that a rule takes. One that is in the trash already is only left to be erased."""
    reader = Reader(now=gate.now)
    wanted = clauses(gate, info, asked_of(gate, info, rule.query), reader)
    living = [info.table.c.trashed_at.is_(None)] if rule.way == "trash" else []
    return [*living, *wanted, _older(gate, info, rule)]


def asked_of(gate: Reads, info: EntityInfo, query: str) -> list[Condition]:
    """The filters of a rule. Invalid for what is none."""
    return read_conditions(gate, info, parse_qsl(query))


def remember_run(gate: Gate, id: int, done: Mapping[str, int]) -> None:
    """Keep beside a rule what its latest run did."""
    mine = retention_rule.c.id == id
    gate.tx.run(update(retention_rule).where(mine).values(ran_at=gate.now, last=dict(done)), why=_WHY)


def _must(gate: Reads) -> None:
    if not gate.actor.may(PERMISSION):
        raise Forbidden


def _judge(gate: Gate, rule: Rule) -> None:
    info = gate.schema.entities.get(rule.entity)
    if info is None or not info.owned:
        raise Invalid(
            [Problem("entity", Text("%(value)s is not one of the choices.", value=rule.entity[:60]))]
        )
    problems = []
    if rule.since not in dated(info):
        problems.append(Problem("since", Text("%(value)s is not one of the choices.", value=rule.since[:60])))
    if not 0 < rule.days <= LONGEST_AGE:
        problems.append(Problem("days", Text("Give a number of days from 1 to %(most)s.", most=LONGEST_AGE)))
    if rule.way not in WAYS:
        problems.append(Problem("way", Text("%(value)s is not one of the choices.", value=rule.way[:60])))
    try:
        clauses(gate, info, asked_of(gate, info, rule.query), Reader(now=gate.now))
    except Invalid as refusal:
        problems += [Problem("query", problem.text) for problem in refusal.problems]
    if problems:
        raise Invalid(problems)


def _has_activities(info: EntityInfo) -> bool:
    return info.owned and "about" not in info.fields


def _older(gate: Gate, info: EntityInfo, rule: Rule) -> ColumnElement[bool]:
    edge = gate.now - timedelta(days=rule.days)
    if rule.since != ACTIVITY:
        spec = info.fields[rule.since]
        return info.table.c[rule.since] < (edge.date() if spec.kind == "date" else edge)
    work = gate.schema["activity"].table
    mine = work.c.about == literal(f"{info.name}:") + cast(info.table.c.id, SqlText)
    if info.name in work.c:
        mine = or_(mine, work.c[info.name] == info.table.c.id)
    recent = or_(work.c.created_at >= edge, work.c.done_at >= edge, work.c.due_at >= edge)
    return info.table.c.created_at.__lt__(edge) & ~exists(select(work.c.id).where(mine, recent))


def entities(gate: Reads) -> Sequence[EntityInfo]:
    """The entities for which there can be rules: those whose records belong to somebody."""
    return [info for info in gate.schema.entities.values() if info.owned and dated(info)]
