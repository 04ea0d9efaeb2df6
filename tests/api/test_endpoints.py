"""Endpoints of plugins: a form in, a form out, by anybody's token or by one that opens nothing else."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hookline.crm.companies import Company
from hookline.crm.nouns import core
from hookline.errors import Invalid, PluginError, Problem, Text
from hookline.kernel.fields import Choices, choice, integer, money, phone_number, text
from hookline.kernel.forms import Form, several
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.screens import Call
from hookline_sdk.testing.elements import read_html
from sqlalchemy import func, select
from sqlalchemy.orm import Mapped

from tests.api.client import Api, Caller, open_api
from tests.api.test_tokens import session_of
from tests.town import NOW, Town

pytestmark = pytest.mark.one_engine

plugin = Plugin("desk", label="Desk")


class Word(Choices):
    """What is said."""

    yes = "yes", "Yes"
    no = "no", "No"


class Asked(Form):
    """What somebody asks for."""

    name: Mapped[str] = text("Name", max_length=40)
    phone: Mapped[str | None] = phone_number("Phone")
    price: Mapped[Decimal | None] = money("Price", minimum=0)


class Told(Form):
    """What they are told."""

    answer: Mapped[str] = choice("Answer", Word)
    companies: Mapped[int] = integer("Companies")
    price: Mapped[Decimal | None] = money("Price")


@plugin.endpoint("Ask the desk", takes=Asked, answers=Told)
def ask(call: Call[None, Asked], gate: Gate) -> Told:
    """Counts the companies in sight."""
    gate.create(Company, {"name": call.form.name})
    if call.form.name == "nobody":
        raise Invalid([Problem("name", Text("Nobody is no name."))])
    if call.form.name == "broken":
        raise ZeroDivisionError
    return Told(answer=Word.yes, companies=gate.scalar(select(func.count(Company.id))), price=call.form.price)


@plugin.endpoint("Ask as a company", takes=Asked, answers=Told, of=Company, most=3)
def ask_as(call: Call[Company, Asked], gate: Gate) -> Told:
    """Says whether it is asked by that company."""
    said = Word.yes if call.record.name == call.form.name else Word.no
    return Told(answer=said, companies=gate.scalar(select(func.count(Company.id))))


class Line(Form):
    """Something on a list."""

    what: Mapped[str] = text("What", max_length=20)
    price: Mapped[Decimal] = money("Price", minimum=0)


class Listed(Form):
    """Several things at once."""

    name: Mapped[str | None] = text("Name")
    lines: list[Line] = several(Line, "Lines", most=3)


@plugin.endpoint("Send a list", takes=Listed, answers=Listed)
def lists(call: Call[None, Listed], gate: Gate) -> Listed:
    """Answers the lines the other way round."""
    return Listed(name=call.form.name, lines=list(reversed(call.form.lines)))


@pytest.fixture
def api(town: Town, tmp_path: Path) -> Iterator[Api]:
    host = PluginHost()
    host.load([core, plugin])
    assert host.broken == {}
    installation = Installation(town.installation.database, host, clock=lambda: NOW)
    with open_api(Town(installation, town.ids), tmp_path) as opened:
        yield opened


def token_of(api: Api, who: str, company: str) -> Caller:
    """A token that stands for a company, made as people make it."""
    about, visitor = f"company:{api.town.ids[company]}", session_of(api, who)
    page = read_html(visitor.get(f"/me/tokens?scope=desk.ask_as&about={about}").text)
    assert [each["value"] for each in page.select("[name=scope]")] == ["desk.ask_as"]
    sent = {"name": "Robot", "scope": "desk.ask_as", "about": about, "expires": "30"}
    made = read_html(visitor.post("/me/tokens", sent).text)
    secret = made.select_one("pre code")
    assert secret is not None
    assert "/api/v1/x/desk/ask_as" in made.get_text()
    return Caller(api.client, secret.get_text())


def test_a_form_is_sent_and_a_form_is_answered(api: Api) -> None:
    ada = api.caller("ada")
    first = ada.post("/x/desk/ask", {"name": "Mill", "price": "7.50"})
    assert (first.status_code, first.json()["answer"], first.json()["price"]) == (200, "yes", "7.50")
    # As many as that person sees, and the new one.
    assert ada.post("/x/desk/ask", {"name": "Lane"}).json()["companies"] == first.json()["companies"] + 1


def test_what_cannot_be_taken_is_refused_field_by_field_and_leaves_nothing(api: Api) -> None:
    ada = api.caller("ada")
    before = ada.get("/companies?count=1").json()["total"]
    wrong = ada.post("/x/desk/ask", {"phone": "123", "price": "-1x", "who": 1})
    assert wrong.status_code == 422
    assert {each["field"] for each in wrong.json()["errors"]} == {"name", "phone", "price", "who"}
    assert ada.post("/x/desk/ask", {"name": "nobody"}).json()["errors"][0]["message"] == "Nobody is no name."
    assert ada.post("/x/desk/ask", b"[1]").status_code == 400
    broken = ada.post("/x/desk/ask", {"name": "broken"})
    assert broken.status_code == 424
    assert "desk" in broken.json()["detail"]
    assert api.caller("ada", "read").post("/x/desk/ask", {"name": "Mill"}).status_code == 403
    assert ada.post("/x/desk/nothing", {"name": "Mill"}).status_code == 404
    assert ada.get("/companies?count=1").json()["total"] == before


def test_a_key_does_it_once(api: Api) -> None:
    ada = api.caller("ada")
    first = ada.post("/x/desk/ask", {"name": "Mill"}, Idempotency_Key="k-1")
    again = ada.post("/x/desk/ask", {"name": "Mill"}, Idempotency_Key="k-1")
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    assert ada.post("/x/desk/ask", {"name": "Mill"}).json()["companies"] == first.json()["companies"] + 1
    # The answer that a failing plugin did not give is not kept: it may be asked for again.
    for _ in range(2):
        failed = ada.post("/x/desk/ask", {"name": "broken"}, Idempotency_Key="k-2")
        assert (failed.status_code, "idempotency-replayed" in failed.headers) == (424, False)


def test_a_token_of_its_own_stands_for_its_record_and_opens_nothing_else(api: Api) -> None:
    robot = token_of(api, "ada", "acme")
    with api.town.house() as gate:
        name = gate.get(Company, api.town.ids["acme"]).name
        everything = gate.scalar(select(func.count(Company.id)))
    told = robot.post("/x/desk/ask_as", {"name": name}, Idempotency_Key="k-1")
    assert told.json() == {"answer": "yes", "companies": everything, "price": None}
    for answer in (
        robot.get("/companies"),
        robot.get("/openapi.json"),
        robot.post("/companies", {"name": "x"}),
    ):
        assert answer.status_code == 403
        assert answer.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'
    assert robot.post("/x/desk/ask", {"name": "x"}).status_code == 404
    # Who has the token of another company of the same person does not meet the first one's keys.
    with api.town.house() as gate:
        other = gate.create(Company, {"name": "Other", "owner": api.town.ids["ada"]})
    api.town.ids["other"] = other
    assert (
        token_of(api, "ada", "other")
        .post("/x/desk/ask_as", {"name": name}, Idempotency_Key="k-1")
        .json()["answer"]
        == "no"
    )


def test_a_token_is_answered_so_often_and_then_has_to_wait(api: Api) -> None:
    robot = token_of(api, "ada", "acme")
    assert [robot.post("/x/desk/ask_as", {"name": "x"}).status_code for _ in range(4)] == [200, 200, 200, 429]
    late = robot.post("/x/desk/ask_as", {"name": "x"})
    assert 0 < int(late.headers["retry-after"]) <= 901


def test_without_that_token_nobody_asks_for_a_record(api: Api) -> None:
    assert api.caller("ada").post("/x/desk/ask_as", {"name": "x"}).status_code == 403
    about = f"company:{api.town.ids['acme']}"
    with api.town.house() as gate:
        foreign = gate.create(Company, {"name": "Foreign", "owner": api.town.ids["ada"]})
    boris = session_of(api, "boris")
    assert boris.get(f"/me/tokens?scope=desk.ask_as&about=company:{foreign}").status_code == 404
    assert boris.get(f"/me/tokens?scope=desk.nothing&about={about}").status_code == 404
    for nobody in ("company:", "company:x", f"company:{10**20}", "company", ":1"):
        assert boris.get(f"/me/tokens?scope=desk.ask_as&about={nobody}").status_code == 404
    assert boris.post("/me/tokens", {"name": "x", "scope": "desk.ask_as", "expires": "30"}).status_code == 422


def test_both_forms_stand_in_the_document(api: Api) -> None:
    document = api.caller("ada").get("/openapi.json").json()
    door = document["paths"]["/api/v1/x/desk/ask_as"]["post"]
    assert (door["summary"], door["security"]) == ("Ask as a company", [{"token": []}])
    assert door["description"] == "Says whether it is asked by that company."
    sent, told = (document["components"]["schemas"][f"DeskAskAs_{end}"] for end in ("Sent", "Answer"))
    assert (sent["required"], told["required"]) == (["name"], ["answer", "companies", "price"])
    check: Any = jsonschema_rs.validator_for(told)
    assert check.is_valid(token_of(api, "ada", "acme").post("/x/desk/ask_as", {"name": "x"}).json())


def test_an_endpoint_is_of_forms() -> None:
    with pytest.raises(PluginError, match="takes is no Form"):
        Plugin("wrong").endpoint("Wrong", takes=dict, answers=Told)  # type: ignore[type-var]  # what is tested


def test_a_list_of_forms_is_sent_and_answered(api: Api) -> None:
    ada = api.caller("ada")
    lines = [{"what": "Tea", "price": "1.50"}, {"what": "Bun", "price": "2.00"}]
    assert ada.post("/x/desk/lists", {"lines": lines}).json() == {"name": None, "lines": [lines[1], lines[0]]}
    assert ada.post("/x/desk/lists", {"name": "None"}).json()["lines"] == []
    wrong = ada.post("/x/desk/lists", {"lines": [lines[0], {"price": "-1x", "who": 1}]})
    assert wrong.status_code == 422
    assert {each["field"] for each in wrong.json()["errors"]} == {
        "lines.1.what",
        "lines.1.price",
        "lines.1.who",
    }
    for sent in ("Tea", [1], [lines[0]] * 4):
        assert ada.post("/x/desk/lists", {"lines": sent}).json()["errors"][0]["field"] == "lines"
    document = ada.get("/openapi.json").json()
    schema = {**document["components"]["schemas"]["DeskLists_Sent"], "components": document["components"]}
    jsonschema_rs.validate(schema, {"lines": lines})
    assert not jsonschema_rs.is_valid(schema, {"lines": [{"what": "Tea", "how": 1}]})
