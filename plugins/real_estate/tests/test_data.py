"""What is kept, and where people see it."""

from decimal import Decimal

from hookline_sdk.testing import Client, Make

from hookline_real_estate.properties.data import Property


def test_a_property_stands_in_its_list_with_its_price_per_square_metre(make: Make, client: Client) -> None:
    made = make(Property, address="Mill Lane 4", price=Decimal(200_000), area=Decimal(80))
    assert made.price_per_m2 == Decimal(2500)
    assert "Mill Lane 4" in client.get("/real_estate/properties")


def test_it_is_written_in_its_form(client: Client) -> None:
    client.get("/real_estate/properties/new")
    assert "Mill Lane 5" in client.form().submit(address="Mill Lane 5")
