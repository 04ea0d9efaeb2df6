"""On the page of a contact what fits."""

from hookline_sdk import Badge, Contact, Gate, Link, Money, Panel, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Kind, Property, Status
from hookline_real_estate.requests.data import Buyer


@plugin.panel(Contact, "Properties that fit")
def fitting(contact: Contact, gate: Gate) -> Panel:
    """Properties on the market within the budget and of the kind that a contact looks for, the cheapest first."""
    buyer = contact[Buyer]
    if buyer.budget is None and not buyer.wants:
        return Panel()
    fits = select(Property.id, Property.address, Property.kind, Property.price).where(
        Property.status == Status.active
    )
    fits = fits.where(Property.price <= buyer.budget) if buyer.budget is not None else fits
    fits = fits.where(Property.kind.in_(buyer.wants)) if buyer.wants else fits
    fits = fits.where(Property.rooms >= buyer.wants_rooms) if buyer.wants_rooms is not None else fits
    fits = fits.where(Property.area >= buyer.wants_area) if buyer.wants_area is not None else fits
    if buyer.wants_district is not None:
        fits = fits.where(Property.district == buyer.wants_district)
    rows = gate.rows(fits.order_by(Property.price, Property.id).limit(8))
    return Panel(
        rows=[
            (
                Link(address, f"real_estate_property:{id}"),
                Badge(Kind(kind).label, Kind(kind).tone),
                Money(price),
            )
            for id, address, kind, price in rows
        ]
    )
