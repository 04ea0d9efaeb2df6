"""The figures of the reports."""

from decimal import Decimal

from hookline_sdk.testing import Client, Make

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.properties.data import District, Property


def test_prices_by_district_count_what_is_on_the_market(make: Make, client: Client) -> None:
    mill = make(District, name="Mill Quarter")
    for price, status in ((100, "active"), (300, "active"), (900, "draft")):
        make(Property, district=mill, price=Decimal(price), status=status, area=Decimal(10), kind="flat")
    row = client.get("/reports/real_estate/by_district").rows()[0]
    assert row[:2] == ["Mill Quarter", "2"]
    assert "200" in row[2]
    assert "20" in row[3]


def test_stock_counts_units_by_how_they_stand(make: Make, client: Client) -> None:
    make.many(Unit, 2, price=Decimal(1000))
    row = client.get("/reports/real_estate/stock").rows()[0]
    assert row[1:4] == ["2", "0", "0"]
    assert "2,000" in row[4]
