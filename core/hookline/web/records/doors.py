"""The doors of every entity, at the address its declaration gives: /deals, /deals/7, /deals/board and so on."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from hookline.crm.access.shares import may_be_shared
from hookline.crm.merging import may_be_merged
from hookline.kernel.schema import EntityInfo, Schema
from hookline.web import activities, files, relations
from hookline.web.doors import SIGNED_IN, Door, First
from hookline.web.plugins import panels
from hookline.web.records import (
    board_arrangements,
    board_moves,
    boards,
    calendar_moves,
    calendars,
    conditions,
    details,
    exports,
    forms,
    merging,
    neighbours,
    own_actions,
    reach,
    readings,
    sharing,
    similar,
    stages,
    timeline,
    verbs,
    why,
)
from hookline.web.records.list_doors import LIST_DOORS
from hookline.web.visit import Answer, Visit

Handler = Callable[[Visit, str], Answer]
Declared = tuple[str, str, Handler]


def record_doors(schema: Schema) -> list[Door]:
    """List, board, calendar, form and page of each entity. The gate says what of them somebody sees."""
    return [door for info in schema.entities.values() for door in _doors_of(info)]


def _doors_of(info: EntityInfo) -> Sequence[Door]:
    further = (
        *(_STAGED if info.is_staged else ()),
        *(_MERGED if may_be_merged(info) else ()),
        *(_SHARED if may_be_shared(info) else ()),
    )
    return _doors(info.name, f"/{info.cls.slug}", further)


# Whoever makes many applications in one process, as tests do, has them of the same doors.
@cache
def _doors(entity: str, base: str, further: Sequence[Declared]) -> Sequence[Door]:
    def at(method: str, path: str, handler: Handler, first: First | None = None) -> Door:
        def answer(visit: Visit) -> Answer:
            return handler(visit, entity)

        name = f"{entity}_{handler.__name__}"
        return Door(method, base + path, SIGNED_IN, answer, name=name, first=first)

    return (
        *(at(*door) for door in LIST_DOORS),
        at("POST", "/export", exports.write, lambda visit: exports.prepare(visit, entity)),
        *(at(*door) for door in (*_LAYOUTS, *_OF_A_RECORD, *further)),
    )


_LAYOUTS: Final[Sequence[Declared]] = (
    ("GET", "/board", boards.show),
    ("POST", "/board/move", board_moves.move),
    ("GET", "/calendar", calendars.show),
    ("POST", "/calendar/move", calendar_moves.move),
    ("GET", "/{id:int}/move", board_moves.menu),
    ("POST", "/{id:int}/reversal", board_moves.reverse),
    ("POST", "/board/arrangement", board_arrangements.keep),
)
_OF_A_RECORD: Final[Sequence[Declared]] = (
    ("GET", "/new", forms.new),
    ("POST", "", forms.create),
    ("GET", "/similar", similar.show),
    ("GET", "/conditions", conditions.show),
    ("GET", "/reading", readings.show),
    ("GET", "/{id:int}", details.show),
    ("GET", "/{id:int}/edit", forms.edit),
    ("POST", "/{id:int}", forms.update),
    ("GET", "/{id:int}/field/{field:str}", forms.edit_field),
    ("POST", "/{id:int}/field/{field:str}", forms.update_field),
    ("POST", "/{id:int}/trash", verbs.trash),
    ("POST", "/{id:int}/restoration", verbs.restore),
    ("GET", "/{id:int}/neighbours", neighbours.show),
    ("GET", "/{id:int}/why", why.show),
    ("GET", "/{id:int}/reach", reach.show),
    ("GET", "/{id:int}/assignment", verbs.ask_assignment),
    ("POST", "/{id:int}/assignment", verbs.assign),
    ("GET", "/{id:int}/timeline", timeline.older),
    ("POST", "/{id:int}/activities/{kind:str}", activities.write),
    ("POST", "/{id:int}/files", files.upload),
    ("GET", "/{id:int}/relations/new", relations.ask),
    ("POST", "/{id:int}/relations", relations.create),
    ("GET", "/{id:int}/panel/{plugin:str}/{name:str}", panels.panel),
    ("GET", "/{id:int}/action/{plugin:str}/{name:str}", own_actions.ask),
    ("POST", "/{id:int}/action/{plugin:str}/{name:str}", own_actions.do),
)
_SHARED: Final[Sequence[Declared]] = (
    ("GET", "/{id:int}/shares", sharing.show),
    ("POST", "/{id:int}/shares", sharing.give),
    ("POST", "/{id:int}/shares/{share:int}/closure", sharing.end),
)
_MERGED: Final[Sequence[Declared]] = (
    ("GET", "/{id:int}/merge", merging.show),
    ("POST", "/{id:int}/merge", merging.do),
)
_STAGED: Final[Sequence[Declared]] = (
    ("GET", "/{id:int}/stage", stages.ask_move),
    ("POST", "/{id:int}/stage", stages.move),
    ("GET", "/{id:int}/closure", stages.ask_closure),
    ("POST", "/{id:int}/closure", stages.close),
    ("POST", "/{id:int}/reopening", stages.reopen),
)
