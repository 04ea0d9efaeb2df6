"""Erasing again: after an old backup has been restored, whoever was erased since stands in the database once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from hookline.crm.persons.erasing import Settlement, erase_person, erased_name
from hookline.crm.persons.erasures import known_people
from hookline.crm.persons.subjects import Subject
from hookline.kernel.erasing import WHY
from hookline.kernel.gate import Gate


@dataclass(frozen=True)
class Returned:
    """Somebody who was erased and is there again."""

    subject: Subject
    cleaned: Sequence[str]
    reason: str


def find_returned(gate: Gate, folder: Path) -> list[Returned]:
    """Who is there again. A number that has since been given to somebody else is not meant."""
    found = []
    for entity, id, born, cleaned, reason in known_people(gate.tx, folder):
        info = gate.schema.entities.get(entity)
        if info is None:
            continue
        table = info.table
        row = gate.tx.run(
            select(table.c.created_at, info.column(info.title)).where(table.c.id == id), why=WHY
        ).first()
        if row is None or row[0] != datetime.fromisoformat(born) or row[1] == erased_name(id):
            continue
        found.append(Returned(Subject(entity, id, str(row[1] or f"#{id}")), cleaned, reason))
    return found


def erase_again(gate: Gate, returned: Returned, folder: Path) -> Settlement | None:
    """Erase one of them again, out of the same other records. None when that has happened along with another."""
    subject = returned.subject
    table = gate.schema[subject.entity].table
    if gate.tx.run(select(table.c.id).where(table.c.id == subject.id), why=WHY).first() is None:
        return None
    return erase_person(gate, subject, folder, reason=returned.reason, ticked=returned.cleaned)
