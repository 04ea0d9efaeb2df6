"""What is asked before a record is saved, in forms, imports and the API alike, and what follows from a save."""

from hookline_sdk import BeforeSave, Change, Gate, Text, select

from hookline_real_estate.data import (
    Hold,
    HoldState,
    Kind,
    Mandate,
    MandateKind,
    PriceChange,
    Property,
    Unit,
    UnitStatus,
)
from hookline_real_estate.plugin import plugin

_MEASURED = (Kind.flat, Kind.house, Kind.room, Kind.commercial)


@plugin.before_save(Property)
def check_measures(event: BeforeSave[Property]) -> None:
    """What is on the market has the measure that its price stands on."""
    sold = event.record
    if sold.status == "draft":
        return
    if sold.kind in _MEASURED and not sold.area:
        event.reject("Say how large it is before it goes on the market.", "area")
    if sold.kind == Kind.land and not sold.land_area:
        event.reject("Say how much land it is before it goes on the market.", "land_area")


@plugin.before_save(Mandate)
def check_mandate(event: BeforeSave[Mandate]) -> None:
    """A mandate ends after it starts, and an exclusive one has no other beside it."""
    mandate = event.record
    if not all((mandate.starts_on, mandate.ends_on)):
        return
    if mandate.ends_on < mandate.starts_on:
        event.reject("It ends before it starts.", "ends_on")
    together = select(Mandate.id, Mandate.kind, Mandate.number).where(
        Mandate.property == mandate.property,
        Mandate.starts_on <= mandate.ends_on,
        Mandate.ends_on >= mandate.starts_on,
    )
    for id, kind, number in event.gate.rows(together):
        if id != mandate.id and MandateKind.exclusive in (kind, mandate.kind):
            event.reject(
                Text("The mandate %(number)s covers some of these days.", number=number), "starts_on"
            )
            return


@plugin.after_commit(Property, fields=("price",))
def keep_price(event: Change, gate: Gate) -> None:
    """Keep what a property cost, and since when."""
    found = gate.find(Property, event.record)
    new = event.changes.get("price", (None, None))[1]
    if found is None or new is None or found.price is None:
        return
    values = {
        "name": found.address,
        "property": found.id,
        "changed_on": event.at.date(),
        "price": found.price,
    }
    gate.create(PriceChange, {**values, "owner": found.owner, "team": found.team})


@plugin.after_commit(Hold, fields=("state", "unit"))
def follow_hold(event: Change, gate: Gate) -> None:
    """A unit is as its holds are; the one before it, when a hold has moved, too."""
    units = {unit for unit in event.changes.get("unit", ()) if unit is not None}
    if hold := gate.find(Hold, event.record):
        units.add(hold.unit)
    for unit in units:
        settle(gate, unit)


def settle(gate: Gate, id: int) -> None:
    """Bring the status of a unit to its holds. One that is not for sale stays so."""
    unit = gate.find(Unit, id)
    if unit is None or unit.status == UnitStatus.closed:
        return
    states = {state for (state,) in gate.rows(select(Hold.state).where(Hold.unit == id))}
    status = UnitStatus.free
    if HoldState.active in states:
        status = UnitStatus.held
    if HoldState.sold in states:
        status = UnitStatus.sold
    if status != unit.status:
        gate.update(Unit, id, {"status": status}, version=unit.version)
