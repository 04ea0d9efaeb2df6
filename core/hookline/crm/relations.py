"""Relations: typed ties between any two records, readable from both ends."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Catalog, Entity
from hookline.kernel.fields import any_record, ref, text
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.rules import BeforeSave
from hookline.kernel.schema import EntityInfo


class RelationKind(Catalog, plugin=core, icon="link", plural="Kinds of relation"):
    """A kind of tie, named from either end: "works for" and "employs"."""

    name: Mapped[str] = text("Name", max_length=80, unique=True, list=True)
    inverse: Mapped[str] = text("From the other end", max_length=80, list=True)


class Relation(Entity, plugin=core, icon="link", title="note"):
    """One record's tie to another. It is seen by those who see the record it is about."""

    about: Mapped[str] = any_record("From")
    kind: Mapped[int] = ref("relation_kind", "Kind", list=True)
    other: Mapped[str] = any_record("To", list=True)
    note: Mapped[str | None] = text("As what", max_length=200, list=True)


@dataclass(frozen=True)
class Kind:
    """A kind of relation as it stands in memory."""

    id: int
    name: str
    inverse: str

    @property
    def is_mutual(self) -> bool:
        """Whether it reads the same from both ends."""
        return self.name == self.inverse


@core.before_save(Relation)
def refuse_itself(event: BeforeSave[Relation]) -> None:
    """A record is not related to itself."""
    if event.record.about == event.record.other:
        event.reject("Choose another record: this one cannot be related to itself.", "other")


@core.follow(RelationKind)
def forget_remembered(gate: Gate, _info: EntityInfo, _what: str, _saved: object) -> None:
    """The kinds are remembered; that no longer holds."""
    gate.configured()


def relate(
    gate: Gate, about: str, kind: int, other: str, note: str | None = None, *, inverse: bool = False
) -> int:
    """Tie two records ("deal:7") together and return the relation's id. `inverse` says it from the other end.

    Invalid when they are tied so already.
    """
    first, second = (other, about) if inverse else (about, other)
    table = Relation
    same = select(table.id).where(table.kind == kind, table.about == first, table.other == second)
    if gate.scalar(same.limit(1)) is not None:
        raise Invalid([Problem("other", Text("These two are related in this way already."))])
    return gate.create(Relation, {"about": first, "kind": kind, "other": second, "note": note})


def relation_kinds(gate: Reads) -> Mapping[int, Kind]:
    """The kinds of relation by id, remembered while the configuration stands."""
    return gate.remembered("relation kinds", _load)


def _load(tx: Transaction) -> Mapping[int, Kind]:
    table = RelationKind.__table__
    living = select(table.c.id, table.c.name, table.c.inverse).where(table.c.trashed_at.is_(None))
    return {
        id: Kind(id, name, inverse)
        for id, name, inverse in tx.run(living.order_by(table.c.name), why="relations")
    }
