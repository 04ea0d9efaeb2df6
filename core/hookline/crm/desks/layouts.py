"""Layouts as administrators make them: saved whole for one entity, told of in the audit log, and taken back to the standard."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import delete, insert

from hookline.crm.audit.trail import note
from hookline.crm.custom_fields import PERMISSION
from hookline.errors import Forbidden, Invalid, Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.formulas.language import parse
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import BadValue
from hookline.kernel.layouts import Layout, Placed, layout_of, table
from hookline.kernel.schema import EntityInfo

MOST_FACTS: Final = 6
MOST_SECTIONS: Final = 30
LONGEST_TITLE: Final = 80
CONDITIONS: Final = ("visible", "required", "locked")


def save_layout(gate: Gate, entity: str, layout: Layout) -> None:
    """Arrange an entity's fields for everybody. Invalid names each condition that is not understood, as "visible:amount"."""
    _allowed(gate)
    info = gate.schema[entity]
    if problems := [*_judge(info, layout)]:
        raise Invalid(problems)
    before = layout_of(gate, entity)
    gate.tx.run(delete(table).where(table.c.entity == entity), why="layouts")
    gate.tx.run(insert(table).values(entity=entity, data=layout.dumped()), why="layouts")
    gate.configured()
    note(gate, "layout.changed", entity=entity, before=_told(before), after=_told(layout))


def reset_layout(gate: Gate, entity: str) -> None:
    """Take an entity's fields back to where they usually stand."""
    _allowed(gate)
    before = layout_of(gate, gate.schema[entity].name)
    gate.tx.run(delete(table).where(table.c.entity == entity), why="layouts")
    gate.configured()
    note(gate, "layout.reset", entity=entity, before=_told(before))


def arrangeable(info: EntityInfo) -> list[Field]:
    """The fields that a layout can place."""
    return [f for f in info.fields.values() if not f.hidden and f.name != "id"]


def _allowed(gate: Gate) -> None:
    if not gate.actor.may(PERMISSION):
        raise Forbidden


def _judge(info: EntityInfo, layout: Layout) -> Iterator[Problem]:
    names = [one.name for section in layout.sections for one in section.fields]
    if len(set(names)) < len(names):
        yield Problem("", Text("Each field once only."))
    if len(layout.sections) > MOST_SECTIONS:
        yield Problem("", Text("At most %(count)s sections.", count=MOST_SECTIONS))
    if len(layout.facts) > MOST_FACTS:
        yield Problem("facts", Text("At most %(count)s fields in the head.", count=MOST_FACTS))
    for place, section in enumerate(layout.sections):
        if len(section.title) > LONGEST_TITLE:
            text = Text(
                "At most %(limit)s characters; this has %(length)s.",
                limit=LONGEST_TITLE,
                length=len(section.title),
            )
            yield Problem(f"title:{place}", text)  # fmt: skip
    for placed in layout.places.values():
        yield from _judge_conditions(info, placed)


def _judge_conditions(info: EntityInfo, placed: Placed) -> Iterator[Problem]:
    """Conditions of a field that is not here now are kept as they are: it may come back, with what they name."""
    for what in CONDITIONS if placed.name in info.fields else ():
        source = getattr(placed, what)
        try:
            if source:
                parse(source, tuple(info.fields))
        except BadValue as error:
            yield Problem(f"{what}:{placed.name}", error.text)


def _told(layout: Layout) -> dict[str, object]:
    """What the audit log says of a layout: the order of its fields, and every condition."""
    conditions = (
        f"{one.name} {what}: {source}"
        for one in layout.places.values()
        for what in CONDITIONS
        if (source := getattr(one, what))
    )
    sections = (f"{s.title}: {', '.join(p.name for p in s.fields)}" for s in layout.sections)
    return {"facts": list(layout.facts), "sections": list(sections), "conditions": list(conditions)}
