"""The API's doors of every entity: /api/v1/deals, /api/v1/deals/7, /api/v1/deals/bulk and so on."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from hookline.crm.access.shares import may_be_shared
from hookline.crm.merging import may_be_merged
from hookline.errors import NotFound
from hookline.kernel.schema import EntityInfo, Schema
from hookline.web.api import bulk, endpoints, exports, records, shares, webhooks
from hookline.web.api.repeats import Handler, once
from hookline.web.api.values import can_be_made
from hookline.web.doors import PUBLIC, SIGNED_IN, Door
from hookline.web.visit import Answer, Visit

BASE: Final = "/api/v1"
Declared = tuple[str, str, Handler]
_METHODS: Final = ("GET", "POST", "PATCH", "PUT", "DELETE")


def api_doors(schema: Schema) -> list[Door]:
    """The doors of each entity. The gate says what of them somebody may do. Elsewhere under /api there is nothing."""
    of_records = (door for info in schema.entities.values() for door in _doors_of(info))
    return [*of_records, *webhooks.door.doors, *exports.door.doors, *endpoints.endpoint_doors(), *_NOWHERE]


def _nothing(_visit: Visit) -> Answer:
    raise NotFound


_NOWHERE: Final = [
    Door(m, "/api/{path:path}", PUBLIC, _nothing, api=True, name="api_nothing") for m in _METHODS
]


def _doors_of(info: EntityInfo) -> Sequence[Door]:
    further = (
        *(_MERGED if may_be_merged(info) else ()),
        *(_SHARED if may_be_shared(info) else ()),
        *(_MADE if can_be_made(info) else ()),
    )
    return _doors(info.name, f"{BASE}/{info.cls.slug}", further)


# Whoever makes many applications in one process, as tests do, has them of the same doors.
@cache
def _doors(entity: str, base: str, further: Sequence[Declared]) -> Sequence[Door]:
    def at(method: str, path: str, handler: Handler) -> Door:
        name = f"api_{entity}_{handler.__name__}"
        return Door(method, base + path, SIGNED_IN, lambda visit: handler(visit, entity), api=True, name=name)

    return tuple(at(*door) for door in (*_OF_RECORDS, *further))


_OF_RECORDS: Final[Sequence[Declared]] = (
    ("GET", "", records.list_records),
    ("POST", "/bulk", once(bulk.change_many)),
    ("GET", "/{id:str}", records.get_record),
    ("PATCH", "/{id:str}", once(records.change_record)),
    ("DELETE", "/{id:str}", once(records.trash_record)),
    ("POST", "/{id:str}/restore", once(records.restore_record)),
)
_MERGED: Final[Sequence[Declared]] = (("POST", "/{id:str}/merge", once(records.merge_records)),)
_SHARED: Final[Sequence[Declared]] = (
    ("GET", "/{id:str}/shares", shares.list_given),
    ("POST", "/{id:str}/shares", once(shares.give)),
    ("DELETE", "/{id:str}/shares/{share:str}", once(shares.end)),
)
_MADE: Final[Sequence[Declared]] = (("POST", "", once(records.create_record)),)
