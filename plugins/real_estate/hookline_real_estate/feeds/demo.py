"""Its part of the demo: an agency that offers, and a building that portals know."""

from hookline_sdk import Address, Gate, Story, select

from hookline_real_estate.buildings.data import Building, Complex, Unit
from hookline_real_estate.feeds.data import Agency, Currency
from hookline_real_estate.plugin import plugin

_PLACE = Address("Lighthouse Quay 1", "Kaliningrad", "", "236006", "Russia")
# Nobody has measured the flats under the roof yet.
_MEASURED = 15


@plugin.demo
def show_feeds(story: Story, gate: Gate) -> None:
    """Most offers go out; some lack what the portal asks for."""
    agency = Agency.of(gate)
    agency.name, agency.phone, agency.currency = "Mill & Quay", "+74012555014", Currency.EUR
    agency.keep(gate)
    for (id,) in gate.rows(select(Complex.id).order_by(Complex.id).limit(1)):
        gate.update(Complex, id, {"real_estate_yandex_complex": 118228})
    for (id,) in gate.rows(select(Building.id).order_by(Building.id).limit(1)):
        told = {
            "yandex_house": 172296,
            "portal_place": _PLACE,
            "portal_picture": "https://example.com/harbour-lights.jpg",
        }
        gate.update(Building, id, {f"real_estate_{name}": value for name, value in told.items()})
    measured = select(Unit.id, Unit.area).where(Unit.floor <= _MEASURED)
    for id, area in gate.rows(measured.order_by(Unit.id)):
        gate.update(Unit, id, {"real_estate_living": area and area - 14})
