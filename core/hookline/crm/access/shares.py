"""Shares: one record opened to one person or team, to see or to edit, for a while and for a stated reason.

A share never reaches further than its giver may at the moment when it is used: it stays recorded when the giver loses the
right or leaves, and holds again when the right comes back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from hookline.crm.access.actors import actor_of, directory
from hookline.crm.access.lendings import share
from hookline.crm.audit.trail import note
from hookline.crm.core import core
from hookline.crm.notifications.tables import Kind
from hookline.crm.notifications.telling import News, tell
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.entity import Record
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import BadValue
from hookline.kernel.kinds.characters import clean_line
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

RIGHTS: Final = ("read", "edit")
LONGEST_REASON: Final = 500
MOST: Final = 100


class State(StrEnum):
    """Whether a share opens the record: it does, its time is over, or its giver may no longer do that much."""

    holds = "holds"
    ended = "ended"
    dormant = "dormant"


@dataclass(frozen=True)
class Share:
    """One share of one record; either `user` or `team` is set."""

    id: int
    user: int | None
    team: int | None
    right: str
    expires_at: datetime | None
    by: int
    reason: str
    created_at: datetime
    state: State


def may_be_shared(info: EntityInfo) -> bool:
    """Whether records of this kind are shared at all: those that belong to somebody. What is about a record goes with it."""
    return info.owned and "about" not in info.fields


def may_share(gate: Reads, info: EntityInfo, id: int) -> bool:
    """Whether the actor may share this very record, by an own right."""
    return may_be_shared(info) and bool(gate.visible(info.name, [id], action=Action.share))


def share_record(
    gate: Gate, entity: str, id: int, *, user: int | None = None, team: int | None = None, right: str = "read",
    expires_at: datetime | None = None, reason: str = "",
) -> int:  # fmt: skip
    """Open a record to a person or a team, and return the share's id. The giver's earlier share with them is changed."""
    info = _sharable(gate, entity, id)
    if right == "edit" and not _own(gate).visible(info.name, [id], action=Action.edit):
        raise Forbidden(Text("You may not let others edit what you may not edit yourself."))
    values = _checked(gate, user, team, right, expires_at, reason)
    mine = (share.c.entity == info.name, share.c.record == id, share.c.by == gate.actor.user)
    whom = share.c.user == user if user is not None else share.c.team == team
    known = gate.tx.run(select(share.c.id).where(*mine, whom), why="shares").scalar()
    note(gate, "share.given", f"{info.name}:{id}", **_facts(values))
    _tell(gate, info, id, user, team)
    if known is not None:
        gate.tx.run(update(share).where(share.c.id == known).values(**values), why="shares")
        return int(known)
    if len(_rows(gate, info, id)) >= MOST:
        raise Invalid(
            [Problem("", Text("This is shared %(count)s times already. Share it with a team.", count=MOST))]
        )
    row = {"entity": info.name, "record": id, "by": gate.actor.user, "created_at": gate.now, **values}
    return int(gate.tx.run(insert(share).values(**row).returning(share.c.id), why="shares").scalar_one())


def end_share(gate: Gate, entity: str, id: int, number: int) -> None:
    """End one share of a record. Whoever may share the record may, whoever gave it."""
    info = _sharable(gate, entity, id)
    found = next((row for row in _rows(gate, info, id) if row["id"] == number), None)
    if found is None:
        raise NotFound
    gate.tx.run(delete(share).where(share.c.id == number), why="shares")
    note(gate, "share.ended", f"{info.name}:{id}", **_facts(found))


def list_shares(gate: Reads, entity: str, id: int) -> list[Share]:
    """Who has been given this record by hand, the latest first. Only for those who may share it."""
    info = _sharable(gate, entity, id)
    rows = _rows(gate, info, id)
    reach = {by: _reach(gate, info, id, by) for by in {row["by"] for row in rows}}
    return [_share(row, gate.now, reach[row["by"]]) for row in rows]


def shares_with(gate: Reads, info: EntityInfo, id: int, user: int, team: int | None) -> list[Share]:
    """The shares of a record that are meant for somebody: for the page that explains, whoever asks there."""
    rows = [r for r in _rows(gate, info, id) if r["user"] == user or (team is not None and r["team"] == team)]
    reach = {by: _reach(gate, info, id, by) for by in {row["by"] for row in rows}}
    return [_share(row, gate.now, reach[row["by"]]) for row in rows]


@core.forget(Record)
def forget_shares(gate: Gate, info: EntityInfo, ids: Sequence[int]) -> None:
    """The shares of a record go with it when it is erased."""
    gate.tx.run(delete(share).where(share.c.entity == info.name, share.c.record.in_(ids)), why="shares")


def _sharable(gate: Reads, entity: str, id: int) -> EntityInfo:
    info = gate.schema[entity]
    if not may_be_shared(info) or not gate.visible(info.name, [id]):
        raise NotFound
    if not may_share(gate, info, id):
        raise Forbidden(Text("You may not share this record."))
    return info


def _own(gate: Reads) -> Reads:
    """The actor's own rights, without what others share."""
    return gate.through(replace(gate.actor, shared=())) if gate.actor.shared else gate


def _checked(
    gate: Gate, user: int | None, team: int | None, right: str, expires_at: datetime | None, reason: str
) -> dict[str, Any]:
    problems = _problems_with(gate, user, team)
    if right not in RIGHTS:
        problems.append(Problem("right", Text("%(value)s is not one of the choices.", value=right[:40])))
    if expires_at is not None and expires_at <= gate.now:
        problems.append(Problem("expires_at", Text("Choose a time that is still to come.")))
    try:
        said = clean_line(reason)
    except BadValue as error:
        said = ""
        problems.append(Problem("reason", error.text))
    if len(said) > LONGEST_REASON:
        text = Text(
            "At most %(limit)s characters; this has %(length)s.", limit=LONGEST_REASON, length=len(said)
        )
        problems.append(Problem("reason", text))
    if problems:
        raise Invalid(problems)
    return {"user": user, "team": team, "right": right, "expires_at": expires_at, "reason": said}


def _problems_with(gate: Gate, user: int | None, team: int | None) -> list[Problem]:
    known = directory(gate)
    if (user is None) == (team is None) or (team is not None and team not in known.teams):
        return [Problem("with", Text("Choose a person or a team."))]
    if user is not None and (user not in known.people or not known.people[user].active):
        return [Problem("with", Text("Choose somebody who works here."))]
    if user is not None and user == gate.actor.user:
        return [Problem("with", Text("You have this record already."))]
    return []


def _tell(gate: Gate, info: EntityInfo, id: int, user: int | None, team: int | None) -> None:
    """Let whoever was given the record know: the person, or everybody in the team."""
    people = directory(gate).people.values()
    for person in (p for p in people if p.id == user or (team is not None and p.team == team)):
        tell(gate.tx, News(person.id, Kind.shared, info.name, id, gate.now, gate.actor.user))


def _rows(gate: Reads, info: EntityInfo, id: int) -> list[Mapping[str, Any]]:
    mine = select(share).where(share.c.entity == info.name, share.c.record == id)
    found = gate.tx.run(mine.order_by(share.c.created_at.desc(), share.c.id.desc()), why="shares")
    return [dict(row) for row in found.mappings()]


def _reach(gate: Reads, info: EntityInfo, id: int, giver: int) -> frozenset[str]:
    """How far a giver's shares of a record go now."""
    actor = actor_of(gate, giver)
    if actor is None:
        return frozenset()
    theirs = gate.through(replace(actor, shared=()))
    found = {"read"} if theirs.visible(info.name, [id]) else set()
    if theirs.visible(info.name, [id], action=Action.edit):
        found.add("edit")
    return frozenset(found)


def _share(row: Mapping[str, Any], now: datetime, reach: frozenset[str]) -> Share:
    ended = row["expires_at"] is not None and row["expires_at"] <= now
    state = State.ended if ended else State.holds if row["right"] in reach else State.dormant
    kept = ("id", "user", "team", "right", "expires_at", "by", "reason", "created_at")
    return Share(**{name: row[name] for name in kept}, state=state)


def _facts(values: Mapping[str, Any]) -> dict[str, Any]:
    until = values["expires_at"]
    return {
        **{name: values[name] for name in ("user", "team", "right", "reason")},
        "until": until.isoformat() if until is not None else None,
    }
