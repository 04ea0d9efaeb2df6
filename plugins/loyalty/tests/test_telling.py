"""What models and scores say of customers, kept on their contacts."""

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal

from hookline_sdk import Contact, Gate, select
from hookline_sdk.testing import Client, Crm, Jobs

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.forecast.data import Outlook
from hookline_loyalty.forecast.telling import forecast_customers
from hookline_loyalty.value.data import Standing
from hookline_loyalty.value.rating import rate_customers
from hookline_loyalty.value.rfm import ValueGroup


def shop(gate: Gate, contacts: Sequence[int], *, weeks: int = 60, seed: int = 3) -> None:
    """A history for each: a rate of their own, and a chance of their own to stop."""
    chance = random.Random(seed)
    rows: list[dict[str, object]] = []
    for id in contacts:
        rate, stops, usual = (
            chance.gammavariate(0.8, 1 / 4),
            chance.betavariate(0.9, 3),
            chance.gammavariate(4, 5),
        )
        at = chance.uniform(0, weeks * 0.6)
        while at < weeks:
            rows.append(
                {
                    "what": "Coffee",
                    "contact": id,
                    "amount": Decimal(max(1, round(chance.gammavariate(6, usual / 6)))),
                    "bought_at": gate.now - dt.timedelta(weeks=weeks - at),
                    "source": f"t:{len(rows)}",
                }
            )
            if chance.random() < stops:
                break
            at += chance.expovariate(rate)
    gate.create_many(Receipt, rows)


def test_each_customer_has_an_outlook_and_a_group(crm: Crm, jobs: Jobs, client: Client, gate: Gate) -> None:
    with crm.house() as house:
        contacts = house.create_many(Contact, [{"last_name": f"Guest {n}"} for n in range(150)])
        shop(house, contacts)
    assert (jobs.call(forecast_customers).result or {})["usable"]
    assert jobs.call(rate_customers).result == {"customers": 150, "months": 6}
    for chance, group in gate.rows(select(Outlook.chance, Standing.value_group)):
        assert 0 <= chance <= 100
        assert group in set(ValueGroup)
    page = client.get("/x/loyalty/forecast")
    assert "It can be relied upon" in page
    assert "Log-likelihood" in page
    panel = client.get(f"/contacts/{contacts[0]}/panel/loyalty/outlook_of", htmx=True)
    assert "likely to come back" in panel
    assert "150 customers are compared" in client.get(
        f"/contacts/{contacts[0]}/panel/loyalty/value_of", htmx=True
    )
    assert client.get("/reports/loyalty/migration").rows()
