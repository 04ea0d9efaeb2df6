"""What is kept, and where people see it."""

from hookline_sdk.testing import Client, Make

from hookline_loyalty.customers.data import Receipt


def test_it_stands_in_its_list(make: Make, client: Client) -> None:
    make(Receipt, what="Two of espresso")
    assert "Two of espresso" in client.get("/loyalty/receipts")
