"""What models and scores say of customers, kept on their contacts, and who is warned of."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest
from hookline_sdk import Contact, Gate, select
from hookline_sdk.testing import AssertQueries, Client, Clock, Crm, Jobs, Make, Outbox

from hookline_loyalty.customers.bought import Bought
from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.forecast.data import Doubt, Forecast, ForecastTerms, Outlook
from hookline_loyalty.forecast.events import LeavingSoon
from hookline_loyalty.forecast.telling import forecast_customers
from hookline_loyalty.plugin import plugin
from hookline_loyalty.value.data import MonthEnd, Standing
from hookline_loyalty.value.rating import rate_customers
from hookline_loyalty.value.rfm import ValueGroup

WEEKS = 60
HEARD: list[LeavingSoon] = []


@plugin.on(LeavingSoon)
def note_who_leaves(event: LeavingSoon, gate: Gate) -> None:
    HEARD.append(event)


@pytest.fixture
def heard() -> Iterator[list[LeavingSoon]]:
    HEARD.clear()
    yield HEARD
    HEARD.clear()


def open_shop(crm: Crm, number: int = 150) -> list[int]:
    """Customers with a history each: a rate of their own, and a chance of their own to stop."""
    with crm.house() as gate:
        contacts = gate.create_many(Contact, [{"last_name": f"Guest {n}"} for n in range(number)])
        gate.create_many(Receipt, list(_bought(gate, contacts)))
    return contacts


def _bought(gate: Gate, contacts: Sequence[int]) -> Iterator[dict[str, object]]:
    chance = random.Random(3)
    for id in contacts:
        rate, stops = chance.gammavariate(0.8, 1 / 4), chance.betavariate(0.9, 3)
        at = chance.uniform(0, WEEKS * 0.6)
        while at < WEEKS:
            yield {
                "what": "Coffee",
                "contact": id,
                "amount": Decimal(chance.randint(3, 30)),
                "bought_at": gate.now - dt.timedelta(weeks=WEEKS - at),
                "source": f"t:{id}/{at}",
            }
            if chance.random() < stops:
                break
            at += chance.expovariate(rate)


def test_each_customer_has_an_outlook_and_a_group(crm: Crm, jobs: Jobs, client: Client, gate: Gate) -> None:
    contacts = open_shop(crm)
    assert (jobs.call(forecast_customers).result or {})["usable"]
    assert jobs.call(rate_customers).result == {"customers": 150, "months": 6}
    for chance, worth, group in gate.rows(
        select(Outlook.chance, Outlook.lifetime_value, Standing.value_group)
    ):
        assert 0 <= chance <= 100
        assert worth >= 0
        assert group in set(ValueGroup)
    page = client.get("/x/loyalty/forecast")
    assert "It can be relied upon" in page
    assert "Log-likelihood" in page
    assert page.one("svg[aria-label^='Purchases per customer']")
    panel = client.get(f"/contacts/{contacts[0]}/panel/loyalty/value_of", htmx=True)
    assert "likely to come back" in panel
    assert "150 customers: few" in panel
    report = client.get("/reports/loyalty/migration")
    assert report.all(".sankey .band")
    groups = [[int(cell) for cell in row[1:6]] for row in report.rows() if row[0] != "Together"]
    assert all(
        before + came - went == now and stayed + went == before for before, stayed, came, went, now in groups
    )
    assert sum(came for _, _, came, _, _ in groups) == sum(went for _, _, _, went, _ in groups)
    # A night later the months stand already, and nobody is counted twice.
    kept = len(gate.rows(select(MonthEnd.id)))
    jobs.call(rate_customers)
    assert len(gate.rows(select(MonthEnd.id))) == kept


def test_the_fields_can_be_asked_for_in_lists(crm: Crm, jobs: Jobs, client: Client, gate: Gate) -> None:
    open_shop(crm, 120)
    jobs.call(forecast_customers)
    wanted = gate.rows(select(Contact.name).where(Outlook.chance >= 80).order_by(Contact.id))
    assert wanted
    shown = client.get("/contacts?loyalty_chance.gte=80").text
    assert all(name in shown for (name,) in wanted[:10])
    others = gate.rows(select(Contact.name).where(Outlook.chance < 80))
    assert not any(f"{name} " in shown for (name,) in others)


def test_too_few_customers_are_said_to_be_too_few(crm: Crm, jobs: Jobs, client: Client, gate: Gate) -> None:
    contacts = open_shop(crm, 40)
    assert (jobs.call(forecast_customers).result or {})["usable"] is False
    card = gate.get(Forecast, gate.scalar(select(Forecast.id)))
    assert Doubt.few in (card.doubts or ())
    assert card.r is None
    assert not gate.rows(select(Contact.id).where(Outlook.chance.is_not(None)))
    assert "40 customers, of whom" in client.get("/x/loyalty/forecast")
    assert "likely" not in client.get(f"/contacts/{contacts[0]}/panel/loyalty/value_of", htmx=True)


def test_who_is_about_to_leave_is_told_of_once_after_each_purchase(
    crm: Crm, jobs: Jobs, outbox: Outbox, gate: Gate, clock: Clock, heard: list[LeavingSoon]
) -> None:
    open_shop(crm)
    with crm.house() as house:
        terms = ForecastTerms.of(house)
        terms.warning = 90
        terms.keep(house)
    warned = (jobs.call(forecast_customers).result or {})["warned"]
    outbox.run()
    assert warned == len(heard) > 0
    today = gate.now.date()
    assert all(today <= each.leaving_on <= today + dt.timedelta(days=90) for each in heard)
    assert len({each.contact for each in heard}) == warned
    told = {each.contact for each in heard}
    clock.move(days=1)
    jobs.call(forecast_customers)
    outbox.run()
    assert all(each.contact not in told for each in heard[warned:])


def test_whose_purchases_were_taken_back_has_no_outlook_any_more(crm: Crm, jobs: Jobs, gate: Gate) -> None:
    contacts = open_shop(crm, 130)
    jobs.call(forecast_customers)
    jobs.call(rate_customers)
    with crm.house() as house:
        for (id,) in house.rows(select(Receipt.id).where(Receipt.contact == contacts[0])):
            house.update(Receipt, id, {"reversed": True})
    jobs.call(forecast_customers)
    jobs.call(rate_customers)
    gone = gate.get(Contact, contacts[0])
    assert gone[Outlook].chance is None
    assert gone[Standing].value_group is None
    assert (gone[Bought].purchases, gone[Bought].last_bought) == (None, None)


def test_what_was_bought_stands_on_the_contact_at_once(make: Make, gate: Gate) -> None:
    one, other = make(Contact), make(Contact)
    at = gate.now - dt.timedelta(days=3)
    first = make(Receipt, contact=one.id, amount=Decimal(7), bought_at=at, currency=None)
    make(Receipt, contact=one.id, amount=Decimal(500), bought_at=gate.now, currency="JPY")
    found = gate.get(Contact, one.id)[Bought]
    assert (found.purchases, found.spent) == (2, Decimal(7))
    assert (found.first_bought, found.last_bought) == (at.date(), gate.now.date())
    gate.update(Receipt, first.id, {"contact": other.id})
    assert gate.get(Contact, one.id)[Bought].spent is None
    assert gate.get(Contact, other.id)[Bought].spent == Decimal(7)


def test_an_outlook_costs_no_statement_a_customer(
    crm: Crm, jobs: Jobs, assert_queries: AssertQueries
) -> None:
    open_shop(crm, 140)
    with assert_queries(max=60):
        jobs.call(forecast_customers)
