"""Erasing a person: first said what goes and what stays, then done everywhere in one transaction, then settled on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from hookline.crm.audit.trail import note, redact
from hookline.crm.core import core
from hookline.crm.exports.kept import exports_folder
from hookline.crm.files import path_of
from hookline.crm.persons.disk import has_marks
from hookline.crm.persons.erasures import mark_settled, write_erasure
from hookline.crm.persons.house_traces import HouseTraces, remove_traces
from hookline.crm.persons.marks import WORDY, Marks, collect
from hookline.crm.persons.mentions import Mention, clean_mentions, find_mentions
from hookline.crm.persons.subjects import (
    Circle,
    Loose,
    Subject,
    draw_circle,
    kept_loose,
    privileged,
    values_of,
)
from hookline.crm.sign_in.accounts import refuse_lockout
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.background.runs import JobRun
from hookline.kernel.erasing import WHY, drop_links, forget_past, overwrite, pieces, rows_of, unlink
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.scrubbing import scrub, tables_of_nobody
from hookline.kernel.tables import change, delivery, event

LONGEST_REASON: Final = 500
_STAYS: Final = frozenset({"id", "version", "active", "language", "time_zone", "theme", "density"})
_COMPARED: Final = 200


@dataclass(frozen=True)
class Plan:
    """What an erasure would do. `goes` counts records by entity, `kept` are those that stay and lose the person.

    `unreached` names tables of plugins that do not run: what they hold stays until they run again.
    """

    subject: Subject
    goes: Mapping[str, int]
    kept: Sequence[Loose]
    mentions: Sequence[Mention]
    history: int
    unreached: Sequence[str]


@dataclass(frozen=True)
class Settlement:
    """What is left to be done once an erasure is committed: files, and bytes that nothing refers to any more."""

    erasures: tuple[int, ...]
    files: tuple[str, ...]
    entities: tuple[str, ...]
    tables: tuple[str, ...]


def plan_erasure(gate: Gate, subject: Subject) -> Plan:
    """Say what would go and what would stay. Changes nothing."""
    house = privileged(gate, "erasure plan")
    circle = draw_circle(house, subject)
    marks = marks_of(house, circle)
    return Plan(
        subject,
        {name: len(ids) for name, ids in circle.all.items()},
        kept_loose(circle),
        find_mentions(house, circle, marks),
        _count_history(house, circle),
        tables_of_nobody(gate.tx),
    )


def erase_person(
    gate: Gate, subject: Subject, folder: Path, *, reason: str, ticked: Sequence[str] = ()
) -> Settlement:
    """Erase somebody everywhere. `ticked` are mentions ("deal:7") out of which the person is taken too.

    The caller sees to the settlement: `leave_settlement` gives it to the worker, `settle` does it now. `folder` is the
    installation's data folder.
    """
    return erase_records(gate, [subject], folder, reason=reason, ticked=ticked)


def erase_records(
    gate: Gate, subjects: Sequence[Subject], folder: Path, *, reason: str, ticked: Sequence[str] = ()
) -> Settlement:
    """As `erase_person`, of several records at once, people or not."""
    house = privileged(gate, "erasure")
    _refuse(gate, subjects, reason)
    circle = draw_circle(house, *subjects)
    marks = marks_of(house, circle)
    rows = values_of(house, circle)
    cleaned = sorted({m.key for m in find_mentions(house, circle, marks)} & set(ticked)) if ticked else []
    _ask_plugins(house, rows)
    found = _erase_everywhere(house, circle, marks, cleaned)
    found.files |= {
        path_of(folder / "files", str(row["key"])) for (name, _), row in rows.items() if name == "file"
    }
    found.files |= _kept_files(folder, marks)
    gate.tx.after_commit(lambda: gate.host.forget_failures(marks.has))
    for key in circle.keys:
        redact(gate, key, holding=marks.telling)
    counts = {name: len(ids) for name, ids in circle.all.items()}
    for subject in subjects:
        note(gate, "person.erased", about=subject.key, records=counts, mentions=cleaned)
    said = marks.without(reason.strip())[:LONGEST_REASON]
    id = _remember(gate, circle, rows, folder, reason=said, cleaned=cleaned)
    return Settlement((id,), tuple(sorted(map(str, found.files))), *_touched(house, circle, found, cleaned))


def leave_settlement(gate: Gate, settlement: Settlement) -> None:
    """Let the worker remove the files and the bytes."""
    args = {
        "erasures": list(settlement.erasures), "files": list(settlement.files), "entities": list(settlement.entities),
        "tables": list(settlement.tables),
    }  # fmt: skip
    enqueue(gate.tx, "core.settle_erasure", args, now=gate.now)


def settle(home: Installation, settlement: Settlement, *, full: bool = False) -> None:
    """Remove the files and the bytes now. `full` as for `scrub`. Doing it again does no harm."""
    for name in settlement.files:
        Path(name).unlink(missing_ok=True)
    scrub(home.database, settlement.entities, settlement.tables, full=full)
    with home.house("erasure") as gate:
        mark_settled(gate.tx, settlement.erasures, gate.now)


@core.job()
def settle_erasure(run: JobRun) -> None:
    """Remove the files and the bytes that an erasure has left."""
    args = run.args
    settle(run.home, Settlement(*(tuple(args[name]) for name in ("erasures", "files", "entities", "tables"))))


def _remember(
    gate: Gate, circle: Circle, rows: Mapping[tuple[str, int], Mapping[str, Any]], folder: Path, *, reason: str,
    cleaned: list[str],
) -> int:  # fmt: skip
    """The entry of the log. Its people are known again by their numbers and by when their records were made."""
    people = [
        [name, id, rows[name, id]["created_at"].isoformat()]
        for name, ids in circle.people.items()
        for id in sorted(ids)
        if (name, id) in rows
    ]
    row = {
        "at": gate.now, "entity": circle.subjects[0].entity, "record": circle.subjects[0].id, "by": gate.actor.user,
        "reason": reason, "people": people, "cleaned": cleaned,
        "counts": {name: len(ids) for name, ids in circle.all.items()},
    }  # fmt: skip
    return write_erasure(gate.tx, row, folder)


def _refuse(gate: Gate, subjects: Sequence[Subject], reason: str) -> None:
    if not reason.strip():
        raise Invalid([Problem("reason", Text("Please fill this in."))])
    if any(subject.entity == "user" and subject.id == gate.actor.user for subject in subjects):
        raise Invalid([Problem("", Text("You cannot erase your own account."))])


def marks_of(gate: Gate, circle: Circle) -> Marks:
    """The person's marks: of the values as they stand, and as they once stood."""
    found = [(gate.schema[name], row) for (name, _), row in values_of(gate, circle).items()]
    for entity, ids in circle.all.items():
        info = gate.schema[entity]
        for some in pieces(ids):
            mine = select(change.c.data).where(change.c.entity == entity, change.c.record.in_(some))
            for data in gate.tx.run(mine, why=WHY).scalars():
                pairs = {
                    name: pair for name, pair in data.items() if isinstance(pair, list) and len(pair) == 2
                }
                found += [(info, {name: pair[at] for name, pair in pairs.items()}) for at in (0, 1)]
    marks = collect(found)
    return replace(marks, own=marks.own - _shared(gate, circle, marks.own))


def _shared(gate: Gate, circle: Circle, own: frozenset[str]) -> set[str]:
    """Those of these texts that records of others have in the same fields: a city or a post is nobody's mark."""
    short, found = sorted(text for text in own if len(text) <= _COMPARED), set[str]()
    for entity, ids in circle.all.items():
        info = gate.schema[entity]
        for spec in info.fields.values():
            if spec.custom or spec.many or spec.kind not in WORDY or spec.kind == "address":
                continue
            column = info.column(spec)
            for at in range(0, len(short), 500):
                asked = select(column).where(column.in_(short[at : at + 500]), info.table.c.id.not_in(ids))
                found |= set(gate.tx.run(asked.distinct(), why=WHY).scalars())
    return found


def _ask_plugins(gate: Gate, rows: Mapping[tuple[str, int], Mapping[str, Any]]) -> None:
    """Plugins remove what no declaration tells of. One that fails stops the erasure: half of one would be none."""
    for (entity, _), row in rows.items():
        for wipe in gate.host.wipers(entity):
            info = gate.schema[entity]
            wipe(gate.typed(info.cls, {k: v for k, v in row.items() if k in info.fields}), gate)


def _erase_everywhere(house: Gate, circle: Circle, marks: Marks, ticked: Sequence[str]) -> HouseTraces:
    for loose in circle.loose:
        info = house.schema[loose.entity]
        unlink(house, info, info.fields[loose.field], loose.ids)
    clean_mentions(house, ticked, marks)
    found = remove_traces(house, circle, marks)
    for entity, ids in reversed(circle.own.items()):
        for some in pieces(ids):
            house.erase_many(entity, some)
    for user in sorted(circle.users):
        _blank(house, user)
    if circle.users:
        house.configured()
        refuse_lockout(house)
    return found


def _blank(house: Gate, id: int) -> None:
    """An account stays as a row that says nothing: everybody's work names it."""
    info = house.schema["user"]
    before = rows_of(house, info, [id])[id]
    values: dict[str, Any] = {
        name: None for name, spec in info.fields.items()
        if name not in _STAYS and not spec.many and not spec.custom and info.table.c[name].nullable
        and name not in ("created_by", "updated_by", "trashed_at")
    }  # fmt: skip
    values |= {"name": erased_name(id), "active": False}
    overwrite(house, info, id, before, values)
    table = info.table
    house.tx.run(table.update().where(table.c.id == id).values(custom=None), why=WHY)
    drop_links(house, info, [id])
    forget_past(house, "user", [id])


def erased_name(id: int) -> str:
    """What an account is called after it."""
    return f"#{id}"


def _count_history(gate: Gate, circle: Circle) -> int:
    total = 0
    for entity, ids in circle.all.items():
        for some in pieces(ids):
            mine = select(func.count()).where(change.c.entity == entity, change.c.record.in_(some))
            total += int(gate.tx.run(mine, why=WHY).scalar_one())
    return total


def _kept_files(folder: Path, marks: Marks) -> set[Path]:
    """Every export that is kept to be fetched, as whoever wants it can make it again, and uploads that tell of the person."""
    exports = {path for path in exports_folder(folder).glob("*") if path.is_file()}
    return exports | {path for path in (folder / "imports").rglob("*") if has_marks(path, marks)}


def _touched(
    gate: Gate, circle: Circle, found: HouseTraces, cleaned: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    entities = {*circle.all, *(key.partition(":")[0] for key in cleaned)}
    loose = {one.entity for one in circle.loose}
    links = {f"{name}_{many}_link" for name in entities for many in gate.schema[name].cls.many}
    house = {
        change.name,
        event.name,
        delivery.name,
        "audit",
        *(n for n, count in found.counts.items() if count),
    }
    return tuple(sorted(entities)), tuple(sorted(entities | loose | links | house))
