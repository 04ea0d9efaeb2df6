"""The matrix of rights: a row for each kind of record, a column for each action, a level in each cell.

The first row of each half stands for all kinds; a cell of another row that says nothing follows it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hookline.errors import Text
from hookline.kernel.actor import ANY, HOUSE, Action, Level
from hookline.kernel.schema import EntityInfo
from hookline.web.visit import Visit

Levels = dict[str, dict[str, Level]]
Grants = Mapping[tuple[str, str], Level]

_ACTIONS: Final = {
    Action.read: Text("See"),
    Action.create: Text("Create"),
    Action.edit: Text("Edit"),
    Action.delete: Text("Delete"),
    Action.assign: Text("Assign"),
    Action.share: Text("Share"),
    Action.bulk: Text("Edit many"),
    Action.export: Text("Export"),
    Action.import_: Text("Import"),
}
_LEVELS: Final = {
    Level.none: Text("No"),
    Level.own: Text("Own"),
    Level.team: Text("Team"),
    Level.subteams: Text("Teams"),
    Level.all: Text("All"),
}
# What belongs to the house has no owner who could give it or share it.
_OF_OWNERS: Final = (Action.assign, Action.share)


@dataclass(frozen=True)
class Cell:
    """One choice: its name in the form, the value chosen ("" follows the first row), and what can be chosen."""

    name: str
    label: str
    value: str
    choices: list[tuple[str, str]]


def draw_matrix(visit: Visit, grants: Grants) -> Mapping[str, Any]:
    """The two halves of the matrix: records that belong to people, and what belongs to the house."""
    entities = sorted(
        visit.gate.schema.entities.values(), key=lambda info: (not info.cls.menu, visit.say(info.cls.plural))
    )
    return {
        "actions": [visit.say(label) for label in _ACTIONS.values()],
        "halves": [
            _half(visit, grants, ANY, Text("All records"), [info for info in entities if info.owned]),
            _half(
                visit, grants, HOUSE, Text("All of the house"), [info for info in entities if not info.owned]
            ),
        ],
    }


def read_matrix(visit: Visit) -> Levels:
    """The levels as they were chosen; a cell that follows the first row is left out."""
    levels: Levels = {}
    for entity, kind in _rows(visit):
        for action in _ACTIONS:
            chosen = visit.value(_name(entity, action))
            # In the first rows a right that is not given is simply not there.
            if chosen in _values(kind) and (entity != kind or chosen != "0"):
                levels.setdefault(entity, {})[action.value] = Level(int(chosen))
    return levels


def _rows(visit: Visit) -> Iterator[tuple[str, str]]:
    yield from ((ANY, ANY), (HOUSE, HOUSE))
    yield from ((info.name, ANY if info.owned else HOUSE) for info in visit.gate.schema.entities.values())


def _half(
    visit: Visit, grants: Grants, kind: str, label: Text, entities: list[EntityInfo]
) -> Mapping[str, Any]:
    first = {
        "label": visit.say(label),
        "first": True,
        "cells": [_cell(visit, grants, (kind, kind), visit.say(label), a) for a in _ACTIONS],
    }
    rows = [(info.name, visit.say(info.cls.plural)) for info in entities]
    further = [
        {
            "label": name,
            "first": False,
            "cells": [_cell(visit, grants, (entity, kind), name, a) for a in _ACTIONS],
        }
        for entity, name in rows
    ]
    return {"rows": [first, *further]}


def _cell(visit: Visit, grants: Grants, of: tuple[str, str], row: str, action: Action) -> Cell | None:
    entity, kind = of
    if kind == HOUSE and action in _OF_OWNERS:
        return None
    level, general = grants.get((entity, action.value)), grants.get((kind, action.value), Level.none)
    choices = [(value, visit.say(_LEVELS[Level(int(value))])) for value in _values(kind)]
    if entity != kind:
        choices.insert(0, ("", f"↑ {visit.say(_LEVELS[general])}"))
    value = "" if level is None and entity != kind else str(int(level or Level.none))
    return Cell(_name(entity, action), f"{row}: {visit.say(_ACTIONS[action])}", value, choices)


def _values(kind: str) -> list[str]:
    levels = _LEVELS if kind == ANY else (Level.none, Level.all)
    return [str(int(level)) for level in levels]


def _name(entity: str, action: Action) -> str:
    return f"level.{entity}.{action.value}"
