"""What the OpenAPI document says beside the entities: webhooks, and the files that plugins write of records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hookline.crm.webhooks.events import ALL, events_of, own_events
from hookline.crm.webhooks.hooks import PERMISSION
from hookline.errors import Text
from hookline.kernel.actor import Action
from hookline.kernel.lists.plain import shown_fields
from hookline.kernel.plugins.contributions import Contribution
from hookline.web.api import webhooks
from hookline.web.api.components import (
    READS,
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
from hookline.web.api.schemas import ID, Schema, type_name
from hookline.web.visit import Visit

_TAG: Final = "webhooks"
_TEXT: Final[Schema] = {"type": "string"}
_NUMBER: Final[Schema] = {"type": "integer", "minimum": 0}
_MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
_MAYBE_MOMENT: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
_MAYBE_TEXT: Final[Schema] = {"type": ["string", "null"]}
_PAUSED: Final[Schema] = {"type": "boolean", "description": "Whether it rests."}
_READING: Final = (401, 403, 404, 422)
_WRITING: Final = (400, 401, 403, 404, 413, 415, 422)


def beside(visit: Visit) -> "Beside":
    """What this person may use of it."""
    gate = visit.gate
    exporters = [
        c
        for c in gate.host.of_kind("exporter")
        if not gate.host.paused(c) and gate.may(c.entity or "", Action.export)
    ]
    return Beside(visit, gate.actor.may(PERMISSION), exporters)


@dataclass(frozen=True)
class Beside:
    """The doors that belong to no entity's records."""

    visit: Visit
    hooks: bool
    exporters: Sequence[Contribution]

    @property
    def tags(self) -> Mapping[str, Text]:
        """Their chapters; the files stand in those of their records."""
        return {_TAG: Text("Webhooks")} if self.hooks else {}

    def schemas(self) -> Mapping[str, Schema]:
        """What is sent and answered."""
        return _schemas(self._events()) if self.hooks else {}

    def paths(self) -> Mapping[str, Any]:
        """The doors by their addresses."""
        files = {f"/api/v1/exports/{c.key.replace('.', '/')}": {"get": self._file(c)} for c in self.exporters}
        return {**self._webhooks(), **files} if self.hooks else files

    def _events(self) -> list[str]:
        gate = self.visit.gate
        of_records = [name for info in gate.schema.entities.values() for name in events_of(info)]
        return [ALL, *sorted({*of_records, *own_events(gate)})]

    def _webhooks(self) -> Mapping[str, Any]:
        id, one = ref("parameters", "Id"), f"{webhooks.BASE}/{{id}}"
        delivery = parameter("delivery", ID, "The number of the delivery.", "path")
        made = {
            "201": {"description": "Made.", "headers": with_headers("Location"), **content("WebhookMade")}
        }
        removed, sent = {"204": {"description": "Removed."}}, {"202": {"description": "On its way."}}
        writing, bare = [status for status in _WRITING if status != 404], (401, 403, 404, 422)
        return {
            webhooks.BASE: {
                "get": self._door("list_webhooks", Text("List all"), answers("Webhooks"), (401, 403, 422)),
                "post": self._door("create_webhook", Text("Create"), made, writing, body="WebhookCreate"),
            },
            one: {
                "parameters": [id],
                "get": self._door("get_webhook", Text("Get one"), answers("Webhook"), _READING),
                "patch": self._door("change_webhook", Text("Change some fields"), answers("Webhook"), _WRITING, body="WebhookChange"
                ),
                "delete": self._door("remove_webhook", Text("Remove"), removed, bare, writes=True),
            },
            f"{one}/deliveries": {
                "parameters": [id],
                "get": self._door("list_deliveries", Text("The last deliveries, newest first"), answers("Deliveries"), _READING),
            },
            f"{one}/test": {
                "parameters": [id],
                "post": self._door("test_webhook", Text("Send a test"), sent, bare, writes=True),
            },
            f"{one}/deliveries/{{delivery}}/replay": {
                "parameters": [id, delivery],
                "post": self._door("replay_delivery", Text("Send again"), sent, bare, writes=True),
            },
        }  # fmt: skip

    def _door(
        self, id: str, what: Text, done: Schema, refused: Sequence[int], *, body: str = "", writes: bool = False
    ) -> Schema:  # fmt: skip
        found: Schema = {
            "operationId": id,
            "summary": self.visit.say(what),
            "tags": [_TAG],
            "parameters": [],
            "responses": {**done, **refusals(refused)},
        }
        if body or writes:
            found["security"] = WRITES
        return {**found, "requestBody": {"required": True, **content(body)}} if body else found

    def _file(self, exporter: Contribution) -> Schema:
        gate = self.visit.gate
        info = gate.schema[exporter.entity or ""]
        file = {exporter.options["media_type"]: {"schema": {"type": "string"}}}
        return {
            "operationId": f"export_{exporter.key.replace('.', '_')}",
            "summary": self.visit.say(exporter.label),
            "tags": [info.name],
            "security": READS,
            "parameters": [
                ref("parameters", "Words"), order(shown_fields(gate, info)), conditions(type_name(info)),
            ],
            "responses": {"200": {"description": "The file.", "content": file}, **refusals(_READING)},
        }  # fmt: skip


def _schemas(events: Sequence[str]) -> Mapping[str, Schema]:
    chosen: Schema = {"type": "array", "items": {"type": "string", "enum": list(events)}}
    sent: Schema = {
        "name": {**_TEXT, "minLength": 1, "maxLength": 120},
        "url": {**_TEXT, "description": "Where events go: https, and no address of an inner network."},
        "events": {**chosen, "minItems": 1, "description": '"*" is everything that happens.'},
    }
    # What was chosen long ago may be an event of a plugin that is gone.
    kept: Schema = {
        "id": ID, "name": _TEXT, "url": _TEXT, "events": {"type": "array", "items": _TEXT},
        "owner": {**ID, "description": "With whose rights it reads."}, "paused": _PAUSED,
        "reason": {**_MAYBE_TEXT, "enum": ["hand", "failures", "owner", None], "description": "Why it rests."},
        "failures": {**_NUMBER, "description": "In a row."},
    }  # fmt: skip
    secret: Schema = {**_TEXT, "description": "What it signs with. Told this once."}
    delivery: Schema = {
        "id": ID, "event_id": _TEXT, "event": _TEXT, "entity": _TEXT, "record": _NUMBER, "at": _MOMENT, "attempts": _NUMBER,
        "status": {"type": ["integer", "null"], "description": "What was answered."},
        "milliseconds": {"type": ["integer", "null"]}, "delivered_at": _MAYBE_MOMENT, "next_at": _MAYBE_MOMENT,
        "error": _MAYBE_TEXT, "sent": {**_MAYBE_TEXT, "description": "For its owner only, as what was answered."},
        "answer": _MAYBE_TEXT,
    }  # fmt: skip
    example = {"name": "Ledger", "url": "https://ledger.example/hookline", "events": ["deal.created"]}
    return {
        "Webhook": _whole(kept),
        "WebhookMade": _whole({**kept, "secret": secret}),
        "WebhookCreate": {**_whole(sent), "examples": [example]},
        "WebhookChange": {"type": "object", "properties": {**sent, "paused": _PAUSED}, "additionalProperties": False},
        "Webhooks": _whole({"items": {"type": "array", "items": ref("schemas", "Webhook")}}),
        "Delivery": _whole(delivery),
        "Deliveries": _whole({"items": {"type": "array", "items": ref("schemas", "Delivery")}}),
    }  # fmt: skip


def _whole(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
