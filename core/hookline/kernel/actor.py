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
class Actor:
    """Who asks. Rights that are not named here are not there.

    `grants` maps (entity, action) to a level. Of entities not named themselves, "*" stands for those whose records
    belong to somebody, "house" for those that belong to the house.
    `fields` maps (entity, field) to less than full rights. `permissions` are named rights such as "admin.users".
    """

    user: int | None
    name: str = ""
    team: int | None = None
    below: frozenset[int] = frozenset()
    grants: Mapping[tuple[str, str], Level] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], FieldRight] = field(default_factory=dict)
    permissions: frozenset[str] = frozenset()
    roles: frozenset[int] = frozenset()
    has_shares: bool = False
    read_only: bool = False

    def level(self, entity: str, action: Action, *, owned: bool) -> Level:
        """How far this actor's right to `action` reaches on `entity`."""
        if self.read_only and action not in (Action.read, Action.export):
            return Level.none
        found = self.grants.get((entity, action))
        return self.grants.get((ANY if owned else HOUSE, action), Level.none) if found is None else found

    def right(self, entity: str, name: str) -> FieldRight:
        """What this actor may do with one field."""
        return self.fields.get((entity, name), FieldRight.write)

    def may(self, permission: str) -> bool:
        """Whether a named permission was given."""
        return permission in self.permissions or ANY in self.permissions


def house(reason: str) -> Actor:
    """The house itself, for migrations, seeds and scheduled work. `reason` is kept in the history."""
    everything = {(kind, action.value): Level.all for action in Action for kind in (ANY, HOUSE)}
    return Actor(user=None, name=reason, grants=everything, permissions=frozenset({ANY}))
