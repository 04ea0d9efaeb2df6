"""OpenAPI 3.1 of the API as one person may use it: entities and fields that a role hides are not in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any, Final

from hookline.crm.access.shares import may_be_shared
from hookline.crm.merging import may_be_merged
from hookline.errors import Text
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.lists.plain import shown_fields
from hookline.kernel.schema import EntityInfo
from hookline.web import cookies
from hookline.web.api.components import (
    HEADERS,
    PARAMETERS,
    READS,
    RESPONSES,
    SHARED,
    WRITES,
    answers,
    conditions,
    content,
    order,
    parameter,
    ref,
    refusals,
    with_headers,
)
from hookline.web.api.doors import BASE
from hookline.web.api.endpoint_schemas import endpoint_paths, endpoint_schemas
from hookline.web.api.openapi_beside import beside
from hookline.web.api.schemas import ID, Schema, answered, filters, operations, sent, type_name
from hookline.web.api.values import can_be_made, set_fields
from hookline.web.guard import COOKIE
from hookline.web.visit import Visit

SUMMARIES: Final = {
    "list": Text("List, filter and search"),
    "get": Text("Get one"),
    "create": Text("Create"),
    "change": Text("Change some fields"),
    "trash": Text("Put into the trash"),
    "restore": Text("Bring back from the trash"),
    "bulk": Text("Change many at once"),
    "merge": Text("Merge with another one"),
    "shares": Text("Who it is shared with"),
    "share": Text("Share with somebody"),
    "end_share": Text("End a share"),
}
_ABOUT: Final = Text(
    "Decimal numbers and amounts of money are text, times are UTC, references are numbers of records. "
    "/api/docs explains pages, versions, idempotency and errors."
)
_SCHEMES: Final = {
    "token": {"type": "http", "scheme": "bearer"},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
}


def document(visit: Visit) -> Mapping[str, Any]:
    """The whole document."""
    parts, others = [_Part(visit, info) for info in described(visit)], beside(visit)
    schemas = {name: schema for part in parts for name, schema in part.schemas().items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hookline", "version": version("hookline"), "description": visit.say(_ABOUT)},
        "servers": [{"url": visit.site.settings.base_url}],
        "security": READS,
        "tags": [
            *({"name": p.info.name, "description": visit.say(p.info.cls.plural)} for p in parts),
            *({"name": name, "description": visit.say(text)} for name, text in others.tags.items()),
        ],
        "paths": {
            **{path: doors for part in parts for path, doors in part.paths().items()},
            **others.paths(),
            **endpoint_paths(visit),
        },
        "components": {
            "schemas": {**SHARED, **schemas, **others.schemas(), **endpoint_schemas(visit)},
            "responses": RESPONSES,
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "securitySchemes": {
                **_SCHEMES,
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": cookies.name(visit.site.settings, COOKIE),
                },
            },
        },
    }


def described(visit: Visit) -> list[EntityInfo]:
    """The entities that this person may read."""
    return [info for info in visit.gate.schema.entities.values() if visit.gate.may(info.name, Action.read)]


@dataclass
class _Part:
    """What the document says of one entity."""

    visit: Visit
    info: EntityInfo

    @cached_property
    def name(self) -> str:
        return type_name(self.info)

    @cached_property
    def shown(self) -> list[Field]:
        return shown_fields(self.visit.gate, self.info)

    def schemas(self) -> dict[str, Schema]:
        """Its records: as they are answered, made, changed, listed, filtered and changed by the hundred."""
        info, name, say = self.info, self.name, self.visit.say
        settable, made = set_fields(self.visit.gate, info), can_be_made(info)
        found = {
            name: answered(info, self.shown, say),
            f"{name}Change": sent(info, settable, say, new=False),
            f"{name}Page": _page(name),
            f"{name}Filters": filters(self.shown, say),
            f"{name}Bulk": operations(name, creates=made),
        }
        return {**found, f"{name}Create": sent(info, settable, say, new=True)} if made else found

    def paths(self) -> dict[str, Any]:
        """Its doors by their addresses."""
        base, id = f"{BASE}/{self.info.cls.slug}", [ref("parameters", "Id")]
        doors: dict[str, Any] = {
            base: {"get": self._list()},
            f"{base}/bulk": {"post": self._bulk()},
            f"{base}/{{id}}": {
                "parameters": id,
                "get": self._get(),
                "patch": self._change(),
                "delete": self._trash(),
            },
            f"{base}/{{id}}/restore": {"parameters": id, "post": self._restore()},
        }
        if can_be_made(self.info):
            doors[base]["post"] = self._create()
        if may_be_merged(self.info):
            doors[f"{base}/{{id}}/merge"] = {"parameters": id, "post": self._merge()}
        if may_be_shared(self.info):
            shares, share = (
                f"{base}/{{id}}/shares",
                parameter("share", ID, "The number of the share.", "path"),
            )
            doors[shares] = {"parameters": id, "get": self._shares(), "post": self._give()}
            doors[f"{shares}/{{share}}"] = {"parameters": [*id, share], "delete": self._end()}
        return doors

    def _list(self) -> Schema:
        common = [ref("parameters", name) for name in ("Words", "Limit", "After", "Count", "Trash")]
        own = [order(self.shown), _fields(self.shown), conditions(self.name)]
        return self._door("list", [*common, *own], answers(f"{self.name}Page", "Link"), (401, 403, 422))

    def _get(self) -> Schema:
        parameters = [_fields(self.shown), ref("parameters", "Trash")]
        return self._door("get", parameters, answers(self.name, "ETag"), (401, 404, 422))

    def _create(self) -> Schema:
        made = {
            "201": {
                "description": "Made.",
                "headers": with_headers("ETag", "Location", "Replayed"),
                **content(self.name),
            }
        }
        refused = (400, 401, 403, 409, 413, 415, 422)
        return self._door(
            "create", [ref("parameters", "IdempotencyKey")], made, refused, body=f"{self.name}Create"
        )

    def _change(self) -> Schema:
        parameters = [ref("parameters", name) for name in ("IfMatch", "IdempotencyKey")]
        refused = (400, 401, 403, 404, 409, 412, 413, 415, 422)
        done = answers(self.name, "ETag", "Replayed")
        return self._door("change", parameters, done, refused, body=f"{self.name}Change")

    def _trash(self) -> Schema:
        parameters = [ref("parameters", name) for name in ("IfMatch", "IdempotencyKey")]
        done = {"204": {"description": "In the trash.", "headers": with_headers("Replayed")}}
        return self._door("trash", parameters, done, (400, 401, 403, 404, 409, 412, 413, 422))

    def _restore(self) -> Schema:
        done = answers(self.name, "ETag", "Replayed")
        return self._door(
            "restore", [ref("parameters", "IdempotencyKey")], done, (400, 401, 403, 404, 409, 413, 422)
        )

    def _bulk(self) -> Schema:
        refused = (400, 401, 403, 409, 413, 415, 422)
        done = answers("Results", "Replayed")
        return self._door(
            "bulk", [ref("parameters", "IdempotencyKey")], done, refused, body=f"{self.name}Bulk"
        )

    def _merge(self) -> Schema:
        done = answers(self.name, "ETag", "Replayed")
        refused = (400, 401, 403, 404, 409, 413, 415, 422)
        return self._door("merge", [ref("parameters", "IdempotencyKey")], done, refused, body="Merger")

    def _shares(self) -> Schema:
        return self._door("shares", [], answers("Shares"), (401, 403, 404, 422))

    def _give(self) -> Schema:
        made = {"201": {"description": "Shared.", "headers": with_headers("Replayed"), **content("Given")}}
        refused = (400, 401, 403, 404, 409, 413, 415, 422)
        return self._door("share", [ref("parameters", "IdempotencyKey")], made, refused, body="ShareToGive")

    def _end(self) -> Schema:
        done = {"204": {"description": "Ended.", "headers": with_headers("Replayed")}}
        refused = (400, 401, 403, 404, 409, 413, 422)
        return self._door("end_share", [ref("parameters", "IdempotencyKey")], done, refused)

    def _door(
        self, what: str, parameters: Sequence[Schema], done: Schema, refused: Sequence[int], *, body: str = ""
    ) -> Schema:
        found: Schema = {
            "operationId": f"{what}_{self.info.name}",
            "summary": self.visit.say(SUMMARIES[what]),
            "tags": [self.info.name],
            "parameters": [*parameters],
            "responses": {**done, **refusals(refused)},
        }
        if what not in ("list", "get", "shares"):
            found["security"] = WRITES
        if body:
            found["requestBody"] = {"required": True, **content(body)}
        return found


def _page(name: str) -> Schema:
    properties: Schema = {
        "items": {"type": "array", "items": ref("schemas", name)},
        "next": {
            "type": ["string", "null"],
            "description": "The address of the next page; null after the last.",
        },
        "total": ref("schemas", "Total"),
    }
    return {
        "type": "object",
        "properties": properties,
        "required": ["items", "next"],
        "additionalProperties": False,
    }


def _fields(fields: Sequence[Field]) -> Schema:
    schema = {"type": "array", "items": {"type": "string", "enum": [f.name for f in fields]}}
    found = parameter(
        "fields", schema, "The fields to answer with, commas between them. The id is always there."
    )
    return {**found, "style": "form", "explode": False}
