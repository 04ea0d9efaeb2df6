"""Dossiers: everything the house holds on a person, gathered for that person to read."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import and_, or_, select

from hookline.crm.access.actors import directory
from hookline.crm.imports.runs import row_table, run_table
from hookline.crm.persons.erasing import marks_of
from hookline.crm.persons.mentions import Mention, find_mentions
from hookline.crm.persons.subjects import (
    Circle,
    Loose,
    Subject,
    draw_circle,
    kept_loose,
    privileged,
    values_of,
)
from hookline.crm.sign_in.sessions import session, token
from hookline.errors import Text
from hookline.kernel.erasing import WHY, pieces
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.history import dumped
from hookline.kernel.kinds import KINDS, Reader
from hookline.kernel.kinds.keys import key_in
from hookline.kernel.plugins.answers import read_by
from hookline.kernel.plugins.host import Failure
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tables import change
from hookline.kernel.titles import keys_by_entity, titles_of

_LEFT_OUT: Final = frozenset({"version", "key", "digest"})


@dataclass(frozen=True)
class Shown:
    """One value: its field, as JSON, and as people read it."""

    name: str
    label: str
    value: Any
    text: str


@dataclass(frozen=True)
class Changed:
    """One line of history: when, who, what was done, and (label, before, after) of each field."""

    at: dt.datetime
    who: str
    action: str
    changes: Sequence[tuple[str, Any, Any]]


@dataclass(frozen=True)
class Held:
    """One record with its values and its history."""

    entity: str
    label: str
    id: int
    title: str
    values: Sequence[Shown]
    history: Sequence[Changed]
    file: str = ""


@dataclass(frozen=True)
class Dossier:
    """Everything on one person. `linked` are records that only name the person, as (what, field, titles)."""

    subject: Subject
    made_at: dt.datetime
    records: Sequence[Held]
    linked: Sequence[tuple[str, str, Sequence[str]]]
    mentions: Sequence[Mention]
    imports: Sequence[Mapping[str, Any]]
    account: Mapping[str, Sequence[Mapping[str, Any]]]
    plugins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def gather(gate: Gate, subject: Subject, reader: Reader) -> Dossier:
    """Gather it. Takes the permission, and then reads everything, whatever the role lets one see."""
    house = privileged(gate, "dossier")
    circle = draw_circle(house, subject)
    rows = values_of(house, circle)
    titles = titles_of(house, _named(house, rows))
    past = _history(house, circle)
    return Dossier(
        subject,
        gate.now,
        [_held(house, key, row, titles, past.get(key, ()), reader) for key, row in rows.items()],
        [_linked(house, loose) for loose in kept_loose(circle)],
        find_mentions(house, circle, marks_of(house, circle)),
        _imports(house, circle),
        _account(house, circle),
        _of_plugins(house, rows),
    )


def _held(
    gate: Gate, key: tuple[str, int], row: Mapping[str, Any], titles: Mapping[tuple[str, int], str],
    past: Sequence[Changed], reader: Reader,
) -> Held:  # fmt: skip
    info = gate.schema[key[0]]
    shown = [
        Shown(
            spec.name, spec.label, dumped(spec, row[spec.name]), _text(spec, row[spec.name], titles, reader)
        )
        for spec in info.fields.values()
        if spec.name not in _LEFT_OUT and not spec.many and row.get(spec.name) not in (None, "", ())
    ]
    shown += _linked_values(gate, info, key[1])
    return Held(
        info.name, info.cls.label, key[1], str(row.get(info.title.name) or f"#{key[1]}"), shown, past,
        str(row["key"]) if info.name == "file" else "",
    )  # fmt: skip


def _linked_values(gate: Gate, info: EntityInfo, id: int) -> list[Shown]:
    """The fields that name several records."""
    found = []
    for name, ids in gate.linked(info, [id])[id].items():
        if ids:
            spec = info.fields[name]
            known = titles_of(gate, {spec.target or "": ids})
            text = ", ".join(known.get((spec.target or "", one), f"#{one}") for one in ids)
            found.append(Shown(name, spec.label, list(ids), text))
    return found


def _text(spec: Field, value: Any, titles: Mapping[tuple[str, int], str], reader: Reader) -> str:
    if spec.target is not None:
        return titles.get((spec.target, value), f"#{value}")
    if spec.kind == "record":
        key = key_in(str(value))
        return titles.get(key, value) if key else str(value)
    return str(KINDS[spec.kind].show(value, spec, reader))


def _named(gate: Gate, rows: Mapping[tuple[str, int], Mapping[str, Any]]) -> dict[str, set[int]]:
    """The records that these values name."""
    wanted: dict[str, set[int]] = {}
    for (entity, _), row in rows.items():
        for spec in gate.schema[entity].fields.values():
            value = row.get(spec.name)
            if spec.many or value is None:
                continue
            if spec.target is not None:
                wanted.setdefault(spec.target, set()).add(int(value))
            elif spec.kind == "record":
                for name, ids in keys_by_entity([value]).items():
                    wanted.setdefault(name, set()).update(ids)
    return wanted


def _history(gate: Gate, circle: Circle) -> dict[tuple[str, int], list[Changed]]:
    people, found = directory(gate).people, dict[tuple[str, int], list[Changed]]()
    for entity, ids in circle.all.items():
        fields = gate.schema[entity].fields
        for some in pieces(ids):
            mine = (
                select(change)
                .where(change.c.entity == entity, change.c.record.in_(some))
                .order_by(change.c.id)
            )
            for row in gate.tx.run(mine, why=WHY).mappings():
                who = people[row["user"]].name if row["user"] in people else row["cause"]
                told = [
                    (fields[name].label if name in fields else name, pair[0], pair[1])
                    for name, pair in row["data"].items()
                ]
                line = Changed(row["at"], who, row["action"], told)
                found.setdefault((entity, row["record"]), []).append(line)
    return found


def _linked(gate: Gate, loose: Loose) -> tuple[str, str, Sequence[str]]:
    info = gate.schema[loose.entity]
    titles = titles_of(gate, {loose.entity: loose.ids})
    named = [titles.get((loose.entity, id), f"#{id}") for id in loose.ids]
    return info.cls.plural, info.fields[loose.field].label, named


def _imports(gate: Gate, circle: Circle) -> list[Mapping[str, Any]]:
    """Which imports made or changed these records, and from which row of which file."""
    mine = [
        and_(row_table.c.entity == entity, row_table.c.record.in_(some))
        for entity, ids in circle.all.items()
        for some in pieces(ids)
    ]
    columns = (run_table.c.file_name, run_table.c.created_at, row_table.c.row, row_table.c.result)
    asked = select(*columns, row_table.c.entity, row_table.c.record).join(
        run_table, run_table.c.id == row_table.c.run
    )
    return [
        dict(row) for row in gate.tx.run(asked.where(or_(*mine)).order_by(row_table.c.id), why=WHY).mappings()
    ]


def _account(gate: Gate, circle: Circle) -> dict[str, list[Mapping[str, Any]]]:
    """Where a user is signed in and which tokens there are, without what opens anything."""
    if not circle.users:
        return {}
    kept = {
        "Sessions": select(session.c.created_at, session.c.seen_at, session.c.address, session.c.agent).where(
            session.c.user.in_(circle.users)
        ),
        "API tokens": select(token.c.name, token.c.scope, token.c.created_at, token.c.used_at).where(
            token.c.user.in_(circle.users)
        ),
    }
    return {
        name: [dict(row) for row in gate.tx.run(asked, why=WHY).mappings()] for name, asked in kept.items()
    }


def _of_plugins(gate: Gate, rows: Mapping[tuple[str, int], Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What plugins hold beside what they declare, by plugin; of one that failed, that it did."""
    found: dict[str, dict[str, Any]] = {}
    for (entity, _), row in rows.items():
        info = gate.schema[entity]
        for contribution in gate.host.contributions("personal_data", entity):
            record = gate.typed(info.cls, {k: v for k, v in row.items() if k in info.fields})
            told = gate.host.ask(read_by(contribution, _as_json), record, gate)
            if isinstance(told, Failure):
                told = {"!": str(Text("This plugin failed and could not say what it holds."))}
            found.setdefault(contribution.plugin, {}).update(told)
    return found


def _as_json(answer: object) -> Mapping[str, Any]:
    if not isinstance(answer, Mapping):
        raise TypeError(f"it must answer a mapping, not {type(answer).__name__}")
    told: dict[str, Any] = json.loads(json.dumps(dict(answer)))
    return told
