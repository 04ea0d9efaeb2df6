"""The API's doors of every entity: /api/v1/deals, /api/v1/deals/7, /api/v1/deals/bulk and so on."""

from typing import Final

from hookline.crm.merging import may_be_merged
from hookline.crm.shares import may_be_shared
from hookline.errors import NotFound
from hookline.kernel.schema import EntityInfo, Schema
from hookline.web.api import bulk, endpoints, exports, records, shares, webhooks
from hookline.web.api.repeats import Handler, once
from hookline.web.api.values import can_be_made
from hookline.web.doors import PUBLIC, SIGNED_IN, Door
from hookline.web.visit import Answer, Visit

BASE: Final = "/api/v1"
_METHODS: Final = ("GET", "POST", "PATCH", "PUT", "DELETE")


def api_doors(schema: Schema) -> list[Door]:
    """The doors of each entity. The gate says what of them somebody may do. Elsewhere under /api there is nothing."""
    nowhere = [Door(m, "/api/{path:path}", PUBLIC, _nothing, api=True, name="api_nothing") for m in _METHODS]
    of_records = (door for info in schema.entities.values() for door in _doors(info))
    return [*of_records, *webhooks.door.doors, *exports.door.doors, *endpoints.endpoint_doors(), *nowhere]


def _nothing(_visit: Visit) -> Answer:
    raise NotFound


def _doors(info: EntityInfo) -> list[Door]:
    base = f"{BASE}/{info.cls.slug}"

    def at(method: str, path: str, handler: Handler) -> Door:
        name = f"api_{info.name}_{handler.__name__}"
        return Door(
            method, base + path, SIGNED_IN, lambda visit: handler(visit, info.name), api=True, name=name
        )

    found = [
        at("GET", "", records.list_records),
        at("POST", "/bulk", once(bulk.change_many)),
        at("GET", "/{id:str}", records.get_record),
        at("PATCH", "/{id:str}", once(records.change_record)),
        at("DELETE", "/{id:str}", once(records.trash_record)),
        at("POST", "/{id:str}/restore", once(records.restore_record)),
    ]
    if may_be_merged(info):
        found.append(at("POST", "/{id:str}/merge", once(records.merge_records)))
    if may_be_shared(info):
        found += [
            at("GET", "/{id:str}/shares", shares.list_given),
            at("POST", "/{id:str}/shares", once(shares.give)),
            at("DELETE", "/{id:str}/shares/{share:str}", once(shares.end)),
        ]
    return [*found, at("POST", "", once(records.create_record))] if can_be_made(info) else found
