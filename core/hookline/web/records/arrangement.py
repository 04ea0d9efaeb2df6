"""Where the fields of a record stand, in its form and on its page: as the layout says, and what it does not name as declared."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hookline.kernel.fields import Field
from hookline.kernel.layouts import Layout
from hookline.kernel.schema import EntityInfo
from hookline.web.records.controls import section_of

if TYPE_CHECKING:
    from hookline.web.visit import Visit


@dataclass
class Group:
    """Fields under one heading, which may be none."""

    label: str
    collapsed: bool = False
    fields: list[Field] = field(default_factory=list)


def arranged(visit: "Visit", info: EntityInfo, fields: Sequence[Field], layout: Layout) -> list[Group]:
    """The fields in groups, in their order; a group in which none of them stands is left out."""
    there = {spec.name: spec for spec in fields}
    groups = [
        Group(visit.say(s.title), s.collapsed, [there[p.name] for p in s.fields if p.name in there])
        for s in layout.sections
    ]
    for spec in fields:
        if spec.name not in layout.places:
            _group(groups, _heading(visit, info, spec, layout)).fields.append(spec)
    return [group for group in groups if group.fields]


def _heading(visit: "Visit", info: EntityInfo, spec: Field, layout: Layout) -> str:
    usual = section_of(visit, info, spec)
    return usual or (visit.say("More fields") if layout.sections else "")


def _group(groups: list[Group], label: str) -> Group:
    found = next((group for group in groups if group.label == label), None)
    if found is None:
        found = Group(label)
        groups.append(found)
    return found
