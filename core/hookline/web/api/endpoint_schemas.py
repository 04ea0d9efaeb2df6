"""What the OpenAPI document says of plugins' endpoints: their doors, what is sent and what is answered."""

from collections.abc import Mapping
from typing import Any

from hookline.kernel.forms import Form
from hookline.kernel.plugins.contributions import Contribution
from hookline.web.api.components import RESPONSE_NAMES, content
from hookline.web.api.endpoints import list_endpoints, path_of
from hookline.web.api.schemas import Schema, form_answered, form_sent
from hookline.web.plugins.shown import words
from hookline.web.visit import Visit

_REFUSED = (400, 401, 403, 404, 409, 413, 415, 422, 424, 429)


def endpoint_paths(visit: Visit) -> Mapping[str, Any]:
    """Their doors by their addresses."""
    return {path_of(each): {"post": _door(visit, each)} for each in list_endpoints(visit)}


def endpoint_schemas(visit: Visit) -> Mapping[str, Schema]:
    """What each takes and answers."""
    found: dict[str, Schema] = {}
    for each in list_endpoints(visit):
        takes: type[Form] = each.options["takes_form"]
        answers: type[Form] = each.options["answers"]
        found[f"{_name(each)}Sent"] = form_sent(takes, visit.say)
        found[f"{_name(each)}Answer"] = form_answered(answers, visit.say)
    return found


def _door(visit: Visit, endpoint: Contribution) -> Schema:
    refusals = {str(n): {"$ref": f"#/components/responses/{RESPONSE_NAMES[n]}"} for n in _REFUSED}
    done = {"200": {"description": "Done.", **content(f"{_name(endpoint)}Answer")}}
    return {
        "operationId": f"{endpoint.plugin}_{endpoint.name}",
        "summary": visit.say(endpoint.label),
        "description": words(visit, endpoint),
        "tags": [endpoint.plugin],
        "security": [{"token": []}] if endpoint.entity else [{"token": []}, {"session": [], "csrf": []}],
        "parameters": [{"$ref": "#/components/parameters/IdempotencyKey"}],
        "requestBody": {"required": True, **content(f"{_name(endpoint)}Sent")},
        "responses": {**done, **refusals},
    }


def _name(endpoint: Contribution) -> str:
    """What its schemas are called: "RealEstateFixations"; an underscore keeps them from those of entities."""
    return "".join(part.capitalize() for part in endpoint.key.replace(".", "_").split("_")) + "_"
