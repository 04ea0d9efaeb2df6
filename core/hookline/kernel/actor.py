"""`Actor`: who asks, and the rights that person has been given, merged and ready for the gate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final


class Action(StrEnum):
    """What can be done to records."""

    create = "create"
    read = "read"
    edit = "edit"
    delete = "delete"
    assign = "assign"
    share = "share"
    export = "export"
    import_ = "import"
    bulk = "bulk"


class Level(IntEnum):
    """How far a right reaches. The wider one contains the narrower ones."""

    none = 0
    own = 1
    team = 2
    subteams = 3
    all = 4


class FieldRight(IntEnum):
    """What a role may do with one field."""

    hidden = 0
    read = 1
    write = 2


ANY: Final = "*"
HOUSE: Final = "house"


@dataclass(frozen=True)
class Restriction:
    """What a role limits its people to: only records whose field fulfils this. The words are those of filters."""

    entity: str
    field: str
    operator: str
    value: str
    role: int = 0
    id: int = 0


@dataclass(frozen=True)
class Lending:
    """Records of one kind that somebody has shared with an actor, to be seen or (`edit`) changed as far as `giver` may."""

    entity: str
    edit: bool
    giver: "Actor"


@dataclass(frozen=True)
class Actor:
    """Who asks. Rights that are not named here are not there.

    `grants` maps (entity, action) to a level. Of entities not named themselves, "*" stands for those whose records
    belong to somebody, "house" for those that belong to the house.
    `fields` maps (entity, field) to less than full rights. `permissions` are named rights such as "admin.users";
    `known`, once it is said, all that there are. `restrictions` hold always, whatever was given. `shared` is what others lend.
    `is_house`: the house acts, perhaps in the name of somebody.
    """

    user: int | None
    name: str = ""
    team: int | None = None
    below: frozenset[int] = frozenset()
    grants: Mapping[tuple[str, str], Level] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], FieldRight] = field(default_factory=dict)
    permissions: frozenset[str] = frozenset()
    roles: frozenset[int] = frozenset()
    restrictions: tuple[Restriction, ...] = ()
    shared: tuple[Lending, ...] = ()
    read_only: bool = False
    known: frozenset[str] | None = None
    is_house: bool = False

    @property
    def has_shares(self) -> bool:
        """Whether somebody has shared records with this actor."""
        return bool(self.shared)

    def level(self, entity: str, action: Action, *, owned: bool) -> Level:
        """How far this actor's right to `action` reaches on `entity`."""
        if self.read_only and action not in (Action.read, Action.export):
            return Level.none
        found = self.grants.get((entity, action))
        return self.grants.get((ANY if owned else HOUSE, action), Level.none) if found is None else found

    def lent(self, entity: str | None, action: Action) -> list[Lending]:
        """Who lends this actor records, of one entity or (None) of any, to see or, for the action edit, to change."""
        if not self.shared or action not in (Action.read, Action.edit):
            return []
        if self.read_only and action == Action.edit:
            return []
        return [s for s in self.shared if entity in (None, s.entity) and (s.edit or action == Action.read)]

    def right(self, entity: str, name: str) -> FieldRight:
        """What this actor may do with one field."""
        return self.fields.get((entity, name), FieldRight.write)

    def may(self, permission: str) -> bool:
        """Whether a named permission was given. One that nobody declares, or no longer, is denied."""
        if self.known is not None and permission not in self.known and permission != ANY:
            return False
        return permission in self.permissions or ANY in self.permissions


def house(reason: str) -> Actor:
    """The house itself, for migrations, seeds and scheduled work. `reason` is kept in the history."""
    everything = {(kind, action.value): Level.all for action in Action for kind in (ANY, HOUSE)}
    return Actor(user=None, name=reason, grants=everything, permissions=frozenset({ANY}), is_house=True)
