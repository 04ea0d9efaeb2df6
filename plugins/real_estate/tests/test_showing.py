"""Its part of the demo."""

from hookline_sdk import Gate, func, select
from hookline_sdk.testing import Client, Crm, Outbox

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.properties.data import Property


def test_the_demo_has_a_window_and_a_building_of_240_units(
    crm: Crm, client: Client, gate: Gate, outbox: Outbox
) -> None:
    crm.tell()
    outbox.run()
    assert gate.scalar(select(func.count(Property.id)).where(Property.status == "active")) == 6
    assert gate.scalar(select(func.count(Unit.id))) == 240
    page = client.get("/x/real_estate/grid")
    assert len(page.all(".unit")) == 240
    assert "Fit 240 of 240" in page.one(".unit-sums").get_text(" ", strip=True)
