"""Handing over: everything that somebody still has in hand goes to somebody else, in the background.

Open deals, leads and tasks, and what has no end, such as companies and contacts. What is closed stays with whoever did it.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, func, select, union_all

from hookline.crm.access.actors import directory
from hookline.crm.audit.trail import note
from hookline.crm.core import core
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Refused, Text
from hookline.kernel.actor import Action
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.background.runs import JobRun
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

PERMISSION: Final = "admin.users"
JOB: Final = "core.hand_over"
_AT_ONCE: Final = 50


def start_handover(gate: Gate, user: int, heir: int) -> int:
    """Have everything open of one person given to another, with the actor's rights. Returns the job's id."""
    if not gate.actor.may(PERMISSION):
        raise Forbidden
    people = directory(gate).people
    if user not in people:
        raise NotFound
    if heir == user or heir not in people or not people[heir].active:
        raise Invalid([Problem("heir", Text("Choose somebody else who works here."))])
    job = enqueue(gate.tx, JOB, {"user": user, "heir": heir}, now=gate.now, user=gate.actor.user)
    assert job is not None, "without a unique key a job is always left"
    note(gate, "handover.done", f"user:{user}", to=f"user:{heir}", job=job)
    return job


def count_open(gate: Reads, user: int) -> int:
    """How many records a person has in hand, of those that the actor may give to others."""
    counts = [
        select(func.count().label("count")).where(*_in_hand(info, source, user))
        for info, source in _sources(gate)
    ]
    return sum(gate.run(union_all(*counts)).scalars()) if counts else 0


@core.job(attempts=3)
def hand_over(run: JobRun) -> None:
    """Give a person's open records to the heir, some at a time. `result` counts those moved and those left."""
    user, heir = run.args["user"], run.args["heir"]
    moved, left = (dict(run.result or {}).get(name, 0) for name in ("moved", "left"))
    with run.reading() as gate:
        total = count_open(gate, user) + moved
    for entity in _names(run):
        last: int | None = 0
        while last is not None:
            run.check()
            with run.transaction() as gate:
                ids = _next(gate, entity, user, last)
                done = sum(_give(gate, entity, id, heir) for id in ids)
                moved, left = moved + done, left + len(ids) - done
                run.result = {"moved": moved, "left": left}
                run.progress(moved + left, total)
            last = ids[-1] if ids else None


def _names(run: JobRun) -> list[str]:
    with run.reading() as gate:
        return [info.name for info, _ in _sources(gate)]


def _sources(gate: Reads) -> list[tuple[EntityInfo, FromClause]]:
    """What belongs to people, as far as the actor may give it away."""
    owned = [
        info for info in gate.schema.entities.values() if info.owned and gate.may(info.name, Action.assign)
    ]
    return [(info, gate.source(info.name, Action.assign)) for info in owned]


def _in_hand(info: EntityInfo, source: FromClause, user: int) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [source.c.owner == user]
    if "done_at" in source.c:
        conditions.append(source.c.done_at.is_(None))
    for name, closed in (("outcome", ("won", "lost")), ("status", ("converted", "refused"))):
        if name in source.c and info.fields[name].options.keys() >= set(closed):
            conditions.append(source.c[name].not_in(closed))
    return conditions


def _next(gate: Gate, entity: str, user: int, after: int) -> list[int]:
    source = gate.source(entity, Action.assign)
    mine = select(source.c.id).where(*_in_hand(gate.schema[entity], source, user), source.c.id > after)
    found: list[Any] = gate.run(mine.order_by(source.c.id).limit(_AT_ONCE)).scalars().all()
    return [int(id) for id in found]


def _give(gate: Gate, entity: str, id: int, heir: int) -> bool:
    """Whether the record could be given. One that a rule refuses stays where it is."""
    try:
        with gate.tx.savepoint():
            gate.update(entity, id, {"owner": heir})
    except Refused:
        return False
    return True
