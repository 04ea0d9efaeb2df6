"""The parts of the OpenAPI document that every door shares: parameters, headers, problems."""

from collections.abc import Mapping, Sequence
from typing import Final

from hookline.crm.access.shares import LONGEST_REASON, State
from hookline.crm.merging import Pick
from hookline.kernel.fields import Field
from hookline.web.api.problems import MEDIA_TYPE
from hookline.web.api.queries import MOST, USUAL
from hookline.web.api.schemas import ID, Schema


def content(schema: str, media_type: str = "application/json") -> Schema:
    """A body of this schema."""
    return {"content": {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


def parameter(name: str, schema: Schema, description: str, where: str = "query") -> Schema:
    """A parameter of the address, or of another place."""
    return {
        "name": name,
        "in": where,
        "description": description,
        "schema": schema,
        **({"required": True} if where == "path" else {}),
    }


def ref(kind: str, name: str) -> Schema:
    """What stands among the components."""
    return {"$ref": f"#/components/{kind}/{name}"}


def with_headers(*names: str) -> Schema:
    """These headers of an answer."""
    shown = {"Replayed": "Idempotency-Replayed"}
    return {shown.get(name, name): ref("headers", name) for name in names}


def answers(schema: str, *headers: str) -> Schema:
    """The answer when all went well: this schema."""
    return {"200": {"description": "Done.", "headers": with_headers(*headers), **content(schema)}}


def refusals(statuses: Sequence[int]) -> Schema:
    """The answers when it did not."""
    return {str(status): ref("responses", RESPONSE_NAMES[status]) for status in statuses}


def order(fields: Sequence[Field]) -> Schema:
    """The parameter by which a list is in order."""
    names = [f"{sign}{f.name}" for f in fields if not f.many for sign in ("", "-")]
    schema = {"type": "string", "enum": names, "default": "id"}
    return parameter("sort", schema, 'The order; from the highest down with "-".')


def conditions(name: str) -> Schema:
    """The parameters by which an entity's list is narrowed, of the entity whose schemas have this name."""
    found = parameter("filters", ref("schemas", f"{name}Filters"), "Conditions, each a parameter of its own.")
    return {**found, "style": "form", "explode": True}


def _problem(description: str, schema: str = "Problem") -> Schema:
    return {"description": description, **content(schema, MEDIA_TYPE)}


def _object(required: Sequence[str], **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": [*required]}


_STATES: Final = (
    "Whether it opens the record: dormant when its giver may no longer do that much, ended after its time."
)
_FLAG: Final[Schema] = {"type": "string", "enum": ["0", "1", "true", "false"]}
READS: Final[list[Mapping[str, list[str]]]] = [{"token": []}, {"session": []}]
WRITES: Final[list[Mapping[str, list[str]]]] = [{"token": []}, {"session": [], "csrf": []}]
RESPONSE_NAMES: Final = {
    400: "Unreadable", 401: "SignedOut", 403: "Forbidden", 404: "NotFound", 409: "Conflict", 412: "Stale",
    413: "TooLarge", 415: "NotJson", 422: "Invalid", 424: "PluginFailed", 429: "TooMany",
}  # fmt: skip
RESPONSES: Final = {
    "Unreadable": _problem("The body is not JSON as we read it, or a header cannot be read."),
    "SignedOut": {
        **_problem("No token or session, or one that has ended."),
        "headers": {"WWW-Authenticate": {"schema": {"type": "string"}}},
    },
    "Forbidden": _problem("You may not do this: your role, the token's scope or a missing X-CSRF-Token."),
    "NotFound": _problem("There is no such record for you."),
    "Conflict": _problem("Somebody else saved first.", "ConflictProblem"),
    "Stale": _problem("If-Match names another version than the one that stands.", "ConflictProblem"),
    "TooLarge": _problem("The body is larger than 4 MB."),
    "NotJson": _problem("The content type is not application/json."),
    "TooMany": {
        **_problem("Asked too often; Retry-After says in how many seconds again."),
        "headers": {"Retry-After": {"schema": {"type": "integer"}}},
    },
    "PluginFailed": _problem(
        "The plugin failed or did not answer; nothing was written, and the request may be sent again."
    ),
    "Invalid": _problem("Values cannot be taken; errors names the fields.", "InvalidProblem"),
}
_MEMBERS: Final[Schema] = {
    "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
}  # fmt: skip
_COMPLAINTS: Final[Schema] = {
    "type": "array", "items": _object(["field", "message"], field={"type": "string"}, message={"type": "string"}),
}  # fmt: skip
_DIFFERENCES: Final[Schema] = {
    "type": "array", "items": _object(["field", "theirs", "yours"], field={"type": "string"}, theirs={}, yours={}),
}  # fmt: skip
_RESULT: Final[Schema] = _object(
    ["status"], status={"type": "integer"}, id=ID, version={"type": "integer"}, detail={"type": "string"},
    errors=_COMPLAINTS, differences=_DIFFERENCES,
)  # fmt: skip
_MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
_GIVEN: Final[Schema] = {
    "user": {**ID, "type": ["integer", "null"]},
    "team": {**ID, "type": ["integer", "null"]},
    "right": {"type": "string", "enum": ["read", "edit"]},
    "expires_at": {**_MOMENT, "type": ["string", "null"]},
    "reason": {"type": "string", "maxLength": LONGEST_REASON},
}
_SHARE: Final[Schema] = _object(
    ["id", *_GIVEN, "by", "created_at", "state"], id=ID, **_GIVEN, by=ID, created_at=_MOMENT,
    state={"type": "string", "enum": [state.value for state in State], "description": _STATES},
)  # fmt: skip
SHARED: Final[Schema] = {
    "Shares": _object(["items"], items={"type": "array", "items": _SHARE}),
    "Given": _object(["share"], share=_SHARE),
    "ShareToGive": {**_object(["right"], **_GIVEN), "additionalProperties": False},
    "Merger": {
        **_object(
            ["other"],
            other={**ID, "description": "The number of the record that goes to the trash."},
            pick={
                "type": "object",
                "additionalProperties": {"enum": [pick.value for pick in Pick]},
                "description": "Whose value is kept, by field. Without one: this record's, unless it is empty.",
            },
        ),
        "additionalProperties": False,
    },
    "Problem": _object([*_MEMBERS], **_MEMBERS),
    "InvalidProblem": _object(
        [*_MEMBERS], **_MEMBERS, errors=_COMPLAINTS, results={"type": "array", "items": _RESULT}
    ),
    "ConflictProblem": _object(
        [*_MEMBERS], **_MEMBERS, version={"type": "integer"}, differences=_DIFFERENCES
    ),
    "Results": _object(["results"], results={"type": "array", "items": _RESULT}),
    "Total": _object(["count", "exact"], count={"type": "integer"}, exact={"type": "boolean"}),
}
PARAMETERS: Final = {
    "Id": parameter("id", ID, "The number of the record.", "path"),
    "Words": parameter("q", {"type": "string"}, "Words that the record must have."),
    "Limit": parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, "How many on a page."),
    "After": parameter("after", {"type": "string"}, "Where the page begins, as `next` of the page before says."),
    "Count": parameter("count", _FLAG, "1 counts all that are found, to 10,000."),
    "Trash": parameter("trash", _FLAG, "1 looks in the trash."),
    "IfMatch": parameter("If-Match", {"type": "string"}, "The ETag that the change is based on; 412 when it is stale.", "header"),
    "IdempotencyKey": parameter(
        "Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 255},
        "Yours to choose: the same request under the same key is done once within a day.", "header",
    ),
}  # fmt: skip
HEADERS: Final = {
    "ETag": {"description": "The record's version, for If-Match.", "schema": {"type": "string"}},
    "Location": {"description": "The address of the new record.", "schema": {"type": "string"}},
    "Link": {"description": 'The next page, as rel="next".', "schema": {"type": "string"}},
    "Replayed": {
        "description": "true when this is the answer to an earlier request.",
        "schema": {"type": "string"},
    },
}
