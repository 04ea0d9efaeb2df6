"""Whom it is about: a contact, a lead or a user, and all records that are this one person or exist only because of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from hookline.crm.merging import merged_with
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.actor import house
from hookline.kernel.erasing import WHY, pieces, rows_of
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.schema import EntityInfo

PERMISSION: Final = "admin.privacy"
PEOPLE: Final = ("contact", "lead", "user")
# Fields by which a record says which other record is the same person.
_SAME: Final = {("lead", "contact")}
_ABOUT: Final = "about"


@dataclass(frozen=True)
class Subject:
    """A person as one record. `title` is what the record is called."""

    entity: str
    id: int
    title: str

    @property
    def key(self) -> str:
        """The record as other records name it."""
        return f"{self.entity}:{self.id}"


@dataclass(frozen=True)
class Loose:
    """Records that stay and no longer name the person: `field` of `entity` becomes empty."""

    entity: str
    field: str
    ids: tuple[int, ...]


@dataclass
class Circle:
    """What hangs on some people. `own` are the ids by entity of the records that go, each entity after those it hangs on.

    `users` are not among them: an account stays as an empty row, because everybody's work names it.
    """

    subjects: tuple[Subject, ...]
    own: dict[str, set[int]] = field(default_factory=dict)
    loose: list[Loose] = field(default_factory=list)

    @property
    def users(self) -> set[int]:
        """The accounts."""
        return {subject.id for subject in self.subjects if subject.entity == "user"}

    @property
    def all(self) -> dict[str, set[int]]:
        """All records of the circle by entity, the accounts included."""
        return {**self.own, **({"user": self.users} if self.users else {})}

    @property
    def keys(self) -> list[str]:
        """All records of the circle as "contact:7"."""
        return sorted(f"{name}:{id}" for name, ids in self.all.items() for id in ids)

    @property
    def people(self) -> dict[str, set[int]]:
        """The records that are the people themselves, or whatever else was asked for."""
        asked = {subject.entity for subject in self.subjects}
        found = {name: set(ids) for name, ids in self.all.items() if name in PEOPLE}
        for name in asked - found.keys():
            found[name] = {subject.id for subject in self.subjects if subject.entity == name}
        return found


def privileged(gate: Gate, reason: str) -> Gate:
    """A gate of the house in the same transaction, for whoever has the permission. Forbidden without."""
    if not gate.actor.may(PERMISSION) or gate.actor.read_only:
        raise Forbidden
    return Gate(
        gate.tx,
        gate.schema,
        house(reason),
        gate.host,
        gate.now,
        gate.memory,
        gate.configuration,
        cause=reason,
    )


def find_subject(gate: Gate, entity: str, asked: str) -> Subject:
    """A person by number or e-mail address, be it in the trash. NotFound when there is none, Invalid when there are several."""
    if entity not in PEOPLE:
        raise Invalid([Problem("entity", Text("Choose a contact, a lead or a user."))])
    info = gate.schema[entity]
    table = info.table
    number = id_in(asked.removeprefix("#").strip())
    if number is not None:
        wanted: ColumnElement[bool] = table.c.id == number
    else:
        wanted = table.c.email == asked.strip().casefold()
    found = gate.tx.run(select(table.c.id, info.column(info.title)).where(wanted).limit(2), why=WHY).all()
    if not found:
        raise NotFound
    if len(found) > 1:
        raise Invalid([Problem("id", Text("Several have this address. Give the number of the record."))])
    return Subject(entity, found[0][0], str(found[0][1] or f"#{found[0][0]}"))


def draw_circle(gate: Gate, *subjects: Subject) -> Circle:
    """Follow every declared reference to these people.

    What is about somebody, or cannot stand without naming them, is of the circle; what may leave them out is loose.
    """
    circle = Circle(subjects)
    waiting: list[tuple[str, set[int]]] = []
    for entity in dict.fromkeys(subject.entity for subject in subjects):
        ids = {subject.id for subject in subjects if subject.entity == entity}
        waiting.append((entity, ids))
        if entity != "user":
            circle.own[entity] = set(ids)
    loose: dict[tuple[str, str], set[int]] = {}
    while waiting:
        name, ids = waiting.pop(0)
        if twins := merged_with(gate, name, ids) - circle.own.get(name, set()):
            circle.own[name] = circle.own.get(name, set()) | twins
            waiting.append((name, twins))
        for other, spec, found in _all_pointing(gate, name, ids):
            if not _belongs(other, spec):
                loose.setdefault((other.name, spec.name), set()).update(found)
            elif fresh := found - circle.own.get(other.name, set()):
                # Put last, so that what hangs on something always comes after it.
                circle.own[other.name] = circle.own.pop(other.name, set()) | fresh
                waiting.append((other.name, fresh))
    circle.loose = [Loose(entity, name, tuple(sorted(ids))) for (entity, name), ids in sorted(loose.items())]
    return circle


def kept_loose(circle: Circle) -> list[Loose]:
    """The loose records that are not of the circle themselves."""
    kept = [(one, tuple(sorted(set(one.ids) - circle.own.get(one.entity, set())))) for one in circle.loose]
    return [Loose(one.entity, one.field, ids) for one, ids in kept if ids]


def values_of(gate: Gate, circle: Circle) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Every value of every record of the circle, and of the accounts."""
    return {
        (name, id): row
        for name, ids in circle.all.items()
        for id, row in rows_of(gate, gate.schema[name], ids).items()
    }


def _all_pointing(gate: Gate, name: str, ids: set[int]) -> Iterator[tuple[EntityInfo, Field, set[int]]]:
    """Everything that points at these records, field by field."""
    for other in gate.schema.entities.values():
        for spec in other.fields.values():
            if found := _pointing(gate, other, spec, name, ids):
                yield other, spec, found


def _pointing(gate: Gate, other: EntityInfo, spec: Field, name: str, ids: set[int]) -> set[int]:
    """Which records of an entity point at these with this field, in the trash too."""
    by_key = spec.kind == "record"
    # Everybody's work names its user, who stays as an empty row.
    if spec.custom or spec.many or not (by_key or (spec.target == name and name != "user")):
        return set()
    table, found = other.table, set[int]()
    for some in pieces(ids):
        wanted = [f"{name}:{id}" for id in some] if by_key else some
        asked = select(table.c.id).where(table.c[spec.name].in_(wanted))
        found |= set(gate.tx.run(asked, why=WHY).scalars())
    return found


def _belongs(other: EntityInfo, spec: Field) -> bool:
    """Whether what points at a person with this field goes with it."""
    if (other.name, spec.name) in _SAME:
        return True
    return spec.name == _ABOUT or not other.table.c[spec.name].nullable
