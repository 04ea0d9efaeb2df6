"""The rule of access in plain Python, said a second time and without a look at the gate: who may see which record and field."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar

NONE, OWN, TEAM, SUBTEAMS, ALL = range(5)
Levels = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Planted:
    """A record of the world. Its title holds `marker`, its other texts `fv<entity><field><number>z`."""

    entity: str
    id: int
    number: int
    owner: int | None
    team: int | None
    about: tuple[str, int] | None = None
    trashed: bool = False

    @property
    def marker(self) -> str:
        """The word that gives it away."""
        return f"mk{plain(self.entity)}{self.number:02d}z"


@dataclass(frozen=True)
class Share:
    """One record opened to a person or a team."""

    entity: str
    record: int
    right: str
    user: int | None = None
    team: int | None = None
    expired: bool = False


@dataclass(frozen=True)
class Principal:
    """Who asks: rights as an administrator would tell them, one mapping for each role."""

    name: str
    user: int | None
    team: int | None = None
    teams: frozenset[int] = frozenset()
    roles: Sequence[Levels] = ()
    hidden: frozenset[tuple[str, str]] = frozenset()
    walled: bool = False
    read_only: bool = False


@dataclass
class Truth:
    """Everything that is there.

    What is worked out from other fields (`formulas`), or from other records (`rollups`: entity, fields), cannot be seen
    without them. Of the entities in `walled` the odd ones are hidden from whoever is `walled`.
    """

    formulas: ClassVar[Mapping[tuple[str, str], Sequence[str]]] = {}
    rollups: ClassVar[Mapping[tuple[str, str], tuple[str, Sequence[str]]]] = {}
    walled: ClassVar[Collection[str]] = ()

    records: list[Planted] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)

    def of(self, entity: str) -> list[Planted]:
        """The records of one entity."""
        return [r for r in self.records if r.entity == entity]

    def find(self, key: tuple[str, int]) -> Planted | None:
        """One record."""
        return next((r for r in self.records if (r.entity, r.id) == key), None)

    def sees(self, who: Principal, record: Planted, *, trash: bool = False, action: str = "read") -> bool:
        """Whether this person may see the record (or do something else with it)."""
        return record.trashed == trash and self._permits(who, record, action)

    def visible(self, who: Principal, entity: str, *, trash: bool = False, action: str = "read") -> set[str]:
        """The markers of the records that this person may see."""
        return {r.marker for r in self.of(entity) if self.sees(who, r, trash=trash, action=action)}

    def shows(self, who: Principal, entity: str, name: str) -> bool:
        """Whether this person may see a field of records that are in sight."""
        if (entity, name) in who.hidden:
            return False
        if any(not self.shows(who, entity, used) for used in self.formulas.get((entity, name), ())):
            return False
        if (entity, name) in self.rollups:
            child, used_there = self.rollups[entity, name]
            return self.sees_all(who, child) and all(self.shows(who, child, used) for used in used_there)
        return True

    def sees_all(self, who: Principal, entity: str) -> bool:
        """Whether no record of the entity could be out of this person's sight."""
        return level(who, entity, "read") == ALL and not (who.walled and entity in self.walled)

    def _permits(self, who: Principal, record: Planted, action: str) -> bool:
        if not (self._reaches(who, record, action) or self._is_shared(who, record, action)):
            return False
        if who.walled and record.entity in self.walled and record.id % 2:
            return False
        if record.about is None:
            return True
        parent = self.find(record.about)
        return parent is not None and self._permits(who, parent, "read")

    def _reaches(self, who: Principal, record: Planted, action: str) -> bool:
        reach = level(who, record.entity, action)
        mine = who.user is not None and record.owner == who.user
        if reach == ALL:
            return True
        if reach == SUBTEAMS:
            return mine or record.team in who.teams
        if reach == TEAM:
            return mine or (who.team is not None and record.team == who.team)
        return reach == OWN and mine

    def _is_shared(self, who: Principal, record: Planted, action: str) -> bool:
        """With the record goes what is about it, to those who may do this to some records of that kind."""
        enough = {"read": ("read", "edit"), "edit": ("edit",)}.get(action, ())
        keys = [(record.entity, record.id)]
        if record.about is not None and level(who, record.entity, action) > NONE:
            keys.append(record.about)
        return any(
            share.right in enough and not share.expired
            for share in self.shares
            if (share.entity, share.record) in keys
            and ((share.user == who.user and who.user is not None) or (share.team == who.team and who.team is not None))
        )  # fmt: skip


def level(who: Principal, entity: str, action: str) -> int:
    """How far the widest of the person's roles reaches."""
    if who.read_only and action not in ("read", "export"):
        return NONE
    given = (role.get(entity, {}).get(action, role.get("*", {}).get(action, NONE)) for role in who.roles)
    return max(given, default=NONE)


@cache
def plain(name: str) -> str:
    """A name of letters only, as markers need it."""
    return "".join(c for c in name if c.isalpha())
