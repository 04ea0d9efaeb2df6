"""Custom fields: made by administrators at run time, kept in each record's JSON, the same as every other field to everybody."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from sqlalchemy import Index, String, cast, func, insert, select, update
from sqlalchemy.schema import CreateIndex

from hookline.crm.audit.trail import note
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.schema import CUSTOM_KINDS, CUSTOM_PREFIX, EntityInfo
from hookline.kernel.tables import custom_field

PERMISSION: Final = "admin.fields"
MOST: Final = 200
MOST_CHOICES: Final = 200
MOST_PLACES: Final = 6
LONGEST_LABEL: Final = 120
LONGEST_HELP: Final = 300
TONES: Final = ("gray", "blue", "violet", "green", "amber", "orange", "red")
_CHOOSING: Final = ("choice", "multi_choice")
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
    note(gate, "field.made", entity=entity, name=name, after=_told(row))
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
    problems = _judge_words(new) or _in_use(gate, gate.schema[entity], found, new)
    if problems:
        raise Invalid(problems)
    mine = custom_field.c.id == found["id"]
    gate.tx.run(
        update(custom_field).where(mine).values(label=new.label.strip(), options=_options(new)),
        why="custom fields",
    )
    gate.configured()
    after = {**found, "label": new.label.strip(), "options": _options(new)}
    note(gate, "field.changed", entity=entity, name=found["name"], before=_told(found), after=_told(after))
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
    note(gate, "field.retired" if retired else "field.returned", entity=entity, name=found["name"])


def order_fields(gate: Gate, entity: str, names: Sequence[str]) -> None:
    """Put an entity's custom fields in this order. Fields that are not named come after those that are."""
    places = {name.removeprefix(CUSTOM_PREFIX): place for place, name in enumerate(names)}
    found = list_fields(gate, entity)
    if unknown := places.keys() - {field["name"] for field in found}:
        raise Invalid([Problem("", Text("There is no field %(name)s.", name=min(unknown)[:80]))])
    for place, field in enumerate(sorted(found, key=lambda f: places.get(f["name"], len(places)))):
        statement = update(custom_field).where(custom_field.c.id == field["id"])
        gate.tx.run(statement.values(position=place), why="custom fields")
    gate.configured()


def count_fields(gate: Gate) -> dict[str, int]:
    """How many custom fields in use each entity has."""
    _allowed(gate)
    counted = select(custom_field.c.entity, func.count()).where(custom_field.c.retired.is_(False))
    return {
        entity: int(count)
        for entity, count in gate.tx.run(counted.group_by(custom_field.c.entity), why="custom fields")
    }


def list_fields(gate: Gate, entity: str) -> list[Mapping[str, Any]]:
    """The custom fields of an entity, retired ones too, in their order."""
    _allowed(gate)
    statement = (
        select(custom_field)
        .where(custom_field.c.entity == entity)
        .order_by(custom_field.c.position, custom_field.c.id)
    )
    return [dict(row) for row in gate.tx.run(statement, why="custom fields").mappings()]


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"label": row["label"], "kind": row["kind"], **row["options"]}


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
    problems = _judge_words(new)
    if new.kind not in CUSTOM_KINDS:
        problems.append(Problem("kind", Text("%(value)s is not one of the choices.", value=new.kind[:80])))
    if not _NAME.fullmatch(name):
        problems.append(
            Problem("name", Text("Use small Latin letters, digits and _, beginning with a letter."))
        )
    taken = select(func.count()).where(custom_field.c.entity == info.name)
    if gate.tx.run(taken.where(custom_field.c.name == name), why="custom fields").scalar():
        problems.append(
            Problem("name", Text("There is a field of this name already, perhaps a retired one."))
        )
    if int(gate.tx.run(taken, why="custom fields").scalar_one()) >= MOST:
        problems.append(Problem("", Text("An entity has at most %(count)s custom fields.", count=MOST)))
    if problems:
        raise Invalid(problems)


def _judge_words(new: NewField) -> list[Problem]:
    """What is wrong with the label, the help and the choices."""
    problems = []
    if not new.label.strip():
        problems.append(Problem("label", Text("Please fill this in.")))
    for name, text, limit in (("label", new.label, LONGEST_LABEL), ("help", new.help, LONGEST_HELP)):
        if len(text.strip()) > limit:
            long = Text(
                "At most %(limit)s characters; this has %(length)s.", limit=limit, length=len(text.strip())
            )
            problems.append(Problem(name, long))
    if not 0 <= new.places <= MOST_PLACES:
        problems.append(Problem("places", Text("Must be at most %(limit)s.", limit=MOST_PLACES)))
    return problems + (_judge_choices(new) if new.kind in _CHOOSING else [])


def _judge_choices(new: NewField) -> list[Problem]:
    choices = _options(new)["choices"]
    problems = [] if choices else [Text("Give at least one choice.")]
    if len(choices) > MOST_CHOICES:
        problems.append(Text("At most %(count)s choices.", count=MOST_CHOICES))
    if any(len(c["label"]) > LONGEST_LABEL for c in choices):
        problems.append(Text("At most %(limit)s characters for each choice.", limit=LONGEST_LABEL))
    labels = [c["label"].casefold() for c in choices]
    values = [c["value"] for c in choices]
    if len({*labels}) < len(labels) or len({*values}) < len(values):
        problems.append(Text("Each choice once only."))
    if any(c["tone"] not in TONES for c in choices) or any(not _NAME.fullmatch(value) for value in values):
        problems.append(Text("Choose one of the colours, and a name with letters or digits for each choice."))
    return [Problem("choices", text) for text in problems]


def _in_use(gate: Gate, info: EntityInfo, found: Mapping[str, Any], new: NewField) -> list[Problem]:
    """Choices that are to go while records still have them. One statement."""
    if new.kind not in _CHOOSING:
        return []
    stays = {c["value"] for c in _options(new)["choices"]}
    gone = {c["value"]: c["label"] for c in found["options"]["choices"] if c["value"] not in stays}
    if not gone:
        return []
    place = cast(info.table.c.custom[found["name"]].as_string(), String)
    several = new.kind == "multi_choice"
    held = {v: place.contains(f"|{v}|", autoescape=True) if several else place == v for v in gone}
    counts = [func.count().filter(condition).label(value) for value, condition in held.items()]
    row = gate.tx.run(select(*counts).select_from(info.table), why="custom fields").one()
    return [Problem("choices", _still_there(n, gone[v])) for n, v in zip(row, gone, strict=True) if n]


def _still_there(count: int, choice: str) -> Text:
    return Text("%(count)s records still have “%(choice)s”, so it must stay.", count=count, choice=choice)


def _options(new: NewField) -> dict[str, Any]:
    given = [(value, label.strip(), tone or "gray") for value, label, tone in new.choices if label.strip()]
    taken = {value for value, _, _ in given if value}
    choices = [
        {"value": value or _free_value(label, taken), "label": label, "tone": tone}
        for value, label, tone in given
    ]
    return {
        "choices": choices,
        "required": new.required,
        "list": new.list,
        "filter": new.filter,
        "places": new.places,
        "help": new.help.strip(),
    }


def _free_value(label: str, taken: set[str]) -> str:
    """A value for a new choice that no other one has, which is then taken too."""
    plain = _name_from(label)
    value = next(v for n in count(1) if (v := plain if n == 1 else f"{plain[:36]}_{n}") not in taken)
    taken.add(value)
    return value


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
        # Not checkfirst: it looks at every index there is, and warns of those that are expressions like this one.
        connection.execute(CreateIndex(index, if_not_exists=True))
    finally:
        info.table.indexes.discard(index)
