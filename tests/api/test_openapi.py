"""The OpenAPI document is valid, complete, and as wide as the rights of who asks."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from hookline.app import list_doors
from hookline.crm.access.roles import field_right
from hookline.crm.custom_fields import NewField, add_field
from hookline.kernel.actor import FieldRight
from hookline.kernel.entity import link_table
from sqlalchemy import insert, select

from tests.api.client import Api, Caller

pytestmark = pytest.mark.one_engine

# One door for the files of all plugins, and one for all their endpoints; each of these has an address of its own in the document.
FILES = "/api/v1/exports/{plugin}/{name}"
ENDPOINTS = "/api/v1/x/{plugin}/{name}"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def test_every_reference_leads_somewhere(ada: Caller) -> None:
    document = ada.get("/openapi.json").json()
    for reference in references(document):
        found = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in found, reference
            found = found[part]


def test_every_schema_is_one(ada: Caller) -> None:
    schemas = ada.get("/openapi.json").json()["components"]["schemas"]
    for schema in schemas.values():
        jsonschema_rs.meta.validate({"$schema": DIALECT, **schema})
    assert {
        "Deal",
        "DealCreate",
        "DealChange",
        "DealPage",
        "DealBulk",
        "DealFilters",
        "Problem",
    } <= schemas.keys()


def test_every_door_of_the_api_is_described(ada: Caller, api: Api) -> None:
    paths = ada.get("/openapi.json").json()["paths"]
    described = {
        (method.upper(), path) for path, doors in paths.items() for method in doors if method != "parameters"
    }
    there = {
        (door.method, re.sub(r":\w+}", "}", door.path))
        for door in list_doors(api.client.app.state.site)
        if door.path.startswith("/api/v1")
    }
    assert described == there - {("GET", FILES), ("POST", ENDPOINTS)}
    assert {("GET", FILES), ("POST", ENDPOINTS)} <= there


def test_webhooks_answer_as_they_are_described_and_only_to_whom_they_are(ada: Caller, boris: Caller) -> None:
    document = ada.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    made = ada.post("/webhooks", {**schemas["WebhookCreate"]["examples"][0]})
    one = f"/webhooks/{made.json()['id']}"
    assert ada.post(f"{one}/test").status_code == 202
    deliveries = ada.get(f"{one}/deliveries")
    assert len(deliveries.json()["items"]) == 1
    for name, answer in (
        ("WebhookMade", made),
        ("Webhook", ada.get(one)),
        ("Webhooks", ada.get("/webhooks")),
        ("Deliveries", deliveries),
    ):
        judge = jsonschema_rs.validator_for({**schemas[name], "components": document["components"]})
        assert [str(error) for error in judge.iter_errors(answer.json())] == [], name
    assert "webhook" not in boris.get("/openapi.json").text.casefold()


def test_examples_fit_their_schemas(ada: Caller) -> None:
    document = ada.get("/openapi.json").json()
    for name, schema in document["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            found = jsonschema_rs.validator_for({**schema, "components": document["components"]}).iter_errors(
                example
            )
            assert [str(error) for error in found] == [], name


def test_what_the_examples_say_can_be_made(ada: Caller) -> None:
    schemas = ada.get("/openapi.json").json()["components"]["schemas"]
    for name, path in (
        ("Company", "/companies"),
        ("Contact", "/contacts"),
        ("Deal", "/deals"),
        ("Lead", "/leads"),
    ):
        answer = ada.post(path, {**schemas[f"{name}Create"]["examples"][0]})
        assert answer.status_code == 201, f"{name}: {answer.text}"


def test_a_stranger_gets_nothing(api: Api) -> None:
    answer = api.client.get("/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


def test_custom_fields_are_in_it(api: Api, ada: Caller) -> None:
    with api.town.house() as gate:
        choices = (("red", "Red", "red"), ("blue", "Blue", "blue"))
        add_field(gate, "deal", NewField(label="Colour", kind="choice", choices=choices))
    schemas = ada.get("/openapi.json").json()["components"]["schemas"]
    assert schemas["DealCreate"]["properties"]["c_colour"]["enum"] == ["red", "blue", None]
    assert "c_colour" in schemas["Deal"]["properties"]
    assert "c_colour" in schemas["DealFilters"]["properties"]


@pytest.mark.parametrize("right", [FieldRight.hidden, FieldRight.read])
def test_a_field_that_a_role_limits_is_limited_in_it(api: Api, boris: Caller, right: FieldRight) -> None:
    with api.town.house() as gate:
        seller = gate.tx.run(roles_of(api.town.ids["boris"]), why="test").scalar_one()
        gate.tx.run(
            insert(field_right).values(role=seller, entity="deal", field="competitor", right=right),
            why="test",
        )
        gate.configured()
    text = boris.get("/openapi.json").text
    schemas = boris.get("/openapi.json").json()["components"]["schemas"]
    assert ("competitor" in text) is (right == FieldRight.read)
    assert ("competitor" in schemas["Deal"]["properties"]) is (right == FieldRight.read)
    assert "competitor" not in schemas["DealCreate"]["properties"]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def roles_of(user: int) -> Any:
    link = link_table("user", "roles")
    return select(link.c.target).where(link.c.record == user)
