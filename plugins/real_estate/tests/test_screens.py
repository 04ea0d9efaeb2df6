"""Every page it has a part in, as people open it."""

from decimal import Decimal

from hookline_sdk.testing import Client, Crm, Make, Outbox
from hookline_sdk.testing.screens import look_at

from hookline_real_estate.properties.data import Property


def test_the_price_history_is_shown(make: Make, client: Client, outbox: Outbox) -> None:
    made = make(Property, price=Decimal(123_456))
    outbox.run()
    panel = client.get(f"/real_estate/properties/{made.id}/panel/real_estate/price_history", htmx=True)
    assert "123,456" in panel


def test_every_screen_stands(crm: Crm) -> None:
    assert [
        str(each) for each in look_at(crm, languages=("ru",), records=("bare", "hostile")) if each.trouble
    ] == []
