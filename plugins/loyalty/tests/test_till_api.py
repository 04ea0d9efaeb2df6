"""What the program of a till asks, as it asks: with a token for each thing, each sale once."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hookline_sdk import Contact, Gate, func, select
from hookline_sdk.testing import Client, Crm, Make, Outbox

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.points.data import Entry
from hookline_loyalty.programmes.data import EarnRule, Programme, Settlement
from hookline_loyalty.till.cards import card_of
from hookline_loyalty.till.data import Till

LINES = [{"product": "Espresso", "amount": "6.50", "quantity": "2"}, {"product": "Bun", "amount": "3.50"}]


class Program:
    """The program of a till."""

    def __init__(self, crm: Crm, client: Client, till: Till) -> None:
        self.crm = crm
        self.tokens: dict[str, str] = {}
        for scope in ("customers", "quotes", "sales", "refunds"):
            client.get(f"/loyalty/tills/{till.id}/action/loyalty/make_till_token")
            made = client.form().submit(scope=scope).form("form[action='/me/tokens']")
            self.tokens[scope] = made.submit(name=scope, expires="365").all("pre code")[0].text

    def ask(
        self, scope: str, body: Mapping[str, object], *, key: str = "", token: str = ""
    ) -> tuple[int, dict[str, Any]]:
        headers = {"authorization": f"Bearer {self.tokens[token or scope]}"}
        headers |= {"idempotency-key": key} if key else {}
        said = self.crm.wire.request("POST", f"/api/v1/x/loyalty/{scope}", json=body, headers=headers)
        return said.status_code, said.json()


@pytest.fixture
def program(crm: Crm, client: Client, make: Make) -> Program:
    points = make(
        Programme, kind="points", state="active", worth=Decimal("0.10"), starts_on=None, ends_on=None
    )
    make(
        EarnRule,
        programme=points.id,
        per="amount",
        points=1,
        each=Decimal(1),
        minimum=None,
        categories=None,
        products=None,
    )
    return Program(crm, client, make(Till, active=True))


@pytest.fixture
def number(crm: Crm, make: Make) -> str:
    customer = make(Contact, first_name="Marie", last_name="Holm", phone="+4942130180012")
    with crm.writing() as gate:
        return card_of(gate, customer.id).number


def test_a_customer_is_known_by_card_and_phone(program: Program, number: str) -> None:
    for said in (number, "0421 30180012"):
        status, found = program.ask("customers", {"customer": said})
        assert (status, found["card"], found["name"], found["points"]) == (200, number, "Marie Holm", "0.00")
    assert [program.ask("customers", {"customer": said})[0] for said in ("Holm", "5551234567")] == [404, 404]


def test_a_sale_counts_once_however_often_it_is_sent(
    program: Program, number: str, gate: Gate, outbox: Outbox
) -> None:
    _, quoted = program.ask("quotes", {"card": number, "lines": LINES})
    assert (quoted["total"], quoted["due"], quoted["earned"]) == ("10.00", "10.00", "10.00")
    sale = {"card": number, "lines": LINES, "source": "B-1", "due": quoted["due"]}
    answers = [program.ask("sales", sale, key=key) for key in ("one", "one", "two", "")]
    assert answers == [answers[0]] * 4
    assert (answers[0][0], answers[0][1]["points"]) == (200, "10.00")
    outbox.run()
    assert gate.scalar(select(func.count(Settlement.id))) == gate.scalar(select(func.count(Receipt.id))) == 1
    assert gate.scalar(select(func.sum(Entry.amount))) == Decimal(10)


def test_points_pay_and_a_refund_gives_them_back(program: Program, number: str, outbox: Outbox) -> None:
    program.ask("sales", {"card": number, "lines": LINES, "source": "B-1"})
    status, paid = program.ask("sales", {"card": number, "lines": LINES, "points": "10", "source": "B-2"})
    assert (status, paid["due"], paid["points_used"]) == (200, "9.00", "10.00")
    outbox.run()
    for _ in range(2):
        _, back = program.ask("refunds", {"source": "B-2"})
        assert (back["reversed"], back["points"]) == (True, "10.00")
    _, part = program.ask("refunds", {"source": "B-1", "lines": [{"line": 2}]})
    assert (part["reversed"], part["points"]) == (False, "6.00")
    outbox.run()
    assert program.ask("refunds", {"source": "B-1"})[1]["points"] == "0.00"


def test_what_cannot_be_is_said_and_nothing_is_booked(program: Program, number: str, gate: Gate) -> None:
    sale = {"card": number, "lines": LINES, "source": "B-1"}
    assert program.ask("sales", {**sale, "due": "9.00"})[0] == 422
    assert program.ask("sales", {**sale, "lines": []})[0] == 422
    assert program.ask("sales", {**sale, "card": number[:-1] + "x"})[0] == 422
    assert program.ask("refunds", {"source": "B-9"})[0] == 404
    assert program.ask("sales", sale, token="quotes")[0] == 404
    assert gate.scalar(select(func.count(Settlement.id))) == 0


def test_a_till_that_is_closed_sells_nothing(program: Program, number: str, gate: Gate) -> None:
    till = gate.scalar(select(Till.id))
    gate.update(Till, till, {"active": False})
    assert program.ask("sales", {"card": number, "lines": LINES, "source": "B-1"})[0] == 403
