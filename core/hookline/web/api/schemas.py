"""JSON Schemas of fields and records, made from their declarations.

A schema never forbids what the API takes. Some of what it allows is refused all the same, with 422 and the
reason: a schema cannot know which records exist, what a stage asks for or which numbers can be dialled.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from hookline.errors import Text
from hookline.kernel.fields import Field
from hookline.kernel.forms import Form
from hookline.kernel.kinds import Address
from hookline.kernel.kinds.durations import LONGEST
from hookline.kernel.kinds.numbers import LARGEST
from hookline.kernel.lists.filters import operators
from hookline.kernel.schema import EntityInfo
from hookline.web.api.bulk import MOST

Schema = dict[str, Any]
Say = Callable[[Text | str], str]

ID: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": LARGEST}
_SECONDS: Final = int(LONGEST.total_seconds())
_SENT_NUMBER: Final = r"^-?[0-9]{1,40}(\.[0-9]{1,40})?$"
_DECIMALS: Final = ("decimal", "money", "percent")
_EXAMPLES: Final[Mapping[str, Any]] = {
    "text": "Acme", "long_text": "Met at the fair.", "integer": 12, "decimal": "1.50", "money": "84600.50", "percent": "30",
    "date": "2026-10-20", "datetime": "2026-10-20T14:30:00Z", "duration": 1800, "yes_no": True, "email": "anna@example.com",
    "phone": "+442079460958", "url": "https://example.com", "reference": 12, "references": [12, 15], "record": "deal:7",
    "user": 3, "team": 2, "stage": 4, "file": 9,
    "address": {"street": "1 Mill Lane", "city": "Leeds", "region": "", "postcode": "LS1 4AP", "country": "United Kingdom"},
}  # fmt: skip


def type_name(info: EntityInfo) -> str:
    """What a schema of this entity's records is called: "LostReason"."""
    return "".join(part.capitalize() for part in info.name.split("_"))


def example_of(spec: Field) -> Any:
    """A value that this field might hold."""
    if spec.kind == "choice":
        return next(iter(spec.options), None)
    if spec.kind == "multi_choice":
        return list(spec.options)[:2]
    found = _EXAMPLES[spec.kind]
    if spec.kind == "integer" and spec.minimum is not None:
        return max(found, spec.minimum)
    return (
        found[: spec.max_length]
        if isinstance(found, str) and spec.kind == "text" and spec.max_length
        else found
    )


def is_needed(info: EntityInfo, spec: Field) -> bool:
    """Whether a new record must say this. Where it begins in a pipeline follows by itself."""
    return spec.required and not (info.is_staged and spec.name in ("pipeline", "stage"))


def example_record(info: EntityInfo, fields: Sequence[Field], most: int = 6) -> dict[str, Any]:
    """A few of these fields with values: those that are needed, then those by which records are known."""
    plain = [f for f in fields if is_needed(info, f) or not (f.target or f.kind == "record")]
    chosen = sorted(plain, key=lambda f: (not is_needed(info, f), not f.search, not f.list))
    return {f.name: example_of(f) for f in chosen[:most]}


def answered(info: EntityInfo, fields: Sequence[Field], say: Say) -> Schema:
    """A record as it is answered. With the parameter `fields` it has only those and its id."""
    properties = {
        f.name: {**_nullable(_answered(f), info.may_be_empty(f) and not _is_list(f)), **_said(f, say)}
        for f in fields
    }
    return {"type": "object", "properties": properties, "required": ["id"], "additionalProperties": False}


def sent(info: EntityInfo, fields: Sequence[Field], say: Say, *, new: bool) -> Schema:
    """A record as it is sent: a new one, or what shall change of an old one, perhaps with the version that it is based on."""
    properties = {f.name: {**_nullable(_sent(f), info.may_be_empty(f)), **_said(f, say)} for f in fields}
    needed = [f.name for f in fields if is_needed(info, f)] if new else []
    if not new:
        properties["version"] = {
            "type": "integer",
            "minimum": 1,
            "maximum": 2**31 - 1,
            "description": _VERSION,
        }
    examples = [example_record(info, fields)]
    found = {"type": "object", "properties": properties, "additionalProperties": False, "examples": examples}
    return {**found, "required": needed} if needed else found


def form_sent(form: type[Form], say: Say) -> Schema:
    """A form as it is sent to an endpoint."""
    fields = form.fields.values()
    properties = {f.name: {**_nullable(_sent(f), not f.required), **_said(f, say)} for f in fields}
    needed = [f.name for f in fields if f.required and f.default is None]
    example = {f.name: example_of(f) for f in fields if not f.target}
    for name, inside in form.parts.items():
        properties[name] = {
            **_list_of(form_sent(inside.form, say), inside.label, say),
            "maxItems": inside.most,
        }
        example[name] = [{f.name: example_of(f) for f in inside.form.fields.values() if not f.target}]
    examples = [example]
    found = {"type": "object", "properties": properties, "additionalProperties": False, "examples": examples}
    return {**found, "required": needed} if needed else found


def form_answered(form: type[Form], say: Say) -> Schema:
    """A form as an endpoint answers it."""
    fields = form.fields.values()
    properties = {
        f.name: {**_nullable(_answered(f), not f.required and not _is_list(f)), **_said(f, say)}
        for f in fields
    }
    for name, inside in form.parts.items():
        properties[name] = _list_of(form_answered(inside.form, say), inside.label, say)
    return {
        "type": "object",
        "properties": properties,
        "required": [*form.fields, *form.parts],
        "additionalProperties": False,
    }


def _list_of(items: Schema, label: str, say: Say) -> Schema:
    return {"type": "array", "title": say(label), "items": items}


def operations(name: str, *, creates: bool) -> Schema:
    """What is sent to change many records of an entity at once."""
    values = {"create": f"{name}Create", "update": f"{name}Change"}
    offered = [*(["create"] if creates else []), "update", "delete"]
    one = [_operation(what, values.get(what)) for what in offered]
    members: Schema = {
        "operations": {"type": "array", "minItems": 1, "maxItems": MOST, "items": {"oneOf": one}},
        "atomic": {"type": "boolean", "default": True, "description": "Whether nothing is done unless everything can be."},
    }  # fmt: skip
    return {
        "type": "object",
        "properties": members,
        "required": ["operations"],
        "additionalProperties": False,
    }


def filters(fields: Sequence[Field], say: Say) -> Schema:
    """The conditions that a list takes, as parameters of the address."""
    found: Schema = {}
    for spec in fields:
        for operator in operators(spec):
            name = spec.name if operator == "is" else f"{spec.name}.{operator}"
            found[name] = {"type": "string", "description": f"{say(spec.label)}: {say(OPERATORS[operator])}"}
    return {"type": "object", "properties": found, "additionalProperties": False}


OPERATORS: Final[Mapping[str, str]] = {
    "is": "is this; one of several with commas where it is chosen from a list",
    "not": "is anything else",
    "contains": "contains this, in any case",
    "starts": "starts with this, in any case",
    "gte": "is this or more",
    "lte": "is this or less",
    "within": "lies in a range such as today, this_month, last_90_days, overdue",
    "among": "is one of a set that a report or a plugin has put together, as its links name it",
    "outside": "is none of such a set",
    "empty": "is empty (1) or not (0)",
    "filled": "is filled in (1) or not (0)",
}
_VERSION: Final = (
    "The version that the change is based on. A newer one that stands is a conflict: 409 with both values."
)


def _operation(what: str, values: str | None) -> Schema:
    properties: Schema = {"op": {"const": what}}
    needed = ["op"]
    if what != "create":
        properties |= {"id": ID, "version": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}}
        needed.append("id")
    if values:
        properties["values"] = (
            {"type": "object"} if what == "update" else {"$ref": f"#/components/schemas/{values}"}
        )
        needed.append("values")
    return {
        "type": "object",
        "title": what,
        "properties": properties,
        "required": needed,
        "additionalProperties": False,
    }


def _said(spec: Field, say: Say) -> Schema:
    found: Schema = {"title": say(spec.label)}
    if spec.help:
        found["description"] = say(spec.help)
    elif spec.target and spec.kind != "file":
        found["description"] = f"The number of a record of kind {spec.target}."
    return found


def _nullable(schema: Schema, nullable: bool) -> Schema:
    if not nullable:
        return schema
    if "enum" in schema:
        return {**schema, "type": [schema["type"], "null"], "enum": [*schema["enum"], None]}
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*kinds, "null"]}


def _answered(spec: Field) -> Schema:
    if spec.kind in _DECIMALS:
        return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
    if spec.kind == "address":
        return {"type": "object", "properties": {part: {"type": "string"} for part in Address._fields}}
    # What stands in a record may be older than the limits of today.
    return {k: v for k, v in _sent(spec).items() if k not in ("maxLength", "minimum", "maximum", "pattern")}


def _sent(spec: Field) -> Schema:
    found = _SENT.get(spec.kind)
    if found is not None:
        return dict(found)
    if spec.kind == "integer":
        return {
            "type": "integer",
            "minimum": _bound(spec.minimum, -LARGEST - 1),
            "maximum": _bound(spec.maximum, LARGEST),
        }
    if spec.kind in _DECIMALS:
        bounds = {k: v for k, v in (("minimum", spec.minimum), ("maximum", spec.maximum)) if v is not None}
        return {"type": ["string", "number"], "pattern": _SENT_NUMBER, **bounds}
    if spec.kind == "choice":
        return {"type": "string", "enum": list(spec.options)}
    if spec.kind == "multi_choice":
        items: Schema = {"type": "string", "enum": list(spec.options)} if spec.options else {"type": "string"}
        return {"type": "array", "items": items}
    limit = {} if spec.max_length is None else {"maxLength": spec.max_length}
    return {"type": "string", **({"format": "email"} if spec.kind == "email" else {}), **limit}


def _is_list(spec: Field) -> bool:
    return spec.many or spec.kind == "multi_choice"


def _bound(limit: int | None, otherwise: int) -> int:
    return otherwise if limit is None else limit


_SENT: Final[Mapping[str, Schema]] = {
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "duration": {"type": "integer", "minimum": -_SECONDS, "maximum": _SECONDS, "description": "Seconds."},
    "yes_no": {"type": "boolean"},
    "address": {
        "type": "object", "properties": {part: {"type": ["string", "null"]} for part in Address._fields},
        "additionalProperties": False,
    },
    **dict.fromkeys(("reference", "user", "team", "stage", "file"), ID),
    "references": {"type": "array", "items": ID},
    "record": {"type": "string", "pattern": "^[a-z][a-z0-9_.]{0,59}:[0-9]{1,19}$", "description": 'Any record, as "deal:7".'},
}  # fmt: skip
