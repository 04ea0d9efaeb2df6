"""The API's own pages: the OpenAPI document, and the reference that people read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hookline.errors import NotFound, Text
from hookline.kernel.fields import Field
from hookline.kernel.lists.filters import operators
from hookline.kernel.lists.plain import shown_fields
from hookline.kernel.schema import EntityInfo
from hookline.web.api import openapi
from hookline.web.api.doors import BASE
from hookline.web.api.schemas import OPERATORS, example_record, is_needed
from hookline.web.api.values import can_be_made, set_fields
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.visit import Answer, Visit

door = Doors()


@dataclass(frozen=True)
class Line:
    """A field in the reference."""

    name: str
    label: str
    kind: str
    text: str
    required: bool
    read_only: bool
    choices: Sequence[str]
    filters: Sequence[str]


@dataclass(frozen=True)
class Example:
    """A request that can be pasted into a terminal."""

    title: str
    method: str
    path: str
    command: str


@door("GET", "/openapi.json", needs=SIGNED_IN, api=True)
def show_document(visit: Visit) -> Answer:
    """The OpenAPI document: with its custom fields it says too much of the house for strangers."""
    return visit.json(openapi.document(visit))


@door("GET", "/api/docs", needs=SIGNED_IN)
def show_overview(visit: Visit) -> Answer:
    """What holds for every entity."""
    operators = [{"name": name, "text": visit.say(text)} for name, text in OPERATORS.items()]
    kinds = [
        {"name": kind, "text": visit.say(text), "example": json.dumps(example, ensure_ascii=False)}
        for kind, text, example in KINDS
    ]
    base = visit.site.settings.base_url
    return visit.page(
        "api/docs.html",
        page_title=visit.say("API"),
        entities=_entities(visit),
        kinds=kinds,
        operators=operators,
        base=base,
    )


@door("GET", "/api/docs/{entity:str}", needs=SIGNED_IN)
def show_entity(visit: Visit) -> Answer:
    """One entity: its fields and its doors."""
    name = visit.request.path_params["entity"]
    info = next((info for info in openapi.described(visit) if info.name == name), None)
    if info is None:
        raise NotFound
    context: dict[str, Any] = {
        "title": visit.say(info.cls.plural), "path": f"{BASE}/{info.cls.slug}", "fields": _lines(visit, info),
        "examples": _examples(visit, info), "entities": _entities(visit, name),
    }  # fmt: skip
    return visit.page("api/entity.html", page_title=f"API: {context['title']}", **context)


def _entities(visit: Visit, current: str = "") -> list[Mapping[str, Any]]:
    return [
        {
            "label": visit.say(info.cls.plural),
            "url": f"/api/docs/{info.name}",
            "current": info.name == current,
        }
        for info in openapi.described(visit)
    ]


def _lines(visit: Visit, info: EntityInfo) -> list[Line]:
    settable = {f.name for f in set_fields(visit.gate, info)}
    return [
        Line(
            f.name, visit.say(f.label), f.kind, _text(visit, f), is_needed(info, f), f.name not in settable,
            list(f.options), [name if name != "is" else "" for name in operators(f)],
        )
        for f in shown_fields(visit.gate, info)
    ]  # fmt: skip


def _text(visit: Visit, spec: Field) -> str:
    """What the kind alone does not say."""
    found = [visit.say(spec.help)] if spec.help else []
    if spec.target:
        found.append(
            visit.say(Text("Refers to: %(entity)s.", entity=Text(visit.gate.schema[spec.target].cls.label)))
        )
    if spec.max_length:
        found.append(visit.say(Text("At most %(max)s characters.", max=visit.fmt.number(spec.max_length))))
    if spec.minimum is not None:
        found.append(visit.say(Text("At least %(min)s.", min=spec.minimum)))
    if spec.maximum is not None:
        found.append(visit.say(Text("At most %(max)s.", max=spec.maximum)))
    if spec.formula:
        found.append(spec.formula)
    return " ".join(found)


def _examples(visit: Visit, info: EntityInfo) -> list[Example]:
    values = example_record(info, set_fields(visit.gate, info), 3)
    change = dict(list(values.items())[-1:])
    path, one = f"{BASE}/{info.cls.slug}", f"{BASE}/{info.cls.slug}/12"
    several = {"operations": [{"op": "update", "id": 12, "values": change}, {"op": "delete", "id": 15}]}
    made: list[tuple[str, str, str, Any]] = [("create", "POST", path, values)] if can_be_made(info) else []
    asked = [
        ("list", "GET", f"{path}?limit=20&sort=-updated_at", None), ("get", "GET", one, None), *made,
        ("change", "PATCH", one, {**change, "version": 3}), ("trash", "DELETE", one, None),
        ("restore", "POST", f"{one}/restore", None), ("bulk", "POST", f"{path}/bulk", several),
    ]  # fmt: skip
    return [
        Example(visit.say(openapi.SUMMARIES[what]), method, address, _curl(visit, method, address, body))
        for what, method, address, body in asked
    ]


def _curl(visit: Visit, method: str, path: str, body: Any) -> str:
    url = f"'{visit.site.settings.base_url}{path}'"
    lines = [
        f"curl {url}" if method == "GET" else f"curl -X {method} {url}",
        "-H 'Authorization: Bearer '$TOKEN",
    ]
    if method == "POST" and not path.endswith("/restore"):
        lines.append("-H 'Idempotency-Key: '$(uuidgen)")
    if body is not None:
        sent = json.dumps(body, ensure_ascii=False).replace("'", "'\\''")
        lines += ["-H 'Content-Type: application/json'", f"-d '{sent}'"]
    return " \\\n  ".join(lines)


KINDS: Final[Sequence[tuple[str, Text, Any]]] = (
    ("text, long_text", Text("Text. Blanks at the ends are cut off; nothing is null."), "Acme"),
    ("integer", Text("A whole number of 64 bits."), 42),
    ("decimal, money, percent", Text("An exact number, as text; numbers are taken too."), "1234.50"),
    ("date", Text("A day."), "2026-10-20"),
    ("datetime", Text("A time with its zone; answered in UTC."), "2026-10-20T14:30:00Z"),
    ("duration", Text("Seconds."), 5400),
    ("yes_no", Text("True or false, never null."), True),
    ("choice", Text("One of the values of the field."), "new"),
    ("multi_choice", Text("A list of values; an empty one for none."), ["a", "b"]),
    (
        "email, phone, url",
        Text("Text, brought into one form; telephone numbers with their country."),
        "+442079460958",
    ),
    ("address", Text("An object of five parts."), {"street": "1 Mill Lane", "city": "Leeds"}),
    ("reference, user, team, stage, file", Text("The number of a record."), 12),
    ("references", Text("A list of numbers of records. What is sent replaces what was there."), [12, 15]),
    ("record", Text("Any record, with its kind."), "deal:7"),
)
