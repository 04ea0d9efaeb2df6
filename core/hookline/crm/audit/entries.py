"""Reading the audit log: a page of it at a time, newest first."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, or_, select

from hookline.crm.audit.trail import audit
from hookline.errors import Forbidden
from hookline.kernel.gate import Gate

PERMISSION: Final = "admin.audit"
LONGEST_ABOUT: Final = 120


@dataclass(frozen=True)
class Entry:
    """One entry. `facts` is None, and so is `address`, where it was redacted."""

    number: int
    at: datetime
    actor: int | None
    seen_as: int | None
    by: str
    address: str | None
    what: str
    about: str
    facts: Mapping[str, Any] | None


@dataclass(frozen=True)
class Asked:
    """Which entries are wanted. `person` did it or was looked through; `since` is in, `until` is not."""

    person: int | None = None
    what: str = ""
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None


def list_entries(gate: Gate, asked: Asked, *, before: int | None = None, limit: int = 50) -> list[Entry]:
    """The newest entries before this number. Forbidden without the permission, as the log tells of all records."""
    if not gate.actor.may(PERMISSION):
        raise Forbidden
    statement = _narrowed(asked)
    if before is not None:
        statement = statement.where(audit.c.number < before)
    found = gate.tx.run(statement.order_by(audit.c.number.desc()).limit(limit), why="audit").mappings()
    return [
        Entry(**{**row, "facts": None if row["facts"] is None else json.loads(row["facts"])}) for row in found
    ]


def _narrowed(asked: Asked) -> Select[Any]:
    statement = select(*(audit.c[name] for name in Entry.__dataclass_fields__))
    if asked.person is not None:
        statement = statement.where(or_(audit.c.actor == asked.person, audit.c.seen_as == asked.person))
    for column, value in ((audit.c.what, asked.what), (audit.c.about, asked.about)):
        if value:
            statement = statement.where(column == value)
    if asked.since is not None:
        statement = statement.where(audit.c.at >= asked.since)
    if asked.until is not None:
        statement = statement.where(audit.c.at < asked.until)
    return statement
