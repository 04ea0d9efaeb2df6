"""The counter: find the customer, show what applies, ring it up once, take it back."""

from decimal import Decimal
from urllib.parse import urlencode

import pytest
from hookline_sdk import Contact, Gate, Text, func, select
from hookline_sdk.testing import AsUser, Client, Crm, Make, Outbox

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.points.data import Account, Entry, Unit
from hookline_loyalty.points.ledger import account_of, earn
from hookline_loyalty.programmes.data import EarnRule, Programme, Settlement
from hookline_loyalty.till.cards import card_of
from hookline_loyalty.till.data import Card
from hookline_loyalty.till.numbers import card_number, check_digit, is_right, new_number
from hookline_loyalty.till.own import link_of

TILL = "/x/loyalty/till"


@pytest.fixture
def customer(make: Make) -> Contact:
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
    return make(Contact, first_name="Marie", last_name="Holm", phone="+4942130180012")


def card(crm: Crm, contact: int) -> Card:
    with crm.writing() as gate:
        return card_of(gate, contact)


def test_a_card_number_checks_itself() -> None:
    numbers = {new_number() for _ in range(200)}
    assert len(numbers) == 200
    assert all(card_number(number) == number and is_right(number) for number in numbers)
    assert check_digit("400638133393") == "1"
    assert not is_right(next(iter(numbers))[:-1] + "x")


def test_a_customer_is_found_by_card_phone_or_name(crm: Crm, client: Client, customer: Contact) -> None:
    number = card(crm, customer.id).number
    for said in (number, f"{number[:4]} {number[4:]}", "0421 3018 0012", "+49 421 30180012", "holm"):
        page = client.get(f"{TILL}?{urlencode({'q': said})}")
        assert "Marie Holm" in page, said
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "a digit is wrong" in client.get(f"{TILL}?q={wrong}")
    assert "Nobody is known by this" in client.get(f"{TILL}?q=5551234567")


def test_a_bill_is_shown_rung_up_once_and_taken_back(
    crm: Crm, client: Client, customer: Contact, gate: Gate, outbox: Outbox
) -> None:
    where = f"{TILL}/{card(crm, customer.id).number}"
    shown = client.get(
        f"{where}?show=1&product=Espresso&amount=6,50&quantity=2&product=Bun&amount=3.50&quantity=&key=abcdefghijklmnop"
    )
    assert "€10" in shown.one(".till-due").get_text()
    client.form("#quote form").submit()
    assert "Rung up" in client.page
    assert gate.scalar(select(Account.balance)) == Decimal(10)
    client.get(where + "?show=1&product=Espresso&amount=10&key=abcdefghijklmnop")
    client.form("#quote form").submit()
    outbox.run()
    assert gate.scalar(select(func.count(Settlement.id))) == 1
    assert gate.scalar(select(func.sum(Entry.amount))) == Decimal(10)
    assert [tuple(row) for row in gate.rows(select(Receipt.amount, Receipt.reversed))] == [
        (Decimal(10), False)
    ]
    client.get(f"{TILL}/bill/abcdefghijklmnop")
    assert "lines are taken back" in client.form(".till-back form").submit(line=["1"])
    assert gate.scalar(select(Account.balance)) == Decimal(6)
    client.form(".till-back form").submit(all="1")
    outbox.run()
    assert gate.scalar(select(Account.balance)) == Decimal(0)
    assert gate.scalar(select(Receipt.reversed)) is True


def test_nobody_pays_what_they_have_not_seen(crm: Crm, client: Client, customer: Contact, gate: Gate) -> None:
    where = f"{TILL}/{card(crm, customer.id).number}"
    client.get(f"{where}?show=1&product=Espresso&amount=10")
    page = client.form("#quote form").submit(due="9.00", status=422)
    assert "comes to" in page
    assert gate.scalar(select(func.count(Settlement.id))) == 0


def test_what_was_typed_wrong_is_said_beside_the_bill(crm: Crm, client: Client, customer: Contact) -> None:
    where = f"{TILL}/{card(crm, customer.id).number}"
    page = client.get(f"{where}?show=1&product=Espresso&amount=ten&points=-3")
    assert "Line 1: this is not an amount." in page
    assert "Points to use: this is not a number." in page
    assert not page.all("#quote")


def test_only_who_works_at_the_till_sees_it(as_user: AsUser, crm: Crm, customer: Contact) -> None:
    number = card(crm, customer.id).number
    for path in (TILL, f"{TILL}/{number}", f"{TILL}/guest"):
        as_user("seller").get(path, status=404)


def test_a_lost_card_opens_nothing_any_more(crm: Crm, client: Client, customer: Contact, gate: Gate) -> None:
    lost = card(crm, customer.id)
    client.get(f"/loyalty/cards/{lost.id}/action/loyalty/block")
    client.form().submit()
    assert "This card is blocked" in client.get(f"{TILL}?q={lost.number}")
    other = card(crm, customer.id)
    assert other.number != lost.number
    assert "Marie Holm" in client.get(f"{TILL}/{other.number}")


def test_the_customers_own_page_needs_the_link_and_nothing_else(
    crm: Crm, client: Client, customer: Contact, gate: Gate
) -> None:
    with crm.writing() as writing:
        earn(
            writing,
            account_of(writing, customer.id, Unit.points),
            Decimal(70),
            source="a",
            why=Text("Bought"),
        )
        link = link_of(writing, customer.id).partition("/p/")[2]
    for language, word in (("en", "Show this at the till"), ("ru", "Покажите на кассе")):
        said = crm.wire.request("GET", f"/p/{link}?lang={language}")
        assert (said.status_code, said.headers["cache-control"]) == (200, "private, no-store")
        assert word in said.text
        assert "<b>70</b>" in said.text
        assert 'class="qr"' in said.text
        for secret in ("Holm", "Marie", "180012"):
            assert secret not in said.text
    assert crm.wire.request("GET", f"/p/{link[:-4]}AAAA").status_code == 404
    client.get(f"/loyalty/cards/{card(crm, customer.id).id}/action/loyalty/renew_link")
    client.form().submit()
    assert crm.wire.request("GET", f"/p/{link}").status_code == 404
