"""Teams: a tree. Who leads a team sees what its members see; rights of level "subteams" reach down the tree."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.kernel.entity import Catalog
from hookline.kernel.fields import ref, text
from hookline.kernel.gate import Gate
from hookline.kernel.schema import EntityInfo


class Team(Catalog, plugin=core, icon="users-round"):
    """A team, under another one or at the top."""

    name: Mapped[str] = text("Name", max_length=120, unique=True, search=True, list=True)
    parent: Mapped[int | None] = ref("team", "Part of", back="Teams below", list=True)
    manager: Mapped[int | None] = ref("user", "Manager", constraint=False, list=True)
    region: Mapped[str | None] = text("Region", max_length=120, list=True, filter=True)


@core.follow(Team)
def forget_remembered(gate: Gate, _info: EntityInfo, _what: str, _saved: object) -> None:
    """The tree of teams is remembered; it no longer holds."""
    gate.configured()


def below(parents: Mapping[int, int | None], top: Iterable[int]) -> frozenset[int]:
    """These teams and every team under them. `parents` maps each team to the one above it; a loop does no harm."""
    found = set(top)
    while grown := {team for team, parent in parents.items() if parent in found} - found:
        found |= grown
    return frozenset(found)
