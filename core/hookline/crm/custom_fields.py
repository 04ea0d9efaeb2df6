"""Custom fields: made by administrators at run time, kept in each record's JSON, the same as every other field to everybody."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Index, func, insert, select, update

from hookline.errors import Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.schema import CUSTOM_KINDS, CUSTOM_PREFIX, EntityInfo
from hookline.kernel.tables import custom_field

PERMISSION: Final = "admin.fields"
MOST: Final = 200
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, kw_only=True)
class NewField:
    """What an administrator says of a field. `choices` are (value, label, tone); a blank value is made of the label."""

    label: str
    kind: str
    name: str = ""
    required: bool = False
    list: bool = False
    filter: bool = False
    places: int = 2
    help: str = ""
    choices: Sequence[tuple[str, str, str]] = ()


def add_field(gate: Gate, entity: str, new: NewField) -> str:
    """Make a field and return its name ("c_region"). One that can be filtered gets an index of its own."""
    _allowed(gate)
    info = gate.schema[entity]
    name = new.name or _name_from(new.label)
    _check(gate, info, new, name)
    position = int(
        gate.tx.run(
            select(func.count()).where(custom_field.c.entity == entity), why="custom fields"
        ).scalar_one()
    )
    row = {
        "entity": entity,
        "name": name,
        "kind": new.kind,
        "label": new.label.strip(),
        "options": _options(new),
        "position": position,
        "retired": False,
    }
    gate.tx.run(insert(custom_field).values(**row), why="custom fields")
    gate.configured()
    if new.filter:
        _index(gate, info, name)
    return CUSTOM_PREFIX + name


def change_field(gate: Gate, entity: str, name: str, new: NewField) -> None:
    """Change a field's label, help, choices and where it is offered. Its kind stays: values are kept in that form."""
    _allowed(gate)
    found = _find(gate, entity, name)
    if new.kind != found["kind"]:
        raise Invalid(
            [Problem("kind", Text("The kind of a field cannot be changed. Make a new field instead."))]
        )
    if not new.label.strip():
        raise Invalid([Problem("label", Text("Please fill this in."))])
    mine = custom_field.c.id == found["id"]
    gate.tx.run(
        update(custom_field).where(mine).values(label=new.label.strip(), options=_options(new)),
        why="custom fields",
    )
    gate.configured()
    if new.filter:
        _index(gate, gate.schema[entity], found["name"])


def retire_field(gate: Gate, entity: str, name: str, *, retired: bool = True) -> None:
    """Take a field away from every screen, or bring it back. Its values are kept."""
    _allowed(gate)
    found = _find(gate, entity, name)
    gate.tx.run(
        update(custom_field).where(custom_field.c.id == found["id"]).values(retired=retired),
        why="custom fields",
    )
    gate.configured()


def list_fields(gate: Gate, entity: str) -> list[Mapping[str, Any]]:
    """The custom fields of an entity, retired ones too, in their order."""
    _allowed(gate)
    statement = (
        select(custom_field)
        .where(custom_field.c.entity == entity)
        .order_by(custom_field.c.position, custom_field.c.id)
    )
    return [dict(row) for row in gate.tx.run(statement, why="custom fields").mappings()]


def _allowed(gate: Gate) -> None:
    if not gate.actor.may(PERMISSION):
        raise Forbidden


def _find(gate: Gate, entity: str, name: str) -> Mapping[str, Any]:
    plain = name.removeprefix(CUSTOM_PREFIX)
    statement = select(custom_field).where(custom_field.c.entity == entity, custom_field.c.name == plain)
    found = gate.tx.run(statement, why="custom fields").mappings().first()
    if found is None:
        raise NotFound
    return dict(found)


def _check(gate: Gate, info: EntityInfo, new: NewField, name: str) -> None:
    problems = []
    if not new.label.strip():
        problems.append(Problem("label", Text("Please fill this in.")))
    if new.kind not in CUSTOM_KINDS:
        problems.append(Problem("kind", Text("%(value)s is not one of the choices.", value=new.kind)))
    if not _NAME.fullmatch(name):
        problems.append(
            Problem("name", Text("Use small Latin letters, digits and _, beginning with a letter."))
        )
    if new.kind in ("choice", "multi_choice") and not new.choices:
        problems.append(Problem("choices", Text("Give at least one choice.")))
    taken = select(func.count()).where(custom_field.c.entity == info.name)
    if gate.tx.run(taken.where(custom_field.c.name == name), why="custom fields").scalar():
        problems.append(
            Problem("name", Text("There is a field of this name already, perhaps a retired one."))
        )
    if int(gate.tx.run(taken, why="custom fields").scalar_one()) >= MOST:
        problems.append(Problem("", Text("An entity has at most %(count)s custom fields.", count=MOST)))
    if problems:
        raise Invalid(problems)


def _options(new: NewField) -> dict[str, Any]:
    choices = [
        {"value": value or _name_from(label), "label": label.strip(), "tone": tone or "gray"}
        for value, label, tone in new.choices
        if label.strip()
    ]
    return {
        "choices": choices,
        "required": new.required,
        "list": new.list,
        "filter": new.filter,
        "places": new.places,
        "help": new.help.strip(),
    }


def _name_from(label: str) -> str:
    """A plain name from a label: Latin letters are kept, Cyrillic ones spelled out, the rest becomes "_"."""
    plain = "".join(_LATIN.get(c, c).replace("_", "") for c in label.strip().casefold())
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (plain if plain[:1].isalpha() else f"f_{plain}").rstrip("_")[:40]


_CYRILLIC: Final = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
_SPELLED: Final = "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya e".split()
_LATIN: Final = dict(zip(_CYRILLIC, _SPELLED, strict=True))


def _index(gate: Gate, info: EntityInfo, name: str) -> None:
    """An index over the place of this field in the JSON, so that filters on it do not read the whole table."""
    spec = Field(
        kind=_find(gate, info.name, name)["kind"],
        label="",
        name=CUSTOM_PREFIX + name,
        entity=info.name,
        custom=True,
    )
    index = Index(f"ix_{info.name}_{CUSTOM_PREFIX}{name}", info.column(spec))
    connection = gate.tx.connection.execution_options(hookline_stamp="custom fields")
    try:
        index.create(connection, checkfirst=True)
    finally:
        info.table.indexes.discard(index)
